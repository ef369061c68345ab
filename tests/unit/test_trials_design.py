"""A design file says what is run, and everything that is wrong with it at once."""

from __future__ import annotations

import json

import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.evidence.target import MARROW_BLASTS
from reinfuse.mechanism.products import Origin, Target
from reinfuse.trials.design import (
    Sort,
    What,
    design_of,
    read_design_text,
    read_endpoint,
)
from reinfuse.trials.population import Around, Between, Changed, Dose, On, Rule, TocilizumabRule
from tests.unit.trial_designs import SMALL, design_in, shipped, small


def problems(text: str) -> dict[int, list[str]]:
    """What is said, by line."""
    read = read_design_text(text, "design.yaml")
    assert read.design is None
    found: dict[int, list[str]] = {}
    for one in read.problems:
        name, _, line = one.where.rpartition(" line ")
        assert name == "design.yaml"
        found.setdefault(int(line), []).append(one.what)
    return found


def only(changed: str, to: str) -> str:
    """The one problem of the small design with something in it changed, on the first such line."""
    assert changed in SMALL
    text = SMALL.replace(changed, to, 1)
    pairs = zip(text.splitlines(), SMALL.splitlines(), strict=False)
    line = next(at for at, (new, old) in enumerate(pairs, 1) if new != old)
    found = problems(text)
    assert list(found) == [line], found
    assert len(found[line]) == 1
    return found[line][0]


def test_the_example_is_a_design() -> None:
    design = shipped()
    assert (design.patients, design.paired, design.missing) == (10_000, True, 0.05)
    first, second = (arm.setting for arm in design.arms)
    assert first.depletion is not None
    assert second.depletion is None
    assert first.dose == Dose(amount=2e6, per_kg=True)
    assert first.tocilizumab == TocilizumabRule(rule=Rule(on=On.GRADE, at=2.0), doses=2)
    assert first.marrow == Between(low=1e-4, high=0.9)
    assert first.parameters["growth"] == Changed(value=0.07, spread=0.6)
    assert design.visits.blood[:3] == (0, 2, 4)
    assert design.visits.last == 365


def test_a_design_is_the_same_from_its_plain_values() -> None:
    for design in (shipped(), small()):
        plain = json.loads(json.dumps(design.plain))
        again = design_of(plain, seed=design.seed, patients=design.patients)
        assert again.arms == design.arms
        for name in ("visits", "assays", "missing", "endpoints", "paired", "seed", "patients"):
            assert getattr(again, name) == getattr(design, name), name


def test_title_seed_patients_and_comments_are_not_in_the_plain_values() -> None:
    other = small(title="another", seed="12", patients="61")
    assert other.plain == small().plain
    assert design_in(SMALL + "# a comment\n").plain == small().plain
    assert small(missing="10 %").plain != small().plain


def test_words_for_marrow_are_those_of_the_targets() -> None:
    for word, (low, high) in MARROW_BLASTS.items():
        design = design_in(SMALL.replace("marrow: high", f"marrow: {word}"))
        assert design.arms[0].setting.marrow == Between(low=low, high=high)
    around = SMALL.replace("marrow: high", "marrow: {median: 20 %, spread: 1.5}")
    assert design_in(around).arms[0].setting.marrow == Around(median=0.2, spread=1.5)


def test_products_follow_from_cells_and_what_came_before() -> None:
    def product(population: str, arm: str) -> object:
        text = SMALL.replace("  age: adult", f"  age: adult\n{population}")
        return design_in(text.replace("{name: low,", f"{{name: low, {arm}")).arms[0].setting.product

    first = product("", "target: CD22,")
    assert (first.origin, first.target, first.first) == (Origin.OWN, Target.CD22, True)
    again = product("  earlier: CAR-T cells", "binder: same,")
    assert (again.origin, again.first, again.same_binder) == (Origin.OWN_AGAIN, False, True)
    donor = product("  earlier: CAR-T cells\n  donor_share: 90 %", "cells: donor-derived,")
    assert (donor.origin, donor.same_binder) == (Origin.DONOR, None)
    assert donor.foreign == pytest.approx(0.1)


def test_drugs_are_told_in_words() -> None:
    def rule(text: str) -> object:
        design = design_in(SMALL.replace("tocilizumab: at CRS grade 2", f"tocilizumab: {text}", 1))
        return design.arms[0].setting.tocilizumab

    assert rule("none") is None
    assert rule("at 39.5 Cel") == TocilizumabRule(rule=Rule(on=On.FEVER, at=39.5))
    assert rule("on day 3") == TocilizumabRule(rule=Rule(on=On.DAY, at=3.0))
    assert rule("{when: at CRS grade >= 3, doses: 2}") == TocilizumabRule(
        rule=Rule(on=On.GRADE, at=3.0), doses=2
    )


@pytest.mark.parametrize(
    ("name", "what", "day", "sort", "column"),
    [
        ("CRS grade >= 2", What.CRS_2, 0, Sort.SHARE, "crs_grade_from_2"),
        ("CR by day 28", What.CR, 28, Sort.SHARE, "cr_by_day_28"),
        ("MRD-negative CR by day 28", What.MRD_NEGATIVE_CR, 28, Sort.SHARE,
         "mrd_negative_cr_by_day_28"),
        ("relapse-free at 12 months", What.RELAPSE_FREE, 365, Sort.TIME,
         "relapse_free_at_12_months"),
        ("loss of B-cell aplasia by 6 months", What.LOSS_OF_APLASIA, 183, Sort.TIME,
         "loss_of_b_cell_aplasia_by_6_months"),
        ("Cmax", What.CMAX, 0, Sort.VALUE, "cmax"),
    ],
)  # fmt: skip
def test_an_endpoint_is_read_from_its_name(
    name: str, what: What, day: int, sort: Sort, column: str
) -> None:
    found = read_endpoint(name)
    assert (found.what, found.day, found.sort, found.column) == (what, day, sort, column)
    assert found.name == name


@pytest.mark.parametrize(
    ("changed", "to", "said"),
    [
        ("seed: 11", "sede: 5\nseed: 11", "unknown key `sede` in a design file"),
        ("seed: 11", "seed: -1", "`seed`: '-1' is not a whole number from 0 to 4294967295"),
        ("patients: 60", "patients: 0", "`patients`: '0' is not a whole number from 1 to 1000000"),
        ("paired: yes", "paired: perhaps", "`paired`: 'perhaps' is not a choice here"),
        ("age: adult", "age: old", "`age`: 'old' is not a choice here"),
        ("marrow: high", "marrow: {low: 2 %, high: 1 %}", "`marrow`: low is not below high"),
        ("marrow: high", "marrow: {low: 2 %}", "`marrow` is not told whole"),
        ("5 mL", "5 kg", "`volume`: '5 kg' is not in mL"),
        ("share: 50 %", "share: 150 %", "`share`: '150 %' is not from 0 to 100 %"),
        (
            "dose: 1e5 cells/kg", "dose: 0 cells/kg",
            "`dose`: a dose of 0 cells/kg is not above 0 and up to 1e+11",
        ),
        (
            "dose: 1e5 cells/kg", "dose: -1e5 cells",
            "`dose`: a dose of -1e5 cells is not above 0 and up to 1e+13",
        ),
        ("dose: 1e5 cells/kg", "dose: 5 mg", "`dose`: '5 mg' is not a dose of cells"),
        ("name: high,", "name: low,", "the name `low` stands first on line 11"),
        (
            "at CRS grade 2}", "at grade 2}",
            "`tocilizumab`: 'at grade 2' does not say when it is given",
        ),
        (
            "dose: 1e5 cells/kg", "cells: donor-derived, dose: 1e5 cells/kg",
            "donor-derived cells need to know whose immune system they meet",
        ),
        (
            "dose: 1e5 cells/kg", "binder: same, dose: 1e5 cells/kg",
            "`binder` speaks of earlier CAR-T cells, and the population had none",
        ),
        ("[28, 90, 180]", "[90, 28, 180]", "`disease`: the days do not rise"),
        ("[28, 90, 180]", "[28, 33, 180]", "`disease`: day 33 is within 7 days of the look before"
         " it"),
        ("0:28:4, 60", "0:28:4, 20, 60", "`blood`: the days do not rise"),
        ("0:28:4, 60", "0:28:4, now", "`blood`: 'now' is not a day"),
        ("missing: 20 %", "missing: 95 %", "`missing`: '95 %' of visits missed is too many"),
        (
            "missing: 20 %", "assays: {mrd: 10 %}",
            "`mrd`: '10 %' is not above 0 and up to 5 %",
        ),
        ("- Cmax", "- Cmix", "`endpoints`: 'Cmix' is not a choice here"),
        ("- Cmax", "- Cmax at 6 months", "`endpoints`: 'Cmax' has no day"),
        ("- CR by day 28", "- CR", "`endpoints`: 'CR' does not say when"),
        ("- CR by day 28", "- CR at day 28", "`endpoints`: 'CR at day 28' has the wrong word before"
         " its day"),
        ("- CR by day 28", "- CR by summer", "`endpoints`: 'summer' is not a day"),
        ("- Tmax", "- Cmax", "`Cmax` is listed twice"),
        (
            "- CR by day 28", "- CR by day 20",
            "`CR by day 20`: no look at the disease comes by day 20",
        ),
        (
            "relapse-free at 5 months", "relapse-free at 12 months",
            "`relapse-free at 12 months`: it goes to day 365, and the last look at the disease is"
            " on day 180",
        ),
        (
            "B-cell aplasia at 5 months", "B-cell aplasia at 12 months",
            "`B-cell aplasia at 12 months`: no blood is taken in the 35 days up to day 365",
        ),
        (
            "acute GVHD by day 100", "acute GVHD by day 200",
            "`acute GVHD by day 200`: the trial ends on day 180",
        ),
    ],
)  # fmt: skip
def test_a_bad_design_says_what_is_wrong_and_where(changed: str, to: str, said: str) -> None:
    assert only(changed, to) == said


def test_everything_that_is_wrong_is_told_at_once() -> None:
    text = """\
title: bad
seed: 1
patients: 10
population:
  lesions: [{kind: a}, b]
  parameters:
    growht: 0.1
    dose: 1e8
    growth: {value: 0.1, spread: -1}
    kill: 100
    kill: 1
    car_room: {value: 1e10, spread: 0.3}
  signs: {hypotension_from: 1, fever_form: 2, one_pressor_from: 0.5}
arms:
  - name: "=x"
    lymphodepletion: {first_day: -9}
    steroids: {days: 3}
    again: {day: 5}
visits: {disease: [28], blood: [28]}
endpoints: []
"""
    assert problems(text) == {
        1: ["a design needs `paired`"],
        5: ["a lesion needs `volume`", "a lesion is a set of keys"],
        7: ["the mechanism has no parameter `growht`"],
        8: ["`dose`: it is set by the arm"],
        9: ["`spread`: '-1' is not a number from 0 to 5"],
        10: ["`kill`: 100 is not from 0.01 to 20"],
        11: ["`kill` stands twice in `parameters`"],
        12: ["`car_room`: it is the same for everybody and has no spread"],
        13: [
            "unknown key `fever_form` in `signs`",
            "`signs`: one_pressor_from is below hypotension_from",
        ],
        15: ["an arm needs `dose`", "`name`: '=x' does not begin with a letter or a number"],
        16: [
            "`first_day`: '-9' is not a number from -7 to -3",
            "`lymphodepletion` has no dose",
        ],
        17: ["`steroids` does not say when it is given"],
        18: ["`again` needs `dose`", "`day`: '5' is not a whole number from 29 to 1000"],
        20: ["the file lists no `endpoints`"],
    }


def test_nine_lesions_are_too_many() -> None:
    lesion = "    - {kind: CNS, volume: 5 mL, share: 50 %}\n"
    assert problems(SMALL.replace(lesion, lesion * 9)) == {9: ["9 lesions are listed"]}


def test_a_test_of_mrd_that_cannot_reach_negative_is_refused() -> None:
    found = problems(SMALL.replace("missing: 20 %", "assays: {mrd: 0.1 %}"))
    assert found == {20: ["`MRD-negative CR by day 90`: the limit of MRD, 0.1 %, is above 0.01 %"]}


def test_site_clearance_needs_sites() -> None:
    lines = SMALL.splitlines(keepends=True)
    text = "".join(line for line in lines if "lesions" not in line and "CNS" not in line)
    assert problems(text) == {19: ["`site clearance by day 90`: the population has no lesions"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("- a\n", "a design file is a set of keys"),
        ("a: &b c\n", "an anchor (&) stands here, and course files have none"),
    ],
)
def test_what_is_no_design_is_refused(text: str, said: str) -> None:
    assert said in [one.what for one in read_design_text(text, "design.yaml").problems]


def test_plain_values_that_are_no_design_are_refused() -> None:
    with pytest.raises(ReinfuseError, match="a design needs `paired`"):
        design_of({"arms": []}, seed=1, patients=1)


def test_what_a_terminal_would_obey_is_no_name() -> None:
    title = SMALL.splitlines()[0]
    assert title.startswith("title:")
    assert "cannot be printed" in only(title, 'title: "a\\e[31m"')


@pytest.mark.parametrize("row", ["28:0:4", "0:9999:1", "0:28:0"])
def test_a_row_of_days_rises_and_ends_within_ten_years(row: str) -> None:
    blood = next(line for line in SMALL.splitlines() if line.strip().startswith("blood:"))
    assert f"'{row}' is not a day" in only(blood, f"  blood: {row}")
