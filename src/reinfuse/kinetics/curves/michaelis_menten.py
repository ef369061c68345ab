"""Elimination that saturates, Vmax C/(Km + C) in amount per time: after boluses, after absorption.

After a bolus the level has a closed form. With absorption it has none: the curve is integrated by
the classical fourth-order rule, a fixed number of steps from each dose or sample to the next.
One set of parameters per subject; they may not change with time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from reinfuse.kinetics.curves.curve import Array, Curve, Parameter, Parameters, Schedule
from reinfuse.kinetics.curves.intravenous import TEXTBOOK, V
from reinfuse.kinetics.curves.joints import library
from reinfuse.kinetics.curves.lambert import log_omega
from reinfuse.kinetics.curves.oral import KA

# Steps from each dose or sample to the next, and how much shorter the first ones are: step ends
# lie at (n/steps)^grading of the way.
_STEPS = 32
_GRADING = 2.0
# The rule oscillates when a step is longer than 2.8 over the rate. A Km that would need shorter
# steps is raised to what the step can follow: wrong there, and without overflow.
_STABLE = 2.5
# Stands for no drug at all where a logarithm is needed, as a share of Km.
_NOTHING = 1e-30

VMAX = Parameter(name="vmax", unit="amount/time", meaning="most that is eliminated", typical=10.0)
KM = Parameter(name="km", unit="amount/volume", meaning="level at half of that", typical=1.0)


def _bolus(p: Parameters, schedule: Schedule) -> Array:
    xp = library(p, schedule)
    order = xp.argsort(schedule.dose_time, axis=0)
    times = xp.take_along_axis(schedule.dose_time, order, 0)
    amounts = xp.take_along_axis(schedule.dose_amount, order, 0)
    speed = p["vmax"] / (p["v"] * p["km"])
    nothing = 0.0 * speed  # of Km, just before the first dose

    def left(start: Array, since: Array) -> Array:
        seen = xp.maximum(start, _NOTHING)
        return xp.exp(log_omega(xp.log(seen) + seen - speed * xp.maximum(since, 0.0)))

    def next_dose(
        now: tuple[Array, Array], dose: tuple[Array, Array, Array]
    ) -> tuple[tuple[Array, Array], None]:
        begins, amount, to_next = dose
        start = now[0] + amount / (p["v"] * p["km"])
        since = schedule.time - begins
        share = xp.where(since >= 0.0, left(start, since), now[1])
        return (left(start, to_next), share), None

    to_next = xp.concatenate([times[1:] - times[:-1], 0.0 * times[:1]])
    state = nothing, 0.0 * (schedule.time * nothing)
    return p["km"] * _scan(next_dose, state, (times, amounts, to_next), xp)[0][1]


def _absorbing(steps: int) -> Callable[[Parameters, Schedule], Array]:
    shares = np.diff((np.arange(steps + 1) / steps) ** _GRADING)

    def level(p: Parameters, schedule: Schedule) -> Array:
        xp = library(p, schedule)
        doses = schedule.dose_time.shape[0]
        moments = xp.concatenate([schedule.dose_time, schedule.time])
        given = xp.concatenate([schedule.dose_amount, 0.0 * schedule.time])
        # A stable order puts a dose before a sample of the same time.
        order = xp.argsort(moments, axis=0, stable=True)
        moments = xp.take_along_axis(moments, order, 0)
        given = xp.take_along_axis(given, order, 0)
        lengths = xp.concatenate([moments[1:] - moments[:-1], 0.0 * moments[:1]])
        levels = _along(p, (given, lengths), xp.asarray(shares, dtype=moments.dtype), xp)
        places = xp.argsort(order, axis=0, stable=True)[doses:]
        return xp.take_along_axis(levels, places, 0)

    return level


def _along(p: Parameters, stretches: tuple[Array, Array], shares: Array, xp: Array) -> Array:
    """The level at each moment, from what is given there and how long it is to the next."""
    speed = p["vmax"] / p["v"]
    nothing = 0.0 * (stretches[0][0] * speed * p["km"] * p["ka"])

    def one_step(now: tuple[Array, Array], step: Array) -> tuple[tuple[Array, Array], None]:
        waiting, level = now
        km = xp.maximum(p["km"], step * speed / _STABLE)

        def slope(waiting: Array, level: Array) -> Array:
            there = xp.maximum(level, 0.0)
            return p["ka"] * waiting - speed * there / (km + there)

        half = xp.exp(-0.5 * p["ka"] * step)
        later, last = waiting * half, waiting * half * half
        k1 = slope(waiting, level)
        k2 = slope(later, level + 0.5 * step * k1)
        k3 = slope(later, level + 0.5 * step * k2)
        k4 = slope(last, level + step * k3)
        return (last, level + step / 6.0 * (k1 + 2.0 * (k2 + k3) + k4)), None

    def next_moment(
        now: tuple[Array, Array], here: tuple[Array, Array]
    ) -> tuple[tuple[Array, Array], Array]:
        given, length = here
        begins = now[0] + given / p["v"], now[1]
        ends, _ = _scan(one_step, begins, shares[:, None] * length, xp)
        return ends, now[1]

    return _scan(next_moment, (nothing, nothing), stretches, xp)[1]


def _scan(step: Callable[..., Array], state: Array, along: Array, xp: Array) -> Array:
    """JAX's scan, and the same as a loop for NumPy."""
    if xp is not np:
        return sys.modules["jax"].lax.scan(step, state, along)
    found = []
    for here in zip(*along, strict=True) if isinstance(along, tuple) else along:
        state, one = step(state, here)
        found.append(one)
    return state, np.stack(found) if found[0] is not None else None


def saturable_absorption(steps: int = _STEPS) -> Curve:
    """The curve with saturable elimination after absorption, with so many steps in each stretch.

    A stretch lies between neighbouring doses or samples. The default is right to 1e-6 of the
    peak where a stretch is at most some five times 1/ka and 1/rate of elimination.
    """
    return Curve(
        name="oral-saturable",
        title="One compartment with saturable elimination, absorbed",
        parameters=(KA, VMAX, KM, V),
        value=_absorbing(steps),
        logarithmic=False,
        source=TEXTBOOK,
        needs_dose=True,
        note=f"Integrated in {steps} fourth-order steps, the first ones shorter, between "
        "neighbouring doses and samples.",
    )


MM_BOLUS = Curve(
    name="iv-saturable",
    title="One compartment with saturable elimination, boluses",
    parameters=(VMAX, KM, V),
    value=_bolus,
    logarithmic=False,
    source=TEXTBOOK,
    needs_dose=True,
    note="A dose counts as a bolus whatever its duration.",
)
MM_ORAL = saturable_absorption()
MM_CURVES = (MM_BOLUS, MM_ORAL)
