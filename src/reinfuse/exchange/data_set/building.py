"""Subjects made of their rows, one after the other, and the set that they form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reinfuse.errors import Severity
from reinfuse.exchange.data_set.assays import Assays
from reinfuse.exchange.data_set.cells import missing
from reinfuse.exchange.data_set.covariates import Covariates
from reinfuse.exchange.data_set.doses import Given, doses_of
from reinfuse.exchange.data_set.doubts import NO_SAMPLE, look_at, look_at_whole
from reinfuse.exchange.data_set.kinds import RowKind, kinds_of
from reinfuse.exchange.data_set.occasions import (
    ONE,
    Occasions,
    by_infusions,
    many_doses,
)
from reinfuse.exchange.data_set.rows import SubjectRows
from reinfuse.exchange.data_set.samples import Dated, samples_of
from reinfuse.exchange.data_set.told import WHOLE, Place, Sort, Told, visible
from reinfuse.record.data_set import DataSet, Dose, Subject

TIME = Sort("data-time", "a time that cannot be read")
BACKWARDS = Sort("data-backwards", "a time that runs backwards")
SORTED = Sort("data-sorted", "rows of one subject that were put in order", Severity.NOTE)
SCATTERED = Sort("data-scattered", "a subject whose rows lie apart")
UNNAMED = Sort("data-id", "no ID")
TIME_UNIT = Sort("data-time-unit", "two units of time")
DECIDED = Sort("data-decided", "how the file was read", Severity.NOTE)
_WITH_OCCASION = (RowKind.SAMPLE, RowKind.DOSE)
COLUMN = "column"
_UNITS = {
    "D": "d", "DAY": "d", "DAYS": "d", "H": "h", "HR": "h", "HRS": "h", "HOUR": "h", "HOURS": "h",
    "WK": "wk", "WEEK": "wk", "WEEKS": "wk", "MIN": "min", "MINUTES": "min",
    "MO": "mo", "MONTHS": "mo", "A": "a", "Y": "a", "YEARS": "a",
}  # fmt: skip


@dataclass(slots=True)
class Building:
    """Everything that has been read so far.

    `occasions` is `infusions`, `one`, `column`, or None while it follows from the doses.
    """

    told: Told
    occasions: str | None
    logarithms: bool
    time_unit: str | None
    subjects: list[Subject] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    assays: Assays = field(init=False)
    covariates: Covariates = field(init=False)
    by_column: Occasions = field(init=False)
    many_doses: str = ""  # the first subject with more doses than infusions of cells

    def __post_init__(self) -> None:
        """Make what is told through the same findings."""
        self.assays = Assays(self.told)
        self.covariates = Covariates(self.told)
        self.by_column = Occasions(self.told)

    def add(self, rows: SubjectRows) -> None:
        """Read the rows of one subject."""
        if missing(rows.name):
            for at in range(len(rows)):
                what = f"{rows.header.spelled('ID')} is missing"
                self.told.add(UNNAMED, Place(rows.place(at).row), what, "name the subject")
            return
        if rows.name in self.names:
            what = f"rows of the subject stand in row {self.names[rows.name]} and again here"
            fix = "keep the rows of a subject together, or give the second one another ID"
            self.told.add(SCATTERED, rows.place(0), what, fix)
            return
        self.names[rows.name] = rows.place(0).row
        self._read_time_unit(rows)
        kinds = kinds_of(rows)
        rows, kinds, times = _in_order(rows, kinds, self._times(rows))
        doses = doses_of(rows, kinds, times)
        of_rows, of_doses = self._occasions(rows, kinds, times, doses)
        dated = Dated(rows, kinds, times, of_rows)
        subject = Subject(
            name=rows.name,
            samples=samples_of(dated, self.assays, logarithms=self.logarithms),
            doses=tuple(
                Dose(
                    time=one.time,
                    amount=one.amount,
                    duration=one.duration,
                    occasion=occasion,
                    row=rows.place(one.at).row,
                )
                for one, occasion in zip(doses, of_doses, strict=True)
            ),
            covariates=self.covariates.of_rows(rows, times),
        )
        if rows.name in self.told.wrong:
            return  # what is doubtful in the rest of the subject is no news beside it
        if not subject.samples:
            self.told.add(NO_SAMPLE, rows.place(0), "no sample with a value: left out of the set")
            return
        look_at(subject, self.told, time_unit=self.time_unit or "d", logarithms=self.logarithms)
        self.subjects.append(subject)

    def data_set(self, file: str) -> DataSet:
        """The whole set."""
        self._tell_occasions()
        assays, places = self.assays.in_order()
        subjects = self.covariates.settled(self.subjects)
        only_one = self.occasions is None and self.many_doses != ""
        moved = list(places) != sorted(places)
        if only_one or moved:
            subjects = tuple(_redone(one, places, only_one=only_one) for one in subjects)
        data = DataSet(
            subjects=subjects,
            assays=assays,
            time_unit=self.time_unit or "d",
            logarithms=self.logarithms,
            file=file,
        )
        look_at_whole(data, self.told)
        return data

    def _tell_occasions(self) -> None:
        if self.occasions is not None or not any(one.doses for one in self.subjects):
            return
        if self.many_doses:
            who = visible(self.many_doses)
            what = f"ID {who} has more doses than infusions of cells: all is one occasion"
            self.told.add(DECIDED, WHOLE, what, "--occasions infusions begins one at each dose")
        elif any(len(one.doses) > 1 for one in self.subjects):
            what = "every dose begins a new occasion"
            self.told.add(DECIDED, WHOLE, what, "--occasions one, or a column OCC, says otherwise")

    def _times(self, rows: SubjectRows) -> Sequence[float | None]:
        times = rows.numbers("TIME")
        if None in times:
            texts = rows.texts("TIME") or ()
            for at, (time, text) in enumerate(zip(times, texts, strict=True)):
                if time is None and missing(text):
                    what = f"{rows.header.spelled('TIME')} is missing"
                    self.told.add(TIME, rows.place(at), what, "write the time, or drop the row")
        return times

    def _read_time_unit(self, rows: SubjectRows) -> None:
        for at, text in enumerate(rows.texts("TIMEUNIT") or ()):
            if missing(text):
                continue
            unit = _UNITS.get(text.strip().upper(), text.strip())
            if self.time_unit is None:
                self.time_unit = unit
            elif unit != self.time_unit:
                what = f"the unit of time is {visible(unit)}, and {visible(self.time_unit)} before"
                self.told.add(TIME_UNIT, rows.place(at), what, "convert the times")

    def _occasions(
        self,
        rows: SubjectRows,
        kinds: Sequence[int],
        times: Sequence[float | None],
        doses: Sequence[Given],
    ) -> tuple[Sequence[int], Sequence[int]]:
        """The occasion of every row, and of every dose."""
        if self.occasions == COLUMN:
            wanted = [at for at, kind in enumerate(kinds) if kind in _WITH_OCCASION]
            found = self.by_column.of_rows(rows, wanted)
            of_rows = [found.get(at, 1) for at in range(len(times))]
            return of_rows, [of_rows[one.at] for one in doses]
        if not self.many_doses and many_doses(doses):
            self.many_doses = rows.name
        together = self.occasions == ONE or (self.occasions is None and self.many_doses)
        if together or len(doses) <= 1:
            return [1] * len(times), [1] * len(doses)
        moments = [(_when(time), at) for at, time in enumerate(times)]
        return by_infusions(doses, moments), range(1, len(doses) + 1)


def _in_order(
    rows: SubjectRows, kinds: Sequence[int], times: Sequence[float | None]
) -> tuple[SubjectRows, Sequence[int], Sequence[float | None]]:
    """The rows in order of time; rows of one kind and assay that run backwards are told."""
    known = [time for time in times if time is not None]
    if all(map(float.__le__, known, known[1:])):
        return rows, kinds, times
    last: dict[tuple[int, str], float] = {}
    apart = rows.texts("DVID") or [""] * len(times)
    backwards = False
    for at, (kind, time, word) in enumerate(zip(kinds, times, apart, strict=True)):
        if time is None or kind == RowKind.SKIPPED:
            continue
        key = (kind, word.strip() if kind == RowKind.SAMPLE else "")
        if time < last.get(key, time):
            what = f"time goes back from {last[key]:g} to {time:g}"
            fix = "a subject has one clock: after a second infusion go on counting"
            rows.told.add(BACKWARDS, rows.place(at), what, fix)
            backwards = True
        last[key] = time
    if not backwards:
        what = "the rows were put in order of time: each assay, and the doses, stand in order"
        rows.told.add(SORTED, rows.place(0), what)
    order = sorted(range(len(times)), key=lambda at: _when(times[at]))
    return (
        rows.reordered(order),
        [kinds[at] for at in order],
        [times[at] for at in order],
    )


def _when(time: float | None) -> float:
    return 0.0 if time is None else time


def _redone(subject: Subject, places: Sequence[int], *, only_one: bool) -> Subject:
    """A subject with the assays in their last order, and where that is wanted on one occasion."""
    return replace(
        subject,
        samples=tuple(
            replace(one, assay=places[one.assay], occasion=1 if only_one else one.occasion)
            for one in subject.samples
        ),
        doses=tuple(
            replace(one, occasion=1 if only_one else one.occasion) for one in subject.doses
        ),
    )
