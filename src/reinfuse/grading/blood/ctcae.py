"""Laboratory grades of CTCAE, versions 5.0 and 6.0, term by term."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import partial
from importlib import resources

from reinfuse.grading.blood.ctcae_cells import Measurement, condition_of, in_print
from reinfuse.grading.chart.daily import grade_days
from reinfuse.grading.chart.findings import finding_of
from reinfuse.grading.chart.listed import listed
from reinfuse.grading.grade import Criterion, Grade
from reinfuse.grading.rules.entry import Entry
from reinfuse.grading.rules.finding import Span, key_of
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import items
from reinfuse.source import Source, Standing

_VERSIONS = ("5.0", "6.0")
_GRADES = (1, 2, 3, 4)
_NOTES = (
    "Only what can be told from numbers: life-threatening consequences, urgent intervention and"
    " death have none and are not graded.",
    "A value on the printed bound of two grades belongs to the milder one.",
    "Where the table prints two units whose bounds differ in the last digit, the bounds of the"
    " unit shown here count; values in the other unit are converted (ours).",
)
_TRANSAMINASES = (
    "Version 6.0 prints grade 3 of an abnormal baseline for baselines up to 5 × ULN; here it"
    " counts for all, as in admiral.",
)
# What a term says besides; each stands under every version that prints it.
_NOTES_OF = {
    "ALT": _TRANSAMINASES,
    "AST": _TRANSAMINASES,
    "hemoglobin": ("Grade 3 is also printed as: transfusion indicated.",),
    "platelets": ("Version 6.0 calls the term thrombocytopenia and puts grade 4 below 10.",),
    "neutrophils": (
        "The versions differ by one grade: 0.7 ×10⁹/L is grade 3 in 5.0 and grade 2 in 6.0.",
    ),
    "fibrinogen": (
        "A fall from baseline counts where the value itself is below normal, as admiral reads"
        " 'if abnormal'.",
    ),
    "INR": ("On anticoagulation the multiples of the baseline count as well.",),
    "gamma-glutamyl transferase": (
        "Twice an abnormal baseline is grade 1 in the printed table of 5.0; admiral asks for more.",
    ),
    "hypertriglyceridemia": (
        "Grade 1 is printed from 1.71 mmol/L upward; admiral asks for more than that.",
    ),
    "hyperglycemia": ("Grades 1 and 2 exist for fasting values only.",),
}


def terms() -> tuple[Entry, ...]:
    """Every term of the table as an entry of the catalogue."""
    text = resources.files(__package__).joinpath("ctcae.csv").read_text(encoding="utf-8")
    rows = tuple(csv.DictReader(text.splitlines()))
    names = {_name(row["version"], row["term"]) for row in rows}
    return tuple(_entry(row, names) for row in rows)


def _name(version: str, term: str) -> str:
    return f"CTCAE-{version} {term}"


def _entry(row: dict[str, str], names: set[str]) -> Entry:
    rule = _scale(row)
    grade = partial(grade_term, rule, row["item"], row["unit"], row["worse"] == "high")
    others = {_name(version, row["term"]) for version in _VERSIONS} & names
    variants = tuple(sorted(others - {rule.criterion.name}))
    return replace(listed(rule, topic="CTCAE", variants=variants), grade=grade)


def _scale(row: dict[str, str]) -> Scale:
    measured = Measurement(row["item"], row["unit"])
    cells = [(grade, row[f"grade{grade}"]) for grade in _GRADES if row[f"grade{grade}"]]
    return Scale(
        criterion=Criterion(
            name=_name(row["version"], row["term"]),
            title=f"{row['printed']}, CTCAE {row['version']}",
            levels=(0, *_GRADES),
            source=Source(
                cite=f"NCI CTCAE {row['version']}",
                place=f"as carried by pharmaverse/admiral ncictcaev{row['version'][0]}.json",
                standing=Standing.PORT,
            ),
            family="blood",
        ),
        rows=tuple(
            Row(grade, in_print(cell), condition_of(cell, measured)) for grade, cell in cells
        ),
        notes=(*_NOTES, *_NOTES_OF.get(row["term"], ())),
    )


def grade_term(rule: Scale, item: str, unit: str, worse_high: bool, chart: Chart) -> Grade:
    """The worst grade of a term over the days of a chart.

    Of several values of one day the one that is worse for this term counts: the highest sodium
    for hypernatremia, the lowest for hyponatremia.
    """
    return grade_days(rule, worst_of_each_day(chart, item, unit, worse_high), topic="CTCAE")


def worst_of_each_day(chart: Chart, item: str, unit: str, worse_high: bool) -> Chart:
    """The chart with one value of the item a day, the highest or the lowest."""
    key, worst = key_of(item, unit), dict[int, Mark]()
    rest: list[Mark] = []
    for mark in chart.marks:
        own = mark.item == item and isinstance(mark.value, Quantity)
        if not own or key_of(item, mark.value.unit) != key:  # type: ignore[union-attr]
            rest.append(mark)
            continue
        day = int(mark.day // 1)
        before = worst.get(day)
        if before is None or _height(mark, unit, worse_high) > _height(before, unit, worse_high):
            worst[day] = mark
    return Chart.of(chart.subject, (*rest, *worst.values()))


def _height(mark: Mark, unit: str, worse_high: bool) -> float:
    span = finding_of(items()[mark.item], mark, unit)
    if not isinstance(span, Span):
        return 0.0
    return span.high if worse_high else -span.low
