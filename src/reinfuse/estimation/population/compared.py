"""Fits of the same data against each other: information criteria, and likelihood ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any  # a tree of plain values

from scipy.stats import chi2

from reinfuse.estimation.population.kept import KeptFit
from reinfuse.estimation.population.model import PopulationModel, Residual

_SURE = 2.0  # Monte Carlo SEs on either side of a difference of -2LL


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Why fits cannot be set side by side."""

    why: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioTest:
    """A likelihood-ratio test; the p-value is a range over two Monte Carlo SEs either way.

    `on_border` says that a variance of 0 was tested, where the p-value printed is too large.
    """

    difference: float
    se: float
    freedom: int
    p_low: float
    p_high: float
    on_border: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One fit among others; `test` is against the first, where one model holds the other.

    BIC counts subjects as the size of the sample.
    """

    name: str
    numbers: int
    minus_2ll: float
    se: float
    aic: float
    bic: float
    test: RatioTest | None
    notes: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """As plain values."""
        test = self.test
        return {
            "name": self.name, "numbers": self.numbers, "minus_2ll": self.minus_2ll,
            "monte_carlo_se": self.se, "aic": self.aic, "bic": self.bic,
            "test": None if test is None else {
                "difference": test.difference, "se": test.se, "freedom": test.freedom,
                "p_low": test.p_low, "p_high": test.p_high, "on_border": test.on_border,
            },
            "notes": list(self.notes),
        }  # fmt: skip


def compare_fits(fits: Sequence[tuple[str, KeptFit]]) -> tuple[Compared, ...] | NotCompared:
    """Every fit against the first, or why that is not possible."""
    first_name, first = fits[0]
    for name, fit in fits[1:]:
        if fit.data_sha256 != first.data_sha256:
            return NotCompared(
                f"{name} and {first_name} are fits of different data",
                "a likelihood compares models of the same data only",
            )
        if fit.model.censoring is not first.model.censoring:
            return NotCompared(
                f"{name} treats values beyond a limit as {fit.model.censoring}, {first_name} as "
                f"{first.model.censoring}", "their likelihoods count different things",
            )  # fmt: skip
    return tuple(_compared(name, fit, first, alone=fit is first) for name, fit in fits)


def count_numbers(model: PopulationModel) -> int:
    """How many numbers of a population a model leaves to the data."""
    names = (*model.curve.names, *(f"scale[{label}]" for label in model.scaled))
    free = sum(name not in model.held for name in names)
    free += sum(not effect.held for effect in model.effects)
    pairs = sum(len(block) * (len(block) - 1) // 2 for block in model.blocks)
    return free + len(model.varying) + pairs + len(model.between_infusions)


def _compared(name: str, fit: KeptFit, first: KeptFit, *, alone: bool) -> Compared:
    said = fit.content["likelihood"]
    numbers = count_numbers(fit.model) + len(fit.population.residual)
    subjects = fit.content["data"]["subjects"]
    test, notes = (None, ()) if alone else _test(fit, first)
    return Compared(
        name=name,
        numbers=numbers,
        minus_2ll=said["minus_2ll"],
        se=said["monte_carlo_se"],
        aic=said["minus_2ll"] + 2 * numbers,
        bic=said["minus_2ll"] + math.log(subjects) * numbers,
        test=test,
        notes=notes,
    )


def _test(fit: KeptFit, first: KeptFit) -> tuple[RatioTest | None, tuple[str, ...]]:
    large, small = (fit, first) if _holds(fit.model, first.model) else (first, fit)
    if not _holds(large.model, small.model):
        return None, ("neither model holds the other: compare AIC or BIC, not p",)
    freedom = (count_numbers(large.model) + len(large.population.residual)) - (
        count_numbers(small.model) + len(small.population.residual)
    )
    if freedom == 0:
        return None, ("the models are the same",)
    ones = [one.content["likelihood"] for one in (small, large)]
    gained = ones[0]["minus_2ll"] - ones[1]["minus_2ll"]
    se = math.hypot(ones[0]["monte_carlo_se"], ones[1]["monte_carlo_se"])
    border = _variances(large.model) > _variances(small.model)
    notes = ("a variance of 0 lies on the border of what is possible: p is too large",) * border
    if gained < -_SURE * se:
        notes += ("the larger model fits worse: it did not converge",)
    return RatioTest(
        difference=-gained if large is fit else gained,
        se=se,
        freedom=freedom if large is fit else -freedom,
        p_low=float(chi2.sf(max(gained + _SURE * se, 0.0), freedom)),
        p_high=float(chi2.sf(max(gained - _SURE * se, 0.0), freedom)),
        on_border=border,
    ), notes


def _variances(model: PopulationModel) -> int:
    return len(model.varying) + len(model.between_infusions)


def _holds(large: PopulationModel, small: PopulationModel) -> bool:
    """Whether `small` is `large` with some of its numbers at 0 or held."""
    names = [one.name for one in large.effects]
    residuals = all(
        small.residuals.get(label) in (kind, *_INSIDE.get(kind, ()))
        for label, kind in large.residuals.items()
    )
    return (
        large.curve.name == small.curve.name
        and {one.name for one in small.effects} <= set(names)
        and set(small.varying) <= set(large.varying)
        and set(small.between_infusions) <= set(large.between_infusions)
        and all(any(set(b) <= set(wide) for wide in large.blocks) for b in small.blocks)
        and set(large.held) <= set(small.held)
        and set(small.scaled) <= set(large.scaled)
        and set(large.residuals) == set(small.residuals)
        and residuals
    )


_INSIDE = {Residual.COMBINED: (Residual.ADDITIVE, Residual.PROPORTIONAL)}
