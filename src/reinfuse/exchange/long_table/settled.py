"""The draft of a table put in order: days counted, rows sorted, rows that contradict each other."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from itertools import accumulate, compress, pairwise
from operator import le, not_, sub

from reinfuse.errors import Severity
from reinfuse.exchange.long_table.draft import TIME, Draft
from reinfuse.exchange.long_table.problems import Sort
from reinfuse.quantity.unit import shortened
from reinfuse.record.long_table import TYPES, LongTable

INFUSION = "infusion"
DUPLICATE = Sort("table-duplicate", "rows that contradict each other")
SPELLING = Sort("table-spelling", "read under another name", Severity.NOTE)
UNITS = Sort("table-units", "one item in several units", Severity.AMBIGUITY)
TWICE = Sort("table-twice", "rows that stand twice", Severity.NOTE)
_ROW_COLUMNS = tuple(name for name in TYPES if name != "starts")
_KEY_COLUMNS = ("day", "measure", "site", "specimen", "method")
_VALUE_COLUMNS = ("value", "word", "limit")


def settled(draft: Draft) -> LongTable:
    """The table of a draft; what is found on the way is added to its problems and notes."""
    if draft.dated:
        _count_days(draft)
    _sort(draft)
    _drop(draft, _contradicting(draft))
    _drop_empty_patients(draft)
    _note_spellings(draft)
    _drop_empty_books(draft)
    columns = draft.columns
    return LongTable(
        patients=tuple(draft.patients),
        measures=tuple(draft.measures),
        sites=(None, *list(draft.books["site"])[1:]),
        specimens=(None, *list(draft.books["specimen"])[1:]),
        methods=(None, *list(draft.books["method"])[1:]),
        causes=(None, *list(draft.books["cause"])[1:]),
        **columns,  # type: ignore[arg-type]  # each by its own name and type, as in TYPES
    )


def _count_days(draft: Draft) -> None:
    """Turn dates into days from each patient's first infusion; without one there are none."""
    patient, time = draft.columns["patient"], draft.columns["day"]
    zero = [math.inf] * len(draft.patients)
    codes = {code for measure, code in draft.measures.items() if measure.item == INFUSION}
    for place, code in enumerate(draft.columns["measure"]):
        if code in codes and draft.columns["word"][place] == 1:
            of = int(patient[place])
            zero[of] = min(zero[of], time[place] // 1)
    if math.inf in zero:
        good = [zero[int(of)] < math.inf for of in patient]
        # Each row is told, for each is lost: none of them has a day.
        for place in compress(range(len(good)), map(not_, good)):
            what = "the patient of this row has no `infusion` row with a date"
            fix = "add one: item infusion, value yes, and the date, which becomes day 0"
            draft.problems.add(int(draft.columns["row"][place]), TIME, what, fix)
        _keep(draft, good)
    patient, time = draft.columns["patient"], draft.columns["day"]
    begun = map(zero.__getitem__, patient)  # type: ignore[arg-type]
    draft.columns["day"] = array("d", map(sub, time, begun))


def _drop_empty_patients(draft: Draft) -> None:
    """Leave out who has no row left: nothing is known of them, and nothing is graded."""
    starts = draft.columns["starts"]
    there = [first < last for first, last in pairwise(starts)]
    if all(there):
        return
    codes = list(accumulate(there))  # one more than the new code of who is there
    patient = draft.columns["patient"]
    draft.columns["patient"] = array(TYPES["patient"], (codes[int(of)] - 1 for of in patient))
    kept = [*compress(starts, there), starts[-1]]
    draft.columns["starts"] = array(TYPES["starts"], map(int, kept))
    names = list(compress(draft.patients, there))
    draft.patients.clear()
    draft.patients.update({name: code for code, name in enumerate(names)})


def _keep(draft: Draft, good: Iterable[bool | int]) -> None:
    good = bytes(good)
    for name in _ROW_COLUMNS:
        if column := draft.columns[name]:
            draft.columns[name] = array(TYPES[name], compress(column, good))


def _sort(draft: Draft) -> None:
    """Put the rows by patient and then by time; rows of one time keep their order."""
    patient, day = draft.columns["patient"], draft.columns["day"]
    groups: list[list[int]] | None = None
    if not all(map(le, patient, patient[1:])):
        groups = [[] for _ in draft.patients]
        for place, of in enumerate(patient):
            groups[int(of)].append(place)
        _put(draft, [place for group in groups for place in group])
    _note_starts(draft)
    day, starts = draft.columns["day"], draft.columns["starts"]
    order: list[int] | None = None
    for first, last in pairwise(starts):
        part = day[int(first) : int(last)]
        if not all(map(le, part, part[1:])):
            order = list(range(len(day))) if order is None else order
            order[int(first) : int(last)] = sorted(
                range(int(first), int(last)), key=day.__getitem__
            )
    if order is not None:
        _put(draft, order)


def _put(draft: Draft, order: list[int]) -> None:
    for name in _ROW_COLUMNS:
        if column := draft.columns[name]:
            draft.columns[name] = array(TYPES[name], map(column.__getitem__, order))


def _note_starts(draft: Draft) -> None:
    """Say where the rows of each patient begin; the rows stand by patient."""
    counts = [0] * len(draft.patients)
    patient = draft.columns["patient"]
    place = 0
    while place < len(patient):
        of = int(patient[place])
        last = _end_of_run(patient, place, of)
        counts[of] = last - place
        place = last
    starts = array("q", [0])
    for count in counts:
        starts.append(starts[-1] + count)
    draft.columns["starts"] = starts


def _end_of_run(codes: array[int] | array[float], first: int, code: int) -> int:
    """The place after the last row of a code, in codes that never fall."""
    low, high = first, len(codes)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if codes[middle] <= code else (low, middle)
    return low


def _contradicting(draft: Draft) -> set[int]:
    """The places of rows that give different values of one thing at one time."""
    day, measure = draft.columns["day"], draft.columns["measure"]
    bad: set[int] = set()
    agreeing = 0
    for first, last in pairwise(map(int, draft.columns["starts"])):
        times = zip(day[first:last], measure[first:last], strict=True)
        if len(set(times)) == last - first:
            continue
        seen: dict[tuple[float, ...], int] = {}
        for place in range(first, last):
            before = seen.setdefault(_at(draft, place, _KEY_COLUMNS), place)
            if before == place:
                continue
            if _at(draft, place, _VALUE_COLUMNS) == _at(draft, before, _VALUE_COLUMNS):
                agreeing += 1
                continue
            bad |= {before, place}
            _note_contradiction(draft, before, place)
    if agreeing:
        one = "1 row repeats another row and says the same"
        several = f"{agreeing} rows repeat another row and say the same"
        draft.notes.add(0, TWICE, one if agreeing == 1 else several)
    return bad


def _at(draft: Draft, place: int, names: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(draft.columns[name][place] for name in names if draft.columns[name])


def _note_contradiction(draft: Draft, before: int, place: int) -> None:
    rows = sorted(int(draft.columns["row"][one]) for one in (before, place))
    item = list(draft.measures)[int(draft.columns["measure"][place])].item
    what = f"{item} differs from row {rows[0]}, of the same patient and time"
    fix = "keep the right one; if both are, write the hours (day 3.25) or the site or specimen"
    draft.problems.add(rows[1], DUPLICATE, what, fix)


def _drop(draft: Draft, bad: set[int]) -> None:
    if not bad:
        return
    good = bytearray(b"\1") * len(draft.columns["day"])
    for place in bad:
        good[place] = 0
    _keep(draft, good)
    _note_starts(draft)


def _note_spellings(draft: Draft) -> None:
    """Tell under which names items were read, and which stood in several units."""
    named: dict[tuple[str, str], int] = {}
    units: dict[str, dict[str, int]] = {}
    for place, count in sorted(draft.rows_of.items()):
        one = draft.spellings[place]
        if one.measure is None:
            continue
        if one.text.casefold() != one.measure.item.casefold():
            key = (one.text, one.measure.item)
            named[key] = named.get(key, 0) + count
        if one.written:
            found = units.setdefault(one.measure.item, {})
            found[one.written] = found.get(one.written, 0) + count
    for (text, item), count in named.items():
        draft.notes.add(0, SPELLING, f"read {shortened(text)} as {item}, {_rows(count)}")
    for item, found in units.items():
        if len(found) > 1:
            listed = " and ".join(f"{unit} ({_rows(count)})" for unit, count in found.items())
            kept = dict.fromkeys(one.unit for one in draft.measures if one.item == item)
            what = f"{item} is written in {listed}, and kept in {' and '.join(kept)}"
            draft.notes.add(0, UNITS, what, "check that no unit is a slip")


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _drop_empty_books(draft: Draft) -> None:
    for name, book in draft.books.items():
        if len(book) == 1:
            draft.columns[name] = array(TYPES[name])
