from __future__ import annotations

import numpy as np
import pytest

from reinfuse.estimation.population.design import Arm, PopulationDesign, population_design
from reinfuse.estimation.population.model import PopulationModel, Residual
from reinfuse.estimation.population.posterior import NamedPopulation
from reinfuse.kinetics.curves import ORAL_ONE

NAMES = ("cl", "v", "ka", "var cl", "var v", "var ka")
# PopED, warfarin, proportional error, relative standard errors in %; see SOURCE.md.
BLOCKS = (4.7, 2.8, 13.9, 25.6, 30.3, 25.8, 11.2)
FULL = (3.6, 2.6, 4.8, 26.3, 30.9, 26.5, 12.4)
# The same with an additive error too, two arms of 50: relative standard errors in %, and the
# information of typical values and variances in the order of NAMES.
TWO_ARMS = (4.742175, 1.908239, 11.706099, 38.149149, 23.388391, 23.297863, 28.859652, 48.150485)
TYPICAL = ((20100.83363, 100.60318, 57.19595), (100.60318, 47.77375, -18.43690),
           (57.19595, -18.43690, 80.55401))  # fmt: skip
SPREADS = ((2019.7601648, 73.4525, 0.6961553), (73.4524996, 48705.8108, 117.2176533),
           (0.6961553, 117.2177, 51.8762750))  # fmt: skip
LOG_DETERMINANT = 57.34239


def warfarin(kind: Residual, sizes: dict[str, float]) -> NamedPopulation:
    return NamedPopulation(
        model=PopulationModel(curve=ORAL_ONE, residuals={"": kind}),
        typical={"cl": 0.15, "v": 8.0, "ka": 1.0},
        spreads={"cl": 0.07**0.5, "v": 0.02**0.5, "ka": 0.6**0.5},
        residual=sizes,
    )


def arm(*times: float, subjects: int) -> Arm:
    return Arm(times=times, subjects=subjects, amount=70.0)


def percent(design: PopulationDesign, residuals: tuple[str, ...]) -> list[float]:
    """In PopED's order; it prints variances of residuals, whose share is twice that of an SD."""
    shares = design.relative
    return [100 * shares[name] for name in NAMES] + [200 * shares[name] for name in residuals]


@pytest.mark.parametrize(("blocks", "expected"), [(True, BLOCKS), (False, FULL)])
def test_one_arm_has_the_standard_errors_of_poped(
    blocks: bool, expected: tuple[float, ...]
) -> None:
    source = warfarin(Residual.PROPORTIONAL, {"b": 0.1})
    found = population_design(
        source, [arm(0.5, 1, 2, 6, 24, 36, 72, 120, subjects=32)], blocks=blocks
    )
    assert percent(found, ("b",)) == pytest.approx(expected, abs=0.0501)


def test_two_arms_have_the_information_of_poped() -> None:
    source = warfarin(Residual.COMBINED, {"a": 0.5, "b": 0.1})
    found = population_design(source, [arm(1, 2, 3, subjects=50), arm(4, 5, 20, 120, subjects=50)])
    assert percent(found, ("b", "a")) == pytest.approx(TWO_ARMS, rel=1e-6)
    places = [found.names.index(name) for name in NAMES]
    information = found.information[np.ix_(places, places)]
    assert information[:3, :3] == pytest.approx(np.asarray(TYPICAL), rel=1e-6)
    assert information[3:, 3:] == pytest.approx(np.asarray(SPREADS), rel=1e-6)
    # From SDs to variances of the two residuals: ln |d SD / d variance| is - ln(2 SD), twice.
    change = 2.0 * (np.log(2 * 0.5) + np.log(2 * 0.1))
    assert found.log_determinant - change == pytest.approx(LOG_DETERMINANT, abs=1e-5)
