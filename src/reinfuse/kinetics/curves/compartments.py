"""One, two and three compartments: rates between them, and the exponentials that follow.

    k10 = CL/V1, k12 = Q2/V1, k21 = Q2/V2, k13 = Q3/V1, k31 = Q3/V3

The exponents are the roots of the characteristic polynomial. The smallest ones are found from
products, not differences, so that single precision holds for a slow last phase.
"""

from __future__ import annotations

import math

from reinfuse.kinetics.curves.curve import Array
from reinfuse.kinetics.curves.exponentials import Term
from reinfuse.kinetics.curves.namespace import namespace_of

_POLISHING_STEPS = 2
# Keeps divisors off zero where two roots meet; relative to roots scaled to a sum of 1.
_APART = 1e-30


def one_compartment(cl: Array, v: Array) -> tuple[Term, ...]:
    """The response of one compartment to a bolus of one unit."""
    return (Term(weight=1.0 / v, rate=cl / v),)


def two_compartments(cl: Array, v1: Array, q: Array, v2: Array) -> tuple[Term, ...]:
    """The response of the central one of two compartments to a bolus of one unit."""
    return two_by_rates(v1, cl / v1, q / v1, q / v2)


def two_by_rates(v: Array, k10: Array, k12: Array, k21: Array) -> tuple[Term, ...]:
    """The same from rates between the compartments."""
    xp = namespace_of(v, k10, k12, k21)
    apart = xp.sqrt((k10 + k12 - k21) ** 2 + 4.0 * k12 * k21)
    fast = 0.5 * (k10 + k12 + k21 + apart)
    slow = k10 * k21 / fast
    # fast - k21 = (k10 + k12 - k21 + apart)/2 loses its digits where the sum is negative: the
    # two weights multiply to k12 k21/apart^2, so the smaller one follows from the larger.
    ahead = k10 + k12 - k21
    leads = ahead >= 0.0
    larger = 0.5 * (1.0 + xp.where(leads, ahead, -ahead) / apart)
    smaller = k12 * k21 / apart**2 / larger
    quick, lasting = xp.where(leads, larger, smaller), xp.where(leads, smaller, larger)
    return Term(weight=quick / v, rate=fast), Term(weight=lasting / v, rate=slow)


def three_compartments(
    cl: Array, v1: Array, q2: Array, v2: Array, q3: Array, v3: Array
) -> tuple[Term, ...]:
    """The response of the central one of three compartments to a bolus of one unit."""
    out, to2, to3 = cl / v1, q2 / v1, q3 / v1
    whole = out + to2 + to3 + q2 / v2 + q3 / v3
    k10, k21, k31 = out / whole, q2 / v2 / whole, q3 / v3 / whole
    k12, k13 = to2 / whole, to3 / whole
    middle = k10 * k21 + k10 * k31 + k12 * k31 + k13 * k21 + k21 * k31
    roots = _roots_of_cubic(middle, k10 * k21 * k31)
    terms = []
    for n, root in enumerate(roots):
        one, other = roots[n - 1], roots[n - 2]
        apart = (one - root) * (other - root)
        weight = (k21 - root) * (k31 - root) * apart / (apart**2 + _APART)
        terms.append(Term(weight=weight / v1, rate=root * whole))
    return tuple(terms)


def _roots_of_cubic(middle: Array, last: Array) -> tuple[Array, Array, Array]:
    """The roots, largest first, of x^3 - x^2 + middle x - last; all are real and positive."""
    xp = namespace_of(middle, last)
    tiny = float(xp.finfo(xp.asarray(middle).dtype).eps)
    spread = xp.sqrt(xp.maximum(1.0 - 3.0 * middle, tiny)) / 3.0
    centre = 1.0 / 27.0 - middle / 6.0 + last / 2.0
    limit = 1.0 - 4.0 * tiny
    turn = xp.arccos(xp.clip(centre / spread**3, -limit, limit)) / 3.0
    lowest = 1.0 / 3.0 + 2.0 * spread * xp.cos(turn - 4.0 * math.pi / 3.0)
    # A root much smaller than the others is lost in that sum; there last/middle is close to it.
    lowest = xp.maximum(lowest, last / middle)
    for _ in range(_POLISHING_STEPS):
        height = ((lowest - 1.0) * lowest + middle) * lowest - last
        slope = (3.0 * lowest - 2.0) * lowest + middle
        lowest = lowest - height * slope / (slope**2 + tiny**2)
    both, product = 1.0 - lowest, last / lowest
    highest = 0.5 * (both + xp.sqrt(xp.maximum(both**2 - 4.0 * product, tiny**2)))
    return highest, product / highest, lowest
