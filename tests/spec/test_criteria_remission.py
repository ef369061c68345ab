"""How long a remission of ALL lasted, and whether a second look confirmed it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.grading.leukemia.cibmtr import CIBMTR
from reinfuse.grading.leukemia.looks import Look, looks_at
from reinfuse.grading.leukemia.remission import runs
from reinfuse.record.chart import Chart
from tests.spec.leukemia_charts import FLAWLESS, flawless_but, graded, marks

BAD = flawless_but(marrow_blasts="40 %", MRD="40 %")


@pytest.mark.parametrize(
    ("looks", "level"),
    [
        (((28, FLAWLESS),), "unconfirmed"),
        (((28, FLAWLESS), (55, FLAWLESS)), "unconfirmed"),
        (((28, FLAWLESS), (56, FLAWLESS)), "confirmed"),
        (((28, FLAWLESS), (57, FLAWLESS)), "confirmed"),
        (((28, FLAWLESS), (40, BAD)), "lost before"),
        (((28, FLAWLESS), (40, BAD), (60, FLAWLESS)), "unconfirmed"),
        (((28, FLAWLESS), (56, FLAWLESS), (90, BAD)), "confirmed"),
        (((28, BAD), (56, BAD)), "no remission"),
        (((28, FLAWLESS), (40, {"extramedullary disease": True})), "lost before"),
    ],
)
@pytest.mark.parametrize(
    "name",
    [
        "CIBMTR remission of 4 weeks",
        "NCI-2010 remission of 4 weeks",
        "ELIANA remission maintained 28 days",
    ],
)
def test_a_remission_is_confirmed_by_a_look_four_weeks_later(
    name: str, looks: tuple[tuple[float, dict[str, object]], ...], level: str
) -> None:
    grade = graded(name, *looks)
    assert grade.shown() == level
    if level == "unconfirmed":
        assert "a look 28 days later" in grade.missing


def test_the_day_of_the_first_remission_and_of_its_end_are_kept() -> None:
    grade = graded("CIBMTR remission of 4 weeks", (28, FLAWLESS), (60, FLAWLESS), (90, BAD))
    (episode,) = grade.episodes
    assert (episode.onset, episode.resolved) == (28, 90)


@pytest.mark.parametrize(("day", "level"), [(91, "confirmed"), (92, "no remission")])
def test_eliana_asks_for_the_remission_within_three_months(day: int, level: str) -> None:
    name = "ELIANA remission maintained 28 days"
    assert graded(name, (day, FLAWLESS), (day + 30, FLAWLESS)).shown() == level


def test_a_look_that_is_open_leaves_the_duration_open() -> None:
    middle = flawless_but(marrow_blasts="<6 %", MRD=None)
    grade = graded("CIBMTR remission of 4 weeks", (28, FLAWLESS), (40, middle), (60, FLAWLESS))
    assert grade.shown() == "confirmed to unconfirmed"
    assert "marrow blasts" in grade.missing


@given(st.lists(st.sampled_from([True, False]), min_size=1, max_size=8), st.integers(0, 7))
def test_one_more_look_in_remission_never_makes_it_shorter(seen: list[bool], turn: int) -> None:
    def longest(states: list[bool]) -> int:
        chart = Chart.of(
            "patient",
            [mark for place, fine in enumerate(states)
             for mark in marks(10.0 * place, FLAWLESS if fine else BAD)],
        )  # fmt: skip
        looks = looks_at(CIBMTR.scale, chart)

        def fine(look: Look) -> bool:
            return look.verdict.high == "CR"

        return max((run.last - run.first for run in runs(looks, fine)), default=-1)

    more = [*seen]
    more[turn % len(seen)] = True
    assert longest(more) >= longest(seen)
