"""What a fit of one course gives back, and how others draw patients from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.mechanistic.latents import Latent
from reinfuse.estimation.mechanistic.observed import Observed
from reinfuse.estimation.mechanistic.rows import Changed, rows_of
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.estimation.summary import Summary
from reinfuse.estimation.whitened.learned import Direction
from reinfuse.mechanism.products import Product

Array = NDArray[np.float64]

# What belongs to a product, and is drawn anew where another one is given.
OF_PRODUCT = (
    "fitness", "effector_loss", "engraftment", "immunity_start", "rejection", "gvhd_hazard",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFit:
    """Nothing could be fitted; `missing` names what to look for."""

    why: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LatentFit:
    """A latent before and after the data, in its own `unit`.

    `narrowing` is posterior over prior SD on the scale on which it is normal: 1 is nothing
    learned. `informed` says that it is below 0.8; all others are assumed. `shift` is the posterior
    mean in prior SDs from the prior's: far from 0 the data and what was assumed are at odds.
    """

    latent: Latent
    unit: str
    before: Summary
    after: Summary
    shift: float
    narrowing: float
    informed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedFit:
    """A quantity of one window before and after the data.

    `narrowing` is the width of the central 90 % after over that before, of the logarithm; None
    where one of them has no end.
    """

    name: str
    unit: str
    definition: str
    window: int
    before: Summary
    after: Summary
    narrowing: float | None
    informed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An observed thing beside what a repeated measurement would give there, scatter included.

    `repeated` is in the unit of the output. `lower` is the share of repeats below the value that
    was measured; near 0 or 1 the model does not explain it. `agreeing` is the share of repeats
    that say the same where no value was measured (below a limit, above one, a look at a lesion).
    """

    window: int
    observed: Observed
    repeated: Summary
    lower: float | None
    agreeing: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """An output over the days of a window, to draw under what was measured.

    `curve` and `repeated` are `"levels days"`: quantiles of the model, and of measurements of it.
    """

    window: int
    output: str
    unit: str
    days: Array
    levels: tuple[float, ...]
    curve: Array
    repeated: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """How the sampler ended; `words` say it, `agreed` that the chains agree.

    `starts_agreeing` of `starts` climbs ended at the highest mode; `modes` were found.
    """

    words: str
    agreed: bool
    r_hat: float
    effective: float
    evaluations: int
    seconds: float | None
    log_evidence: float | None
    modes: int
    starts: int
    starts_agreeing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismFit:
    """What one course says of the mechanism, and what it leaves as it was assumed.

    `draws` are `"draws latents"` in standard normal numbers, latents as in `latents`; `fresh` are
    others, from the prior, for what an option has anew. `prior_only` says that nothing was
    measured: then the draws are the prior's, and `sampler` is None.
    """

    windows: tuple[Window, ...]
    latents: tuple[Latent, ...]
    draws: Array
    fresh: Array
    fitted: tuple[LatentFit, ...]
    directions: tuple[Direction, ...]
    derived: tuple[DerivedFit, ...]
    checks: tuple[Check, ...]
    bands: tuple[Band, ...]
    sampler: Sampler | None
    words: tuple[str, ...]
    prior_only: bool

    @property
    def informed(self) -> tuple[str, ...]:
        """Names of latents that the data narrowed to below 0.8 of what they were."""
        return tuple(row.latent.name for row in self.fitted if row.informed)

    def fitted_of(self, name: str) -> LatentFit:
        """The latent of that name; KeyError where there is none."""
        for row in self.fitted:
            if row.latent.name == name:
                return row
        raise KeyError(name)

    def window_rows(
        self,
        place: int,
        z: Array | None = None,
        given: Mapping[str, ArrayLike] | None = None,
        anew: Collection[str] = (),
        product: Product | None = None,
    ) -> Array:
        """Rows `"draws parameters"` for `course_model` of that window's lesions and first day.

        `given` sets values by the name of a parameter. Latents whose parameter `anew` names take
        numbers from a stream that is the same for every option, so that options differ by what
        was chosen and not by luck; one that `given` holds too spreads around the given value.
        Another `product` sets what products set, and draws anew what belongs to one.
        """
        numbers = self.draws if z is None else np.atleast_2d(np.asarray(z, np.float64))
        names = {*anew, *(OF_PRODUCT if product is not None else ())}
        columns = self._columns(place, names)
        if columns:
            fresh = np.resize(self.fresh, (len(numbers), len(self.latents)))
            numbers = numbers.copy()
            numbers[:, columns] = fresh[:, columns]
        changed = Changed(product=product, given=given or {}, anew=names)
        return rows_of(self.windows[place], place, self.latents, numbers, changed)

    def _columns(self, place: int, names: Collection[str]) -> list[int]:
        known = {
            latent.parameter.name: column
            for column, latent in enumerate(self.latents)
            if latent.parameter is not None and latent.window in {None, place}
        }
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise ReinfuseError(
                f"nothing to draw anew for {', '.join(unknown)}",
                where=self.windows[place].label,
                fix=f"name some of {', '.join(known)}",
            )
        return [known[name] for name in names]
