"""Entries whose times cannot be: after a death, after the infusion, one after the other."""

from __future__ import annotations

import pytest

from reinfuse.errors import Severity
from tests.unit.test_checks import ungraded

DEATH = """
products: [{{id: own, origin: autologous}}]
infusions: [{{id: first, when: 2021-01-08, product: own}}]
follow_up: [{{id: died, when: first day 20, status: dead}}]
{more}
"""
LATER = """
    what is recorded                                                                        | told
    observations: [{id: x, when: first day 60, analyte: platelets, value: 200 x10^9/L}]     | yes
    observations: [{id: x, when: after died, analyte: platelets, value: 200 x10^9/L}]       | yes
    observations: [{id: x, when: first day 20, analyte: platelets, value: 200 x10^9/L}]     | no
    observations: [{id: x, when: first day 15..25, analyte: platelets, value: 9 x10^9/L}]   | no
    observations: [{id: x, when: after first, analyte: platelets, value: 200 x10^9/L}]      | no
    observations: [{id: x, when: first day 21, analyte: blasts, value: 9 %, method: autopsy}] | no
    procedures: [{id: x, when: first day 21, what: autopsy}]                                | no
    procedures: [{id: x, when: first day 21, what: lumbar puncture}]                        | yes
    pathology: [{id: x, when: first day 22, site: brain, leukemia: true}]                   | no
    signs: [{id: x, when: first day 22, what: fever}]                                       | yes
    regimens: [{id: x, when: first day 22, purpose: chemotherapy}]                          | yes
    transplants: [{id: x, when: first day 90, kind: allogeneic}]                            | yes
    assessments: [{id: x, when: first day 90, topic: relapse, value: relapse}]              | no
"""
ROWS = [[cell.strip() for cell in line.split(" | ")] for line in LATER.strip().splitlines()[1:]]


@pytest.mark.parametrize(("more", "told"), ROWS)
def test_what_only_the_living_have_is_not_after_the_death(more: str, told: str) -> None:
    found = ungraded("after-death", DEATH.format(more=more))
    assert [one.about for one in found] == ([("died", "x")] if told == "yes" else [])
    assert all(one.severity is Severity.CONTRADICTION for one in found)
    assert all("died" in one.what and " x " in one.what for one in found)


def test_all_that_follows_a_death_is_one_finding() -> None:
    counts = "".join(
        f"\n  - {{id: p{day}, when: first day {day}, analyte: platelets, value: 9 x10^9/L}}"
        for day in range(30, 60)
    )
    text = DEATH.format(more=f"observations:{counts}").replace(
        "status: dead}", "status: dead}, {id: seen, when: first day 90, status: alive}"
    )
    (found,) = ungraded("after-death", text)
    assert "p30, p31, p32, p33, p34 and 26 more lie after it" in found.what
    assert len(found.about) == 32


LYMPHODEPLETION = """
products: [{id: own, origin: autologous}]
infusions: [{id: first, when: 2021-01-08, product: own}]
regimens: [{id: ld, when: "first day 5", purpose: lymphodepletion, of: first}]
"""


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("first day 5", True),
        ("after first", True),
        ("first day 0", False),
        ("first day -5..2", False),
        ("first day -5 to -3", False),
        ("before first", False),
    ],
)
def test_a_lymphodepletion_does_not_begin_after_its_infusion(when: str, told: bool) -> None:
    text = LYMPHODEPLETION.replace("first day 5", when)
    assert bool(ungraded("lymphodepletion-after-infusion", text)) is told


def test_infusions_that_each_follow_the_other_are_an_impossible_order() -> None:
    text = """
products: [{id: own, origin: autologous}]
infusions:
  - {id: one, when: after two, product: own}
  - {id: two, when: after three, product: own}
  - {id: three, when: after one, product: own}
"""
    (found,) = ungraded("impossible-order", text)
    assert set(found.about) == {"one", "two", "three"}
    assert not ungraded("impossible-order", text.replace("after one", "not stated"))
