"""Joints without corners: time since a joint, rounded where the published curve turns at once.

(t - joint)+ becomes w softplus((t - joint)/w). Away from the joint the two are the same to
rounding; at the joint the rounded one is w ln 2 instead of 0. A corner has no derivative, which
misleads every method that follows a gradient.
"""

from __future__ import annotations

from reinfuse.kinetics.curves.curve import Array, Parameters, Schedule
from reinfuse.kinetics.curves.namespace import log_sum_exp, namespace_of, softplus

# Width of a rounded joint, days; our own choice: an hour or so, below any sampling interval.
WIDTH = 0.05
# A share is kept this far from 0 and 1: single precision rounds to either end.
SMALLEST_SHARE = 1e-30
NEAREST_TO_ONE = 1e-7


def library(p: Parameters, schedule: Schedule) -> Array:
    """NumPy or JAX, by whatever the parameters and the times are."""
    return namespace_of(*p.values(), schedule.time, schedule.since)


def after(time: Array, joint: Array, width: Array = WIDTH) -> Array:
    """Time since a joint, 0 before it, rounded at the joint; a joint may be at infinity."""
    return width * softplus((time - joint) / width)


def log_share(share: Array) -> Array:
    """ln of a share, with a finite slope at 0."""
    xp = namespace_of(share)
    return xp.log(xp.maximum(share, SMALLEST_SHARE))


def log_rest(share: Array) -> Array:
    """ln(1 - share), with a finite slope at 1."""
    xp = namespace_of(share)
    return xp.log1p(-xp.minimum(share, 1.0 - NEAREST_TO_ONE))


def decline(since: Array, p: Parameters) -> Array:
    """ln of what is left of the peak after `since`: `fb` falls by `beta`, the rest by `alpha`."""
    slow = log_share(p["fb"]) - p["beta"] * since
    fast = log_rest(p["fb"]) - p["alpha"] * since
    return log_sum_exp(fast, slow)
