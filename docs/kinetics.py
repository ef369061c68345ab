"""Reference page of the CAR-T curve: what is read off it, and what was assumed beforehand."""

from __future__ import annotations

import numpy as np

from docs.markdown import page, table
from reinfuse.estimation.fit import INFORMED_BELOW, WORDS
from reinfuse.kinetics import QUANTITIES, Prior, SpreadReading, curve_priors
from reinfuse.kinetics.priors import natural

_Z90 = 1.6448536269514722


def kinetics_page() -> str:
    """Quantities, priors, and how it is told what this patient's data added."""
    quantities = ((one.heading, one.unit, one.definition) for one in QUANTITIES)
    heads = ("parameter", "unit", "meaning", "median", "90 % range", "source and standing", "note")
    return page(
        "Kinetics",
        (
            "`reinfuse kinetics` fits one curve to the CAR-T percentages in blood after each",
            "infusion: an exponential rise, a peak, a fast decline and a slow one. The result is",
            "a posterior: every number has a median and a range.",
        ),
        ("## Quantities", "", *table(("quantity", "unit", "definition"), quantities)),
        (
            "## Priors",
            "",
            "What is assumed of a curve before this patient is looked at. The range is the central",
            "90 % of the prior.",
            "",
            *table(heads, (_prior_row(prior) for prior in curve_priors())),
        ),
        (
            "The published random effects can be read in two ways, and public ports disagree. The",
            f"default is, {SpreadReading.WIDER}.",
            "`fit_under_each_reading` fits the same data under every reading:",
            "",
            *(f"- {reading}" for reading in SpreadReading),
        ),
        (
            "## Narrowing and informed",
            "",
            "- **Narrowing of a parameter** is its SD after the data over its SD before, on the",
            "  scale on which its prior is normal. 1 means that nothing was learned.",
            "- **Narrowing of a quantity** is the same for the logarithm of the quantity, or for",
            "  the logarithm of the odds where it is a percentage.",
            f"- **Informed** means a narrowing below {INFORMED_BELOW:g}; that number is our own",
            "  choice. What is not informed is an assumption, and is listed as one.",
        ),
        ("## What goes with every curve", "", *(f"- {words}" for words in WORDS)),
    )


def _prior_row(prior: Prior) -> tuple[str, ...]:
    low, high = natural(prior, np.array([-_Z90, _Z90]))
    ends = f"{_short(float(low))} to {_short(float(high))}"
    told = (prior.name, prior.unit, prior.meaning, _short(prior.median), ends)
    return (*told, str(prior.source), prior.note)


def _short(number: float) -> str:
    """Three significant digits at most, never a power of ten."""
    return np.format_float_positional(number, precision=3, fractional=False, trim="-")
