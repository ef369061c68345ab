"""The table of rules, and what every finding has in common."""

from __future__ import annotations

import dataclasses

import pytest

from reinfuse.checks import RULES, Case, Rule, check_course
from reinfuse.errors import Finding, Severity
from reinfuse.exchange.course_file import read_course_text
from reinfuse.grading import grade_course
from reinfuse.quantity import Quantity
from reinfuse.record import Course, Kind, Observation
from reinfuse.timeline import read_when


def read_invented(text: str) -> Course:
    """An invented course from the part of a course file that matters to a test."""
    reading = read_course_text(f"title: invented\nkind: invented example\n{text}", "invented.yaml")
    assert reading.course is not None, [finding.what for finding in reading.problems]
    return reading.course


def check_invented(text: str) -> tuple[Finding, ...]:
    course = read_invented(text)
    return check_course(course, grade_course(course))


def ungraded(rule: str, text: str) -> list[Finding]:
    """What a rule finds that looks at no grade."""
    return [finding for finding in check_course(read_invented(text), ()) if finding.rule == rule]


def findings_of(rule: str, text: str) -> list[Finding]:
    return [finding for finding in check_invented(text) if finding.rule == rule]


EVERYTHING = """
patient:
  weight: 50 kg
  comorbidities: [{id: hbv, name: hepatitis B}]
products:
  - {id: own, origin: autologous, target: [CD19], transduction: 40 %}
  - {id: given, origin: donor-derived, target: [CD19]}
infusions:
  - {id: first, when: 2021-01-01, product: own, dose: 1e6 cells/kg}
  - {id: second, when: 2022-01, product: given}
transplants: [{id: graft, when: 2021-06-01, kind: allogeneic}]
regimens:
  - id: toci
    when: first day 3
    purpose: CRS treatment
    of: first
    drugs: [{name: tocilizumab, dose: 800 mg}]
  - id: pred
    when: after graft, before second
    purpose: GVHD treatment
    drugs: [{name: prednisone}]
observations:
  - {id: mrd, when: first day 28, analyte: MRD, result: negative, site: bone marrow}
  - {id: low, when: first day 28, analyte: platelets, value: 20 x10^9/L}
  - {id: odd, when: first day 28, analyte: platlets, value: 20 x10^9/L}
  - {id: hot, when: first day 2, analyte: temperature, value: 93 °C}
assessments:
  - {id: cr, when: first day 28, topic: response, value: CR, of: first}
  - {id: crs, when: first day 2, topic: CRS grade, value: "3", of: first}
  - {id: words, when: not stated, topic: CRS grade, value: mild, of: first}
  - {id: none, when: from graft day 0, topic: GVHD, value: none, of: graft}
"""


def test_each_rule_stands_once_and_says_what_it_finds() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    assert all(rule.meaning and not rule.meaning.endswith(".") for rule in RULES)


def test_a_rule_yields_findings_under_its_own_name_only() -> None:
    known = {rule.name for rule in RULES}
    found = check_invented(EVERYTHING)
    assert {finding.rule for finding in found} <= known
    assert len({finding.rule for finding in found}) >= 12


def test_every_finding_has_three_parts_and_names_entries() -> None:
    course = read_invented(EVERYTHING)
    ids = {entry.id for entry in course.entries()} | {item.id for item in course.products}
    for finding in check_course(course, grade_course(course)):
        assert finding.what, finding
        assert finding.where, finding
        assert finding.fix, finding
        assert finding.about, finding
        assert set(finding.about) <= ids | {"patient"}, finding
        assert not finding.what.endswith("."), finding


def test_the_gravest_comes_first_and_then_the_rules_by_name() -> None:
    order = list(Severity)
    keys = [(order.index(one.severity), one.rule) for one in check_invented(EVERYTHING)]
    assert keys == sorted(keys)


def test_an_empty_course_is_quiet() -> None:
    assert check_invented("") == ()


def test_a_course_that_leaves_nothing_open_is_quiet() -> None:
    assert (
        check_invented("""
products: [{id: own, origin: autologous, target: [CD19], transduction: 40 %}]
infusions: [{id: first, when: 2021-01-08, product: own, dose: 1e6 cells/kg, basis: CAR+ cells}]
regimens:
  - {id: ld, when: first day -5 to -3, purpose: lymphodepletion, of: first}
observations:
  - {id: warm, when: first day 1, analyte: temperature, value: 38.4 °C}
  - {id: ice, when: first day 1, analyte: ICE score, value: 10 points}
  - {id: mrd, when: first day 28, analyte: MRD, result: negative, limit: 0.01 %,
     gated_free_of: CD19, site: bone marrow}
  - {id: plt, when: first day 28, analyte: platelets, value: 180 x10^9/L}
""")
        == ()
    )


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_check_never_stumbles_over_a_unit_of_the_wrong_kind(
    rule: Rule, wrong_units: Course
) -> None:
    assert all(finding.what for finding in rule.find(Case(wrong_units)))


@pytest.fixture
def wrong_units() -> Course:
    """Everything that a check reads a number of, in grams."""
    course = read_invented(EVERYTHING)
    gram = Quantity(5, "g")
    analytes = ("blasts", "MRD", "platelets", "neutrophils", "CAR-T cells", "donor chimerism")
    return dataclasses.replace(
        course,
        kind=Kind.INVENTED,
        patient=dataclasses.replace(course.patient, weight=Quantity(5, "cm"), age=gram),
        products=tuple(dataclasses.replace(item, transduction=gram) for item in course.products),
        infusions=tuple(dataclasses.replace(item, dose=gram) for item in course.infusions),
        observations=tuple(
            Observation(
                id=f"odd-{place}",
                when=read_when("first day 28"),
                analyte=analyte,
                value=gram,
                occasion="one",
            )
            for place, analyte in enumerate(analytes)
        ),
    )
