"""Words against sizes, and words that are nearly those the program knows."""

from __future__ import annotations

import pytest

from reinfuse.errors import Severity
from tests.unit.test_checks import ungraded

LOOKS = """
    first axes    | second axes   | called    | told
    3 x 4 x 4 cm  | 5 x 6 x 6 cm  | reduced   | yes
    3 x 4 x 4 cm  | 3 x 4 x 4 cm  | reduced   | no
    3 x 4 x 4 cm  | 1 x 1 x 1 cm  | reduced   | no
    3 x 4 x 4 cm  | 5 x 6 cm      | reduced   | no
    3 x 4 x 4 cm  | 20 x 30 x 30 mm | increased | yes
    3 x 4 x 4 cm  | 5 x 6 x 6 cm  | increased | no
    3 x 4 x 4 cm  | 1 x 1 x 1 cm  | resolved  | yes
    3 x 4 x 4 cm  | 0 x 0 x 0 cm  | resolved  | no
    3 x 4 x 4 cm  |               | resolved  | no
    3 x 4 x 4 cm  | 1 x 1 x 1 cm  | below threshold | yes
    3 x 4 x 4 cm  |               | below threshold | no
    3 x 4 x 4 cm  | 9 x 9 x 9 cm  | stable    | no
                  | 9 x 9 x 9 cm  | reduced   | no
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in LOOKS.strip().splitlines()[1:]]


def lesion(first: str, second: str, called: str, day: str = "2021-03-08") -> str:
    one = f", axes: {first}" if first else ""
    two = f", axes: {second}" if second else ""
    return f"""
lesions:
  - id: mass
    site: left testis
    looks:
      - {{id: one, when: 2021-01-08, modality: CT{one}, change: new}}
      - {{id: two, when: "{day}", modality: CT{two}, change: {called}}}
"""


@pytest.mark.parametrize(("first", "second", "called", "told"), ROWS)
def test_what_a_lesion_is_called_against_its_sizes(
    first: str, second: str, called: str, told: str
) -> None:
    found = ungraded("lesion-word-against-size", lesion(first, second, called))
    assert bool(found) is (told == "yes")
    assert all(one.severity is Severity.CONTRADICTION for one in found)
    assert all(f"mass (left testis) is called {called} by two" in one.what for one in found)


def test_two_looks_of_one_day_are_one_change() -> None:
    text = lesion("3 x 4 x 4 cm", "5 x 6 x 6 cm", "reduced", day="2021-01-08")
    assert not ungraded("lesion-word-against-size", text)


SIGNS = """
    word                           | meant
    seizure                        |
    Seizure                        |
    Seizures                       | seizure
    hypotensive                    | hypotension
    hypoxaemia                     | hypoxia
    unarousible                    | unarousable
    reduced level of consciousness | reduced consciousness
    diffuse cerebral edema         | diffuse cerebral oedema
    hypertension                   |
    arousable                      |
    no seizure                     |
    raised intraocular pressure    |
    muscle pain                    |
"""
WORDS = [[cell.strip() for cell in line.split("|")] for line in SIGNS.strip().splitlines()[1:]]


@pytest.mark.parametrize(("word", "meant"), WORDS)
def test_a_sign_nearly_spelled_like_one_that_a_grade_looks_at(word: str, meant: str) -> None:
    found = ungraded("likely-misspelling", f"signs: [{{id: s, when: 2021-01-08, what: {word}}}]")
    assert [one.fix.partition(",")[0] for one in found] == ([f"write {meant}"] if meant else [])
    assert all(one.severity is Severity.NOTE and one.about == ("s",) for one in found)


CAUSES = """
    cause                    | meant
    CRS                      |
    cytokine release syndrome |
    CRS grade 2              |
    CSR                      | CRS
    cytokine storm           | CRS
    cytokine relase syndrome | CRS
    ICAN                     | ICANS
    neurotoxicty             | ICANS
    nephrotoxicity           |
    CNS                      |
    disease                  |
    infection                |
"""
PUT_DOWN = [[cell.strip() for cell in line.split("|")] for line in CAUSES.strip().splitlines()[1:]]


@pytest.mark.parametrize(("cause", "meant"), PUT_DOWN)
def test_a_cause_nearly_spelled_like_one_that_a_grade_looks_at(cause: str, meant: str) -> None:
    text = f"signs: [{{id: s, when: 2021-01-08, what: fever, attributed_to: {cause}}}]"
    found = ungraded("likely-misspelling", text)
    assert [one.fix.partition(",")[0] for one in found] == ([f"write {meant}"] if meant else [])


def test_the_word_of_many_entries_is_one_finding() -> None:
    rows = "".join(f"\n  - {{id: s{n}, when: 2021-01-0{n}, what: Seizures}}" for n in range(1, 9))
    (found,) = ungraded("likely-misspelling", f"signs:{rows}")
    assert len(found.about) == 8
