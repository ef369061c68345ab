"""Clones that die out in the model do so as often as clones of cells that are drawn one by one."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.engine.language import read_model
from reinfuse.engine.simulate import Settings, simulate, usual_parameters
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.extinction import cells_if_living, chance_gone
from tests.judge.mechanism_extinction.birth_death import arrivals, cells_of_clones

Floats = NDArray[np.float64]
Rate = Callable[[Floats], Floats]
CLONES = 20_000
PRECISE = Settings(rtol=1e-9, tolerance_scale=1e-6, threads=1)

# The four lines with which the mechanism follows a clone, and a death rate that rises and falls.
ONE_CLONE = read_model("""
model one clone
time in d from 0
parameter first = 20 [cells]
parameter birth = 0.11 [1/d]
parameter usual = 0.04 [1/d]
parameter killing = 0 [1/d]
parameter middle = 8 [d]
parameter width = 4 [d]
state p [1] = log(first/1 [cells]) within 1e-3
state U [1/cells] = 0 within 1e-4
helper P = exp(p)*1 [cells]
helper death = usual + killing*exp(-((time - middle)/width)^2)
rate p = birth - death
rate U = birth/P
observe cells [cells] = P
observe left [1] = P/(1 + P*U)/1 [cells]
observe dying [1/d] = death
""")


def of_model(day: float, **given: float) -> tuple[float, float]:
    """The chance that the clone is gone on that day, and its cells if it is not."""
    answer = simulate(ONE_CLONE, usual_parameters(ONE_CLONE, 1, **given), [day], settings=PRECISE)
    left, cells = answer.of("left")[0, 0], answer.of("cells")[0, 0]
    return float(chance_gone(left)), float(cells_if_living(cells, left))


def of_clones(
    first: float, birth: float, death: Rate, span: tuple[float, float], fed: Rate | None = None
) -> tuple[float, float, float, float]:
    """The same two of drawn clones, each with its standard error.

    A clone begins with a Poisson number of cells: it is one of very many that were diluted. `fed`
    is the rate at which single cells join it later.
    """
    rng = np.random.default_rng(20)
    begin, end = span
    most = highest(death, span)
    begun = rng.poisson(first, CLONES)
    cells = cells_of_clones(begun, birth, death, most, np.full(CLONES, begin), end, rng)
    if fed is not None:
        whose, when = arrivals(CLONES, fed, highest(fed, span), begin, end, rng)
        joined = np.ones(len(when), np.int64)
        later = cells_of_clones(joined, birth, death, most, when, end, rng)
        np.add.at(cells, whose, later)
    alive = cells[cells > 0]
    gone = 1 - len(alive) / CLONES
    errors = math.sqrt(gone * (1 - gone) / CLONES), float(alive.std() / math.sqrt(len(alive)))
    return gone, float(alive.mean()), *errors


def highest(rate: Rate, span: tuple[float, float]) -> float:
    return float(np.max(rate(np.linspace(*span, 20_001)))) * 1.001


def agree(found: tuple[float, float], drawn: tuple[float, float, float, float]) -> None:
    gone, living, gone_error, living_error = drawn
    assert 0.02 < gone < 0.98, "neither all nor none, or nothing is tested"
    assert found[0] == pytest.approx(gone, abs=4 * gone_error)
    assert found[1] == pytest.approx(living, abs=4 * living_error)


def pulse(killing: float) -> Rate:
    return lambda day: 0.04 + killing * np.exp(-(((day - 8.0) / 4.0) ** 2))


# First cells, killing at its height, day: before, at and after the turn of the clone.
@pytest.mark.parametrize(
    ("first", "killing", "day"),
    [(3.0, 0.0, 20.0), (5.0, 0.5, 8.0), (20.0, 0.5, 14.0), (20.0, 0.5, 40.0), (2.0, 0.2, 25.0)],
)
def test_a_clone_under_killing_that_comes_and_goes(
    first: float, killing: float, day: float
) -> None:
    drawn = of_clones(first, 0.11, pulse(killing), (0.0, day))
    agree(of_model(day, first=first, killing=killing), drawn)


@pytest.mark.parametrize("day", [1.0, 10.0, 60.0])
@pytest.mark.parametrize(("birth", "death"), [(0.11, 0.04), (0.11, 0.5), (0.3, 0.2)])
def test_constant_rates_have_a_closed_form(birth: float, death: float, day: float) -> None:
    """Kendall 1948: a lineage of one cell is gone with chance d (r - 1) / (b r - d)."""
    first, rise = 5.0, math.exp((birth - death) * day)
    one_gone = death * (rise - 1) / (birth * rise - death)
    gone, living = of_model(day, first=first, birth=birth, usual=death)
    assert gone == pytest.approx(math.exp(-first * (1 - one_gone)), rel=1e-6)
    assert living == pytest.approx(max(1.0, first * rise / (1 - gone)), rel=1e-6)


def test_the_closed_form_is_that_of_drawn_clones() -> None:
    agree(
        of_model(15.0, first=3.0, usual=0.2),
        of_clones(3.0, 0.11, lambda t: 0.2 + 0 * t, (0.0, 15.0)),
    )


# Few cells in the marrow of the whole model, hit by the CAR-T cells that normal B cells call up.
FEW = {"marrow_start": 10.0, "negative_share": 1e-9, "antigen_loss": 0.0, "kill": 4.0,
       "kill_half": 5e8, "antigen_half": 5e9}  # fmt: skip
# CD19-negative cells come by loss of CD19 alone, and are hit beside cells that carry it.
FED = {"marrow_start": 1e11, "negative_share": 1e-25, "antigen_loss": 1e-12, "bystander": 0.3}
MODEL = course_model(0)


def of_course(clone: str, day: float, given: dict[str, float]) -> tuple[float, float]:
    """As `of_model`, of a clone in the marrow of the whole model."""
    row = usual_parameters(MODEL, 1, **given)
    answer = simulate(MODEL, row, [day], settings=PRECISE)
    assert answer.solved.all(), answer.failures()
    left, cells = answer.of(f"marrow_left_{clone}")[0, 0], answer.of(f"marrow_{clone}")[0, 0]
    return float(chance_gone(left)), float(cells_if_living(cells, left))


def hit_in_course(given: dict[str, float]) -> tuple[float, Rate, Rate]:
    """Birth; killing by effector cells in the marrow; CD19-positive cells; both over time."""
    row = usual_parameters(MODEL, 1, **given)
    value = dict(zip(MODEL.parameter_names, row[0].tolist(), strict=True))
    days = np.arange(MODEL.start, 61, 0.02)
    shown = Settings(rtol=1e-9, tolerance_scale=1e-6, threads=1, states=True)
    states = simulate(MODEL, row, days, settings=shown)
    effectors, cells = states.of("Em")[0], np.exp(states.of("pm")[0])
    hit = value["kill"] * effectors / (value["kill_half"] + effectors)
    birth = value["growth"] + value["natural_death"]
    return birth, lambda day: np.interp(day, days, hit), lambda day: np.interp(day, days, cells)


@pytest.mark.parametrize("day", [10.0, 16.0, 60.0])
def test_a_clone_of_the_whole_model(day: float) -> None:
    birth, hit, _ = hit_in_course(FEW)
    drawn = of_clones(FEW["marrow_start"], birth, lambda t: 0.04 + hit(t), (MODEL.start, day))
    agree(of_course("positive", day, FEW), drawn)


FED_DAYS = [0.0, 12.0, 60.0]


def fed_clones(day: float) -> tuple[float, float, float, float]:
    birth, hit, positive = hit_in_course(FED)
    # Crowding takes a hundredth of the births: less than what is allowed.
    return of_clones(
        0.0, birth, lambda t: 0.04 + FED["bystander"] * hit(t), (MODEL.start, day),
        lambda t: FED["antigen_loss"] * positive(t),
    )  # fmt: skip


@pytest.mark.parametrize("day", FED_DAYS)
def test_a_clone_that_cells_join_later(day: float) -> None:
    gone, living, *_ = fed_clones(day)
    found = of_course("negative", day, FED)
    assert found[0] == pytest.approx(gone, abs=0.03)
    # One number follows what joins: exact for a first cell, some per cent off for later ones.
    assert found[1] == pytest.approx(living, rel=0.08)


def test_a_birth_rate_a_tenth_off_is_seen() -> None:
    drawn = of_clones(20.0, 0.11, pulse(0.5), (0.0, 14.0))
    with pytest.raises(AssertionError):
        agree(of_model(14.0, killing=0.5, birth=0.121, usual=0.051), drawn)
