"""The curve of the one-patient report, for populations: its highest point is exactly on a day.

    t' = since - shift,   u = w softplus(t'/w),   v = w softplus(-t'/w)
    ln C = ln(peak) + S(t) - S(peak day)
    S    = -rise v + ln[(1 - lasting) exp(-fast u) + lasting exp(-slow u)]

`shift` puts the highest point on `peak_day`; `reinfuse.kinetics.curve` is the same curve for many
draws of one patient, and its twin in the tests.
"""

from __future__ import annotations

from reinfuse.kinetics.curves.cart import STEIN_2019
from reinfuse.kinetics.curves.curve import Array, Curve, Parameter, Parameters, Scale, Schedule
from reinfuse.kinetics.curves.joints import after, library, log_rest, log_share
from reinfuse.kinetics.curves.namespace import held, log_sum_exp

# Newton steps for the peak, and the least slope they trust; as in `reinfuse.kinetics.curve`.
# The last two are seen by derivatives, which makes the first three derivatives right.
_PEAK_STEPS = 4
_SEEN_STEPS = 2
_LEAST_SLOPE = 0.2

PARAMETERS = (
    Parameter(name="peak", unit="level", meaning="highest level", typical=24000.0),
    Parameter(name="peak_day", unit="d", meaning="day of the highest level", typical=9.3),
    Parameter(name="rise", unit="1/d", meaning="growth rate before the peak", typical=0.889),
    Parameter(name="fast", unit="1/d", meaning="rate of the fast decline", typical=0.16),
    Parameter(name="slow", unit="1/d", meaning="rate of the slow decline", typical=0.0032),
    Parameter(
        name="lasting",
        unit="share",
        meaning="share of the peak that declines slowly",
        typical=0.0079,
        scale=Scale.LOGIT,
    ),
    Parameter(name="gate", unit="d", meaning="width of the turn at the peak", typical=0.5),
)


def _rise_and_fall(p: Parameters, schedule: Schedule) -> Array:
    xp = library(p, schedule)
    top = _peak_offset(p, xp)
    shape = _log_shape(p, schedule.since - p["peak_day"] + top)
    return xp.log(p["peak"]) + shape - _log_shape(p, top)


def _log_shape(p: Parameters, from_centre: Array) -> Array:
    gone = after(from_centre, 0.0, p["gate"])
    fast = log_rest(p["lasting"]) - p["fast"] * gone
    slow = log_share(p["lasting"]) - p["slow"] * gone
    return log_sum_exp(fast, slow) - p["rise"] * after(0.0, from_centre, p["gate"])


def _peak_offset(p: Parameters, xp: Array) -> Array:
    """Days from the gate's centre to the highest point, by Newton from the left."""
    fixed = {name: held(one) for name, one in p.items()}
    at_centre = _decline_rate(fixed, 0.0 * fixed["gate"], xp)[0]
    offset = fixed["gate"] * xp.log(fixed["rise"] / at_centre)
    for _ in range(_PEAK_STEPS):
        offset = _nearer(fixed, offset, xp)
    for _ in range(_SEEN_STEPS):
        offset = _nearer(p, offset, xp)
    return offset


def _nearer(p: Parameters, offset: Array, xp: Array) -> Array:
    gate = p["gate"]
    rate, bend = _decline_rate(p, after(offset, 0.0, gate), xp)
    miss = offset - gate * xp.log(p["rise"] / rate)
    slope = 1.0 - gate * bend * (0.5 + 0.5 * xp.tanh(0.5 * offset / gate))
    return offset - miss / xp.maximum(slope, _LEAST_SLOPE)


def _decline_rate(p: Parameters, gone: Array, xp: Array) -> tuple[Array, Array]:
    """Rate of decline h (1/day) after `gone` days of it, and -h'/h (1/day)."""
    apart = p["fast"] - p["slow"]
    edge = log_share(p["lasting"]) - log_rest(p["lasting"])
    share = 0.5 + 0.5 * xp.tanh(0.5 * (edge + apart * gone))
    rate = p["fast"] - share * apart
    return rate, share * (1.0 - share) * apart**2 / rate


def _settled(values: dict[str, float]) -> dict[str, float]:
    if values["fast"] >= values["slow"]:
        return values
    exchanged = {"fast": values["slow"], "slow": values["fast"], "lasting": 1.0 - values["lasting"]}
    return values | exchanged


RISE_AND_FALL = Curve(
    name="rise-and-fall",
    title="A rise, a smooth peak exactly on its day, a fast and a slow decline",
    parameters=PARAMETERS,
    value=_rise_and_fall,
    logarithmic=True,
    source=STEIN_2019,
    settled=_settled,
    note="As the gate narrows this is Stein's curve; the smooth turn is ours. It is the curve "
    "of the report on one patient. For a percentage, use the odds of the percentage as level.",
)
