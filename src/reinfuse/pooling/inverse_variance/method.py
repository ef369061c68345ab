"""The ways to estimate how far true effects lie apart, tau squared."""

from __future__ import annotations

from enum import StrEnum


class Method(StrEnum):
    """Names are those of metafor; all but the first estimate tau squared."""

    EE = "EE"  # equal effects: tau squared is taken to be 0
    DL = "DL"  # DerSimonian and Laird: moments, inverse-variance weights
    REML = "REML"  # restricted maximum likelihood
    ML = "ML"  # maximum likelihood
    PM = "PM"  # Paule and Mandel: Q equals its degrees of freedom
    EB = "EB"  # empirical Bayes of Morris: the same equation as PM
    SJ = "SJ"  # Sidik and Jonkman: never 0 unless all effects are equal
    HS = "HS"  # Hunter and Schmidt: moments, biased downwards
    HE = "HE"  # Hedges: moments, equal weights
