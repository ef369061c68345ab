"""Each site is told with its own day, under its own name."""

from __future__ import annotations

from reinfuse.exchange.course_file import read_course_text
from reinfuse.record import Course
from reinfuse.synopsis import burden_by_site, lesion_series, summarise

COURSE = """
title: an invented course
kind: invented example
donors:
  - {id: donor, relation: unrelated, hla_match: 10/10}
products:
  - {id: cells, origin: autologous, target: [CD19]}
infusions:
  - {id: cart, when: 2024-03-12, product: cells}
transplants:
  - {id: graft, when: cart day 150, kind: allogeneic, donor: donor}
regimens:
  - {id: first, when: 2022-11-08, purpose: induction, name: BFM, line: 1}
procedures:
  - {id: biopsy, when: cart day 95, what: biopsy, site: right axilla}
observations:
  - {id: after, when: 2022-12-12, analyte: blasts, site: bone marrow, value: 2 %}
  - {id: relapse, when: 2024-01-22, analyte: blasts, site: bone marrow, value: 71 %}
  - {id: marrow, when: cart day 91, analyte: MRD, site: bone marrow, result: negative}
pathology:
  - {id: proof, when: with biopsy, site: right axilla, leukemia: yes, lesion: node}
lesions:
  - id: node
    site: right axillary node
    looks:
      - {id: seen, when: cart day 92, modality: PET/CT, change: new}
  - id: mass
    site: left iliac bone
    looks:
      - {id: mass-seen, when: cart day 92, modality: PET/CT, change: stable}
assessments:
  - {id: said, when: with biopsy, topic: relapse, value: relapse, sites: [right axilla]}
follow_up:
  - {id: last, when: graft day 30, status: alive}
"""


def read(text: str = COURSE) -> Course:
    reading = read_course_text(text, "course.yaml")
    assert reading.course is not None, reading.problems
    return reading.course


def sentence(number: int, text: str = COURSE) -> str:
    return summarise(read(text), ()).sentences[number].text


def test_a_site_is_told_with_its_own_day_and_not_with_that_of_its_visit() -> None:
    text = sentence(4)
    assert "marrow last: MRD negative (limit not stated) (infusion day 91)" in text
    assert "left iliac bone positive (infusion day 92)" in text


def test_a_visit_of_several_days_says_all_of_them() -> None:
    burden = burden_by_site(read())
    assert "infusion day 91 to 92" in [time.label for time in burden.times]


def test_a_visit_told_by_dates_says_all_of_them() -> None:
    text = COURSE.replace(
        "pathology:",
        "  - {id: csf, when: 2024-01-23, analyte: blasts, site: cerebrospinal fluid,"
        " result: negative}\npathology:",
    )
    burden = burden_by_site(read(text))
    assert "2024-01-22 to 2024-01-23" in [time.label for time in burden.times]
    assert "CSF negative (2024-01-23)" in sentence(4, text)


def test_tissue_of_a_lesion_belongs_to_the_site_of_its_lesion() -> None:
    burden = burden_by_site(read())
    assert "right axilla" not in burden.sites
    assert "right axillary node positive (infusion day 95)" in sentence(4)
    assert "relapse: right axillary node" in [time.event for time in burden.times]


def test_tissue_of_two_lesions_keeps_the_name_it_was_given() -> None:
    text = COURSE.replace(
        "lesions:",
        "  - {id: other, when: cart day 96, site: right axilla, leukemia: yes, lesion: mass}\n"
        "lesions:",
    )
    assert "relapse: right axilla" in [time.event for time in burden_by_site(read(text)).times]


def test_a_day_is_not_said_twice() -> None:
    assert sentence(4).startswith("Alive at the last follow-up (transplant day 30), ")


def test_the_first_marrow_with_leukemia_is_not_called_the_first_marrow() -> None:
    assert "71 % blasts in the first marrow with overt leukemia" in sentence(0)
    before = COURSE.replace("2022-12-12, analyte: blasts", "2024-02-12, analyte: blasts")
    assert "71 % blasts in the first marrow." in sentence(0, before)


def test_a_donor_is_told_before_the_match() -> None:
    assert "an allogeneic transplant from an unrelated donor, 10/10" in sentence(1)
    half = COURSE.replace("unrelated, hla_match: 10/10", "daughter, hla_match: haploidentical")
    assert "transplant from a haploidentical daughter" in sentence(1, half)
    unnamed = COURSE.replace("relation: unrelated, ", "")
    assert "transplant from a donor, 10/10" in sentence(1, unnamed)


def test_a_number_of_lines_is_not_set_before_another_number_of_things() -> None:
    assert sentence(1).startswith("Treatment so far (1 line of therapy): BFM; autologous")


def test_looks_are_told_in_the_order_that_their_events_give_them() -> None:
    text = """
title: an invented course
kind: invented example
products: [{id: cells, origin: autologous, target: [CD19]}]
infusions: [{id: cart, when: 2024-03-12, product: cells}]
procedures: [{id: operation, when: after cart, what: enucleation, site: left eye}]
pathology: [{id: proof, when: after operation, site: left eye, leukemia: yes, lesion: eye}]
lesions:
  - id: eye
    site: left eye
    looks:
      - {id: found, when: with proof, modality: histology, change: new}
      - {id: removed, when: with operation, change: removed}
"""
    (eye,) = lesion_series(read(text))
    assert [look.entry for look in eye.looks] == ["removed", "found"]
