"""What was said against what is documented: reported grades, denials, opinions, names."""

from __future__ import annotations

import pytest

from reinfuse.errors import Severity
from tests.unit.test_checks import check_invented, findings_of

INFUSION = """
products: [{id: own, origin: autologous, target: [CD19]}]
infusions: [{id: first, when: 2021-01-08, product: own}]
"""
GRAFT = "transplants: [{id: graft, when: 2021-06-01, kind: allogeneic}]\n"


def test_a_grade_above_what_is_documented_is_unsupported_not_wrong() -> None:
    (found,) = findings_of(
        "reported-above-documented",
        INFUSION
        + """
signs: [{id: fever, when: first day 1, what: fever}]
assessments: [{id: crs, when: first day 1, topic: CRS grade, value: "3", of: first}]
""",
    )
    assert found.severity is Severity.UNSUPPORTED
    assert "grade 3 is reported for first" in found.what
    assert "makes 1 to " in found.what
    assert "blood pressure" in found.fix


def test_a_grade_that_a_sign_bears_out_is_not_told() -> None:
    found = check_invented(
        INFUSION
        + """
signs:
  - {id: fever, when: first day 1, what: fever}
  - {id: low, when: first day 1, what: hypotension}
assessments: [{id: crs, when: first day 1, topic: CRS grade, value: "2", of: first}]
"""
    )
    assert not [one for one in found if one.rule.startswith("reported-")]


def test_a_grade_below_what_is_documented_is_a_contradiction() -> None:
    (found,) = findings_of(
        "reported-outside-derivable",
        INFUSION
        + """
signs: [{id: fever, when: first day 1, what: fever}]
regimens:
  - {id: ne, when: first day 1, purpose: vasopressor, of: first, drugs: [{name: norepinephrine}]}
assessments: [{id: crs, when: first day 1, topic: CRS grade, value: "1", of: first}]
""",
    )
    assert found.severity is Severity.CONTRADICTION
    assert "crs" in found.about


def test_a_word_against_a_number_is_told_once_for_all_infusions() -> None:
    text = """
products: [{id: own, origin: autologous}]
infusions:
  - {id: first, when: 2021-01-08, product: own}
  - {id: second, when: 2022-01-08, product: own}
assessments:
  - {id: n1, when: first day 1, topic: CRS grade, value: "2", of: first}
  - {id: w1, when: not stated, topic: CRS grade, value: mild, of: first}
  - {id: n2, when: second day 1, topic: CRS grade, value: "2", of: second}
  - {id: w2, when: not stated, topic: CRS grade, value: mild, of: second}
"""
    (found,) = findings_of("assessments-disagree", text)
    assert found.about == ("n1", "w1", "n2", "w2")
    assert "usually stands for grade 1" in found.what
    assert not findings_of("assessments-disagree", text.replace("mild", "moderate"))


def test_grades_of_two_toxicities_do_not_disagree() -> None:
    text = """
assessments:
  - {id: crs, when: first day 1, topic: CRS grade, value: "3", of: first}
  - {id: icans, when: first day 1, topic: ICANS grade, value: "2", of: first}
"""
    assert not findings_of("assessments-disagree", INFUSION + text)


def test_two_grades_of_two_days_do_not_disagree() -> None:
    text = """
assessments:
  - {id: early, when: first day 1, topic: CRS grade, value: "1", of: first}
  - {id: late, when: first day 3, topic: CRS grade, value: "2", of: first}
"""
    assert not findings_of("assessments-disagree", INFUSION + text)
    assert findings_of("assessments-disagree", INFUSION + text.replace("day 3", "day 1"))


def test_two_responses_of_one_day_disagree_unless_one_says_the_other() -> None:
    text = """
assessments:
  - {id: one, when: first day 28, topic: response, value: CR, of: first}
  - {id: two, when: first day 28, topic: response, value: no response, of: first}
"""
    assert findings_of("responses-disagree", INFUSION + text)
    assert not findings_of(
        "responses-disagree", INFUSION + text.replace("no response", "MRD-negative CR")
    )
    assert not findings_of(
        "responses-disagree",
        INFUSION + text.replace("28, topic: response, value: no", "99, topic: response, value: no"),
    )


DENIED = """
    what stands against it                                | denied       | told
    skin rash suggests: chronic GVHD                      | GVHD         | yes
    skin rash suggests: chronic GVHD                      | acute GVHD   | yes
    skin rash suggests: chronic GVHD                      | chronic GVHD | yes
    skin rash suggests: acute GVHD                        | chronic GVHD | no
    oral lichen planus suggests: chronic GVHD             | acute GVHD   | no
    oral lichen planus suggests: chronic GVHD             | GVHD         | yes
    skin rash suggests: drug reaction                     | GVHD         | no
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in DENIED.strip().splitlines()[1:]]


@pytest.mark.parametrize(("sign", "denied", "told"), ROWS, ids=[" / ".join(row) for row in ROWS])
def test_what_stands_against_a_denial_of_gvhd(sign: str, denied: str, told: str) -> None:
    what, _, suggests = sign.partition(" suggests: ")
    found = findings_of(
        "denied-and-recorded",
        f"""{GRAFT}
signs: [{{id: sign, when: graft day 200, what: {what}, suggests: {suggests}}}]
assessments: [{{id: none, when: from graft day 0, topic: {denied}, value: none, of: graft}}]
""",
    )
    assert bool(found) is (told == "yes")


def test_a_denial_of_one_day_says_nothing_of_later_days() -> None:
    text = """
signs: [{id: rash, when: graft day 200, what: skin rash, suggests: chronic GVHD}]
assessments: [{id: none, when: graft day 30, topic: GVHD, value: none, of: graft}]
"""
    assert not findings_of("denied-and-recorded", GRAFT + text)
    assert findings_of("denied-and-recorded", GRAFT + text.replace("graft day 30", "graft day 200"))


def test_a_denial_ends_where_it_is_said_to_end() -> None:
    text = """
signs: [{id: rash, when: graft day 200, what: skin rash, suggests: chronic GVHD}]
assessments: [{id: none, when: graft day 0 to 100, topic: GVHD, value: none, of: graft}]
"""
    assert not findings_of("denied-and-recorded", GRAFT + text)


def test_a_treatment_alone_stands_against_a_denial() -> None:
    (found,) = findings_of(
        "denied-and-recorded",
        GRAFT
        + """
regimens: [{id: pred, when: graft day 200, purpose: GVHD treatment, drugs: [{name: prednisone}]}]
assessments: [{id: none, when: from graft day 0, topic: GVHD, value: none, of: graft}]
""",
    )
    assert "prednisone was given as GVHD treatment" in found.what


def test_a_treated_crs_of_one_infusion_is_not_held_against_another() -> None:
    text = """
products: [{id: own, origin: autologous}]
infusions:
  - {id: first, when: 2021-01-08, product: own}
  - {id: second, when: 2022-01-08, product: own}
regimens:
  - {id: t, when: second day 3, purpose: CRS treatment, of: second, drugs: [{name: tocilizumab}]}
assessments: [{id: none, when: not stated, topic: CRS grade, value: none, of: first}]
"""
    assert not findings_of("denied-and-recorded", text)
    assert findings_of("denied-and-recorded", text.replace("of: first", "of: second"))


def test_an_infection_stands_against_no_infection() -> None:
    text = """
signs: [{id: none, when: first day 0 to 30, what: infection, presence: absent}]
infections: [{id: sepsis, when: first day 9, organism: E. coli}]
"""
    assert findings_of("present-and-absent", INFUSION + text)
    assert not findings_of("present-and-absent", INFUSION + text.replace("day 9", "day 90"))


def test_a_sign_there_and_not_there_on_one_day() -> None:
    text = """
signs:
  - {id: yes, when: first day 2, what: fever}
  - {id: no, when: first day 2, what: fever, presence: absent}
"""
    assert findings_of("present-and-absent", INFUSION + text)
    assert not findings_of(
        "present-and-absent", INFUSION + text.replace("2, what: fever}", "3, what: fever}")
    )


CONDITIONING = """
    drugs                                       | called            | told
    {name: cyclophosphamide}                    | reduced intensity | yes
    {name: cyclophosphamide}                    | non-myeloablative | no
    {name: busulfan}                            | reduced intensity | no
    {name: busulfan}                            | myeloablative     | no
    {name: busulfan, dose: 3.2 mg/kg, times: 4} | reduced intensity | yes
    {name: busulfan, dose: 3.2 mg/kg, times: 2} | myeloablative     | yes
    {name: melphalan, dose: 140 mg/m2}          | reduced intensity | no
    {name: total body irradiation, dose: 2 Gy}  | reduced intensity | yes
    {name: total body irradiation, dose: 12 Gy} | myeloablative     | no
"""
CLASSES = [
    [cell.strip() for cell in line.split("|")] for line in CONDITIONING.strip().splitlines()[1:]
]


@pytest.mark.parametrize(("drugs", "called", "told"), CLASSES)
def test_what_a_conditioning_is_called_against_its_drugs(
    drugs: str, called: str, told: str
) -> None:
    found = findings_of(
        "conditioning-intensity",
        f"""{GRAFT}
regimens:
  - {{id: cond, when: before graft, purpose: conditioning, intensity: {called},
     drugs: [{{name: fludarabine}}, {drugs}]}}
""",
    )
    assert bool(found) is (told == "yes")
    assert all("recalled" in one.what for one in found)


def test_irradiation_recorded_elsewhere_leaves_every_name_possible() -> None:
    assert not findings_of(
        "conditioning-intensity",
        GRAFT
        + """
regimens:
  - id: c
    when: before graft
    purpose: conditioning
    intensity: reduced intensity
    drugs: [{name: fludarabine}]
procedures: [{id: tbi, when: before graft, what: total body irradiation}]
""",
    )


EXPANSION = """
observations:
  - {id: peak, when: first day 10, analyte: CAR-T cells, value: 40 %, peak: yes}
  - {id: mrd, when: first day 28, analyte: MRD, result: negative}
assessments:
  - {id: poor, when: after first, topic: expansion, value: poor, of: first}
  - {id: cr, when: first day 28, topic: response, value: CR, of: first}
"""


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("value: poor", "value: good"),
        ("40 %", "0.4 %"),
        ("result: negative", "result: positive"),
        ("value: CR", "value: no response"),
        ("value: CR", "value: CRi"),
    ],
)
def test_poor_expansion_is_told_beside_a_peak_and_an_mrd_negative_cr(
    was: str, instead: str
) -> None:
    assert findings_of("expansion-against-measurement", INFUSION + EXPANSION)
    text = INFUSION + EXPANSION.replace(was, instead)
    assert not findings_of("expansion-against-measurement", text)
