"""What is wrong with an option that can be read and makes no sense for this course."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.record import Origin
from reinfuse.trials.forecast.asked import Binder, Cells, Collected, Kept, Option
from reinfuse.trials.forecast.replayed import Replayed

Told = tuple[str, str]  # what, fix


def senseless(option: Option, where: Replayed) -> Iterator[Told]:
    """Each contradiction of an option, with itself or with the record."""
    if not option.infused and option != Option(name=option.name, line=option.line, infused=False):
        yield (
            f"`{option.name}` has no infusion, and says more of it",
            "delete the other keys of the option, or `infusion: none`",
        )
        return
    yield from _collected(option, where)
    if option.target is not None and "CD19" not in option.target and option.binder is Binder.SAME:
        yield (
            f"`{option.name}`: a product against {option.target} alone cannot have the binder of"
            " CD19 cells",
            "leave `binder` out",
        )
    if option.depletion is not Kept.AS_GIVEN and not isinstance(option.depletion, Kept):
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
    elif option.collected is Collected.AFTER and not where.transplanted:
        yield (
            f"`{option.name}`: the record has no transplant from a donor before {where.infusion}",
            "leave `collected` out",
        )
