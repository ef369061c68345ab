"""How counts become shades, and places become pixels."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.cytometry.gates.values import Dimension
from reinfuse.cytometry.pictures import Ruler, Tick
from reinfuse.report.charts.png import png
from reinfuse.report.flow_page.histogram import merged
from reinfuse.report.flow_page.shades import LEVELS, levels_of, shades
from reinfuse.report.flow_page.window import tick_words, window_of

RULER = Ruler(
    dimension=Dimension(name="A"),
    marker="",
    kind="logicle",
    low=-0.3,
    high=1.0,
    bins=130,
    ticks=(Tick(place=0.1, linear=0.0), Tick(place=0.5, linear=1000.0)),
    minor=(0.4,),
)


def test_the_image_is_what_another_reader_sees() -> None:
    """Pillow reads the PNG: sizes, every level, every colour."""
    image = pytest.importorskip("PIL.Image")
    counts = np.arange(35, dtype=np.int64).reshape(5, 7) ** 3
    levels = levels_of(counts)
    with image.open(io.BytesIO(png(levels, shades()))) as seen:
        assert seen.size == (7, 5)
        assert seen.mode == "P"
        assert np.array_equal(np.array(seen), levels)
        colours = np.array(seen.convert("RGB"))
    assert np.array_equal(colours, np.array(shades(), dtype=np.uint8)[levels])


def test_shades_darken_all_the_way_and_the_first_is_seen_on_white() -> None:
    """Relative luminance falls, so the order holds in grey and for every kind of colour sight."""
    lights = [_luminance(shade) for shade in shades()]
    assert all(later < earlier for earlier, later in pairwise(lights))
    assert (lights[0] + 0.05) / (lights[1] + 0.05) > 1.4


def test_one_event_is_never_white_and_more_is_never_lighter() -> None:
    levels = levels_of(np.array([0, 1, 2, 3, 10, 100, 1000], dtype=np.int64))
    assert levels[0] == 0
    assert levels[1] == 1
    assert levels[-1] == LEVELS
    assert (np.diff(levels.astype(int)) >= 0).all()
    assert levels_of(np.zeros((2, 2), dtype=np.int64)).max() == 0


@given(st.lists(st.integers(0, 50), min_size=130, max_size=130), st.floats(-0.5, 1.2))
def test_no_event_is_lost_by_a_window(listed: list[int], border: float) -> None:
    counts = np.array(listed, dtype=np.int64)
    window = window_of(RULER, [counts], [(border, math.inf)], start=60.0, end=370.0)
    assert window.folded(counts, 0).sum() == counts.sum()
    assert merged(window.folded(counts, 0)).sum() == counts.sum()
    assert 60.0 <= window.at(border) <= 370.0
    if RULER.low <= border < RULER.high:
        assert window.holds(border)


def test_a_window_shows_the_highest_event_and_what_lies_beyond_an_open_border() -> None:
    counts = np.zeros(130, dtype=np.int64)
    counts[40] = 100_000
    counts[110] = 1
    window = window_of(RULER, [counts], [], start=0.0, end=1.0)
    assert window.first <= 40
    assert window.last >= 110
    counts[110] = 0
    closed = window_of(RULER, [counts], [(0.3, 0.5)], start=0.0, end=1.0)
    opened = window_of(RULER, [counts], [(0.5, math.inf)], start=0.0, end=1.0)
    assert opened.high > closed.high


def test_nothing_to_see_shows_the_whole_ruler() -> None:
    counts = np.zeros(130, dtype=np.int64)
    window = window_of(RULER, [counts], [(-math.inf, math.inf)], start=0.0, end=1.0)
    assert (window.low, window.high) == pytest.approx((RULER.low, RULER.high))


def test_numbers_at_a_ruler() -> None:
    said = [tick_words(one, straight=False) for one in (-1000.0, 0.0, 100.0, 1e5)]
    assert said == ["−10³", "0", "10²", "10⁵"]
    assert [tick_words(one, straight=True) for one in (-500.0, 0.0, 50_000.0)] == [
        "−500", "0", "50k",
    ]  # fmt: skip
    window = window_of(RULER, [], [], start=0.0, end=130.0)
    assert window.ticks() == [(pytest.approx(40.0), "0"), (pytest.approx(80.0), "10³")]
    assert replace(window, first=60).ticks()[0][1] == "10³"


def _luminance(shade: tuple[int, int, int]) -> float:
    """Relative luminance, as WCAG 2.2 has it."""
    parts = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in shade
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
