"""What is doubtful in a subject that could be read, by row, and in the set as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median

from reinfuse.errors import Severity
from reinfuse.exchange.data_set.told import WHOLE, Place, Sort, Told, visible
from reinfuse.record.data_set import DataSet, Sample, Subject

TWICE = Sort("data-twice", "two samples of one assay at one time", Severity.AMBIGUITY)
EARLY = Sort("data-early", "a time before 0", Severity.NOTE)
LATE = Sort("data-late", "a time after more than 40 years", Severity.AMBIGUITY)
NOT_POSITIVE = Sort("data-not-positive", "a value that has no logarithm", Severity.AMBIGUITY)
FAR_OFF = Sort("data-far-off", "a value far from its neighbours", Severity.AMBIGUITY)
ALL_BELOW = Sort("data-all-below", "a subject that was never quantified", Severity.NOTE)
ONE_SAMPLE = Sort("data-one-sample", "a subject with one sample", Severity.NOTE)
NO_SAMPLE = Sort("data-no-sample", "a subject without a sample", Severity.GAP)
NO_DOSE = Sort("data-no-dose", "no dose", Severity.GAP)
ONE_SUBJECT = Sort("data-one-subject", "one subject", Severity.NOTE)
FEW = Sort("data-few", "an assay with few numbers", Severity.GAP)
ZERO_ASSAY = Sort("data-assay-zero", "an assay 0 beside others", Severity.AMBIGUITY)
FAR_FACTOR = 1000.0
FEWEST = 3
_NEAR = 2  # neighbours on either side
_YEARS = 40
_IN_A_YEAR = {"d": 365.25, "h": 8766.0, "wk": 52.18, "mo": 12.0, "min": 525_960.0, "a": 1.0}


def look_at(subject: Subject, told: Told, *, time_unit: str, logarithms: bool) -> None:
    """Note what is doubtful in one subject."""
    samples = subject.samples
    if len(samples) == 1:
        told.add(ONE_SAMPLE, _at(subject, samples[0]), "the subject has one sample")
    if len({one.time for one in samples}) < len(samples):
        _note_twice(subject, told)
    _note_times(subject, told, _YEARS * _IN_A_YEAR.get(time_unit, math.inf))
    if not logarithms and any(one.value is not None and one.value <= 0 for one in samples):
        _note_not_positive(subject, told)
    assays = sorted({one.assay for one in samples})
    for assay in assays:
        alone = len(assays) == 1
        mine = samples if alone else [one for one in samples if one.assay == assay]
        if len(mine) > 1 and not any(one.quantified for one in mine):
            what = "every value of the subject by this assay lies beyond a limit"
            told.add(ALL_BELOW, _at(subject, mine[0]), what)
        for one, usual in _far_off(mine, logarithms=logarithms):
            what = f"the value {one.value:g} is far from its neighbours, whose median is {usual:g}"
            told.add(FAR_OFF, _at(subject, one), what, "look for a slip, or for another unit")


def look_at_whole(data: DataSet, told: Told) -> None:
    """Note what is doubtful in the set as a whole."""
    if len(data.subjects) == 1:
        what = "the set holds one subject: nothing can be said of how patients differ"
        told.add(ONE_SUBJECT, WHOLE, what)
    dosed = sum(bool(one.doses) for one in data.subjects)
    if not dosed:
        told.add(NO_DOSE, WHOLE, "no row is a dose: time 0 is taken as the infusion")
    for subject in data.subjects:
        if dosed and not subject.doses:
            what = "the subject has no dose, and others have"
            told.add(NO_DOSE, _at(subject, subject.samples[0]), what, "add a row with EVID 1")
    _look_at_assays(data, told)


def _look_at_assays(data: DataSet, told: Told) -> None:
    numbers = [0] * len(data.assays)
    for subject in data.subjects:
        for one in subject.samples:
            numbers[one.assay] += one.value is not None
    for assay, count in zip(data.assays, numbers, strict=True):
        if count < FEWEST:
            plural = "" if count == 1 else "s"
            what = f"assay {visible(assay.label)} holds {count} number{plural} that can be fitted"
            told.add(FEW, WHOLE, what)
        if assay.label == "0" and len(data.assays) > 1:
            what = "samples with DVID 0 stand beside others: 0 is read as an assay of its own"
            told.add(ZERO_ASSAY, WHOLE, what, "0 is usual for doses; name the assay of the samples")


def _note_twice(subject: Subject, told: Told) -> None:
    seen: dict[tuple[float, int, int], int] = {}
    for one in subject.samples:
        key = (one.time, one.assay, one.occasion)
        if key in seen:
            what = f"time {one.time:g} stands twice for one assay, first in row {seen[key]}"
            told.add(TWICE, _at(subject, one), what, "keep one, unless the sample was run twice")
        seen.setdefault(key, one.row)


def _note_times(subject: Subject, told: Told, longest: float) -> None:
    if subject.samples[0].time >= 0 and subject.samples[-1].time <= longest:
        return
    for one in subject.samples:
        if one.time < 0:
            told.add(EARLY, _at(subject, one), f"time {one.time:g} lies before time 0")
        elif one.time > longest:
            what = f"time {one.time:g} lies more than {_YEARS} years after time 0"
            told.add(LATE, _at(subject, one), what, "look for a slip, or say the unit of time")


def _note_not_positive(subject: Subject, told: Told) -> None:
    for one in subject.samples:
        if one.value is not None and one.value <= 0:
            what = f"the value {one.value:g} has no logarithm: a model of logarithms cannot use it"
            fix = "where it lies below a limit write CENS 1 and the limit in DV"
            told.add(NOT_POSITIVE, _at(subject, one), what, fix)


def _far_off(samples: Sequence[Sample], *, logarithms: bool) -> Iterator[tuple[Sample, float]]:
    """Values far above or below all of their neighbours in time, with the neighbours' median."""
    seen = [one for one in samples if one.value is not None and (logarithms or one.value > 0)]
    values: list[float] = [one.value for one in seen]  # type: ignore[misc]
    if len(values) <= _NEAR or not _far(min(values), max(values), logarithms=logarithms):
        return
    for place, value in enumerate(values):
        near = values[max(0, place - _NEAR) : place] + values[place + 1 : place + 1 + _NEAR]
        closest = max(near) if value > max(near) else min(near)
        if min(near) <= value <= max(near) or not _far(value, closest, logarithms=logarithms):
            continue
        yield seen[place], median(near)


def _far(one: float, other: float, *, logarithms: bool) -> bool:
    if logarithms:
        return abs(one - other) >= math.log(FAR_FACTOR)
    return max(one, other) >= FAR_FACTOR * min(one, other)


def _at(subject: Subject, sample: Sample) -> Place:
    return Place(sample.row, subject.name)
