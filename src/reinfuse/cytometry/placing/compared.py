"""Whether a control shows where the negatives of a sample end."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reinfuse.cytometry.placing.density import silverman, smoothed, tally, usable
from reinfuse.cytometry.placing.modes import mode_core, modes
from reinfuse.cytometry.sample import Floats

NOWHERE = (math.nan, math.nan)
FEWEST = 100  # our own choice: the mode of fewer wanders by half its spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """How far the negatives of a sample lie from those of its control.

    `shift` is on the scale; `spreads` is the same in robust standard deviations of the control's
    negatives. Both are nan where one of the tubes has too few negatives to tell.
    """

    shift: float
    spreads: float


def apart(control: Floats, sample: Floats, *, border: float) -> Apart:
    """The largest modes below `border`, compared; both are `"events"` on one scale.

    A control whose negatives lie lower than the sample's puts its border too low, and all that
    differs is counted as positive.
    """
    there, spread = _negatives(control, border)
    here, _ = _negatives(sample, border)
    shift = here - there
    return Apart(shift=shift, spreads=shift / spread if spread > 0 else math.nan)


def _negatives(values: Floats, border: float) -> tuple[float, float]:
    kept = usable(values)
    below = kept[kept < border]
    if below.size < FEWEST:
        return NOWHERE
    counted = tally([below])
    seen = modes(smoothed(counted, silverman(counted)))
    if not seen:
        return NOWHERE
    place, _ = max(seen, key=lambda mode: mode[1])
    return mode_core(counted, place, side="above")
