"""What is wrong with an option that can be read and makes no sense for this course."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.mechanism.plan import Depletion
from reinfuse.record import Origin
from reinfuse.trials.forecast.asked import Binder, Cells, Collected, Option, Tocilizumab
from reinfuse.trials.forecast.replayed import Replayed

Told = tuple[str, str]  # what, fix


def senseless(option: Option, where: Replayed, horizon: float) -> Iterator[Told]:
    """Each contradiction of an option, with itself or with the record."""
    if not option.infused and option != Option(name=option.name, line=option.line, infused=False):
        yield (
            f"`{option.name}` has no infusion, and says more of it",
            "delete the other keys of the option, or `infusion: none`",
        )
        return
    yield from _collected(option, where)
    yield from _late(option, horizon)
    if option.target is not None and "CD19" not in option.target and option.binder is Binder.SAME:
        yield (
            f"`{option.name}`: a product against {option.target} alone cannot have the binder of"
            " CD19 cells",
            "leave `binder` out",
        )
    if isinstance(option.depletion, Depletion):
        if option.depletion.first_day < where.begins:
            yield (
                f"`{option.name}` has lymphodepletion from day {option.depletion.first_day:g}, and"
                f" the model of this infusion begins on day {where.begins:g}",
                f"write a first_day from {where.begins:g} to -3",
            )
        sums = option.depletion.fludarabine + option.depletion.cyclophosphamide
        if sums == 0:
            yield (
                f"`{option.name}` has lymphodepletion without a dose",
                "write fludarabine or cyclophosphamide in mg/m2, or lymphodepletion: none",
            )


def _collected(option: Option, where: Replayed) -> Iterator[Told]:
    own = option.cells is Cells.OWN
    if option.collected is not None and not own:
        yield (
            f"`{option.name}`: `collected` speaks of the patient's own cells",
            "add `cells: autologous`, or leave `collected` out",
        )
    elif own and where.transplanted and where.origin is not Origin.AUTOLOGOUS:
        if option.collected is None:
            yield (
                f"`{option.name}`: own cells of a patient with a transplant are either stored"
                " from before or collected after",
                "add `collected: before transplant` or `collected: after transplant`",
            )
    elif (
        option.collected is not None
        and not where.transplanted
        and (option.collected is Collected.AFTER or where.origin is Origin.AUTOLOGOUS)
    ):
        yield (
            f"`{option.name}`: the record has no transplant from a donor before {where.infusion}",
            "leave `collected` out",
        )


def _late(option: Option, horizon: float) -> Iterator[Told]:
    """What comes when every question was answered already."""
    days = {"`day`": option.later}
    if option.again is not None:
        days["`again`"] = max(option.later, 0.0) + option.again.day
    if isinstance(option.tocilizumab, Tocilizumab):
        days["`tocilizumab`"] = max(option.later, 0.0) + option.tocilizumab.day
    for name, day in days.items():
        if day >= horizon:
            yield (
                f"`{option.name}`: {name} comes on day {day:.0f}, and the horizon is day"
                f" {horizon:.0f}",
                "bring it forward, or move the horizon back",
            )
