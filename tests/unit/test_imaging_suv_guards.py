"""What speaks against an SUV: corrections, amounts, times, and the liver."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.suv import Overrides, Suv, provenance_of, scaled
from reinfuse.imaging.suv.liver import read_liver
from reinfuse.imaging.volume import Grid, Volume
from tests.unit.imaging_suv_facts import at, invented


def test_an_ordinary_series_has_nothing_against_it() -> None:
    assert provenance_of(invented()).findings == ()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"corrections": ("NORM", "SCAT", "DECY")}, "suv-no-attenuation-correction"),
        ({"corrections": None}, "suv-corrections-unknown"),
        ({"corrections": ("ATTN", "SCAT")}, "suv-decay-contradicted"),
        ({"decay_correction": "NONE"}, "suv-decay-contradicted"),
        ({"intercepts": (0.0, 5.0, 0.0)}, "suv-intercept"),
        ({"injection_datetime": at("10:16")}, "suv-uptake-time"),
        ({"injection_datetime": at("08:59")}, "suv-uptake-time"),
        ({"dose": 49e6}, "suv-dose"),
        ({"dose": 1001e6}, "suv-dose"),
        ({"weight": 310.0}, "suv-weight"),
        ({"weight": 70e3}, "suv-weight-in-grams"),
        ({"dose": 350.0}, "suv-dose-in-megabecquerels"),
        ({"height": 1750.0}, "suv-height-unusable"),
    ],
)
def test_a_guard_trips_alone(changes: dict[str, object], rule: str) -> None:
    assert [finding.rule for finding in provenance_of(invented(**changes)).findings] == [rule]


@pytest.mark.parametrize(
    "changes",
    [
        {"injection_datetime": at("10:15")},
        {"injection_datetime": at("09:00")},
        {"dose": 50e6},
        {"dose": 1000e6},
        {"decay_correction": "NONE", "corrections": ("ATTN",)},
    ],
)
def test_on_its_limit_a_guard_is_silent(changes: dict[str, object]) -> None:
    assert provenance_of(invented(**changes)).findings == ()


def test_overrides_of_a_series_that_holds_suv_are_told_to_change_nothing() -> None:
    told = provenance_of(invented(units="GML"), overrides=Overrides(dose_bq=100e6))
    assert told.factors == (1.0, 1.0, 1.0)
    assert [finding.rule for finding in told.findings] == ["suv-overrides-unused"]


def test_lean_mass_beyond_its_turn_is_told() -> None:
    told = provenance_of(invented(weight=140.0), normalise="sul-james")
    assert [finding.rule for finding in told.findings] == ["suv-lean-mass-turns"]


@pytest.mark.parametrize(
    ("uptake", "rules"),
    [(2.1, []), (1.31, []), (2.99, []), (1.29, ["suv-liver"]), (3.01, ["suv-liver"])],
)
def test_a_liver_outside_its_range_is_told(uptake: float, rules: list[str]) -> None:
    suv = _uniform(uptake)
    liver = read_liver(suv, (40.0, 40.0, 40.0))
    assert liver.reference.mean == pytest.approx(uptake, rel=1e-5)
    assert [finding.rule for finding in liver.findings] == rules


def test_a_liver_by_lean_mass_is_read_and_not_judged() -> None:
    liver = read_liver(_uniform(9.0, normalise="sul-james"), (40.0, 40.0, 40.0))
    assert [finding.rule for finding in liver.findings] == ["suv-liver-not-judged"]


def test_a_liver_at_the_border_of_the_scan_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="a sphere of 30 mm holds"):
        read_liver(_uniform(2.0), (0.0, 40.0, 40.0))


def _uniform(uptake: float, *, normalise: str = "bw") -> Suv:
    told = provenance_of(invented(slices=20), normalise=normalise)
    grid = Grid(shape=(20, 20, 20), origin=np.zeros(3), steps=4.0 * np.eye(3)[::-1])
    values = np.full(grid.shape, uptake / told.factors[0], np.float32)
    return scaled(Volume(values=values, grid=grid, unit="Bq/mL"), told)
