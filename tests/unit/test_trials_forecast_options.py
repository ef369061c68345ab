"""An options file says what is wrong with it, all at once and by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from reinfuse.exchange.course_file import read_course
from reinfuse.mechanism.plan import Depletion
from reinfuse.mechanism.products import Target
from reinfuse.record import Course
from reinfuse.trials.forecast import Asked, read_options, read_options_text
from reinfuse.trials.forecast.asked import Cells, Collected, DoseUnit, Kept, Tocilizumab
from tests.unit.mechanistic_courses import written

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def founding() -> Course:
    course = read_course(EXAMPLES / "founding-case.yaml").course
    assert course is not None
    return course


def read(text: str, course: Course) -> Asked:
    found = read_options_text(text, "options.yaml", course)
    assert found.asked is not None, found.problems
    return found.asked


def problems(text: str, course: Course) -> list[tuple[str, str, str]]:
    found = read_options_text(text, "options.yaml", course)
    assert found.asked is None
    return [(one.where, one.what, one.fix) for one in found.problems]


def test_the_shipped_options_can_be_read(founding: Course) -> None:
    read_file = read_options(EXAMPLES / "options" / "founding-case.yaml", founding)
    assert read_file.problems == ()
    asked = read_file.asked
    assert asked is not None
    assert (asked.infusion, asked.reference) == ("infusion-2", "as it was given")
    assert asked.horizon == pytest.approx(365.25)
    assert [option.name for option in asked.options] == [
        "no infusion", "as it was given", "autologous again", "three times the dose",
        "CD22 instead of CD19", "4 weeks earlier", "without lymphodepletion",
    ]  # fmt: skip


def test_every_choice_is_read(founding: Course) -> None:
    asked = read(
        """
for: first
horizon: 200 d
donor_share: 95 %
options:
  - name: all of it
    target: CD19 and CD22
    dose: 2e6 cells/kg
    day: 10 days later
    lymphodepletion: {fludarabine: 25 mg/m2, cyclophosphamide: 500 mg/m2/d, first_day: -6}
    tocilizumab: {day: 4, dose: 480 mg}
    again: {day: 6 months, dose: x2}
""",
        founding,
    )
    option = asked.options[1]
    assert (asked.infusion, asked.horizon, asked.donor_share) == ("infusion-1", 200.0, 0.95)
    assert (option.target, option.later) == (Target.BOTH, 10.0)
    assert option.dose is not None
    assert (option.dose.amount, option.dose.unit) == (2e6, DoseUnit.PER_KG)
    assert option.depletion == Depletion(first_day=-6, fludarabine=25, cyclophosphamide=500)
    assert option.tocilizumab == Tocilizumab(day=4.0, milligrams=480.0)
    assert option.again is not None
    assert option.again.day == pytest.approx(182.625)
    assert option.again.dose.unit is DoseUnit.TIMES


def test_an_option_as_given_is_put_first_where_the_file_has_none(founding: Course) -> None:
    asked = read("options: [{name: more, dose: x3}]", founding)
    assert asked.reference == "as it was given"
    assert [option.name for option in asked.options] == ["as it was given", "more"]
    assert asked.options[0].changes_nothing
    assert asked.infusion == "infusion-2"  # the last


def test_words_mean_what_they_say_in_yaml_1_2(founding: Course) -> None:
    text = "options: [{name: a, infusion: none}, {name: b, tocilizumab: none, day: as given}]"
    first, second = read(text, founding).options[1:]
    assert not first.infused
    assert second.tocilizumab is Kept.NONE
    assert second.later == 0.0


def test_own_cells_say_when_they_were_collected(founding: Course) -> None:
    text = "options: [{name: own, cells: autologous, collected: after transplant}]"
    option = read(text, founding).options[1]
    assert (option.cells, option.collected) == (Cells.OWN, Collected.AFTER)
    ((where, what, fix),) = problems("options: [{name: own, cells: autologous}]", founding)
    assert where == "options.yaml line 1"
    assert "stored" in what
    assert "collected: before transplant" in fix


def test_all_problems_of_a_file_are_told_at_once_by_line(founding: Course) -> None:
    text = """for: infusion-9
horizon: soon
options:
  - name: a
    dose: three
  - name: a
    taget: CD19
  - {name: b, target: CD20}
  - {name: c, infusion: none, dose: x3}
  - {name: d, again: {day: 10}}
  - {name: e, collected: before transplant}
  - dose: x2
"""
    found = problems(text, founding)
    lines = [int(where.rsplit(" ", 1)[1]) for where, _, _ in found]
    assert lines == sorted(lines)
    assert {1, 2, 5, 6, 7, 8, 9, 10, 11, 12} <= set(lines)
    assert all(fix for _, _, fix in found)
    assert any("did you mean `target`?" in fix for _, _, fix in found)
    assert any("infusion-1, infusion-2" in fix for _, _, fix in found)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dose: x0", "not a dose"),
        ("dose: 5 mg", "not a dose"),
        ("dose: < 1e6 cells", "bound"),
        ("day: 4 weeks", "how much earlier or later"),
        ("day: 3 years earlier", "more than a year"),
        ("lymphodepletion: {fludarabine: 30 mg}", "not in mg/m2"),
        ("lymphodepletion: {first_day: -5}", "without a dose"),
        ("tocilizumab: {day: 3}", "needs `dose`"),
        ("target: CD22\n    binder: same", "cannot have the binder"),
        ("cells: [autologous]", "one value"),
        ("dose:", "empty"),
        ("again: {day: 13 months, dose: x1}", "`again` comes on day 396"),
        ("tocilizumab: {day: 400, dose: 480 mg}", "`tocilizumab` comes on day 400"),
        ('name: "a\\e[31m"', "cannot be printed"),
    ],
)
def test_what_cannot_be_is_told(line: str, said: str, founding: Course) -> None:
    name = "" if line.startswith("name:") else "name: a\n    "
    found = problems(f"options:\n  - {name}{line}\n", founding)
    assert any(said in what for _, what, _ in found), found


@pytest.mark.parametrize("text", ["", "a: [", "- a", "options: 3", "options: []", "for: last"])
def test_a_text_without_options_is_refused_with_a_fix(text: str, founding: Course) -> None:
    assert all(where and what and fix for where, what, fix in problems(text, founding))


def test_a_reference_is_named_by_an_option(founding: Course) -> None:
    text = "reference: more\noptions: [{name: more, dose: x3}, {name: less, dose: x0.1}]"
    assert read(text, founding).reference == "more"
    ((where, what, _),) = problems(text.replace("more\n", "most\n"), founding)
    assert (where, "'most'" in what) == ("options.yaml line 1", True)


def test_a_horizon_lasts_from_a_hundred_days_to_ten_years(founding: Course) -> None:
    options = "options: [{name: a}]"
    assert read(f"horizon: 10 years\n{options}", founding).horizon == pytest.approx(3652.5)
    for horizon, said in (("99 days", "too short"), ("11 years", "up to ten years")):
        ((where, what, _),) = problems(f"horizon: {horizon}\n{options}", founding)
        assert (where, said in what) == ("options.yaml line 1", True)


def test_parts_of_one_dose_are_replayed_by_the_first() -> None:
    rows = [f"id: infusion-{n}, when: 2024-05-0{n + 5}, product: product-1" for n in (1, 2)]
    course = written(infusions="\n".join(rows))
    assert read("options: [{name: a}]", course).infusion == "infusion-1"


def test_what_a_record_without_transplant_or_lymphodepletion_cannot_replay_is_told() -> None:
    course = written()
    ask = "options:\n  - name: a\n    "
    ((_, what, _),) = problems(f"{ask}cells: autologous\n    collected: before transplant", course)
    assert "no transplant" in what
    depletion = "lymphodepletion: {fludarabine: 30 mg/m2, first_day: %d}"
    ((_, what, fix),) = problems(f"{ask}{depletion % -8}", course)
    assert ("begins on day -7" in what, "from -7 to -3" in fix) == (True, True)
    assert read(f"{ask}{depletion % -7}", course).options[1].name == "a"
