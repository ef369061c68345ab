"""CAR-T cells whose growth saturates, with a smooth gate from growth to decline.

Li and Cheng replace constant growth by Vmax C/(Km + C) and the hard switch at the peak by a
sigmoid of time. With the gate g(t) = 1/(1 + exp((t - Tmax)/w)), growth runs on the clock u,
du = g dt, and loss on the clock v, dv = (1 - g) dt; both are softplus functions of time. Then

    C = S(u) ((1 - FB) exp(-alpha v) + FB exp(-beta v)),    dS/du = Vmax S/(Km + S)

with S by Lambert's W and S = Cmax where growth ends. The second factor is the solution of
effectors E and memory M under dE/dv = -alpha E, dM/dv = k E - beta M with FB = k/(alpha - beta).
Growing and falling at the same time, inside the gate, would couple the two factors: there the
closed form and that system differ, by an amount that vanishes with w and with C/Km.
"""

from __future__ import annotations

from reinfuse.kinetics.curves.cart import ALPHA, BETA, CMAX, SHARE, TMAX, settle_rates
from reinfuse.kinetics.curves.curve import Array, Curve, Parameter, Parameters, Schedule
from reinfuse.kinetics.curves.joints import after, decline, library
from reinfuse.kinetics.curves.lambert import log_omega
from reinfuse.source import Source, Standing

LI_CHENG = Source(
    cite="Li and Cheng, pooled liso-cel, ide-cel and orva-cel",
    place="abstract of the preprint; the closed form is ours",
    standing=Standing.ABSTRACT,
)

RISE = Parameter(
    name="rise", unit="1/d", meaning="growth rate far below saturation, Vmax/Km", typical=0.9
)
HALF = Parameter(
    name="km", unit="level", meaning="level at which growth is at half its most", typical=24000.0
)
GATE = Parameter(
    name="gate", unit="d", meaning="width of the gate from growth to decline", typical=0.4
)


def _saturable(p: Parameters, schedule: Schedule) -> Array:
    xp = library(p, schedule)
    to_grow = after(p["tmax"], schedule.since, p["gate"])
    late = after(schedule.since, p["tmax"], p["gate"])
    log_ratio = xp.log(p["cmax"]) - xp.log(p["km"])
    at_the_end = log_ratio + p["cmax"] / p["km"]
    grown = xp.log(p["km"]) + log_omega(at_the_end - p["rise"] * to_grow)
    return grown + decline(late, p)


SATURABLE = Curve(
    name="saturable",
    title="Saturable growth through a smooth gate, then a fast and a slow decline",
    parameters=(RISE, HALF, TMAX, CMAX, ALPHA, SHARE, BETA, GATE),
    value=_saturable,
    logarithmic=True,
    source=LI_CHENG,
    settled=settle_rates,
    note="Read as an abstract: saturable growth and the sigmoid gate are theirs, the closed form "
    "and the typical values of `rise`, `km` and `gate` are ours. Their delay of the conversion "
    "to memory is left out. For km far above cmax this is Stein's curve.",
)
