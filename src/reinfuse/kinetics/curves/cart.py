"""Curves of CAR-T cells in blood: expansion to a peak, then a fast and a slow decline.

    t <  Tmax : ln C = ln Cmax - rho (Tmax - t),    rho = ln(fold)/Tmax
    t >= Tmax : C = (1-FB) Cmax exp(-alpha (t-Tmax)) + FB Cmax exp(-beta (t-Tmax))

The corner at Tmax is rounded (see `joints`). At Tmax itself the level lies below the corner by
the factor exp(-(rho + alpha) w ln 2), 4 % for w = 0.05 d and rates of 1 per day.
"""

from __future__ import annotations

from reinfuse.kinetics.curves.curve import Array, Curve, Parameter, Parameters, Scale, Schedule
from reinfuse.kinetics.curves.joints import after, decline, library
from reinfuse.source import Source, Standing

STEIN_2019 = Source(
    cite="Stein 2019, tisagenlecleucel, 90 patients",
    doi="10.1002/psp4.12388",
    place="cellular kinetic model, as entered in nlmixr2lib and a QSP port",
    standing=Standing.PORT,
)

FOLD = Parameter(
    name="fold", unit="fold", meaning="level at the peak over that at the start", typical=3900.0
)
TMAX = Parameter(name="tmax", unit="d", meaning="time of the peak", typical=9.3)
CMAX = Parameter(name="cmax", unit="level", meaning="level at the peak", typical=24000.0)
ALPHA = Parameter(name="alpha", unit="1/d", meaning="rate of the fast decline", typical=0.16)
SHARE = Parameter(
    name="fb",
    unit="share",
    meaning="share of the peak that declines slowly",
    typical=0.0079,
    scale=Scale.LOGIT,
)
BETA = Parameter(name="beta", unit="1/d", meaning="rate of the slow decline", typical=0.0032)
TOCILIZUMAB = Parameter(
    name="ftoci", unit="factor", meaning="growth rate after tocilizumab over before", typical=1.2
)
STEROID = Parameter(
    name="fster", unit="factor", meaning="growth rate after a steroid over before", typical=1.0
)


def settle_rates(values: dict[str, float]) -> dict[str, float]:
    """The naming in which alpha is the faster rate."""
    if values["alpha"] >= values["beta"]:
        return values
    exchanged = {"alpha": values["beta"], "beta": values["alpha"], "fb": 1.0 - values["fb"]}
    return values | exchanged


def _stein(p: Parameters, schedule: Schedule) -> Array:
    xp = library(p, schedule)
    rate = xp.log(p["fold"]) / p["tmax"]
    late = after(schedule.since, p["tmax"])
    early = late - (schedule.since - p["tmax"])
    return xp.log(p["cmax"]) - rate * early + decline(late, p)


def _stein_treated(p: Parameters, schedule: Schedule) -> Array:
    """Days of growth left until the peak, each counted as often as treatment speeds it up."""
    xp = library(p, schedule)
    given = schedule.inputs["tocilizumab_day"], schedule.inputs["steroid_day"]
    faster = p["ftoci"] - 1.0, p["fster"] - 1.0
    to_grow = _still_to_grow(p, schedule.since)
    for day, more in zip(given, faster, strict=True):
        to_grow = to_grow + more * _under_treatment(p, schedule.since, day)
    both = _under_treatment(p, schedule.since, xp.maximum(*given))
    return _from_the_peak(p, schedule, to_grow + faster[0] * faster[1] * both)


def _still_to_grow(p: Parameters, since: Array) -> Array:
    return after(p["tmax"], since)


def _under_treatment(p: Parameters, since: Array, day: Array) -> Array:
    """Days between now, or the treatment if that comes later, and the peak; 0 without any."""
    return after(p["tmax"], day + after(since, day))


def _from_the_peak(p: Parameters, schedule: Schedule, to_grow: Array) -> Array:
    xp = library(p, schedule)
    rate = xp.log(p["fold"]) / p["tmax"]
    return xp.log(p["cmax"]) - rate * to_grow + decline(after(schedule.since, p["tmax"]), p)


STEIN = Curve(
    name="stein",
    title="Exponential expansion to a peak, then a fast and a slow decline",
    parameters=(FOLD, TMAX, CMAX, ALPHA, SHARE, BETA),
    value=_stein,
    logarithmic=True,
    source=STEIN_2019,
    settled=settle_rates,
    note="The corner at Tmax is rounded over 0.05 d.",
)

STEIN_TREATED = Curve(
    name="stein-treated",
    title="Stein's curve, with tocilizumab and steroids that change the growth rate",
    parameters=(*STEIN.parameters, TOCILIZUMAB, STEROID),
    value=_stein_treated,
    logarithmic=True,
    source=STEIN_2019,
    inputs=("tocilizumab_day", "steroid_day"),
    settled=settle_rates,
    note="From the day of a treatment on, and while t < Tmax, the growth rate is multiplied. The "
    "ports grow from Cmax/fold upwards and jump to Cmax at Tmax when a factor is not 1. Here "
    "Cmax is the level at the peak for treated patients too and growth is counted back from "
    "it: ln C has no jump, the decline is the published one, and a treated patient starts at "
    "another level than Cmax/fold. Days count from the infusion; infinite means never.",
)
