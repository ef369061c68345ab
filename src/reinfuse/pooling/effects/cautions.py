"""What a reader must be told about how counts became numbers that can be pooled."""

from __future__ import annotations

from collections.abc import Sequence

from reinfuse.errors import Finding, Severity
from reinfuse.pooling.effects.measure import Measure
from reinfuse.source import Source, Standing

SCHWARZER = Source(
    cite="Schwarzer 2019",
    standing=Standing.ABSTRACT,
    doi="10.1002/jrsm.1348",
    place="seriously misleading results using the inverse of the double arcsine",
)


def half_added(labels: Sequence[str]) -> Finding:
    """A half was put into every cell of these studies, for one of them was empty."""
    number = "one study" if len(labels) == 1 else f"{len(labels)} studies"
    return Finding(
        severity=Severity.NOTE,
        rule="half-added-to-empty-cells",
        what=f"0.5 was added to every count of {number} with an empty cell; the result rests on it",
        fix="pool rates by the binomial-normal model, which takes counts as they are",
        about=tuple(labels),
    )


def arcsine_misleads(measure: Measure, sizes: tuple[float, float]) -> Finding:
    """The arcsine scales serve to reproduce older papers; `sizes` are the smallest and largest."""
    low, high = sizes
    if measure is Measure.PFT:
        what = (
            f"the double arcsine goes back to a rate through one size for all studies, which have "
            f"{low:g} to {high:g} patients; when sizes differ the rate misleads ({SCHWARZER})"
        )
    else:
        what = (
            f"the arcsine weighs studies by size alone, here {low:g} to {high:g} patients, and its "
            f"limits turn round beyond 0 and 1; it serves to reproduce older papers"
        )
    return Finding(
        severity=Severity.AMBIGUITY,
        rule="arcsine-misleads",
        what=what,
        fix="pool rates by the binomial-normal model",
    )


def nothing_in_either_arm(labels: Sequence[str]) -> Finding:
    """No event, or nobody without one, in both arms: such a study compares nothing."""
    return Finding(
        severity=Severity.AMBIGUITY,
        rule="same-outcome-in-everybody",
        what="no event, or an event in everybody, in both arms: the ratio of such a study is the "
        "0.5 that was added",
        fix="pool without them as well, and say so",
        about=tuple(labels),
    )


def not_in_the_middle(labels: Sequence[str]) -> Finding:
    """The estimate does not lie midway between the limits it was given with."""
    return Finding(
        severity=Severity.AMBIGUITY,
        rule="estimate-not-in-the-middle",
        what="the estimate lies far from the middle of its interval on the scale that is pooled; "
        "the standard error taken from the interval may be wrong",
        fix="check the numbers in the paper, and whether they are ratios",
        about=tuple(labels),
    )
