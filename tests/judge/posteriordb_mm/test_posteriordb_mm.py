"""The absorbed curve with saturable elimination, on posteriordb's data and reference draws."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from reinfuse.kinetics.curves import MM_ORAL, sampled

HELD = json.loads(
    (Path(__file__).resolve().parent / "one_comp_mm_elim_abs.json").read_text(encoding="utf-8")
)
DATA, DRAWS = HELD["data"], HELD["draws"]
TIMES, DOSE, VOLUME = DATA["times"], float(DATA["D"]), float(DATA["V"])


def ours(draw: int) -> np.ndarray:
    p = {
        "ka": np.array([DRAWS["k_a"][draw]]),
        "vmax": np.array([DRAWS["V_m"][draw]]),
        "km": np.array([DRAWS["K_m"][draw]]),
        "v": np.array([VOLUME]),
    }
    return MM_ORAL.value(p, sampled(TIMES, [(0.0, DOSE, 0.0)]))[:, 0]


def solved(draw: int) -> np.ndarray:
    ka, km, vm = (DRAWS[name][draw] for name in ("k_a", "K_m", "V_m"))

    def slope(t: float, y: np.ndarray) -> list[float]:
        return [np.exp(-ka * t) * DOSE * ka / VOLUME - vm / VOLUME * y[0] / (km + y[0])]

    answer = solve_ivp(
        slope, (0.0, TIMES[-1]), [0.0], t_eval=TIMES, method="LSODA", rtol=1e-12, atol=1e-14
    )
    return answer.y[0]


@pytest.mark.parametrize("draw", range(len(DRAWS["k_a"])))
def test_the_curve_of_every_draw_is_the_solved_one(draw: int) -> None:
    assert ours(draw) == pytest.approx(solved(draw), rel=1e-6)


def test_the_data_lie_around_the_curves_as_far_as_each_draw_says() -> None:
    apart = np.array([np.log(DATA["C_hat"]) - np.log(ours(n)) for n in range(len(DRAWS["k_a"]))])
    assert apart.std(axis=1).mean() == pytest.approx(np.mean(DRAWS["sigma"]), rel=0.15)
