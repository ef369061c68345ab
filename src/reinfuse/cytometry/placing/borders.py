"""Where one border belongs, by the events along its dimension."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.cytometry.placing.density import Tally, silverman, smoothed, tally, usable
from reinfuse.cytometry.placing.modes import Dip, dips, mode_core, modes
from reinfuse.cytometry.placing.values import Flank, Percentile, Standing, Tail, Valley
from reinfuse.cytometry.sample import Floats

# Rare positives give no certain mode with the bandwidth that suits the many. The finest that shows
# a valley is taken, because a coarse one draws it towards the fewer.
WIDER = (1.0, 2.0, 4.0)
# The share of events below the place that the width of a flank is read from, and how many standard
# deviations of a normal heap that place lies above the median.
FLANK, FLANK_SPREADS = 0.975, 1.959964


Line = Valley | Tail | Percentile | Flank


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Where a border would go, nan if nowhere, and whether it may."""

    found: float
    standing: Standing
    because: str


def sought(tubes: Sequence[Floats], template: float, how: Line) -> Sought:
    """Where a border at `template` belongs; each of `tubes` is `"events"` on its scale."""
    kept = tuple(usable(tube) for tube in tubes)
    fewest = min(tube.size for tube in kept)
    if isinstance(how, Percentile):
        return _percentile(kept, template, how)
    if fewest < how.fewest:
        return Sought(
            found=math.nan,
            standing=Standing.FEW,
            because=f"{fewest} events, at least {how.fewest} are needed",
        )
    if isinstance(how, Flank):
        return _flank(kept, template, how)
    counted = tally(kept)
    if isinstance(how, Tail):
        return _tail(counted, template, how)
    return _valley(counted, template, how)


def _valley(counted: Tally, template: float, how: Valley) -> Sought:
    beyond: tuple[Dip, ...] = ()
    base = silverman(counted)
    for factor in WIDER:
        found = dips(smoothed(counted, factor * base))
        near = [dip for dip in found if abs(dip.place - template) <= how.reach]
        if near:
            clearest = max(near, key=lambda dip: dip.certainty)
            return Sought(
                found=clearest.place,
                standing=Standing.MOVED,
                because=f"the valley between two modes, {clearest.depth:.0%} of the lower one",
            )
        beyond = beyond or found
    if how.otherwise is not None:
        return _tail(counted, template, how.otherwise)
    if not beyond:
        return Sought(found=math.nan, standing=Standing.NOTHING, because="there is no valley")
    nearest = min(beyond, key=lambda dip: abs(dip.place - template))
    return _within(nearest.place, template, how.reach, "the nearest valley")


def _tail(counted: Tally, template: float, how: Tail) -> Sought:
    seen = modes(smoothed(counted, silverman(counted)))
    if not seen:
        return Sought(found=math.nan, standing=Standing.NOTHING, because="there is no mode")
    sign = 1.0 if how.side == "above" else -1.0
    beside = [mode for mode in seen if sign * (template - mode[0]) > -how.reach]
    place, _ = (
        max(beside, key=lambda mode: mode[1])
        if beside
        else min(seen, key=lambda mode: abs(mode[0] - template))
    )
    centre, spread = mode_core(counted, place, side=how.side)
    because = f"{how.spreads:g} spreads of {spread:.3g} {how.side} the mode at {centre:.4g}"
    return _within(centre + sign * how.spreads * spread, template, how.reach, because)


def _percentile(tubes: Sequence[Floats], template: float, how: Percentile) -> Sought:
    beyond = min(tube.size for tube in tubes) * (1.0 - how.below)
    if beyond < how.fewest_beyond - 1e-6:
        return Sought(
            found=math.nan,
            standing=Standing.FEW,
            because=f"{beyond:.1f} events would lie above it, at least {how.fewest_beyond} must",
        )
    place = float(np.mean([np.quantile(tube, how.below) for tube in tubes]))
    because = f"{how.below:.2%} of the control lie below"
    return _within(place, template, how.reach, because)


def _flank(tubes: Sequence[Floats], template: float, how: Flank) -> Sought:
    middles, flanks = np.mean([np.quantile(tube, (0.5, FLANK)) for tube in tubes], axis=0)
    spread = float(flanks - middles) / FLANK_SPREADS
    place = float(middles) + how.spreads * spread
    beyond = float(np.mean([(tube > place).mean() for tube in tubes]))
    if beyond > how.most_beyond:
        return Sought(
            found=place,
            standing=Standing.IMPURE,
            because=f"{beyond:.2%} of the control lie above its negatives, "
            f"at most {how.most_beyond:.2%} may",
        )
    because = (
        f"{how.spreads:g} spreads of {spread:.3g} above the median of the control at "
        f"{middles:.4g}; {beyond:.2%} of it lie above"
    )
    return _within(place, template, how.reach, because)


def _within(place: float, template: float, reach: float, because: str) -> Sought:
    standing = Standing.MOVED if abs(place - template) <= reach else Standing.FAR
    return Sought(found=place, standing=standing, because=because)
