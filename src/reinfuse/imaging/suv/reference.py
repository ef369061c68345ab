"""The moment to which a PET series was corrected for decay, from candidates in a fixed order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from reinfuse.errors import Finding, ReinfuseError, Severity
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

Known = TypeVar("Known")

# Two candidates further apart are told: a minute is 0.6 % of an SUV of fluorine-18.
AGREE_WITHIN_S = 60.0
# Slices that give one instant, where acquisition times are often written in whole seconds.
ONE_INSTANT_S = 2.0
# A series begins with its first frame, or a topogram and a walk before it (ours).
EARLY_S = 300.0
NO_FALL = 1e-7  # below it the logarithm is rounding, and the mean is in the middle to 1e-8

BY_OVERRIDE = "override"
BY_GE = "(0009,100D) scan date and time of GE"
BY_SERIES = "(0008,0031) SeriesTime"
BY_FRAMES = "acquisition time and (0054,1300) FrameReferenceTime of each slice"
BY_SIEMENS = "(0071,1022) reference time of Siemens"
BY_DECAY_DATETIME = "(0018,9701) DecayCorrectionDateTime"
BY_DECAY_FACTORS = "(0054,1321) DecayFactor of each slice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Every candidate in order, the chosen one or None, and what is odd about them."""

    candidates: tuple[Candidate, ...]
    chosen: Candidate | None
    findings: tuple[Finding, ...]


def reference_of(
    facts: PetFacts,
    override: Moment | None,
    axis: Axis,
    *,
    injected: float,
    half_life_s: float,
) -> Reference:
    """The moment of decay correction START: the first valid candidate, in the order listed above.

    The decay factors are a check and never chosen. A moment before the injection, or more than 10
    half-lives after it, is not valid; an override like that raises ReinfuseError. `injected` is in
    seconds of the axis.
    """
    decay = math.log(2.0) / half_life_s
    stated = (
        ()
        if override is None
        else (candidate(BY_OVERRIDE, axis.nearest(override), axis, why="stated by a person"),)
    )
    every = (
        *stated,
        _filed(BY_GE, facts.ge_scan_time, facts, axis),
        _by_series(facts, axis),
        _by_frames(facts, axis, decay),
        _filed(BY_SIEMENS, facts.siemens_reference_time, facts, axis),
        _filed(BY_DECAY_DATETIME, facts.decay_reference_time, facts, axis),
        instant_of_factors(facts, axis, decay),
    )
    candidates = tuple(_after(one, injected, longest_wait_s(half_life_s)) for one in every)
    if override is not None and not candidates[0].valid:
        raise ReinfuseError(
            f"the stated time of decay correction cannot be: {candidates[0]}",
            where=facts.where,
            fix="correct `reference` beside the scan in the boxes",
        )
    chosen = first_valid(candidates)
    return Reference(
        candidates=candidates,
        chosen=chosen,
        findings=(
            *_differing(candidates, facts.where, decay),
            *_unconfirmed(chosen, candidates, axis, facts.where, decay),
        ),
    )


def mean_moment_s(duration_s: float, decay: float) -> float:
    """Seconds from the start of a frame to when activity equals the frame's mean.

    A little before the middle, since activity falls: ln(x / (1 - exp(-x))) of x = `decay` (1/s)
    times the duration, over `decay`. Source: DICOM PS3.3 C.8.9.4, Frame Reference Time.
    """
    fallen = decay * duration_s
    if fallen < NO_FALL:
        return duration_s / 2.0
    return math.log(fallen / -math.expm1(-fallen)) / decay


def _filed(rule: str, moment: Moment | None, facts: PetFacts, axis: Axis) -> Candidate:
    if any(rule.startswith(one) or rule.endswith(one) for one in facts.varied):
        return nothing(rule, "differs from slice to slice")
    if moment is None:
        return nothing(rule, "not in the file")
    return candidate(rule, axis.nearest(moment), axis, why="stated in the file")


def _by_series(facts: PetFacts, axis: Axis) -> Candidate:
    if facts.series_time is None:
        return nothing(BY_SERIES, "not in the file")
    seconds = axis.nearest(facts.series_time)
    if not any(moment is not None for moment in facts.acquisition_times):
        why = "no acquisition time to compare it with"
        return candidate(BY_SERIES, seconds, axis, valid=False, why=why)
    if seconds > axis.start:
        why = f"{seconds - axis.start:.0f} s after the earliest acquisition: processed later"
        return candidate(BY_SERIES, seconds, axis, valid=False, why=why)
    return candidate(BY_SERIES, seconds, axis, why="not after the earliest acquisition")


def _by_frames(facts: PetFacts, axis: Axis, decay: float) -> Candidate:
    acquired = _complete(facts.acquisition_times)
    references = _complete(facts.frame_reference_s)
    lengths = _lengths(facts)
    if acquired is None or references is None or lengths is None:
        return nothing(BY_FRAMES, "a slice lacks its acquisition time, reference time or duration")
    instants = [
        axis.nearest(moment) + mean_moment_s(length, decay) - reference
        for moment, length, reference in zip(acquired, lengths, references, strict=True)
    ]
    return _one_instant(BY_FRAMES, instants, axis)


def instant_of_factors(facts: PetFacts, axis: Axis, decay: float) -> Candidate:
    """The moment that decay factors lead back to, with `decay` in 1/s: a check, never chosen."""
    acquired, factors = _complete(facts.acquisition_times), _complete(facts.decay_factors)
    lengths = _lengths(facts)
    if acquired is None or factors is None or lengths is None:
        return nothing(BY_DECAY_FACTORS, "a slice lacks its acquisition time, factor or duration")
    if min(factors) <= 0.0 or min(factors) == max(factors) == 1.0:
        return nothing(BY_DECAY_FACTORS, "1 everywhere, or not above 0: they say nothing")
    starts = [axis.nearest(moment) for moment in acquired]
    references = _complete(facts.frame_reference_s)
    if references is not None and len(set(starts)) == 1 and len(set(references)) > 1:
        # One acquisition time for all beds: then reference times are the starts of the beds.
        starts = [start + later for start, later in zip(starts, references, strict=True)]
    instants = [
        start + mean_moment_s(length, decay) - math.log(factor) / decay
        for start, length, factor in zip(starts, lengths, factors, strict=True)
    ]
    checked = _one_instant(BY_DECAY_FACTORS, instants, axis)
    if checked.seconds is None:
        return checked
    return replace(checked, valid=False, why="a check, never chosen")


def _one_instant(rule: str, instants: Sequence[float], axis: Axis) -> Candidate:
    spread = max(instants) - min(instants)
    if not spread <= ONE_INSTANT_S:  # a spread that is no number is none within reach
        return nothing(rule, f"slices give different instants, up to {spread:.0f} s apart")
    # The middle of the range does not depend on how many slices each frame has.
    middle = (max(instants) + min(instants)) / 2.0
    return candidate(rule, middle, axis, why="every slice gives this instant")


def _after(one: Candidate, injected: float, longest: float) -> Candidate:
    if one.seconds is None or not one.valid:
        return one
    wait = one.seconds - injected
    if wait < 0.0:
        return replace(one, valid=False, why=f"{-wait / 60.0:.0f} min before the injection")
    if wait > longest:
        return replace(one, valid=False, why=f"{wait / 3600.0:.1f} h after the injection")
    return one


def _differing(candidates: Iterable[Candidate], where: str, decay: float) -> list[Finding]:
    apart = furthest_apart(candidates)
    if apart is None or apart[2] <= AGREE_WITHIN_S:
        return []
    one, other, seconds = apart
    # Beyond a day the percentage says nothing but that one of the two is wrong.
    changes = 100.0 * math.expm1(min(decay * seconds, 5.0))
    return [
        Finding(
            severity=Severity.AMBIGUITY,
            rule="suv-reference-times-differ",
            what=f"times of decay correction differ by {seconds:.0f} s, which is "
            f"{changes:.1f} % of every SUV: {one}; {other}",
            where=where,
            fix="check the chosen one with the scanner's protocol; if it is wrong, "
            "write `reference` beside the scan in the boxes",
        )
    ]


def _unconfirmed(
    chosen: Candidate | None,
    candidates: Iterable[Candidate],
    axis: Axis,
    where: str,
    decay: float,
) -> Iterator[Finding]:
    """The time of the series long before the first frame, when nothing else gives a moment."""
    if chosen is None or chosen.rule != BY_SERIES or chosen.seconds is None:
        return
    early = axis.start - chosen.seconds
    others = [one for one in candidates if one.rule != BY_SERIES and one.seconds is not None]
    if early <= EARLY_S or others:
        return  # a candidate that differs is told as such
    yield Finding(
        severity=Severity.AMBIGUITY,
        rule="suv-reference-unconfirmed",
        what=f"{BY_SERIES}, {early / 60.0:.0f} min before the first acquisition, is taken as the "
        "time of decay correction, and nothing confirms it; were it the first acquisition, every "
        f"SUV would be {100.0 * math.expm1(decay * early):.1f} % higher",
        where=where,
        fix="check it with the scanner's protocol; if it is wrong, write `reference` beside the "
        "scan in the boxes",
    )


def _lengths(facts: PetFacts) -> list[float] | None:
    lengths = _complete(facts.frame_duration_s)
    return lengths if lengths is not None and min(lengths) > 0.0 else None


def _complete(values: Sequence[Known | None]) -> list[Known] | None:
    known = [value for value in values if value is not None]
    return known if known and len(known) == len(values) else None
