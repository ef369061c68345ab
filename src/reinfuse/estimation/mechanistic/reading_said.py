"""What was said of the leukemia without a number: responses of the marrow, markers of a relapse."""

from __future__ import annotations

from collections.abc import Sequence

from reinfuse.estimation.mechanistic.observed import Kind, Observed
from reinfuse.estimation.mechanistic.reading_days import Frame, Placed, place
from reinfuse.estimation.mechanistic.reading_levels import Levels
from reinfuse.estimation.mechanistic.remarks import Remark
from reinfuse.grading.marrow import REMISSION_BELOW_PERCENT
from reinfuse.record import Assessment
from reinfuse.synopsis.looks import Look, SiteState, looks_of
from reinfuse.synopsis.vocabulary import MARROW

NEAR_DAYS = 3.0  # d between a verdict and the marrow that it is of; ours
_CLEAR = (SiteState.REMISSION, SiteState.NEGATIVE)


def read_said(frame: Frame, measured: Sequence[Observed]) -> Levels:
    """Verdicts on a marrow of which no measurement is recorded; markers are named as unread."""
    observed: list[Observed] = []
    left_out: list[Remark] = []
    assumed: list[Remark] = []
    for look in looks_of(frame.course):
        if not isinstance(look.entry, Assessment) or look.site != MARROW:
            continue
        placed = place(frame, look.entry)
        if not isinstance(placed, Placed) or _measured(placed, measured):
            continue
        if look.state not in _CLEAR:
            why = "said of the marrow, and no number is printed"
            left_out.append(Remark(entry=look.entry.id, why=why))
            continue
        observed.append(_observed(look, placed))
        assumed += [*placed.assumed, Remark(entry=look.entry.id, why=_words(look))]
    left_out += _markers(frame)
    return Levels(observed=tuple(observed), left_out=tuple(left_out), assumed=tuple(assumed))


def _measured(placed: Placed, measured: Sequence[Observed]) -> bool:
    """Whether a marrow was measured on these days."""
    return any(
        one.kind in (Kind.BLASTS, Kind.MRD)
        and one.days[0] <= placed.days[1] + NEAR_DAYS
        and placed.days[0] <= one.days[1] + NEAR_DAYS
        for one in measured
    )


def _observed(look: Look, placed: Placed) -> Observed:
    entries = (look.entry.id,)
    if look.state is SiteState.NEGATIVE:
        return Observed(kind=Kind.MRD, days=placed.days, limit_unknown=True, entries=entries)
    below = REMISSION_BELOW_PERCENT
    return Observed(kind=Kind.BLASTS, days=placed.days, below=below, entries=entries)


def _words(look: Look) -> str:
    if look.state is SiteState.NEGATIVE:
        return "said and not measured: taken as MRD under a limit that is not stated"
    return f"said and not measured: taken as blasts below {REMISSION_BELOW_PERCENT:g} %"


def _markers(frame: Frame) -> list[Remark]:
    """Antigens of leukemia found in the window, which no output is held against."""
    found = []
    for item in frame.course.pathology:
        told = [one for one in item.markers if one.name.upper() in ("CD19", "CD22")]
        if item.leukemia and told and isinstance(place(frame, item), Placed):
            names = ", ".join(f"{one.name} {one.expression.value}" for one in told)
            why = f"{names} on the leukemia found, which the fit does not read"
            found.append(Remark(entry=item.id, why=why))
    return found
