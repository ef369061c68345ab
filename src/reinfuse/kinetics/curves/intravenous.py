"""Drug levels after doses into the blood: one, two or three compartments, as bolus or infusion.

A bolus has a duration of 0. At the very time of a bolus its level is already there; a sample
drawn just before it must carry an earlier time.
"""

from __future__ import annotations

from collections.abc import Callable

from reinfuse.kinetics.curves.compartments import (
    one_compartment,
    three_compartments,
    two_by_rates,
    two_compartments,
)
from reinfuse.kinetics.curves.curve import Array, Curve, Parameter, Parameters, Schedule
from reinfuse.kinetics.curves.exponentials import Term, after_infusion
from reinfuse.kinetics.curves.superposition import superposed
from reinfuse.source import Source, Standing

TEXTBOOK = Source(
    cite="linear compartmental kinetics",
    place="closed forms of the textbook; checked against solved differential equations",
    standing=Standing.OURS,
)

CL = Parameter(name="cl", unit="volume/time", meaning="clearance", typical=1.0)
V = Parameter(name="v", unit="volume", meaning="volume of distribution", typical=10.0)
KE = Parameter(name="ke", unit="1/time", meaning="elimination rate, CL/V", typical=0.1)
V1 = Parameter(name="v1", unit="volume", meaning="central volume", typical=10.0)
Q = Parameter(name="q", unit="volume/time", meaning="flow to the second compartment", typical=1.0)
V2 = Parameter(name="v2", unit="volume", meaning="volume of the second compartment", typical=20.0)
Q3 = Parameter(name="q3", unit="volume/time", meaning="flow to the third one", typical=0.2)
V3 = Parameter(name="v3", unit="volume", meaning="volume of the third one", typical=50.0)
K12 = Parameter(name="k12", unit="1/time", meaning="rate out of the central one", typical=0.1)
K21 = Parameter(name="k21", unit="1/time", meaning="rate back into it", typical=0.05)
A = Parameter(name="a", unit="1/volume", meaning="fast part of the level per dose", typical=0.08)
ALPHA = Parameter(name="alpha", unit="1/time", meaning="fast exponent", typical=0.5)
B = Parameter(name="b", unit="1/volume", meaning="slow part of the level per dose", typical=0.02)
BETA = Parameter(name="beta", unit="1/time", meaning="slow exponent", typical=0.03)


def _given(
    terms_of: Callable[[Parameters], tuple[Term, ...]],
) -> Callable[[Parameters, Schedule], Array]:
    def level(p: Parameters, schedule: Schedule) -> Array:
        terms = terms_of(p)
        return superposed(p, schedule, lambda since, over: after_infusion(terms, since, over))

    return level


def linear_curve(
    name: str,
    title: str,
    parameters: tuple[Parameter, ...],
    value: Callable[[Parameters, Schedule], Array],
    *,
    settled: Callable[[dict[str, float]], dict[str, float]] | None = None,
    note: str = "",
) -> Curve:
    """A curve of levels that add up over doses."""
    return Curve(
        name=name,
        title=title,
        parameters=parameters,
        value=value,
        logarithmic=False,
        source=TEXTBOOK,
        needs_dose=True,
        settled=settled,
        note=note,
    )


def _curve(
    name: str,
    title: str,
    parameters: tuple[Parameter, ...],
    terms_of: Callable[[Parameters], tuple[Term, ...]],
    settled: Callable[[dict[str, float]], dict[str, float]] | None = None,
) -> Curve:
    return linear_curve(name, title, parameters, _given(terms_of), settled=settled)


def _settle_exponents(values: dict[str, float]) -> dict[str, float]:
    if values["alpha"] >= values["beta"]:
        return values
    a, b = values["b"], values["a"]
    return values | {"a": a, "alpha": values["beta"], "b": b, "beta": values["alpha"]}


def _settle_outer(values: dict[str, float]) -> dict[str, float]:
    """The naming in which the second compartment is the quicker one."""
    if values["q2"] / values["v2"] >= values["q3"] / values["v3"]:
        return values
    exchanged = {"q2": values["q3"], "v2": values["v3"], "q3": values["q2"], "v3": values["v2"]}
    return values | exchanged


Q2 = Parameter(name="q2", unit=Q.unit, meaning=Q.meaning, typical=Q.typical)

IV_ONE = _curve(
    "iv-one",
    "One compartment, bolus or infusion",
    (CL, V),
    lambda p: one_compartment(p["cl"], p["v"]),
)
IV_ONE_RATE = _curve(
    "iv-one-rate",
    "One compartment by its elimination rate, bolus or infusion",
    (KE, V),
    lambda p: one_compartment(p["ke"] * p["v"], p["v"]),
)
IV_TWO = _curve(
    "iv-two",
    "Two compartments, bolus or infusion",
    (CL, V1, Q, V2),
    lambda p: two_compartments(p["cl"], p["v1"], p["q"], p["v2"]),
)
IV_TWO_RATES = _curve(
    "iv-two-rates",
    "Two compartments by the rates between them, bolus or infusion",
    (KE, K12, K21, V),
    lambda p: two_by_rates(p["v"], p["ke"], p["k12"], p["k21"]),
)
IV_TWO_EXPONENTS = _curve(
    "iv-two-exponents",
    "Two compartments by their exponents, bolus or infusion",
    (A, ALPHA, B, BETA),
    lambda p: (Term(weight=p["a"], rate=p["alpha"]), Term(weight=p["b"], rate=p["beta"])),
    _settle_exponents,
)
IV_THREE = _curve(
    "iv-three",
    "Three compartments, bolus or infusion",
    (CL, V1, Q2, V2, Q3, V3),
    lambda p: three_compartments(p["cl"], p["v1"], p["q2"], p["v2"], p["q3"], p["v3"]),
    _settle_outer,
)

IV_CURVES = (IV_ONE, IV_ONE_RATE, IV_TWO, IV_TWO_RATES, IV_TWO_EXPONENTS, IV_THREE)
