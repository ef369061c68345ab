"""CAR-T curves with a phase before expansion: a lag, or a fall while cells leave the blood.

    lag           t < T0 : C = C0
    distribution  t < T0 : C = C0 exp(kdis (T0 - t))
    then          T0 <= t < Tmax : C = C0 exp(rho (t - T0)),  rho = ln 2 / doubling
    then          t >= Tmax : as Stein's curve, from Cmax = C0 exp(rho (Tmax - T0))

Both joints are rounded. A phase that would end after the peak ends at the peak.
"""

from __future__ import annotations

import math
from dataclasses import replace

from reinfuse.kinetics.curves.cart import ALPHA, BETA, CMAX, SHARE, TMAX, settle_rates
from reinfuse.kinetics.curves.curve import Array, Curve, Parameter, Parameters, Schedule
from reinfuse.kinetics.curves.joints import after, decline, library
from reinfuse.source import Source, Standing

LN_2 = math.log(2.0)

OGASAWARA_2021 = Source(
    cite="Ogasawara 2021, lisocabtagene maraleucel, 261 patients",
    doi="10.1007/s40262-021-01039-5",
    place="abstract",
    standing=Standing.ABSTRACT,
)
LIU_2021 = Source(
    cite="Liu 2021, seven trials, 218 patients",
    doi="10.1101/2020.05.09.20096586",
    place="the four phases from the abstract; the equations recalled",
    standing=Standing.RECALLED,
)

DOUBLING = Parameter(
    name="doubling", unit="d", meaning="doubling time during expansion", typical=0.755
)
LAG = Parameter(name="lag", unit="d", meaning="days before expansion begins", typical=3.27)
NADIR = Parameter(
    name="t0", unit="d", meaning="day of the lowest level, where expansion begins", typical=2.0
)
DISTRIBUTION = Parameter(
    name="kdis", unit="1/d", meaning="rate of the first fall, out of the blood", typical=1.0
)


def _lagged(p: Parameters, schedule: Schedule) -> Array:
    return _growth(p, schedule, p["lag"])[1]


def _distributed(p: Parameters, schedule: Schedule) -> Array:
    begins, grown = _growth(p, schedule, p["t0"])
    return grown + p["kdis"] * after(begins, schedule.since)


def _growth(p: Parameters, schedule: Schedule, asked: Array) -> tuple[Array, Array]:
    """The day on which growth begins, and ln C with a level phase before it."""
    xp, since, peak = library(p, schedule), schedule.since, p["tmax"]
    whole = after(peak, asked)
    begins, late = peak - whole, after(since, peak)
    missing = whole - (after(since, begins) - late)
    return begins, xp.log(p["cmax"]) - LN_2 / p["doubling"] * missing + decline(late, p)


OGASAWARA = Curve(
    name="ogasawara",
    title="A lag, expansion to a peak, then a fast and a slow decline",
    parameters=(
        LAG,
        DOUBLING,
        replace(TMAX, typical=9.29),
        CMAX,
        replace(ALPHA, typical=LN_2 / 5.00),
        SHARE,
        replace(BETA, typical=LN_2 / 352.0),
    ),
    value=_lagged,
    logarithmic=True,
    source=OGASAWARA_2021,
    settled=settle_rates,
    note="Both joints are rounded over 0.05 d; a lag longer than Tmax means no expansion. Peak "
    "and persisting share are not in the abstract: their typical values are Stein's.",
)

LIU = Curve(
    name="liu",
    title="A fall by distribution, expansion to a peak, then a fast and a slow decline",
    parameters=(DISTRIBUTION, NADIR, DOUBLING, TMAX, CMAX, ALPHA, SHARE, BETA),
    value=_distributed,
    logarithmic=True,
    source=LIU_2021,
    settled=settle_rates,
    note="The four phases are published in the abstract; the form of the equations is recalled, "
    "and so are the typical values of `kdis` and `t0`, which are only places to start from; the "
    "others are Stein's, and Ogasawara's doubling time. "
    "Both joints are rounded over 0.05 d.",
)
