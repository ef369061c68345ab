"""Scales: their formulas, their ends, and what they refuse."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq

from reinfuse.cytometry.scales.arithmetic import Asinh, Linear, Log
from reinfuse.cytometry.scales.biexponential import Biexponential
from reinfuse.cytometry.scales.bounded import Bounded
from reinfuse.cytometry.scales.hyperlog import Hyperlog
from reinfuse.cytometry.scales.logicle import Logicle
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.errors import ReinfuseError

TOP = 262144.0
WIDTHS = (
    *((0.5, 4.5, 0.0), (1.0, 4.0, 1.0), (1.5, 5.0, -1.0), (2.25, 4.5, 0.0), (0.01, 4.5, 0.5)),
    # With these FlowUtils 1.2.2 misses roots.
    *((4.1573, 8.3146, 0.0), (1.85865, 3.7173, -1.85865), (0.00055, 4.9, 0.3)),
)
ROOT_FOUND = [
    *(Logicle(top=TOP, width=w, decades=m, negative=a) for w, m, a in (*WIDTHS, (0.0, 4.5, 0.0))),
    *(Hyperlog(top=TOP, width=w, decades=m, negative=a) for w, m, a in WIDTHS),
    *(
        Biexponential(top=TOP, width=width, negative=more)
        for width in (-1.0, -10.0, -316.0)
        for more in (0.0, 1.0)
    ),
]
ALL = [
    Linear(top=TOP, shift=100.0),
    Log(top=TOP, decades=4.5),
    Asinh(top=TOP, decades=4.5, negative=1.0),
    *ROOT_FOUND,
]
SPREAD = np.concatenate(
    [np.linspace(-300, 300, 4001), np.logspace(-6, 6, 20_001), -np.logspace(-6, 6, 20_001)]
)


@pytest.mark.parametrize(
    ("scale", "linear", "placed"),
    [
        (Linear(top=1000.0), 250.0, 0.25),
        (Linear(top=1000.0, shift=200.0), -200.0, 0.0),
        (Linear(top=1000.0, shift=200.0), 400.0, 0.5),
        (Log(top=10_000.0, decades=5.0), 1000.0, 0.8),
        (Log(top=10_000.0, decades=5.0), 0.1, 0.0),
        (Asinh(top=1000.0, decades=4.0, negative=1.0), 0.0, 0.2),
        (Asinh(top=1000.0, decades=4.0, negative=1.0), 1000.0, 1.0),
        (Logicle(top=1000.0, width=1.0, decades=4.0), 0.0, 0.25),
        (Logicle(top=1000.0, width=1.0, decades=4.0), 1000.0, 1.0),
        (Hyperlog(top=1000.0, width=1.0, decades=4.0), 0.0, 0.25),
        (Hyperlog(top=1000.0, width=1.0, decades=4.0), 1000.0, 1.0),
    ],
)
def test_a_scale_places_values_where_the_standard_says(
    scale: Scale, linear: float, placed: float
) -> None:
    assert float(scale.forward(linear)) == pytest.approx(placed, abs=1e-10)


def published_logicle(scale: Logicle) -> Callable[[float], float]:
    """Moore and Parks 2012: the linear value of a place, written out."""
    whole = scale.decades + scale.negative
    b, w = whole * math.log(10), scale.width / whole
    x2 = scale.negative / whole
    x1, x0 = x2 + w, x2 + 2 * w
    d = brentq(lambda d: 2 * math.log(d / b) + w * (d + b), 1e-9, b) if w else b
    c = math.exp(x0 * (b + d))
    f = math.exp(b * x1) - c * math.exp(-d * x1)
    a = scale.top / (math.exp(b) - c * math.exp(-d) - f)
    return lambda y: a * (math.exp(b * y) - c * math.exp(-d * y) - f)


def published_hyperlog(scale: Hyperlog) -> Callable[[float], float]:
    """Gating-ML 2.0's hyperlog: the linear value of a place, written out."""
    whole = scale.decades + scale.negative
    b, w = whole * math.log(10), scale.width / whole
    x2 = scale.negative / whole
    x1, x0 = x2 + w, x2 + 2 * w
    c = math.exp(b * x0) / w
    f = math.exp(b * x1) + c * x1
    a = scale.top / (math.exp(b) + c - f)
    return lambda y: a * (math.exp(b * y) + c * y - f)


@pytest.mark.parametrize(
    "scale", [one for one in ROOT_FOUND if one.kind != "biexponential"], ids=str
)
def test_a_place_is_the_root_of_the_published_equation(scale: Logicle | Hyperlog) -> None:
    linear = published_logicle(scale) if isinstance(scale, Logicle) else published_hyperlog(scale)
    zero = float(scale.forward(0.0))
    for place in np.linspace(zero, 1.0, 23):
        above = linear(place)
        assert float(scale.forward(above)) == pytest.approx(place, abs=1e-10)
        # Below zero the scale is what it is above, turned about its zero.
        assert float(scale.forward(-above)) == pytest.approx(2 * zero - place, abs=1e-10)


@pytest.mark.parametrize("scale", ROOT_FOUND, ids=str)
def test_the_table_is_the_function_it_was_made_of(
    scale: Logicle | Hyperlog | Biexponential,
) -> None:
    difference = np.abs(scale.forward(SPREAD) - scale.exact(SPREAD))
    assert difference.max() < 1e-10


@pytest.mark.parametrize("scale", ALL, ids=str)
def test_a_scale_rises_and_turns_back(scale: Scale) -> None:
    values = np.unique(SPREAD)
    if scale.kind == "log":
        values = values[values > 0]
    placed = scale.forward(values)
    inside = np.ones(values.size, dtype=bool)
    if scale.kind == "biexponential":
        inside = (placed > 0) & (placed < 1)
    seen = values[inside]
    assert seen.size > 10_000
    apart = np.diff(seen) > 1e-3
    assert np.all(np.diff(placed[inside])[apart] > 0)
    np.testing.assert_allclose(scale.inverse(placed)[inside], seen, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("scale", ALL, ids=str)
def test_what_is_no_number_is_placed_nowhere(scale: Scale) -> None:
    placed = scale.forward([math.nan, math.inf, -math.inf, 5.0])
    assert math.isnan(placed[0])
    assert math.isfinite(placed[3])
    if scale.kind == "biexponential":
        assert placed[1:3].tolist() == [1.0, 0.0]
    elif scale.kind == "log":
        assert placed[1] == math.inf
        assert math.isnan(placed[2])
    else:
        assert placed[1:3].tolist() == [math.inf, -math.inf]


def test_a_logarithm_has_no_place_for_zero_and_below() -> None:
    assert np.isnan(Log(top=TOP, decades=4.5).forward([0.0, -1.0])).all()


@pytest.mark.parametrize("scale", ALL, ids=str)
def test_values_keep_their_shape_in_any_float_type(scale: Scale) -> None:
    events = np.linspace(1, 90_000, 60_000, dtype=np.float32).reshape(3, 20_000)
    placed = scale.forward(events)
    assert placed.shape == (3, 20_000)
    assert placed.dtype == np.float64
    np.testing.assert_array_equal(placed, scale.forward(events.astype(np.float64)))
    assert scale.forward(np.empty((2, 0))).shape == (2, 0)
    assert scale.forward(5.0).shape == ()


@pytest.mark.parametrize("scale", ROOT_FOUND, ids=str)
def test_a_threshold_lies_where_the_events_of_its_value_lie(scale: Scale) -> None:
    events = np.full(40_000, 1234.5, dtype=np.float32)
    assert np.all(scale.forward(events) == scale.forward(1234.5))


def test_values_far_beyond_the_table_are_found_one_by_one() -> None:
    scale = Logicle(top=TOP, width=0.5, decades=4.5)
    far = np.array([1e7, -1e9, 1e38])
    np.testing.assert_array_equal(scale.forward(far), scale.exact(far))


def test_a_bounded_scale_piles_up_what_lies_beyond() -> None:
    scale = Bounded(scale=Log(top=1000.0, decades=3.0), low=0.0, high=1.0)
    assert scale.kind == "log"
    placed = scale.forward([-5.0, 0.0, 0.5, 10.0, 1e6, math.nan])
    np.testing.assert_allclose(placed, [0.0, 0.0, 0.0, 1 / 3, 1.0, math.nan])
    np.testing.assert_allclose(scale.inverse([-1.0, 2.0]), [1.0, 1000.0])


def test_a_bound_above_alone_gives_low_values_no_place() -> None:
    scale = Bounded(scale=Log(top=1000.0, decades=3.0), high=1.0)
    assert np.isnan(scale.forward([-5.0])).all()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Linear(top=0.0), "T = 0"),
        (lambda: Linear(top=10.0, shift=11.0), "A = 11"),
        (lambda: Log(top=TOP, decades=0.0), "M = 0"),
        (lambda: Log(top=math.inf, decades=1.0), "T = inf"),
        (lambda: Asinh(top=TOP, decades=400.0), "M = 400"),
        (lambda: Logicle(top=TOP, width=0.5, decades=1e9), r"M = 1e\+09"),
        (lambda: Asinh(top=TOP, decades=4.0, negative=5.0), "A = 5"),
        (lambda: Logicle(top=TOP, width=2.3, decades=4.5), "W = 2.3"),
        (lambda: Logicle(top=TOP, width=0.5, decades=4.5, negative=4.0), "A = 4"),
        (lambda: Hyperlog(top=TOP, width=0.0, decades=4.5), "W = 0"),
        (lambda: Biexponential(top=TOP, width=10.0), "width = 10"),
        (lambda: Biexponential(top=TOP, width=-1e5), "width = -100000"),
    ],
)
def test_parameters_that_have_no_curve_are_refused(made: Callable[[], Scale], said: str) -> None:
    with pytest.raises(ReinfuseError, match=said) as refused:
        made()
    assert "scale" in refused.value.where
    assert refused.value.fix.startswith("it needs")


def test_a_bounded_scale_needs_its_ends_in_order() -> None:
    with pytest.raises(ReinfuseError, match="no bounded scale has low = 1, high = 0"):
        Bounded(scale=Linear(top=1.0), low=1.0, high=0.0)
