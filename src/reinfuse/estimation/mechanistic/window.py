"""A window: one infusion with all that the mechanism needs to know of the time around it."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.estimation.mechanistic.observed import Observed
from reinfuse.mechanism.plan import Body, Plan
from reinfuse.mechanism.products import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """A lesion that was there when the window began, or that was found within it.

    `number` counts from 1 and is that of the model's names; `entry` is the id of the lesion in the
    record. `volume` in mL is that of its first look with a size before the infusion, on one of
    `volume_days`; both are None where there is none. The same volume is an `Observed`.
    """

    number: int
    site: str
    entry: str
    volume: float | None = None
    volume_days: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One infusion, from some days before it to the next transplant, infusion or last look.

    Days are counted from the infusion itself, so that `infusion_days` is (0, 0) where the windows
    are read from a record: an uncertain date widens the days of what is dated instead.
    `depletion_days` are the earliest and latest first day of lymphodepletion, None without one;
    `tocilizumab_days` those of each dose in `plan.tocilizumab`, in the same order. `plan` holds the
    middle of each of these; `dose_told` is False where its dose is assumed. `left_out` says in
    sentences what of the record could not be used and why, `assumed` what was taken for granted.
    """

    infusion: str
    label: str
    first_day: float
    last_day: float
    product: Product
    plan: Plan
    body: Body
    dose_told: bool = True
    lesions: tuple[Lesion, ...] = ()
    infusion_days: tuple[float, float] = (0.0, 0.0)
    depletion_days: tuple[float, float] | None = None
    tocilizumab_days: tuple[tuple[float, float], ...] = ()
    observed: tuple[Observed, ...] = ()
    left_out: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def prior_only(self) -> bool:
        """Whether nothing was measured, so that a fit can only repeat what was assumed."""
        return not self.observed
