"""What the decay factors of a scanner say where no time of correction is needed: a check alone."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.suv.clock import Axis
from reinfuse.imaging.suv.facts import PetFacts
from reinfuse.imaging.suv.injection import Injection
from reinfuse.imaging.suv.inputs import Overrides
from reinfuse.imaging.suv.reference import instant_of_factors

FACTOR_TAG = "(0054,1321) DecayFactor"
DECAY_TAG = "(0054,1102) DecayCorrection"
# Ours: clocks of hot lab and scanner differ by minutes, and an injection takes one.
AGREE_WITHIN_S = 300.0
NOT_ONE = 1e-3  # ours: a factor of 1 may be rounded


def held_to_injection(
    facts: PetFacts, axis: Axis | None, injection: Injection | None, half_life_s: float | None
) -> Iterator[Finding]:
    """ADMIN against the factors of the slices, which must then lead back to the injection."""
    chosen = None if injection is None else injection.chosen
    if axis is None or chosen is None or chosen.seconds is None or half_life_s is None:
        return
    decay = math.log(2.0) / half_life_s
    instant = instant_of_factors(facts, axis, decay).seconds
    if instant is None or abs(instant - chosen.seconds) <= AGREE_WITHIN_S:
        return
    later = instant - chosen.seconds
    changes = 100.0 * math.expm1(min(decay * later, 5.0))
    yield Finding(
        severity=Severity.CONTRADICTION,
        rule="suv-decay-factor-contradicts",
        what=f"{DECAY_TAG} is ADMIN, and {FACTOR_TAG} corrects to {later / 60.0:.0f} min after the "
        f"injection, as START does; by that every SUV would be {changes:+.0f} %",
        where=facts.where,
        fix="ask how the series was corrected, and export it again",
    )


def held_to_none(facts: PetFacts) -> Iterator[Finding]:
    """NONE against the factors of the slices, which must then be 1, or not there."""
    factors = [one for one in facts.decay_factors if one is not None]
    if not any(abs(one - 1.0) > NOT_ONE for one in factors):
        return
    yield Finding(
        severity=Severity.CONTRADICTION,
        rule="suv-decay-factor-contradicts",
        what=f"{DECAY_TAG} is NONE, and {FACTOR_TAG} is up to {max(factors):.3g}, as of a series "
        "that was corrected; then it is corrected twice here",
        where=facts.where,
        fix="ask how the series was corrected, and export it again",
    )


def stated_in_vain(facts: PetFacts, overrides: Overrides) -> Iterator[Finding]:
    """A stated time of decay correction, where the series was corrected to no such time."""
    if overrides.reference is not None:
        yield Finding(
            severity=Severity.AMBIGUITY,
            rule="suv-reference-unused",
            what=f"{DECAY_TAG} is {facts.decay_correction}: the stated time of decay correction "
            "changes nothing",
            where=facts.where,
            fix="take `reference` out of the boxes",
        )
