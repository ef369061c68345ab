"""What each row of a subject is: a sample, a dose, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import repeat

from reinfuse.errors import Severity
from reinfuse.exchange.data_set.cells import Cell
from reinfuse.exchange.data_set.rows import SubjectRows
from reinfuse.exchange.data_set.told import WHOLE, Sort


class RowKind(IntEnum):
    """What a row is; a skipped row has a problem or repeats another."""

    SAMPLE = 0
    DOSE = 1
    OTHER = 2
    SKIPPED = 3


CONFLICT = Sort("data-conflict", "EVID, AMT and DV contradict each other")
EVENT = Sort("data-event", "an EVID that cannot be used")
CODED = Sort("data-rxode-event", "EVID as rxode2 codes it", Severity.NOTE)
COPIED = Sort("data-copy", "DTYPE is COPY: the row repeats another and is left out", Severity.NOTE)
IGNORED_DV = Sort("data-dose-value", "a dose with a value", Severity.NOTE)
_COPY, _DOSE_WORD = "COPY", "DOSE"
_SAMPLE = RowKind.SAMPLE
_SAMPLE_EVENT, _DOSE_EVENT, _OTHER_EVENT = 0, 1, 2
_RESETS = (3, 4)
_RXODE_STEP = 100  # rxode2 writes a bolus into compartment n as 100 n + 1


def kinds_of(rows: SubjectRows) -> Sequence[int]:
    """The kind of each row."""
    words = [] if rows.has("AMT") else [one.strip().upper() for one in rows.texts("DVID") or ()]
    doses_by_word = _DOSE_WORD in words
    if not (rows.has("EVID") or rows.has("AMT") or rows.has("DTYPE") or doses_by_word):
        return bytes(len(rows))
    if not rows.has("DTYPE") and rows.has("EVID"):
        # Nearly every row is a plain sample.
        pairs = zip(rows.cells("EVID"), rows.numbers("AMT"), strict=True)
        return [
            _SAMPLE if event == 0 and not amount else _by_event(rows, at)
            for at, (event, amount) in enumerate(pairs)
        ]
    copies = rows.texts("DTYPE") or repeat("")
    word_at = dict(enumerate(words)) if doses_by_word else {}
    return [
        _kind(rows, at, copy, word_at.get(at))
        for at, copy in zip(range(len(rows)), copies, strict=False)
    ]


def _kind(rows: SubjectRows, at: int, copy: str, word: str | None) -> RowKind:
    if copy.strip().upper() == _COPY:
        rows.told.add(COPIED, rows.place(at), "DTYPE is COPY: the row is left out")
        return RowKind.SKIPPED
    if word is not None:
        return RowKind.DOSE if word == _DOSE_WORD else RowKind.SAMPLE
    return _by_event(rows, at) if rows.has("EVID") else _by_amount(rows, at)


def _by_event(rows: SubjectRows, at: int) -> RowKind:
    event, amount = rows.cell("EVID", at), rows.numbers("AMT")[at]
    if event is None or event == _SAMPLE_EVENT:
        if not amount:
            return RowKind.SAMPLE
        what = f"EVID says sample, and AMT is {amount:g}"
        rows.told.add(CONFLICT, rows.place(at), what, "write EVID 1 for a dose, or AMT 0")
    elif event == _DOSE_EVENT or _bolus_of_rxode(event):
        return _dose(rows, at, event, amount)
    elif event == _OTHER_EVENT:
        return RowKind.OTHER
    elif event in _RESETS:
        what = f"EVID {event:g} sets the system back, and that is not read"
        fix = "give the time after it an occasion of its own in OCC, or an ID of its own"
        rows.told.add(EVENT, rows.place(at), what, fix)
    else:
        what = f"EVID is {event:g}" if isinstance(event, float) else "EVID is no number"
        fix = "write 0 for a sample, 1 for a dose, 2 for covariates alone"
        rows.told.add(EVENT, rows.place(at), what, fix)
    return RowKind.SKIPPED


def _bolus_of_rxode(event: Cell) -> bool:
    return isinstance(event, float) and event > _RXODE_STEP and event % _RXODE_STEP == 1


def _dose(rows: SubjectRows, at: int, event: Cell, amount: float | None) -> RowKind:
    if not amount:
        shown = "missing" if amount is None else "0"
        what = f"EVID says dose, and AMT is {shown}"
        rows.told.add(CONFLICT, rows.place(at), what, "write the amount, or EVID 0 for a sample")
        return RowKind.SKIPPED
    if event != _DOSE_EVENT and not rows.told.counts[CODED]:
        what = f"EVID {event} is how rxode2 codes a bolus: read as a dose, in every row"
        rows.told.add(CODED, WHOLE, what.replace(".0 ", " "))
    if rows.cell("DV", at):
        what = "the row is a dose and holds a value: the value is not used"
        rows.told.add(IGNORED_DV, rows.place(at), what, "give the sample a row of its own")
    return RowKind.DOSE


def _by_amount(rows: SubjectRows, at: int) -> RowKind:
    if not rows.numbers("AMT")[at]:
        return RowKind.SAMPLE
    if rows.cell("DV", at) and rows.numbers("MDV")[at] != 1:
        what = "the row is a dose and holds a value"
        fix = "give the sample a row of its own, or write --columns DOSE=... where every row"
        rows.told.add(CONFLICT, rows.place(at), what, f"{fix} repeats the one dose")
        return RowKind.SKIPPED
    return RowKind.DOSE
