"""A border goes to the valley, to the end of the negatives, or stays and says why."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import gaussian_kde, norm

from reinfuse.cytometry.gates.values import (
    Boolean,
    Dimension,
    Divider,
    Operand,
    Polygon,
    Quadrant,
    Rectangle,
    Side,
)
from reinfuse.cytometry.placing.compared import apart
from reinfuse.cytometry.placing.density import silverman, smoothed, tally
from reinfuse.cytometry.placing.placed import place, place_together
from reinfuse.cytometry.placing.values import Flank, Percentile, Placed, Standing, Tail, Valley
from reinfuse.cytometry.sample import Floats
from reinfuse.cytometry.scales.logicle import Logicle
from reinfuse.errors import ReinfuseError

CD3 = Dimension(name="CD3")
CAR = Dimension(name="CAR", scale="logicle")
LOGICLE = Logicle(top=262144.0, width=0.5, decades=4.5)


def above(border: float, dimension: Dimension = CD3) -> Rectangle:
    return Rectangle(name="positive", sides=(Side(dimension=dimension, low=border),))


def mixed(
    seed: int,
    count: int,
    share: float,
    negative: tuple[float, float],
    positive: tuple[float, float],
) -> Floats:
    """Events of which `share` are positive; mean and standard deviation of both."""
    rng = np.random.default_rng(seed)
    is_positive = rng.random(count) < share
    return np.where(is_positive, rng.normal(*positive, count), rng.normal(*negative, count))


def misplaced(
    border: float, share: float, negative: tuple[float, float], positive: tuple[float, float]
) -> float:
    """The share of events on the wrong side of a border."""
    return float((1 - share) * norm.sf(border, *negative) + share * norm.cdf(border, *positive))


def best(share: float, negative: tuple[float, float], positive: tuple[float, float]) -> float:
    """The border with the fewest events on the wrong side (Bayes)."""

    def excess(at: float) -> float:
        return float((1 - share) * norm.pdf(at, *negative) - share * norm.pdf(at, *positive))

    return float(brentq(excess, negative[0], positive[0]))


@pytest.mark.parametrize(
    ("count", "share", "positive", "tolerance", "excess"),
    [
        (1_000, 0.5, (0.60, 0.05), 0.010, 1e-4),
        (20_000, 0.5, (0.60, 0.05), 0.003, 1e-5),
        (20_000, 0.2, (0.55, 0.06), 0.015, 1.5e-3),
        (20_000, 0.05, (0.60, 0.06), 0.025, 6e-4),
        (20_000, 0.4, (0.50, 0.05), 0.010, 1e-3),
        (300_000, 0.002, (0.65, 0.04), 0.025, 2e-4),
    ],
)
def test_a_border_at_the_valley_hardly_loses_cells_against_the_best_border_there_is(
    count: int, share: float, positive: tuple[float, float], tolerance: float, excess: float
) -> None:
    negative = (0.30, 0.05)
    optimum = best(share, negative, positive)
    for seed in range(3):
        values = mixed(seed, count, share, negative, positive)
        placed = place(above(0.42), {CD3: values}, Valley(reach=0.2), scales={})
        (move,) = placed.moves
        assert move.standing is Standing.MOVED
        assert abs(move.now.scaled - optimum) <= tolerance
        lost = misplaced(move.now.scaled, share, negative, positive)
        assert lost - misplaced(optimum, share, negative, positive) <= excess


def test_a_density_with_one_mode_shows_no_valley() -> None:
    rng = np.random.default_rng(5)
    for round_ in range(60):
        count = int(rng.integers(500, 20_000))
        values = (
            rng.normal(0.4, 0.1, count),
            np.exp(rng.normal(0.0, 0.3, count)),
            0.05 * rng.standard_t(3, count),
        )[round_ % 3]
        placed = place(above(0.5), {CD3: values}, Valley(reach=9.0), scales={})
        assert placed.moves[0].standing is Standing.NOTHING, round_
        assert placed.gate == placed.template


def test_a_certain_dip_that_is_hardly_one_is_not_followed() -> None:
    # Two halves 2.3 standard deviations apart: the density between them is 95 % of the modes'.
    values = mixed(1, 400_000, 0.5, (0.30, 0.05), (0.415, 0.05))
    placed = place(above(0.36), {CD3: values}, Valley(reach=0.2), scales={})
    assert placed.moves[0].standing is Standing.NOTHING


@pytest.mark.parametrize("seed", range(5))
def test_in_a_wide_valley_stray_events_do_not_say_where_the_border_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    both = [rng.normal(at, 0.03, 5_000) for at in (0.2, 0.8)]
    values = np.concatenate([*both, rng.uniform(0.2, 0.8, 20)])
    placed = place(above(0.4), {CD3: values}, Valley(reach=0.3), scales={})
    assert placed.moves[0].now.scaled == pytest.approx(0.5, abs=0.02)


def test_fifty_positives_among_five_thousand_mostly_make_a_valley() -> None:
    found = []
    for seed in range(20):
        values = mixed(seed, 5_000, 0.01, (0.30, 0.05), (0.65, 0.06))
        (move,) = place(above(0.5), {CD3: values}, Valley(reach=0.15), scales={}).moves
        if move.standing is Standing.MOVED:
            found.append(move.now.scaled)
    assert len(found) >= 8  # with the first bandwidth alone, one in forty
    assert found == pytest.approx(len(found) * [best(0.01, (0.3, 0.05), (0.65, 0.06))], abs=0.05)


@pytest.mark.parametrize("shift", [-0.12, -0.05, 0.0, 0.05, 0.12])
@pytest.mark.parametrize("how", [Valley(reach=0.15), Tail(reach=0.15, spreads=3.0)])
def test_a_planted_shift_comes_back(shift: float, how: Valley | Tail) -> None:
    values = mixed(1, 20_000, 0.3, (0.30, 0.05), (0.60, 0.05))
    still = place(above(0.45), {CD3: values}, how, scales={})
    moved = place(above(0.45), {CD3: values + shift}, how, scales={})
    assert moved.moves[0].now.scaled - still.moves[0].now.scaled == pytest.approx(shift, abs=0.004)


@pytest.mark.parametrize("shift", [-0.25, 0.25])
def test_beyond_reach_the_template_is_used_and_a_reader_is_told(shift: float) -> None:
    values = mixed(1, 20_000, 0.3, (0.30, 0.05), (0.60, 0.05)) + shift
    how = Valley(reach=0.15, otherwise=Tail(reach=0.15, spreads=3.0))
    placed = place(above(0.45), {CD3: values}, how, scales={})
    assert placed.guarded
    assert placed.gate == above(0.45)
    (finding,) = placed.findings("tube.fcs")
    assert finding.rule == "gate-beyond-reach"
    assert "beyond reach of the template; the template is used" in finding.what
    assert finding.where == "tube.fcs"
    assert abs(placed.moves[0].found.scaled - 0.45) > 0.15


def test_rare_positives_do_not_carry_the_end_of_the_negatives() -> None:
    rng = np.random.default_rng(2)
    negatives = rng.normal(0.3, 0.05, 50_000)
    for rare in (0, 100, 2_500):
        values = np.concatenate([negatives, rng.normal(0.75, 0.05, rare)])
        placed = place(above(0.5), {CD3: values}, Tail(reach=0.1, spreads=4.0), scales={})
        assert placed.moves[0].now.scaled == pytest.approx(0.5, abs=0.006)


def test_a_tail_below_ends_the_positives() -> None:
    values = np.random.default_rng(2).normal(0.6, 0.04, 20_000)
    how = Tail(reach=0.2, spreads=2.0, side="below")
    placed = place(above(0.45), {CD3: values}, how, scales={})
    assert placed.moves[0].now.scaled == pytest.approx(0.52, abs=0.005)


def test_events_piled_up_at_the_end_of_a_scale_are_no_population() -> None:
    values = mixed(3, 20_000, 0.3, (0.30, 0.05), (0.60, 0.05))
    piled = np.concatenate([values, np.full(5_000, 1.0), np.full(3_000, -0.2)])
    still = place(above(0.45), {CD3: values}, Valley(reach=0.9), scales={})
    placed = place(above(0.45), {CD3: piled}, Valley(reach=0.9), scales={})
    assert placed.moves[0].now.scaled == pytest.approx(still.moves[0].now.scaled, abs=0.003)


@pytest.mark.parametrize(
    "values", [np.zeros(0), np.full(9_000, 0.3), np.full(9_000, np.nan), np.linspace(0, 1, 400)]
)
def test_with_few_events_the_template_stays(values: Floats) -> None:
    placed = place(above(0.45), {CD3: values}, Valley(reach=0.2), scales={})
    assert placed.gate == placed.template
    assert placed.moves[0].standing is Standing.FEW
    assert placed.said[0].endswith("at least 500 are needed); stays at 0.45")


def test_a_shift_is_told_on_the_scale_in_linear_units_and_in_decades() -> None:
    values = LOGICLE.forward(10.0 ** mixed(4, 20_000, 0.4, (2.6, 0.15), (4.0, 0.15)))
    placed = place(above(0.55, CAR), {CAR: values}, Valley(reach=0.3), scales={"logicle": LOGICLE})
    (move,) = placed.moves
    assert move.now.linear == pytest.approx(float(LOGICLE.inverse([move.now.scaled])[0]))
    assert move.decades == pytest.approx(math.log10(move.now.linear / move.was.linear))
    assert math.log10(move.now.linear) == pytest.approx(3.3, abs=0.1)
    assert f"moved {move.shift:+.4g} on the scale" in move.said
    assert "decades" in move.said


def test_decades_are_told_of_nothing_below_zero() -> None:
    values = mixed(4, 20_000, 0.4, (-0.3, 0.05), (0.3, 0.05)) - 0.05
    (move,) = place(above(-0.05), {CD3: values}, Valley(reach=0.2), scales={}).moves
    assert math.isnan(move.decades)
    assert "decades" not in move.said


def test_all_cuts_of_a_divider_move_and_its_quadrants_stay_joined() -> None:
    rng = np.random.default_rng(6)
    values = np.concatenate([rng.normal(at, 0.04, 8_000) for at in (0.2, 0.5, 0.8)])
    divider = Divider(name="d", dimension=CD3, cuts=(0.30, 0.70))
    how = Valley(reach=0.12)
    whole = place(divider, {CD3: values}, how, scales={})
    assert isinstance(whole.gate, Divider)
    assert whole.gate.cuts == pytest.approx((0.35, 0.65), abs=0.01)
    assert [move.border for move in whole.moves] == ["cut 1", "cut 2"]
    quadrant = Quadrant(name="low", of="q", stretches=((divider, 0),))
    placed = place(quadrant, {CD3: values}, how, scales={}).gate
    assert isinstance(placed, Quadrant)
    assert placed.stretches == ((whole.gate, 0),)


def test_borders_that_would_cross_stay() -> None:
    values = mixed(1, 20_000, 0.3, (0.30, 0.05), (0.60, 0.05))
    dim = Rectangle(name="dim", sides=(Side(dimension=CD3, low=0.40, high=0.50),))
    placed = place(dim, {CD3: values}, Valley(reach=0.2), scales={})
    assert placed.gate == dim
    assert {move.standing for move in placed.moves} == {Standing.CROSSED}


@pytest.mark.parametrize(
    ("gate", "why"),
    [
        (Boolean(name="b", operator="not", operands=(Operand(gate="a"),)), "made of other gates"),
        (
            Polygon(name="p", x=CD3, y=CAR, corners=((0, 0), (1, 0), (0, 1))),
            "can follow a cluster",
        ),
    ],
)
def test_a_gate_without_straight_borders_says_so(gate: Boolean | Polygon, why: str) -> None:
    placed: Placed = place(gate, {}, Valley(reach=0.1), scales={})
    assert placed.gate == gate
    assert why in placed.said[0]


def test_a_control_and_its_sample_get_the_same_gate_from_the_control() -> None:
    rng = np.random.default_rng(8)
    control = {CD3: rng.normal(0.33, 0.05, 40_000)}
    sample = {CD3: mixed(8, 40_000, 0.3, (0.33, 0.05), (0.55, 0.08))}
    how = Percentile(reach=0.1, below=0.995)
    placed = place_together(above(0.45), control=control, sample=sample, how=how, scales={})
    border = placed.moves[0].now.scaled
    assert (control[CD3] > border).sum() == pytest.approx(200, abs=1)
    assert border == pytest.approx(norm.ppf(0.995, 0.33, 0.05), abs=0.004)


def test_a_percentile_that_would_rest_on_a_handful_of_cells_is_not_taken() -> None:
    control = np.random.default_rng(8).normal(0.33, 0.05, 3_002)
    for below, standing in ((0.996, Standing.MOVED), (0.999, Standing.FEW)):
        how = Percentile(reach=0.2, below=below)
        placed = place(above(0.45), {CD3: control}, how, scales={})
        assert placed.moves[0].standing is standing


FLANK = Flank(reach=0.2, spreads=3.09)


@pytest.mark.parametrize("count", [1_002, 6_000, 40_000])
def test_the_flank_of_a_normal_heap_ends_at_its_percentile(count: int) -> None:
    control = np.random.default_rng(count).normal(0.30, 0.05, count)
    (move,) = place(above(0.45), {CD3: control}, FLANK, scales={}).moves
    assert move.standing is Standing.MOVED
    # A 97.5th percentile of so many events is known to 2.7 / sqrt(count) standard deviations.
    error = 0.05 * 2.7 / math.sqrt(count) * 3.09 / 1.96
    assert move.now.scaled == pytest.approx(norm.ppf(0.999, 0.30, 0.05), abs=3 * error)


@pytest.mark.parametrize("strays", [0.001, 0.002, 0.005])
def test_stray_events_hardly_move_the_border_of_a_flank(strays: float) -> None:
    pure = mixed(3, 20_000, 0.0, (0.30, 0.05), (0.65, 0.08))
    control = mixed(3, 20_000, strays, (0.30, 0.05), (0.65, 0.08))
    still, moved = (
        place(above(0.45), {CD3: values}, FLANK, scales={}).moves[0] for values in (pure, control)
    )
    assert moved.now.scaled - still.now.scaled < 0.4 * 0.05
    custom = Percentile(reach=0.9, below=0.999)
    held, followed = (
        place(above(0.45), {CD3: values}, custom, scales={}).moves[0] for values in (pure, control)
    )
    assert followed.now.scaled - held.now.scaled > moved.now.scaled - still.now.scaled


def test_a_control_full_of_positives_places_nothing_and_is_told() -> None:
    control = mixed(3, 20_000, 0.02, (0.30, 0.05), (0.65, 0.08))
    placed = place(above(0.45), {CD3: control}, FLANK, scales={})
    assert placed.gate == above(0.45)
    assert placed.moves[0].standing is Standing.IMPURE
    (told,) = placed.findings("fmo.fcs")
    assert (told.rule, told.where) == ("control-not-negative", "fmo.fcs")
    assert "of the control lie above its negatives, at most 1.00% may" in told.what
    few = place(above(0.45), {CD3: control[:900]}, FLANK, scales={})
    assert few.moves[0].standing is Standing.FEW


def test_a_valley_for_two_tubes_weighs_a_small_tube_as_much_as_a_large_one() -> None:
    large = {CD3: mixed(1, 90_000, 0.01, (0.30, 0.05), (0.60, 0.05))}
    small = {CD3: mixed(2, 3_000, 0.5, (0.30, 0.05), (0.60, 0.05))}
    how = Valley(reach=0.2)
    together = place_together(above(0.45), control=large, sample=small, how=how, scales={})
    again = place_together(above(0.45), control=small, sample=large, how=how, scales={})
    assert together.moves == again.moves
    assert together.moves[0].now.scaled == pytest.approx(
        best(0.255, (0.3, 0.05), (0.6, 0.05)), abs=0.015
    )


def test_a_control_whose_negatives_lie_elsewhere_is_seen() -> None:
    rng = np.random.default_rng(9)
    control = rng.normal(0.30, 0.04, 20_000)
    sample = np.concatenate([rng.normal(0.34, 0.04, 15_000), rng.normal(0.7, 0.05, 5_000)])
    seen = apart(control, sample, border=0.5)
    assert seen.shift == pytest.approx(0.04, abs=0.004)
    assert seen.spreads == pytest.approx(1.0, abs=0.1)
    assert math.isnan(apart(control, sample[:50], border=0.5).shift)


def test_the_binned_density_is_the_exact_one() -> None:
    values = mixed(1, 5_000, 0.3, (0.30, 0.05), (0.60, 0.05))
    counted = tally([values])
    density = smoothed(counted, silverman(counted))
    exact = gaussian_kde(values, bw_method=density.bandwidth / values.std(ddof=1))
    at = slice(0, counted.counts.size, 64)
    assert density.heights[at] == pytest.approx(exact(counted.centres[at]), abs=0.002)


def test_the_density_of_two_tubes_is_the_mean_of_theirs() -> None:
    small, large = np.linspace(0.0, 1.0, 1_000), np.linspace(1.0, 2.0, 9_000)
    counted = tally([small, large])
    assert counted.counts.sum() == pytest.approx(10_000)
    assert counted.quantile(0.5) == pytest.approx(1.0, abs=0.01)


def test_one_event_far_out_does_not_blunt_the_bins() -> None:
    values = mixed(1, 20_000, 0.3, (0.30, 0.05), (0.60, 0.05))
    still = place(above(0.45), {CD3: values}, Valley(reach=0.2), scales={}).moves[0]
    far = np.concatenate([values, [5e3, 6e3, -4e3, -5e3]])
    placed = place(above(0.45), {CD3: far}, Valley(reach=0.2), scales={}).moves[0]
    assert placed.now.scaled == pytest.approx(still.now.scaled, abs=0.002)


def test_values_and_scales_that_are_not_there_are_asked_for() -> None:
    with pytest.raises(ReinfuseError, match="there are no values of CD3"):
        place(above(0.5), {}, Valley(reach=0.1), scales={})
    with pytest.raises(ReinfuseError, match="there is no scale logicle"):
        place(above(0.5, CAR), {CAR: np.arange(9.0)}, Valley(reach=0.1), scales={})
