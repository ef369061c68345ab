"""A reported level against the levels that a criterion leaves possible."""

from __future__ import annotations

import pytest

from reinfuse.checks import Case
from reinfuse.checks.levels import places_of
from reinfuse.checks.reported import find_impossible_grades, find_unsupported_grades
from reinfuse.errors import Severity
from reinfuse.grading import Criterion, Grade, Level, Reason, Trust
from reinfuse.source import Source, Standing
from tests.unit.test_checks import findings_of, read_invented

SCALES: dict[str, tuple[Level, ...]] = {
    "marrow": ("CR", "CRh", "CRi", "no remission"),
    "overall": ("CR", "CRh", "CRi", "no CR"),
    "lesion": ("complete", "partial", "stable", "progression"),
    "recovery": ("reached", "not reached"),
    "relapse": ("isolated extramedullary", "combined", "marrow"),
    "course": ("relapse", "primary refractory"),
    "chimerism": ("full donor", "mixed", "below 5 % donor"),
    "acute": (0, "I", "II", "III", "IV"),
    "chronic": ("none", "mild", "moderate", "severe"),
    "grade": (0, 1, 2, 3, 4, 5),
}
TABLE = """
    scale     | low                     | high               | reported            | told
    marrow    | no remission            | no remission       | CR                  | contradiction
    marrow    | no remission            | no remission       | complete remission  | contradiction
    marrow    | no remission            | no remission       | MRD-negative CR     | contradiction
    marrow    | no remission            | no remission       | CRi                 | contradiction
    marrow    | no remission            | no remission       | no response         |
    marrow    | no remission            | no remission       | refractory          |
    marrow    | no remission            | no remission       | PR                  |
    marrow    | no remission            | no remission       | quite well          |
    marrow    | CR                      | CRi                | no response         | contradiction
    marrow    | CR                      | CRi                | CRh                 |
    marrow    | CR                      | CR                 | CRi                 | contradiction
    marrow    | CRh                     | CRh                | CRi                 |
    marrow    | CRi                     | CRi                | CRh                 | contradiction
    marrow    | CR                      | no remission       | CR                  |
    overall   | no CR                   | no CR              | complete response   | contradiction
    overall   | no CR                   | no CR              | PR                  |
    lesion    | progression             | progression        | PR                  | contradiction
    lesion    | partial                 | stable             | stable disease      |
    lesion    | complete                | complete           | resolved            |
    recovery  | not reached             | not reached        | reached, hsct day 9 | contradiction
    recovery  | reached                 | not reached        | reached, hsct day 9 |
    recovery  |                         |                    | reached, hsct day 9 |
    relapse   | combined       | marrow    | isolated extramedullary     | contradiction
    relapse   | combined                | marrow             | relapse             |
    course    | primary refractory      | primary refractory | relapse             | contradiction
    chimerism | mixed                   | mixed              | complete donor      | contradiction
    acute     | 0                       | IV                 | II                  |
    acute     | 0                       | IV                 | 2                   |
    acute     | 0                       | IV                 | none                |
    acute     | 0                       | I                  | grade III           | contradiction
    acute     | II                      | IV                 | none                | contradiction
    chronic   | none                    | severe             | none                |
    chronic   | none                    | mild               | severe              | contradiction
    grade     | 2                       | 4                  | none                | contradiction
    grade     | 1                       | 4                  | grade 2             | unsupported
    grade     | 1                       | 4                  | 1                   |
    grade     | 1                       | 4                  | severe              |
    grade     | 0                       | 5                  | 7                   | contradiction
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:]]


def criterion_of(scale: str) -> Criterion:
    source = Source(cite="invented", standing=Standing.OURS)
    return Criterion(name=scale, title=scale, levels=SCALES[scale], source=source)


def level_of(scale: str, text: str) -> Level | None:
    return next((level for level in SCALES[scale] if str(level) == text), None)


def told(scale: str, low: str, high: str, reported: str) -> list[Severity]:
    grade = Grade(
        criterion=criterion_of(scale),
        topic=scale,
        subject="first",
        when="first day 28",
        low=level_of(scale, low),
        high=level_of(scale, high),
        trust=Trust.DERIVED,
        reported=reported,
        reported_by=("said",),
        because=(Reason(text="a sign", entries=("sign",)),),
    )
    case = Case(read_invented(""), (grade,))
    found = (*find_unsupported_grades(case), *find_impossible_grades(case))
    return [finding.severity for finding in found]


@pytest.mark.parametrize(
    ("scale", "low", "high", "reported", "severity"), ROWS, ids=[" ".join(row) for row in ROWS]
)
def test_a_reported_level_is_held_against_the_possible_ones(
    scale: str, low: str, high: str, reported: str, severity: str
) -> None:
    assert told(scale, low, high, reported) == ([severity] if severity else [])


@pytest.mark.parametrize("levels", SCALES.values(), ids=SCALES)
def test_every_level_stands_for_itself_in_any_case(levels: tuple[Level, ...]) -> None:
    criterion = criterion_of(next(name for name, row in SCALES.items() if row == levels))
    for place, level in enumerate(levels):
        assert place in places_of(str(level).upper(), criterion)
        assert place in places_of(str(level), criterion)


CR = """
products: [{id: own, origin: autologous}]
infusions: [{id: first, when: 2021-01-08, product: own}]
observations:
  - {id: blasts, when: first day 28, analyte: blasts, site: bone marrow, value: 40 %}
assessments:
  - {id: cr, when: first day 28, topic: response, value: CR, of: first, site: bone marrow}
"""


def test_a_cr_with_40_percent_blasts_is_a_contradiction() -> None:
    (found,) = findings_of("reported-outside-derivable", CR)
    assert found.severity is Severity.CONTRADICTION
    assert "marrow response CR is reported" in found.what
    assert "makes no remission" in found.what
    assert "cr" in found.about
    assert not findings_of("reported-outside-derivable", CR.replace("40 %", "0.4 %"))


def test_a_cr_with_low_counts_is_told_once_by_the_rule_on_counts() -> None:
    counts = """
  - {id: plt, when: first day 28, analyte: platelets, site: blood, value: 65 x10^9/L}
  - {id: anc, when: first day 28, analyte: neutrophils, site: blood, value: 3 x10^9/L}
assessments:"""
    text = CR.replace("40 %", "0.4 %").replace("\nassessments:", counts)
    assert findings_of("response-against-counts", text)
    assert not findings_of("reported-outside-derivable", text)
