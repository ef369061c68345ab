"""ASTCT CRS of many patients at once: where each can stand, day after day, then the table."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from reinfuse.cohort.columns import Chunk, Columns, Flags, Truths
from reinfuse.cohort.completed_columns import crs_completed
from reinfuse.cohort.folded import (
    Folded,
    assessed,
    columns_of,
    folded,
    of_grades,
    with_deaths,
)
from reinfuse.cohort.judge_columns import holds_in
from reinfuse.cohort.scale_columns import ranks_of, stages_in
from reinfuse.grading.rules.judge import Truth
from reinfuse.grading.series import rank
from reinfuse.grading.toxicity.crs_astct import FEVER, SCALE, TABLE
from reinfuse.grading.toxicity.crs_states import (
    START,
    Dose,
    State,
    States,
    states_after,
    states_today,
    suppressed_in,
)
from reinfuse.grading.toxicity.crs_timed import grade_crs_chart
from reinfuse.grading.toxicity.prepared import DEATH_CAUSE, DEATH_GRADE, LAST_DAY
from reinfuse.grading.toxicity.words import (
    AIRWAY,
    DEVICE,
    SUPPRESSED,
    TEMPERATURE,
    TREATMENTS,
    VENTILATOR,
)
from reinfuse.record.long_table import charts_of
from reinfuse.record.vocabulary import items

Codes = NDArray[np.uint8]
_STATES = tuple(State)
_SETS = 1 << len(_STATES)
_TRUTHS: tuple[Truth, ...] = (False, True, None)
# What can have been given on a day, by code.
_DOSES = (
    frozenset({Dose.NONE}),
    frozenset({Dose.NONE, Dose.SINCE}),
    frozenset({Dose.BEFORE}),
    frozenset({Dose.SINCE}),
)
_NONE, _UNKNOWN, _BEFORE, _SINCE = range(len(_DOSES))


def crs_columns(chunk: Chunk) -> Folded:
    """The peak of CRS of every patient, as `grade_crs_chart` grades one."""
    keys, cells = TABLE.keys(), len(chunk.day)
    columns = crs_completed(columns_of(chunk, keys, minds_cause=True), cells)
    days = assessed(chunk, keys, 0, LAST_DAY)
    told = {**columns, SUPPRESSED: _suppressed(chunk, columns, days)}
    floor = rank(SCALE.criterion, 0)
    grades = folded(chunk, ranks_of(SCALE, told, cells), days, floor=floor)
    death = rank(SCALE.criterion, DEATH_GRADE)
    grades = with_deaths(grades, chunk, DEATH_CAUSE, TABLE.cause, death)
    return _with_hidden_support(grades, chunk)


def _with_hidden_support(grades: Folded, chunk: Chunk) -> Folded:
    """The grades with those few anew, by chart, in whom a ventilator for the airway hides support.

    Of several devices of a day the columns keep the worst; the rule takes that one away again.
    """
    if AIRWAY not in chunk.rows_of or DEVICE not in chunk.rows_of:
        return grades
    word, cell = chunk.of("word"), chunk.cell_of_row
    airway, device = chunk.rows_of[AIRWAY], chunk.rows_of[DEVICE]
    ventilated = word[device] == items()[DEVICE].words.index(VENTILATOR)
    hidden = set(cell[airway[word[airway] == 1]]) & set(cell[device[ventilated]])
    hidden &= set(cell[device[~ventilated]])
    if not hidden:
        return grades
    places = np.unique(chunk.patient[sorted(hidden)])
    charts = (
        next(charts_of(chunk.table, chunk.first + place, chunk.first + place + 1))
        for place in places.tolist()
    )
    anew = of_grades(SCALE.criterion, [grade_crs_chart(chart) for chart in charts])
    found = []
    for name in (one.name for one in fields(Folded)):
        column = np.array(getattr(grades, name), dtype=np.float64)
        column[places] = getattr(anew, name)
        found.append(column)
    return Folded(*found)


def _suppressed(chunk: Chunk, columns: Columns, days: Flags) -> Truths:
    """Whether fever is not asked for in each cell: as somebody said, else as it follows."""
    cells = len(chunk.day)
    fever = _coded(holds_in(FEVER, columns), cells)
    organs = _organs(columns, cells)
    said = columns.get(SUPPRESSED)
    known = (
        said if isinstance(said, Truths) else Truths(np.zeros(cells, bool), np.ones(cells, bool))
    )
    today = _stood(chunk, days, fever, organs, _doses(chunk), known.surely)
    truth = _tables()[2][today]
    open_ = known.possibly & ~known.surely  # nobody said it, of whatever cause
    return Truths(
        np.where(open_, truth == _TRUTHS.index(True), known.surely),
        np.where(open_, truth != _TRUTHS.index(False), known.possibly),
        known.elsewhere,
    )


def _stood(
    chunk: Chunk, days: Flags, fever: Codes, organs: Codes, doses: Codes, said: Flags
) -> Codes:
    """Where each patient can stand in each assessed cell; all patients step together."""
    todays, afters, _ = _tables()
    found = np.full(len(days), _code(START), dtype=np.uint8)
    places = np.flatnonzero(days)
    patient = chunk.patient[places]
    begins = np.flatnonzero(np.diff(patient, prepend=-1))
    step = np.arange(len(places)) - np.repeat(begins, np.diff(begins, append=len(places)))
    order = np.argsort(step, kind="stable")
    bounds = np.searchsorted(step[order], np.arange(int(step.max(initial=-1)) + 2))
    standing = np.full(chunk.patients, _code(START), dtype=np.uint8)
    for first, last in pairwise(bounds):
        now = places[order[first:last]]
        of = chunk.patient[now]
        today = todays[standing[of], fever[now], doses[now]]
        today = np.where(said[now], _code(frozenset({State.SUPPRESSED})), today)
        found[now] = today
        standing[of] = afters[today, fever[now], organs[now]]
    return found


@cache
def _tables() -> tuple[Codes, Codes, Codes]:
    """The steps of one patient, written out: by set of states, fever, and doses or organs."""
    todays = np.zeros((_SETS, len(_TRUTHS), len(_DOSES)), dtype=np.uint8)
    afters = np.zeros((_SETS, len(_TRUTHS), len(_TRUTHS)), dtype=np.uint8)
    suppressed = np.zeros(_SETS, dtype=np.uint8)
    for code in range(_SETS):
        states = frozenset(one for place, one in enumerate(_STATES) if code >> place & 1)
        suppressed[code] = _TRUTHS.index(suppressed_in(states))
        for place, fever in enumerate(_TRUTHS):
            for at, doses in enumerate(_DOSES):
                todays[code, place, at] = _code(states_today(states, fever, doses))
        for (place, fever), (at, organs) in product(enumerate(_TRUTHS), repeat=2):
            afters[code, place, at] = _code(states_after(states, fever, organs))
    return todays, afters, suppressed


def _code(states: States) -> int:
    return sum(1 << _STATES.index(one) for one in states)


def _coded(truth: Truths, cells: int) -> Codes:
    surely, possibly = (np.broadcast_to(one, cells) for one in (truth.surely, truth.possibly))
    codes = [_TRUTHS.index(one) for one in (True, None, False)]
    return np.select([surely, possibly], codes[:2], codes[2]).astype(np.uint8)


def _organs(columns: Columns, cells: int) -> Codes:
    """Whether there was hypotension or hypoxia."""
    stages = stages_in(SCALE, columns, cells)
    surely = np.logical_or.reduce([one.low > 0 for one in stages.values()])
    possibly = np.logical_or.reduce([one.high > 0 for one in stages.values()])
    return _coded(Truths(surely, possibly), cells)


def _doses(chunk: Chunk) -> Codes:
    """What can have been given in each cell; a dose for another cause counts as well."""
    cells = len(chunk.day)
    stated = np.zeros(cells, dtype=np.int64)
    given, with_hours = np.zeros(cells, dtype=bool), np.ones(cells, dtype=bool)
    latest = np.full(cells, -np.inf)
    for name in TREATMENTS:
        marks = chunk.marks(name, minds_cause=SCALE.minds_cause)
        if marks is None:
            continue
        stated += ~np.isnan(marks.time)
        given |= marks.yes
        latest = np.where(marks.yes, np.fmax(latest, marks.time), latest)
        with_hours &= ~marks.yes | (np.nan_to_num(marks.time) % 1 != 0)
    fever = chunk.marks(TEMPERATURE, minds_cause=SCALE.minds_cause)
    before = np.zeros(cells, dtype=bool)
    if fever is not None:
        with_hours &= np.nan_to_num(fever.time) % 1 != 0
        before = with_hours & (latest < fever.time)
    cases = [given & before, given, stated == len(TREATMENTS)]
    return np.select(cases, [_BEFORE, _SINCE, _NONE], _UNKNOWN).astype(np.uint8)
