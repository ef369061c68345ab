"""With a gate of no width the curve is Stein's, and the typical patient has the printed numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reinfuse.kinetics import RiseAndFall, log_levels
from reinfuse.kinetics.priors import STEIN_TABLE
from reinfuse.kinetics.table import contraction_half_life, doubling_time, terminal_half_life

FOLD, TMAX, CMAX, ALPHA, FB, BETA = 3900.0, 9.3, 24_000.0, 0.16, 0.0079, 0.0032


def typical(gate: float) -> RiseAndFall:
    def one(value: float) -> np.ndarray:
        return np.array([value])

    return RiseAndFall(
        log_peak=one(math.log(CMAX)),
        peak_day=one(TMAX),
        rise=one(math.log(FOLD) / TMAX),
        fast=one(ALPHA),
        slow=one(BETA),
        lasting=one(FB),
        gate=one(gate),
    )


def stein(day: float) -> float:
    if day < TMAX:
        return CMAX / FOLD * math.exp(math.log(FOLD) / TMAX * day)
    after = day - TMAX
    return CMAX * ((1 - FB) * math.exp(-ALPHA * after) + FB * math.exp(-BETA * after))


def test_a_gate_of_no_width_is_the_published_piecewise_curve() -> None:
    days = np.array([0.0, 1.0, 5.0, 9.0, 9.3, 9.7, 14.0, 28.0, 40.0, 90.0, 365.0])
    ours = log_levels(typical(1e-5), days)[0]
    assert ours == pytest.approx([math.log(stein(day)) for day in days], abs=5e-5)  # twice the gate


def test_the_area_is_the_published_closed_form() -> None:
    rho = math.log(FOLD) / TMAX
    to_infinity = CMAX * (1 / rho + (1 - FB) / ALPHA + FB / BETA)
    days = np.linspace(0.0, 6000.0, 600_001)
    levels = np.exp(log_levels(typical(1e-4), days)[0])
    area = float(((levels[1:] + levels[:-1]) / 2.0).sum() * 0.01)
    # The formula starts the rise at minus infinity: it holds R0 / rho more.
    assert area == pytest.approx(to_infinity - CMAX / FOLD / rho, rel=1e-4)


@pytest.mark.parametrize(
    ("compute", "printed", "tolerance"),
    [
        (doubling_time, 0.78, 0.005),
        (contraction_half_life, 4.3, 0.05),
        (terminal_half_life, 220, 5),
    ],
)
def test_the_typical_patient_has_the_printed_half_lives(
    compute: object, printed: float, tolerance: float
) -> None:
    assert callable(compute)
    assert compute(typical(0.5))[0] == pytest.approx(printed, abs=tolerance)


def test_the_typical_patient_has_the_printed_growth_rate_and_start() -> None:
    assert math.log(FOLD) / TMAX == pytest.approx(0.889, abs=5e-4)
    assert stein(0.0) == pytest.approx(6.15, abs=0.005)


def test_the_priors_hold_the_published_values_of_both_studies() -> None:
    rows = {row.name: row for row in STEIN_TABLE}
    assert rows["contraction half-life"].typical == pytest.approx(4.3, abs=0.05)
    elsewhere = [rows[name].elsewhere for name in ("Tmax", "contraction half-life")]
    assert [*elsewhere, rows["terminal half-life"].elsewhere] == [9.29, 5.00, 352.0]
