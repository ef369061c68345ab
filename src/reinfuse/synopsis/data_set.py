"""A kinetic data set made of courses: the CAR-T measurements in blood after each infusion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from reinfuse.errors import Finding, Severity
from reinfuse.quantity import Quantity
from reinfuse.record import Course, Infusion, clock_of
from reinfuse.record.data_set import Assay, DataSet, Dose, Known, Sample, Subject
from reinfuse.synopsis.cart import CartPoint, CartSeries, cart_measurements
from reinfuse.synopsis.moments import ordered
from reinfuse.synopsis.vocabulary import BLOOD, group_site, number_in
from reinfuse.timeline import DayRange

DOSE_UNITS = ("{cells}/kg", "{cells}")
_COVARIATES = (("age", "a"), ("weight", "kg"), ("height", "cm"))


@dataclass(frozen=True, slots=True)
class CourseData:
    """The set that some courses make, None where nothing can be used; and what was decided."""

    data: DataSet | None
    notes: tuple[Finding, ...]


@dataclass(slots=True)
class _Gathered:
    """The assays met so far, and what was noted; `name` is the course that is being read."""

    widest_days: float
    dose_unit: str | None
    name: str = ""
    assays: dict[Assay, int] = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)

    def note(self, rule: str, what: str, fix: str = "", about: tuple[str, ...] = ()) -> None:
        where = ", ".join((self.name, *about))
        found = Finding(
            severity=Severity.NOTE, rule=rule, what=what, where=where, fix=fix, about=about
        )
        self.notes.append(found)


def data_set_of_courses(courses: Iterable[tuple[str, Course]], *, widest_days: float) -> CourseData:
    """One subject for each named course: its samples, infusions and lasting covariates.

    Times are days from day 0 of the first infusion; the occasion is the number of the infusion.
    A time that is a range counts as its middle, which is noted; a sample whose range is wider than
    `widest_days` is left out, and so is one that may belong to another infusion. Doses are in the
    one unit that every infusion has, or else 1 for each infusion.
    """
    listed = list(courses)
    gathered = _Gathered(widest_days, _dose_unit([course for _, course in listed]))
    subjects = []
    for name, course in listed:
        gathered.name = name
        subject = _subject(name, course, gathered)
        if subject.samples:
            subjects.append(subject)
        else:
            gathered.note("course-no-sample", "no CAR-T measurement can be used: left out")
    if gathered.dose_unit is None and any(one.doses for one in subjects):
        gathered.name = "every course"
        what = "the doses are not all recorded in one unit: each infusion counts as 1"
        gathered.note("course-dose", what, "record them as cells/kg, or as cells")
    if not subjects:
        return CourseData(None, tuple(gathered.notes))
    file = ", ".join(name for name, _ in listed)
    data = DataSet(subjects=tuple(subjects), assays=tuple(gathered.assays), file=file)
    return CourseData(data, tuple(gathered.notes))


def _dose_unit(courses: Sequence[Course]) -> str | None:
    """The unit that the dose of every infusion can be given in."""
    doses = [one.dose for course in courses for one in course.infusions]
    for unit in DOSE_UNITS:
        if doses and all(number_in(dose, unit) is not None for dose in doses):
            return unit
    return None


def _subject(name: str, course: Course, gathered: _Gathered) -> Subject:
    infusions = ordered(course, course.infusions)
    samples: list[Sample] = []
    doses = []
    series = cart_measurements(course)
    for number, (infusion, one) in enumerate(zip(infusions, series, strict=True), start=1):
        start = _start(course, infusion, infusions[0], gathered)
        if start is None:
            continue
        doses.append(Dose(time=start, amount=_amount(infusion, gathered), occasion=number))
        samples += _samples(one, start, number, gathered)
    return Subject(
        name=name,
        samples=tuple(sorted(samples, key=lambda sample: (sample.time, sample.occasion))),
        doses=tuple(doses),
        covariates=dict(_covariates(course)),
    )


def _start(
    course: Course, infusion: Infusion, first: Infusion, gathered: _Gathered
) -> float | None:
    """Days from the first infusion to this one; None where they are not bounded."""
    if infusion is first:
        return 0.0
    days = clock_of(course).days(infusion.id, first.id)
    if not days.bounded:
        what = "the days since the first infusion are not known: its samples are left out"
        gathered.note("course-infusion", what, "give both infusions a date", (infusion.id,))
        return None
    if not days.exact:
        what = (
            f"it followed the first after {days.low:g} to {days.high:g} days: {_middle(days):g} is"
            " taken; the days since this infusion do not depend on it"
        )
        gathered.note("course-infusion", what, about=(infusion.id,))
    return _middle(days)


def _amount(infusion: Infusion, gathered: _Gathered) -> float:
    unit = gathered.dose_unit
    amount = None if unit is None else number_in(infusion.dose, unit)
    return 1.0 if amount is None else amount


def _samples(
    series: CartSeries, start: float, number: int, gathered: _Gathered
) -> Iterator[Sample]:
    for point in series.points:
        if point.site is not None and group_site(point.site) != BLOOD:
            continue
        why = _refused(point, gathered.widest_days)
        if why:
            gathered.note("course-left-out", f"{why}: left out", about=(point.entry,))
            continue
        if not point.days.exact:
            what = f"taken on {point.days}: day {_middle(point.days):g} is used"
            gathered.note("course-middle", what, about=(point.entry,))
        below = point.limit if not point.detected else None
        yield Sample(
            time=start + _middle(point.days),
            value=None if point.at_least else point.value,
            low=point.value if point.at_least else None,
            high=below,
            assay=_assay(point, gathered),
            occasion=number,
        )


def _refused(point: CartPoint, widest_days: float) -> str:
    """Why a point cannot be used; empty where it can."""
    if not point.surely:
        return "it may belong to another infusion"
    if not point.days.bounded or point.days.width > widest_days:
        return f"taken on {point.days}, and no more than {widest_days:g} days may be open"
    if not point.detected and not point.limit:
        return "not detected, and the limit is not stated"
    if point.unit is None or (point.detected and point.value is None):
        return "a word without a number"
    return ""


def _assay(point: CartPoint, gathered: _Gathered) -> int:
    unit = point.unit or ""
    label = f"{unit} of {point.denominator}" if point.denominator else unit
    assay = Assay(label=label, unit=unit)
    return gathered.assays.setdefault(assay, len(gathered.assays))


def _covariates(course: Course) -> Iterator[tuple[str, tuple[Known, ...]]]:
    patient = course.patient
    for name, unit in _COVARIATES:
        quantity: Quantity | None = getattr(patient, name)
        yield name, (Known(time=0.0, value=number_in(quantity, unit)),)
    sex = None if patient.sex is None else str(patient.sex)
    yield "sex", (Known(time=0.0, value=sex),)


def _middle(days: DayRange) -> float:
    return (days.low + days.high) / 2
