"""The target table: what ships, what it may not hold, and how a damaged one is read."""

import csv
import dataclasses
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.evidence import Role, Target, bound_rate, read_targets, shipped_studies
from reinfuse.evidence import shipped_targets as targets
from reinfuse.evidence.target import GRADED, MARROW_BLASTS, NOT_STATED, SETTINGS, TAKEN
from reinfuse.evidence.target_checks import COUNTS, share_patients
from reinfuse.evidence.targets import COLUMNS, SHIPPED
from reinfuse.source import Standing


def shipped_rows() -> list[dict[str, str]]:
    with open(SHIPPED, encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture
def table(tmp_path: Path) -> Callable[[list[dict[str, str]]], Path]:
    def write(rows: list[dict[str, str]]) -> Path:
        path = tmp_path / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def changed(name: str, change: dict[str, str]) -> list[dict[str, str]]:
    return [row | change if row["id"] == name else row for row in shipped_rows()]


def told(name: str, **words: str) -> dict[str, str]:
    """The setting of a shipped row with some words changed."""
    target = next(one for one in targets() if one.id == name)
    pairs = dict(target.settings) | words
    return {"setting": ";".join(f"{key}={word}" for key, word in pairs.items())}


def rules(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.rule for finding in findings}


#: Planted errors: the row, what is changed in it, and the rule that must find it.
PLANTED = (
    ("h01-germany", {"study": "nobody-2020"}, "unknown-study"),
    ("h01-germany", {"study": "leahy-cns"}, "no-target"),  # recalled
    ("h08-second-same", {"study": "gauthier-cr"}, "no-target"),  # three diseases
    ("h01-germany", {"study": "e03"}, "no-target"),  # a range
    ("h01-germany", {"study": "fda-cr"}, "no-target"),  # inside ELIANA
    ("h12-donor-gvhd", {"study": "ludaopei-cart"}, "no-target"),
    ("h01-germany", {"role": "tune"}, "unknown-role"),
    ("h01-germany", {"endpoint": "cure"}, "unknown-endpoint"),
    ("h01-germany", {"by_day": "soon"}, "not-a-number"),
    ("h01-germany", {"by_day": "0"}, "not-a-number"),
    ("h01-germany", {"note": ""}, "missing-cell"),
    ("h01-germany", {"setting": "weather=fine"}, "unknown-setting"),
    ("h01-germany", {"setting": "infusion=first"}, "setting-count"),
    ("h01-germany", told("h01-germany", age="old"), "unknown-word"),
    ("h01-germany", told("h01-germany", infusion="second"), "setting-disagrees"),
    ("h01-germany", told("h01-germany", origin="donor after HSCT"), "setting-disagrees"),
    ("h01-germany", told("h01-germany", costimulation="CD28"), "setting-disagrees"),
    ("c1-tmax", {"high": ""}, "not-a-number"),
    ("c1-tmax", {"low": "9.5"}, "value-outside"),
    ("c1-tmax", {"unit": ""}, "unit"),
    ("c1-tmax", {"value": "9.3"}, "quote-disagrees"),
    ("c1-tmax", {"role": "held out"}, "held-out-value"),
    ("c1-tmax", {"role": "held out before"}, "held-out-value"),
    ("c1-tmax", {"endpoint": "CR"}, "wrong-kind"),
    ("h01-germany", {"endpoint": "Tmax"}, "wrong-kind"),
    ("h04-mrd", {"study": "allcar19-crs3", "endpoint": "CRS grade >= 3"}, "scale-missing"),
)


def test_the_shipped_table_has_nothing_to_tell() -> None:
    assert read_targets() == (targets(), ())


def test_eight_are_to_calibrate_and_five_are_held_out_after_two_rounds_of_twelve() -> None:
    counts = Counter(target.role for target in targets())
    assert counts == COUNTS == {Role.CALIBRATE: 8, Role.SEEN: 24, Role.HELD_OUT: 12}


def test_numbers_go_on_from_those_held_out_before_to_those_that_still_are() -> None:
    numbers = {
        role: [int(one.id[1:].partition("-")[0]) for one in targets() if one.role is role]
        for role in Role
    }
    assert numbers[Role.CALIBRATE] == [*range(1, 9)]
    assert numbers[Role.SEEN] + numbers[Role.HELD_OUT] == [*range(1, 25 + COUNTS[Role.HELD_OUT])]


def test_all_but_those_held_out_calibrate() -> None:
    assert {role for role in Role if role.calibrates} == {Role.CALIBRATE, Role.SEEN}


def test_no_held_out_target_shares_patients_with_any_other() -> None:
    for one, other in combinations(targets(), 2):
        if Role.HELD_OUT in (one.role, other.role):
            assert one.study.cohort != other.study.cohort, (one.id, other.id)
            assert not share_patients(one.study, other.study), (one.id, other.id)


def test_every_target_that_is_or_was_held_out_is_a_count_with_an_exact_interval() -> None:
    for target in targets():
        if target.role is not Role.CALIBRATE:
            assert target.events is not None
            assert target.n is not None
            assert target.interval == bound_rate(target.events, target.n)
            assert target.observed == target.events / target.n


def test_nothing_recalled_is_a_target() -> None:
    assert not any(one.study.source.standing is Standing.RECALLED for one in targets())


def test_the_trials_behind_the_expansion_prior_never_were_held_out() -> None:
    held_out = {one.study.cohort for one in targets() if one.role is not Role.CALIBRATE}
    assert not held_out & {"eliana", "fda-63", "ensign"}


def test_of_gauthier_the_leukaemia_group_alone_was_held_out() -> None:
    (target,) = (one for one in targets() if one.study.id == "e10")
    assert (target.events, target.n) == (3, 14)
    assert target.role is not Role.CALIBRATE


def test_no_target_is_of_a_cd28_product() -> None:
    assert {one.told("costimulation") for one in targets()} == {"4-1BB", NOT_STATED}
    assert not any(one.study.costimulation == "CD28" for one in targets())


def test_a_grade_is_a_target_only_with_its_scale_and_on_one_scale() -> None:
    assert {one.study.scale for one in targets() if one.endpoint in GRADED} == {"Penn"}


def test_what_the_source_left_open_was_chosen_beforehand() -> None:
    for target in targets():
        for key in SETTINGS:
            assert target.taken(key) in SETTINGS[key]
            assert target.taken(key) != NOT_STATED
    assert set(TAKEN) == {key for key, words in SETTINGS.items() if NOT_STATED in words}
    assert set(MARROW_BLASTS) == set(SETTINGS["marrow"]) - {NOT_STATED}


def test_a_population_value_keeps_its_printed_interval_and_has_no_count() -> None:
    target = next(one for one in targets() if one.id == "c1-tmax")
    assert (target.observed, target.interval.low, target.interval.high) == (9.29, 8.81, 9.70)
    assert (target.events, target.n) == (None, None)


@pytest.mark.parametrize(("name", "change", "rule"), PLANTED, ids=str)
def test_a_planted_error_is_found_and_costs_only_its_row(
    table: Callable[[list[dict[str, str]]], Path], name: str, change: dict[str, str], rule: str
) -> None:
    left, findings = read_targets(table(changed(name, change)))
    assert {one.id for one in left} == {one.id for one in targets()} - {name}
    assert rule in rules(findings)
    assert all(one.severity is Severity.ERROR and one.fix and one.where for one in findings)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("h03-lasting", {"study": "inaticabtagene-best", "id": "another"}),  # the same cohort
        ("h01-germany", {"study": "ari-trial-mrd"} | told("h01-germany", costimulation=NOT_STATED)),
        ("h01-germany", {"study": "prwcc-flu-cr"}),  # against a target to calibrate
    ],
    ids=["cohort", "held out", "calibrate"],
)
def test_patients_counted_twice_are_found(
    table: Callable[[list[dict[str, str]]], Path], name: str, change: dict[str, str]
) -> None:
    rows = changed(name, change | {"role": "held out"})
    if "id" in change:
        rows.extend(row for row in shipped_rows() if row["id"] == name)
    assert "overlapping-targets" in rules(read_targets(table(rows))[1])


def test_two_targets_to_calibrate_may_share_patients() -> None:
    one, other = (next(t for t in targets() if t.id == name) for name in ("c7-crs", "c8-antigen"))
    assert share_patients(one.study, other.study)


def test_two_scales_or_two_costimulations_do_not_stand_together(
    table: Callable[[list[dict[str, str]]], Path],
) -> None:
    studies = list(shipped_studies())
    lee = next(one for one in studies if one.id == "allcar19-crs3")
    studies[studies.index(lee)] = dataclasses.replace(lee, scale="Lee 2014", costimulation="CD28")
    change = {"study": "allcar19-crs3", "endpoint": "CRS grade >= 3"}
    rows = changed("h04-mrd", change | told("h04-mrd", costimulation="CD28"))
    _, findings = read_targets(table(rows), studies)
    assert rules(findings) == {"mixed-scales", "mixed-costimulation"}


def test_all_problems_of_a_table_are_told_at_once(
    table: Callable[[list[dict[str, str]]], Path],
) -> None:
    rows = changed("h01-germany", {"study": "nobody", "id": "h02-france"})
    rows = [row | {"role": "tune"} if row["id"] == "c1-tmax" else row for row in rows]
    _, findings = read_targets(table(rows))
    assert rules(findings) == {"unknown-study", "unknown-role", "role-counts"}


def test_a_second_row_with_an_id_is_left_out(
    table: Callable[[list[dict[str, str]]], Path],
) -> None:
    rows = shipped_rows()
    left, findings = read_targets(table([*rows, rows[-1]]))
    assert (left, rules(findings)) == (targets(), {"duplicate-id"})


def test_a_torn_row_and_a_missing_column_are_told(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(",".join(COLUMNS) + "\n\none,two\n", encoding="utf-8")
    assert "torn-row" in rules(read_targets(path)[1])
    path.write_text("id,role\n", encoding="utf-8")
    assert rules(read_targets(path)[1]) == {"missing-column"}


def test_a_table_that_is_not_there_is_an_error_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="cannot be read: FileNotFoundError") as caught:
        read_targets(tmp_path / "nowhere.csv")
    assert caught.value.where == "nowhere.csv"


def test_a_target_cannot_be_changed() -> None:
    target: Target = targets()[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        target.by_day = 1  # type: ignore[misc]  # the point of the test


def test_reading_targets_loads_no_numerics() -> None:
    code = (
        "import sys; from reinfuse.evidence import shipped_targets; shipped_targets();"
        "print({'numpy', 'scipy', 'jax'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"
