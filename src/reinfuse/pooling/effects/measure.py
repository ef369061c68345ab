"""Which number stands for one study, and the scale it is pooled on."""

from __future__ import annotations

from enum import StrEnum


class Measure(StrEnum):
    """What is pooled; the first five take events of n in one arm, the next three in two arms.

    Names are those of metafor, which a statistician will look for.
    """

    PR = "PR"  # a rate as it is
    PLO = "PLO"  # the logarithm of its odds
    PLN = "PLN"  # its logarithm
    PAS = "PAS"  # the arcsine of its square root
    PFT = "PFT"  # the double arcsine of Freeman and Tukey
    RR = "RR"  # the logarithm of a ratio of two rates
    OR = "OR"  # the logarithm of a ratio of two odds
    RD = "RD"  # a difference of two rates
    GEN = "GEN"  # an estimate as a paper gives it, such as a hazard ratio
    MN = "MN"  # a mean


ONE_ARM = (Measure.PR, Measure.PLO, Measure.PLN, Measure.PAS, Measure.PFT)
TWO_ARMS = (Measure.RR, Measure.OR, Measure.RD)
GIVEN = (Measure.GEN, Measure.MN)


class Scale(StrEnum):
    """The scale on which a given estimate is pooled."""

    PLAIN = "plain"
    LOG = "log"  # for ratios: hazard ratios, odds ratios, geometric means
