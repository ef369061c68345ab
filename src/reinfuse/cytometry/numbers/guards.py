"""What makes a measurement unfit to be judged, whatever was counted."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.cytometry.numbers.blank import Blank, KnownBackground, NoBlank
from reinfuse.cytometry.numbers.limits import (
    CountingLimits,
    Limits,
    chance_of_so_few,
    most_false,
)
from reinfuse.cytometry.numbers.share import Share, percent
from reinfuse.errors import ReinfuseError
from reinfuse.source import Source, Standing

# A blank is called worse than the sample where it alone would give so few events this rarely.
WORSE = 0.025
WHOLE = 100.0  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A number that a guard compares with, a share from 0 to 1, and where it comes from."""

    value: float
    source: Source

    def __post_init__(self) -> None:
        """Refuse what is not a share."""
        if not 0 <= self.value <= 1:
            raise ReinfuseError(f"a guard at {self.value:g} cannot be", fix="give a share, 0 to 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """When not to judge; None switches a guard off.

    `viability` is the lowest share of viable cells; `carryover` how much of one tube is taken to
    reach the next; `asked` the share of target cells that must be detectable before "not detected"
    may be said.
    """

    viability: Setting | None = None
    carryover: Setting | None = None
    asked: Setting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """How a tube was acquired; None is not recorded.

    `viability` is the share of viable cells; `positives_before` how many events of the same gate
    the tube acquired just before this one held, 0 where only water ran.
    """

    viability: float | None = None
    positives_before: int | None = None


_VIABLE = Setting(
    value=0.70,
    source=Source(cite="viable share of at least 70 %", standing=Standing.OURS),
)
_CARRIED = Setting(
    value=0.001,
    source=Source(cite="one event in a thousand carried over", standing=Standing.OURS),
)
MRD_GUARDS = Guards(
    viability=_VIABLE,
    carryover=_CARRIED,
    asked=Setting(
        value=1e-4,
        source=Source(
            cite="Hematology 2021: MRD response needs a sensitivity of at least 0.01 %",
            standing=Standing.PAPER,
            doi="10.1182/hematology.2021000224",
            place="table 1, PMC8824253",
        ),
    ),
)
CAR_T_GUARDS = Guards(viability=_VIABLE, carryover=_CARRIED)


def find_doubts(
    share: Share,
    *,
    blank: Blank | KnownBackground | NoBlank,
    limits: Limits | CountingLimits,
    guards: Guards,
    acquisition: Acquisition,
) -> tuple[str, ...]:
    """Every reason why this count cannot be judged; none if it can."""
    doubts = (
        _too_few_alive(guards, acquisition),
        _carried_over(share, blank, limits, guards, acquisition),
        _worse_blank(share, blank),
        _too_few_cells(share, limits, guards),
    )
    return tuple(doubt for doubt in doubts if doubt)


def list_unchecked(guards: Guards, acquisition: Acquisition) -> tuple[str, ...]:
    """The guards that are set and had nothing to look at."""
    unchecked = (
        ("viability", guards.viability, acquisition.viability),
        ("carryover", guards.carryover, acquisition.positives_before),
    )
    return tuple(name for name, guard, seen in unchecked if guard is not None and seen is None)


def _too_few_alive(guards: Guards, acquisition: Acquisition) -> str:
    guard, viable = guards.viability, acquisition.viability
    if guard is None or viable is None or viable >= guard.value:
        return ""
    return f"{percent(viable)} of cells are viable, under {percent(guard.value)} ({guard.source})"


def _carried_over(
    share: Share,
    blank: Blank | KnownBackground | NoBlank,
    limits: Limits | CountingLimits,
    guards: Guards,
    acquisition: Acquisition,
) -> str:
    """Events above the limit of blank that the tube before explains as well."""
    guard, before = guards.carryover, acquisition.positives_before
    if guard is None or not before:
        return ""
    carried = guard.value * before
    # Without a blank no event is taken to be false, so that the tube before is all that explains.
    known = KnownBackground(share=0.0, source=guard.source) if isinstance(blank, NoBlank) else blank
    above = share.k > (limits.blank_events if isinstance(limits, Limits) else 0)
    if not above or share.k > most_false(share.n, known, limits.rule, carried=carried):
        return ""
    return (
        f"carryover suspected: {before:,} positive events in the tube before could leave "
        f"{carried:.3g} here ({guard.source}); acquire again after water"
    )


def _worse_blank(share: Share, blank: Blank | KnownBackground | NoBlank) -> str:
    if isinstance(blank, NoBlank) or chance_of_so_few(share.k, share.n, blank) > WORSE:
        return ""
    return (
        f"the blank is worse than the sample: it lets {blank.share * share.n:.3g} events be "
        f"expected and {share.k} were seen; it is no control for this tube"
    )


def _too_few_cells(share: Share, limits: Limits | CountingLimits, guards: Guards) -> str:
    """A negative says nothing about a share that so few cells could not have shown."""
    if isinstance(limits, Limits) and limits.detection_percent >= WHOLE:
        return (
            f"too few cells looked at: among {share.n:,} no share at all can be relied on to show"
        )
    if guards.asked is None:
        return ""
    if isinstance(limits, Limits):
        negative, reached = share.k <= limits.blank_events, limits.detection_percent / 100
    else:
        negative, reached = share.k == 0, limits.seen_percent / 100
    if not negative or reached <= guards.asked.value:
        return ""
    return (
        f"too few cells looked at: {share.n:,} let {percent(reached)} be detected, and "
        f"{percent(guards.asked.value)} is asked ({guards.asked.source})"
    )
