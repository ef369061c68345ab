"""Curves of the classic reference sets: growth, decay and dose response along one axis.

The axis is `Schedule.time`, whatever it measures. Names and scales of the parameters follow the
programs in which the sets are known, so that estimates can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Callable

from reinfuse.kinetics.curves.curve import Array, Curve, Parameter, Parameters, Scale, Schedule
from reinfuse.kinetics.curves.joints import after, library
from reinfuse.source import Source, Standing

# Width of the rounded joint of the plateau, on the axis of the yield set (0 to 250).
_PLATEAU_WIDTH = 0.5

BATES = Source(
    cite="Pinheiro and Bates 2000, nlme and the self-starting models of R",
    place="parametrised as SSlogis, SSbiexp and SSasymp",
    standing=Standing.PORT,
)
SAEMIX = Source(
    cite="saemix, documented examples",
    doi="10.18637/jss.v080.i03",
    place="parametrised as in the package's documentation",
    standing=Standing.PORT,
)
WANG = Source(
    cite="Wang 2007",
    doi="10.1007/s10928-007-9060-6",
    place="test problem, as entered in nlmixr2est",
    standing=Standing.PORT,
)


def _free(name: str, meaning: str, typical: float, unit: str = "level") -> Parameter:
    return Parameter(name=name, unit=unit, meaning=meaning, typical=typical, scale=Scale.IDENTITY)


def _positive(name: str, meaning: str, typical: float, unit: str = "level") -> Parameter:
    return Parameter(name=name, unit=unit, meaning=meaning, typical=typical)


def _logistic(p: Parameters, schedule: Schedule) -> Array:
    xp = library(p, schedule)
    # The logistic function by tanh: it overflows at neither end.
    return p["asym"] * (0.5 + 0.5 * xp.tanh(0.5 * (schedule.time - p["xmid"]) / p["scal"]))


def _biexponential(p: Parameters, schedule: Schedule) -> Array:
    xp = library(p, schedule)
    fast = p["a1"] * xp.exp(-xp.exp(p["lrc1"]) * schedule.time)
    return fast + p["a2"] * xp.exp(-xp.exp(p["lrc2"]) * schedule.time)


def _asymptotic(p: Parameters, schedule: Schedule) -> Array:
    xp = library(p, schedule)
    return p["asym"] + (p["r0"] - p["asym"]) * xp.exp(-xp.exp(p["lrc"]) * schedule.time)


def _linear(p: Parameters, schedule: Schedule) -> Array:
    return p["base"] + p["slope"] * schedule.time


def _growth(p: Parameters, schedule: Schedule) -> Array:
    return p["a"] * (1.0 - p["b"] * library(p, schedule).exp(-p["k"] * schedule.time))


def _emax(p: Parameters, schedule: Schedule) -> Array:
    return p["e0"] + p["emax"] * schedule.time / (p["ec50"] + schedule.time)


def _plateau(p: Parameters, schedule: Schedule) -> Array:
    return p["ymax"] - p["slope"] * after(p["xmax"], schedule.time, _PLATEAU_WIDTH)


def _decay(p: Parameters, schedule: Schedule) -> Array:
    return p["start"] * library(p, schedule).exp(-p["k"] * schedule.time)


def _settle_biexponential(values: dict[str, float]) -> dict[str, float]:
    if values["lrc1"] >= values["lrc2"]:
        return values
    names = ("a1", "lrc1", "a2", "lrc2")
    swapped = ("a2", "lrc2", "a1", "lrc1")
    return values | {name: values[other] for name, other in zip(names, swapped, strict=True)}


def _curve(
    name: str,
    title: str,
    parameters: tuple[Parameter, ...],
    value: Callable[[Parameters, Schedule], Array],
    source: Source,
) -> Curve:
    return Curve(
        name=name,
        title=title,
        parameters=parameters,
        value=value,
        logarithmic=False,
        source=source,
        settled=_settle_biexponential if value is _biexponential else None,
        note="The joint at xmax is rounded over 0.5." if value is _plateau else "",
    )


LOGISTIC = _curve(
    "logistic",
    "Logistic growth",
    (
        _free("asym", "what it grows to", 192.0),
        _free("xmid", "where half of that is reached", 728.0, "axis"),
        _free("scal", "a quarter of asym over the slope at xmid", 348.0, "axis"),
    ),
    _logistic,
    BATES,
)
BIEXPONENTIAL = _curve(
    "biexponential",
    "Two exponentials",
    (
        _free("a1", "start of the fast part", 2.0),
        _free("lrc1", "ln of the fast rate", 1.0, "ln 1/axis"),
        _free("a2", "start of the slow part", 0.5),
        _free("lrc2", "ln of the slow rate", -1.0, "ln 1/axis"),
    ),
    _biexponential,
    BATES,
)
ASYMPTOTIC = _curve(
    "asymptotic",
    "Growth towards an asymptote",
    (
        _free("asym", "what it grows to", 100.0),
        _free("r0", "level at 0", -8.0),
        _free("lrc", "ln of the rate", -3.3, "ln 1/axis"),
    ),
    _asymptotic,
    BATES,
)
LINEAR = _curve(
    "linear",
    "A straight line",
    (_positive("base", "level at 0", 140.0), _free("slope", "rise per unit", 1.0, "level/axis")),
    _linear,
    SAEMIX,
)
GROWTH = _curve(
    "growth",
    "Growth towards a, by a (1 - b exp(-k x))",
    (
        _positive("a", "what it grows to", 700.0),
        _positive("b", "share of a that is missing at 0", 0.9, "share"),
        _positive("k", "rate", 0.02, "1/axis"),
    ),
    _growth,
    SAEMIX,
)
EMAX = _curve(
    "emax",
    "Effect that saturates with dose",
    (
        _positive("e0", "effect without a dose", 20.0),
        _positive("emax", "largest effect of a dose", 300.0),
        _positive("ec50", "dose of half that effect", 20.0, "axis"),
    ),
    _emax,
    SAEMIX,
)
PLATEAU = _curve(
    "plateau",
    "A straight rise to a plateau",
    (
        _free("ymax", "level of the plateau", 8.0),
        _free("xmax", "where the plateau begins", 100.0, "axis"),
        _free("slope", "rise per unit before", 0.2, "level/axis"),
    ),
    _plateau,
    SAEMIX,
)
DECAY = _curve(
    "decay",
    "One exponential, start exp(-k x)",
    (_positive("start", "level at 0", 10.0), _positive("k", "rate", 0.5, "1/axis")),
    _decay,
    WANG,
)

GROWTH_CURVES = (
    LOGISTIC, BIEXPONENTIAL, ASYMPTOTIC, LINEAR, GROWTH, EMAX, PLATEAU, DECAY,
)  # fmt: skip
