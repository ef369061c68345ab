"""What the tables of the mechanism's studies say, and that a small course of each still runs."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chisquare

from docs.mechanism_published import published
from reinfuse.estimation.whitened.sampling import Sampling
from reinfuse.evidence import Role, shipped_targets
from reinfuse.trials.calibration import drawn as drawn_module
from reinfuse.trials.calibration import run_calibration, unknowns
from studies import mechanism_calibration, mechanism_recovery, mechanism_sbc
from tests.unit.calibration_targets import SMALL, held_out_copy, pretended, shipped

Row = dict[str, str]

TABLES = Path(__file__).resolve().parent.parent.parent / "studies" / "tables"
QUICK = Sampling(
    screened=64, starts=1, most_rounds=4, most_modes=1, adapting=(4,), checked_every=4,
    first_checked=4, most_parts=2, slopes=4, budget=6_000,
)  # fmt: skip
PRODUCT = "access x kill share"
BINS = 16


def rows_of(name: str) -> list[Row]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def grouped(rows: list[Row], by: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[by]].append(row)
    return found


def targets_in_table(role: Role) -> list[Row]:
    rows = rows_of("mechanism_calibration")
    return [row for row in rows if row["kind"] == "target" and row["role"] == role]


def holds(row: Row, level: int) -> bool:
    return float(row[f"low_{level}"]) <= float(row["truth"]) <= float(row[f"high_{level}"])


def test_every_invented_course_is_in_the_tables_once_for_each_latent() -> None:
    recovery = grouped(rows_of("mechanism_recovery"), "latent")
    assert set(recovery) == {name.split("@")[0] for name in mechanism_recovery.UNKNOWN} | {PRODUCT}
    ranks = grouped(rows_of("mechanism_sbc"), "latent")
    assert set(ranks) == {name.split("@")[0] for name in mechanism_sbc.UNKNOWN}
    for rows, count in (
        *((rows, mechanism_recovery.COURSES) for rows in recovery.values()),
        *((rows, mechanism_sbc.COURSES) for rows in ranks.values()),
    ):
        assert sorted(int(row["course"]) for row in rows) == list(range(count))


def test_ninety_percent_intervals_hold_as_often_as_asked() -> None:
    rows = [row for row in rows_of("mechanism_recovery") if row["latent"] != PRODUCT]
    assert 0.85 <= np.mean([holds(row, 90) for row in rows]) <= 0.95


def test_intervals_that_hold_are_not_as_wide_as_the_prior() -> None:
    for name in ("marrow_start", "lesion_start_1", "growth"):
        rows = grouped(rows_of("mechanism_recovery"), "latent")[name]
        assert np.mean([float(row["sd"]) for row in rows]) < 0.8, name


def test_ranks_of_truths_are_even() -> None:
    latents = grouped(rows_of("mechanism_sbc"), "latent")
    smallest = min(_chance(rows) for rows in latents.values())
    assert smallest > 0.05 / len(latents)


def test_ranks_piled_up_at_one_end_would_be_told() -> None:
    rows = grouped(rows_of("mechanism_sbc"), "latent")["kill"]
    # A posterior too narrow by a third pushes truths to the ends.
    pushed = [row | {"rank": str(_pushed(int(row["rank"]), int(row["draws"])))} for row in rows]
    assert _chance(pushed) < 0.05 / len(mechanism_sbc.UNKNOWN)


def test_every_target_is_scored_once() -> None:
    for role, count in ((Role.CALIBRATE, 8), (Role.HELD_OUT, 12)):
        found = [row["name"] for row in targets_in_table(role)]
        assert found == [one.id for one in shipped_targets() if one.role is role]
        assert len(found) == count


def test_the_tally_and_the_page_count_the_hits_that_the_rows_show() -> None:
    held_out = targets_in_table(Role.HELD_OUT)
    hits = sum(row["calibrated_hit"] == "True" for row in held_out)
    tally = next(
        row for row in rows_of("mechanism_calibration")
        if (row["kind"], row["name"], row["role"]) == ("tally", "hits", Role.HELD_OUT)
    )  # fmt: skip
    assert int(float(tally["calibrated_mean"])) == hits
    assert f"**Held out: {hits} of {len(held_out)} hit**" in "\n".join(published())


def test_a_hit_is_a_mean_inside_the_interval_of_the_target() -> None:
    for row in (row for role in Role for row in targets_in_table(role)):
        for population in ("prior", "calibrated"):
            if row[f"{population}_mean"]:
                inside = float(row["low"]) <= float(row[f"{population}_mean"]) <= float(row["high"])
                assert row[f"{population}_hit"] == str(inside), row["name"]


@pytest.mark.parametrize(
    ("study", "rows"),
    [
        (mechanism_recovery, len(mechanism_recovery.UNKNOWN) + 1),
        (mechanism_sbc, len(mechanism_sbc.UNKNOWN)),
    ],
    ids=["recovery", "ranks"],
)
def test_a_small_course_of_a_study_still_runs(study: object, rows: int) -> None:
    found = study.course(0, QUICK)  # type: ignore[attr-defined]
    assert len(found) == rows
    assert {len(row) for row in found} == {len(study.HEADER)}  # type: ignore[attr-defined]
    assert all(row[0] == 0 for row in found)


def test_a_small_calibration_fills_every_column_of_its_study(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawn_module, "found_at", pretended)
    targets = [shipped("c4-first-cr"), shipped("c2-contraction"), held_out_copy("c5-lesions")]
    result = run_calibration(targets, seed=1, size=SMALL, held_out=True)
    monkeypatch.setattr(mechanism_calibration, "_result", lambda: result)
    monkeypatch.setattr(mechanism_calibration, "HELD_OUT", True)  # whatever its next run asks for
    rows = {chunk: mechanism_calibration.run(chunk) for chunk in mechanism_calibration.chunks()}
    assert {len(row) for found in rows.values() for row in found} == {
        len(mechanism_calibration.HEADER)
    }
    assert [row[1] for row in rows["calibrate"]] == ["c4-first-cr", "c2-contraction"]
    assert [row[1] for row in rows["held out"]] == ["pretend-c5-lesions"]
    assert len(rows["unknowns"]) == len(unknowns())


def _chance(rows: list[Row]) -> float:
    bins = [int(row["rank"]) * BINS // (int(row["draws"]) + 1) for row in rows]
    return float(chisquare(np.bincount(bins, minlength=BINS)).pvalue)


def _pushed(rank: int, draws: int) -> int:
    middle = draws / 2
    return round(min(draws, max(0.0, middle + 1.5 * (rank - middle))))
