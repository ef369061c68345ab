"""When the tracer was given, from dates that may have been shifted and times without a date."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.suv.candidates import (
    Candidate,
    candidate,
    first_valid,
    furthest_apart,
    longest_wait_s,
    nothing,
)
from reinfuse.imaging.suv.clock import Axis
from reinfuse.imaging.suv.facts import Moment, PetFacts

# A tracer that is scanned on later days as well: a time of day does not fix its injection. Between
# fluorine-18 (1.8 h) and copper-64 (12.7 h). Our own choice.
LONG_LIVED_S = 6.0 * 3600.0
AGREE_WITHIN_S = 60.0

BY_OVERRIDE = "override"
BY_DATETIME = "(0018,1078) RadiopharmaceuticalStartDateTime"
BY_TIME_OF_DATETIME = "time of day of (0018,1078)"
BY_TIME = "(0018,1072) RadiopharmaceuticalStartTime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """Every candidate for the injection, the chosen one or None, and what is odd about them."""

    candidates: tuple[Candidate, ...]
    chosen: Candidate | None
    findings: tuple[Finding, ...]


def injection_of(
    facts: PetFacts, override: Moment | None, axis: Axis, half_life_s: float | None
) -> Injection:
    """The injection of a scan: an override, the date-time, or a time of day before the scan.

    A date counts while it puts the injection before the scan and within 10 half-lives of it. A
    shifted date leaves its time of day, on the day of the scan or the day before; not so for a
    tracer that is scanned on later days, whose date cannot be done without.
    """
    longest = longest_wait_s(half_life_s)
    long_lived = half_life_s is not None and half_life_s > LONG_LIVED_S
    if override is not None:
        candidates: tuple[Candidate, ...] = (_overridden(override, axis, longest),)
    else:
        dated, again = _by_datetime(facts.injection_datetime, axis, longest, long_lived)
        candidates = (dated, again, _by_time(facts.injection_time, axis, longest))
    chosen = first_valid(candidates)
    return Injection(
        candidates=candidates,
        chosen=chosen,
        findings=tuple(_oddities(facts, candidates, chosen, long_lived)),
    )


def _overridden(override: Moment, axis: Axis, longest: float) -> Candidate:
    dated = axis.dated and override.day is not None
    seconds = axis.nearest(override) if dated else axis.last_before(override)
    return _judged(BY_OVERRIDE, seconds, axis, longest, why="stated by a person")


def _by_datetime(
    written: Moment | None, axis: Axis, longest: float, long_lived: bool
) -> tuple[Candidate, Candidate]:
    if written is None:
        return nothing(BY_DATETIME, "not in the file"), nothing(BY_TIME_OF_DATETIME, "no such time")
    if not axis.dated or written.day is None:
        dated = nothing(BY_DATETIME, "the scan or the injection has no date")
    else:
        dated = _judged(BY_DATETIME, axis.nearest(written), axis, longest, why="has its date")
    if dated.valid:
        return dated, nothing(BY_TIME_OF_DATETIME, "its date makes sense")
    if long_lived:
        return dated, nothing(BY_TIME_OF_DATETIME, "this tracer is scanned on later days as well")
    seconds = axis.last_before(written)
    return dated, _judged(
        BY_TIME_OF_DATETIME, seconds, axis, longest, why="its date makes no sense"
    )


def _by_time(written: Moment | None, axis: Axis, longest: float) -> Candidate:
    if written is None:
        return nothing(BY_TIME, "not in the file")
    return _judged(
        BY_TIME, axis.last_before(written), axis, longest, why="the last such time before the scan"
    )


def _judged(rule: str, seconds: float, axis: Axis, longest: float, *, why: str) -> Candidate:
    wait = axis.start - seconds
    if wait < 0.0:
        why = f"{-wait / 60.0:.0f} min after the scan began"
    elif wait > longest:
        why = f"{wait / 3600.0:.1f} h before the scan, longer than 10 half-lives or a day"
    return candidate(rule, seconds, axis, valid=0.0 <= wait <= longest, why=why)


def _oddities(
    facts: PetFacts,
    candidates: tuple[Candidate, ...],
    chosen: Candidate | None,
    long_lived: bool,
) -> list[Finding]:
    found: list[Finding] = []
    if chosen is not None and chosen.rule == BY_TIME_OF_DATETIME:
        found.append(
            Finding(
                severity=Severity.CONTRADICTION,
                rule="suv-injection-date",
                what=f"the date of {BY_DATETIME} makes no sense beside that of the scan; "
                "its time of day is used",
                where=facts.where,
                fix="if that is wrong, write `injection` beside the scan in the boxes",
            )
        )
    if chosen is not None and chosen.rule == BY_TIME and long_lived:
        found.append(
            Finding(
                severity=Severity.AMBIGUITY,
                rule="suv-injection-without-date",
                what=f"{BY_TIME} has no date, and this tracer is scanned on later days as well",
                where=facts.where,
                fix="write `injection` beside the scan in the boxes, with its date",
            )
        )
    apart = furthest_apart(one for one in candidates if one.valid)
    if apart is not None and apart[2] > AGREE_WITHIN_S:
        one, other, seconds = apart
        found.append(
            Finding(
                severity=Severity.CONTRADICTION,
                rule="suv-injection-times-differ",
                what=f"times of injection differ by {seconds:.0f} s: {one}; {other}",
                where=facts.where,
                fix="write `injection` beside the scan in the boxes, as it was charted",
            )
        )
    return found
