"""What the model says of a target at some values, and how likely that makes what was published."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from reinfuse.evidence import Target
from reinfuse.evidence.target import TYPICAL, Published
from reinfuse.trials.calibration.counted import Counted, count_patients
from reinfuse.trials.calibration.typical import typical_value
from reinfuse.trials.calibration.unknowns import Values

# A typical value of the model may be off by so much, as a share of it, before a published one
# speaks against it: other patients, another assay, another way to measure; ours.
CLOSE = 0.1
# Cohorts of one description differ by more than chance: centres, products and selection that no
# setting knows. This is the spread of the log-odds of their rates; ours.
COHORTS = 0.5
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
_IMPOSSIBLE = -1e3  # in place of the logarithm of 0, so that weights stay numbers
_NINETY_FIVE = 1.959964
_HALF = 0.5  # of Jeffreys' prior for a rate

Found = Mapping[str, Counted | float]  # by target


def found_at(targets: Iterable[Target], values: Values, *, seed: int, patients: int) -> Found:
    """What the model says of each target: a count, or a typical value, nan where there is none."""
    return {
        target.id: (
            typical_value(target, values)
            if target.endpoint in TYPICAL
            else count_patients(target, values, seed=seed, patients=patients)
        )
        for target in targets
    }


def rate_of(found: Counted | float) -> float:
    """The rate of a count, or the value; nan where nobody was counted."""
    if isinstance(found, Counted):
        return found.events / found.n if found.n else math.nan
    return found


def log_likelihood(targets: Iterable[Target], found: Found) -> float:
    """Of everything published, up to a constant.

    A count is binomial at a rate whose log-odds so many virtual patients tell only roughly, and
    around which cohorts differ by `COHORTS`.
    A typical value is normal on its logarithm, with the error printed and `CLOSE`.
    """
    return math.fsum(_log_chance(target, found[target.id]) for target in targets)


def error_of(published: Published) -> float:
    """The standard error of the logarithm of a published value, from its interval."""
    return math.log(published.high / published.low) / (2 * _NINETY_FIVE)


def _log_chance(target: Target, found: Counted | float) -> float:
    if isinstance(found, Counted):
        events, n = target.events or 0, target.n or 0
        had, had_not = found.events + _HALF, found.n - found.events + _HALF
        wide = math.sqrt(1 / had + 1 / had_not + COHORTS**2)
        odds = math.log(had / had_not) + wide * _NODES
        said = events * odds - n * np.logaddexp(0.0, odds)
        return float(np.logaddexp.reduce(said + np.log(_WEIGHTS)))
    published = target.published
    if published is None or not found > 0:
        return _IMPOSSIBLE
    wide = math.hypot(error_of(published), CLOSE)
    return -0.5 * (math.log(found / published.value) / wide) ** 2
