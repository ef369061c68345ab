"""RECIST 1.1 as the catalogue lists it, with and without confirmation."""

from __future__ import annotations

from functools import partial

from reinfuse.grading.grade import Criterion
from reinfuse.grading.lesions.best import BestRule
from reinfuse.grading.lesions.recist import (
    CONFIRMED_RULE,
    RECIST,
    RECIST_CONFIRMED,
    TOPIC,
    UNCONFIRMED_RULE,
    grade_recist,
)
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.source import Standing

_ITEMS = (
    "lesion longest diameter",
    "lesion shortest diameter",
    "lesion kind",
    "lesion role",
    "lesion organ",
    "lesion status",
    "new lesion",
)
_ROWS = (
    PrintedRow(
        part="targets",
        level="choice",
        words="at most 5 lesions, 2 of one organ; the largest that can be measured",
        asks="longest diameter ≥ 10 mm; node: short axis ≥ 15 mm",
    ),
    PrintedRow(
        part="targets",
        level="CR",
        words="nothing left, nodes of normal size",
        asks="no target but nodes with a short axis < 10 mm",
    ),
    PrintedRow(
        part="targets",
        level="PR",
        words="sum of diameters at least 30 % below baseline",
        asks="sum ≤ 0.7 × baseline",
    ),
    PrintedRow(
        part="targets",
        level="PD",
        words="sum at least 20 % and 5 mm above its smallest, baseline counted",
        asks="sum ≥ 1.2 × smallest and sum - smallest ≥ 5 mm",
    ),
    PrintedRow(
        part="targets",
        level="PD",
        words="one is back after all were gone",
        standing=Standing.RECALLED,
    ),
    PrintedRow(part="non-targets", level="CR", words="all gone, nodes < 10 mm short axis"),
    PrintedRow(part="non-targets", level="PD", words="unequivocal progression, as a reader says"),
    PrintedRow(part="new lesions", level="PD", words="any new lesion"),
    PrintedRow(part="visit", level="CR", words="targets CR, non-targets CR, nothing new"),
    PrintedRow(
        part="visit",
        level="PR",
        words="targets CR or PR, non-targets not PD or not all evaluated, nothing new",
    ),
    PrintedRow(
        part="visit",
        level="SD",
        words="neither, non-targets not PD or not all evaluated, nothing new",
    ),
    PrintedRow(
        part="visit", level="NON-CR/NON-PD", words="no targets, non-targets left and not PD"
    ),
    PrintedRow(part="visit", level="NE", words="targets not all evaluated, no PD"),
    PrintedRow(part="visit", level="PD", words="PD of targets or non-targets, or a new lesion"),
)
_BEST = PrintedRow(
    part="best", level="SD", words="stable disease from day 42", standing=Standing.RECALLED
)
_CONFIRM = PrintedRow(
    part="best",
    level="CR, PR",
    words="seen again after 28 days or more, at most one visit not evaluable between",
    standing=Standing.PORT,
)
_NOTES = (
    "Not made for lymphoma; a lesion without a stated role is a target if it is among the largest"
    " measurable ones at baseline (ours).",
    "Baseline is the last visit on or before day 0; scans within three days are one visit (ours).",
    "Too small to measure counts as 5 mm; a size below a limit is more than nothing.",
    "Nodes that are all below 10 mm with nothing else left are CR even where they grew (ours).",
    "Stable disease must have lasted 42 days from day 0; protocols ask for 6 to 8 weeks (ours).",
    "Where nobody said that there was no new lesion, progression stays possible.",
)


def _entry(
    criterion: Criterion, rule: BestRule, rows: tuple[PrintedRow, ...], other: Criterion
) -> Entry:
    return Entry(
        criterion=criterion,
        topic=TOPIC,
        items=_ITEMS,
        grade=partial(grade_recist, criterion, rule),
        table=rows,
        notes=_NOTES,
        variants=(other.name,),
    )


RECIST_ENTRY = _entry(RECIST, UNCONFIRMED_RULE, (*_ROWS, _BEST), RECIST_CONFIRMED)
RECIST_CONFIRMED_ENTRY = _entry(RECIST_CONFIRMED, CONFIRMED_RULE, (*_ROWS, _BEST, _CONFIRM), RECIST)
