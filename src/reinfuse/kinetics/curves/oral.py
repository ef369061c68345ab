"""Drug levels after doses that are taken up at a first-order rate: one or two compartments.

A one-compartment curve stays the same when the rates of absorption and elimination change
places and clearance is kept. `settled` gives the naming in which absorption is the faster one.
"""

from __future__ import annotations

from collections.abc import Callable

from reinfuse.kinetics.curves.compartments import one_compartment, two_compartments
from reinfuse.kinetics.curves.curve import Array, Curve, Parameter, Parameters, Schedule
from reinfuse.kinetics.curves.exponentials import Term, after_absorption
from reinfuse.kinetics.curves.intravenous import CL, KE, V1, V2, Q, V, linear_curve
from reinfuse.kinetics.curves.joints import after
from reinfuse.kinetics.curves.superposition import superposed

# The onset after a lag is rounded over this share of the lag, so that it has a slope everywhere.
_ROUNDED_SHARE = 0.05
_LEAST_WIDTH = 1e-6

KA = Parameter(name="ka", unit="1/time", meaning="absorption rate", typical=1.0)
LAG = Parameter(name="lag", unit="time", meaning="time from dose to absorption", typical=0.25)


def _taken(
    terms_of: Callable[[Parameters], tuple[Term, ...]],
) -> Callable[[Parameters, Schedule], Array]:
    def level(p: Parameters, schedule: Schedule) -> Array:
        terms = terms_of(p)

        def response(since: Array, _: Array) -> Array:
            if "lag" in p:
                since = after(since, p["lag"], _ROUNDED_SHARE * p["lag"] + _LEAST_WIDTH)
            return after_absorption(terms, since, p["ka"])

        return superposed(p, schedule, response)

    return level


def _curve(
    name: str,
    title: str,
    parameters: tuple[Parameter, ...],
    terms_of: Callable[[Parameters], tuple[Term, ...]],
    settled: Callable[[dict[str, float]], dict[str, float]] | None = None,
) -> Curve:
    note = "The onset after the lag is rounded over a twentieth of the lag."
    return linear_curve(
        name, title, parameters, _taken(terms_of),
        settled=settled, note=note if LAG in parameters else "",
    )  # fmt: skip


def _settle_volume(values: dict[str, float]) -> dict[str, float]:
    """Absorption faster than elimination, at the same clearance."""
    ka, ke = values["ka"], values["cl"] / values["v"]
    return values if ka >= ke else values | {"ka": ke, "v": values["cl"] / ka}


def _settle_rate(values: dict[str, float]) -> dict[str, float]:
    ka, ke = values["ka"], values["ke"]
    return values if ka >= ke else values | {"ka": ke, "ke": ka, "v": values["v"] * ke / ka}


def _settle_clearance(values: dict[str, float]) -> dict[str, float]:
    ka, ke = values["ka"], values["ke"]
    return values if ka >= ke else values | {"ka": ke, "ke": ka}


def _one(p: Parameters) -> tuple[Term, ...]:
    return one_compartment(p["cl"], p["v"])


def _two(p: Parameters) -> tuple[Term, ...]:
    return two_compartments(p["cl"], p["v1"], p["q"], p["v2"])


ORAL_ONE = _curve("oral-one", "One compartment, absorbed", (KA, CL, V), _one, _settle_volume)
ORAL_ONE_LAG = _curve(
    "oral-one-lag", "One compartment, absorbed after a lag", (LAG, KA, CL, V), _one, _settle_volume
)
ORAL_ONE_RATE = _curve(
    "oral-one-rate",
    "One compartment by its elimination rate and volume, absorbed",
    (KA, KE, V),
    lambda p: one_compartment(p["ke"] * p["v"], p["v"]),
    _settle_rate,
)
ORAL_ONE_CLEARANCE = _curve(
    "oral-one-clearance",
    "One compartment by its elimination rate and clearance, absorbed",
    (KA, KE, CL),
    lambda p: one_compartment(p["cl"], p["cl"] / p["ke"]),
    _settle_clearance,
)
ORAL_TWO = _curve("oral-two", "Two compartments, absorbed", (KA, CL, V1, Q, V2), _two)
ORAL_TWO_LAG = _curve(
    "oral-two-lag", "Two compartments, absorbed after a lag", (LAG, KA, CL, V1, Q, V2), _two
)

ORAL_CURVES = (
    ORAL_ONE, ORAL_ONE_LAG, ORAL_ONE_RATE, ORAL_ONE_CLEARANCE, ORAL_TWO, ORAL_TWO_LAG,
)  # fmt: skip
