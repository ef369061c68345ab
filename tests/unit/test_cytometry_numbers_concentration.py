"""Cells per microlitre, by dual platform and by beads, with both counts' errors."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from reinfuse.cytometry.numbers import (
    CAR_T,
    AbsoluteCount,
    Acquisition,
    Beads,
    Blank,
    KnownBackground,
    Measured,
    NoBlank,
    NoConcentration,
    PerMicrolitre,
    count_by_beads,
    count_by_dual_platform,
    measure,
)
from reinfuse.errors import ReinfuseError
from reinfuse.quantity import Limit, Quantity, UnitMismatch
from reinfuse.source import Source, Standing

CLEAN = KnownBackground(share=0.0, source=Source(cite="a test", standing=Standing.OURS))
T_CELLS = AbsoluteCount(of=CAR_T.of, count=Quantity(0.8, "10*3/uL"), cv=0.05)
BEADS = Beads(counted=10_000, added=50_000, volume_ul=50, cv=0.04)


def measured(k: int, n: int, blank: Blank | KnownBackground | NoBlank = CLEAN) -> Measured:
    seen = Acquisition(viability=0.9, positives_before=0)
    result = measure(k, n, assay=CAR_T, blank=blank, acquisition=seen)
    assert isinstance(result, Measured)
    return result


def concentration(found: PerMicrolitre | NoConcentration) -> PerMicrolitre:
    assert isinstance(found, PerMicrolitre)
    return found


def test_a_share_times_a_count_is_a_concentration() -> None:
    found = concentration(count_by_dual_platform(measured(3710, 10_000), T_CELLS))
    assert found.value == pytest.approx(0.371 * 800)
    assert found.said == (
        "CAR-T cells: 297 cells/µL (95 % interval 268 to 328, with the error of the flow count and "
        "the background and the absolute count; LoD 1.04); quantified"
    )


def test_a_count_without_its_error_is_told_and_makes_a_narrower_interval() -> None:
    share = measured(3710, 10_000)
    with_error = concentration(count_by_dual_platform(share, T_CELLS))
    without = concentration(count_by_dual_platform(share, replace(T_CELLS, cv=None)))
    assert without.interval.high < with_error.interval.high
    assert without.interval.low > with_error.interval.low
    assert without.carries == "the flow count and the background only"


def test_a_count_of_another_population_is_refused() -> None:
    lymphocytes = replace(T_CELLS, of="lymphocytes")
    with pytest.raises(ReinfuseError, match="the count is of lymphocytes") as caught:
        count_by_dual_platform(measured(40, 1000), lymphocytes)
    assert "the share's own denominator" in caught.value.fix


def test_a_count_of_copies_is_refused_and_a_limit_gives_no_concentration() -> None:
    with pytest.raises(UnitMismatch, match="cannot be written in"):
        count_by_dual_platform(
            measured(40, 1000), replace(T_CELLS, count=Quantity(12, "{copies}/ug"))
        )
    low = replace(T_CELLS, count=Quantity(10, "{cells}/uL", Limit.BELOW))
    none = count_by_dual_platform(measured(40, 1000), low)
    assert isinstance(none, NoConcentration)
    assert "only a limit" in none.said


def test_events_per_bead_times_beads_per_volume() -> None:
    found = concentration(count_by_beads(measured(400, 20_000), BEADS))
    assert found.value == pytest.approx(400 / 10_000 * 50_000 / 50)
    assert found.detection == pytest.approx(13 / 10_000 * 50_000 / 50)
    assert found.carries == "the flow count, the background and the beads with their pipetting"


@pytest.mark.parametrize(("k", "counted"), [(400, 900), (40, 300), (9, 2000)])
def test_few_beads_widen_the_interval_as_the_exact_ratio_of_two_counts_does(
    k: int, counted: int
) -> None:
    """Events among events and beads are binomial: Clopper-Pearson of that is exact."""
    beads = Beads(counted=counted, added=50_000, volume_ul=50)
    found = concentration(count_by_beads(measured(k, 2_000_000), beads))
    exact = stats.binomtest(k, k + counted).proportion_ci()
    scale = 50_000 / 50
    assert found.interval.low == pytest.approx(scale * exact.low / (1 - exact.low), rel=0.02)
    assert found.interval.high == pytest.approx(scale * exact.high / (1 - exact.high), rel=0.02)


def test_the_interval_holds_share_beads_and_pipetting_together() -> None:
    """Drawn over and over, 19 of 20 intervals hold the true concentration."""
    chance = np.random.default_rng(11)
    true, factor, held, rounds = 0.004, 20_000 / 10_000 * 1000, 0, 300
    for _ in range(rounds):
        pipetting = np.exp(chance.normal(0, BEADS.cv))
        seen = replace(BEADS, counted=int(chance.poisson(10_000 * pipetting)))
        share = measured(int(chance.binomial(20_000, true)), 20_000)
        interval = concentration(count_by_beads(share, seen)).interval
        held += interval.low <= true * factor <= interval.high
    assert held / rounds >= 0.93


def test_no_target_cell_is_an_upper_limit_per_microlitre() -> None:
    found = concentration(count_by_dual_platform(measured(0, 10_000), T_CELLS))
    assert found.value == found.interval.low == 0
    share = 3.689e-4  # what no event among 10,000 leaves possible
    assert found.interval.high == pytest.approx(800 * share * np.exp(1.96 * 0.05), rel=1e-3)


def test_beads_that_cannot_be_are_told() -> None:
    share = measured(40, 1000)
    none = count_by_beads(share, replace(BEADS, counted=0))
    assert none == NoConcentration(reason="no bead was counted")
    more = count_by_beads(share, replace(BEADS, counted=60_000))
    assert isinstance(more, NoConcentration)
    assert more.said == "no concentration: 60,000 beads were counted and only 50,000 added"
    with pytest.raises(ReinfuseError, match="in 0 uL cannot be"):
        count_by_beads(share, replace(BEADS, volume_ul=0))


def test_without_a_blank_there_is_no_limit_of_detection_per_microlitre() -> None:
    found = concentration(count_by_dual_platform(measured(40, 1000, NoBlank()), T_CELLS))
    assert found.detection is None
    assert found.interval.low == 0
    assert found.said.endswith("counted, not judged: no blank")
