"""From how many events on a number may be quoted, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.source import Source, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the limits of a measurement are asked to keep.

    `false_positive` is the share of blanks that may exceed the limit of blank, `false_negative` the
    share of samples at the limit of detection that may not. A number is quantifiable when at least
    `quantification_events` target cells are expected, and when its coefficient of variation is at
    most `quantification_cv`, the uncertainty of the background included; None asks nothing.
    `detection_events` is a limit of detection, background included, that a validation found: it
    can raise the computed one and never lowers it.
    """

    source: Source
    quantification_events: int | None = None
    quantification_cv: float | None = None
    detection_events: int | None = None
    false_positive: float = 0.05
    false_negative: float = 0.05

    def __post_init__(self) -> None:
        """Refuse a rule that asks for nothing, or for what cannot be."""
        shares = (self.false_positive, self.false_negative)
        if not all(0 < share < 1 for share in shares):
            raise ReinfuseError(f"error rates {shares} cannot be", fix="give shares such as 0.05")
        if self.quantification_events is None and self.quantification_cv is None:
            raise ReinfuseError(
                "a rule without a limit of quantification",
                fix="give quantification_events, quantification_cv, or both",
            )
        asked = (self.quantification_events, self.quantification_cv, self.detection_events)
        if any(number is not None and number <= 0 for number in asked):
            raise ReinfuseError(f"limits {asked} cannot be", fix="give numbers above 0")


# Two shares of 5 % are those of CLSI EP17 as Armbruster and Pry tell it (Clin Biochem Rev
# 2008;29 Suppl 1:S49, PMC2556583; the summary was read).
CV_20 = Rule(
    quantification_cv=0.20,
    source=Source(
        cite="counting CV of at most 20 %, background included",
        standing=Standing.OURS,
    ),
)
# The text behind these three customs was not found, so none of them is a default.
EVENTS_20 = Rule(
    quantification_events=20,
    source=Source(
        cite="20 clustered events, a custom of MRD laboratories", standing=Standing.RECALLED
    ),
)
EVENTS_30 = Rule(
    quantification_events=30,
    source=Source(
        cite="30 clustered events, a custom of MRD laboratories", standing=Standing.RECALLED
    ),
)
EVENTS_50 = Rule(
    quantification_events=50,
    source=Source(
        cite="50 clustered events, a custom of MRD laboratories", standing=Standing.RECALLED
    ),
)
# Known here through an excerpt of the paper and not from its tables.
PEINELT_2022 = Rule(
    quantification_events=22,
    detection_events=13,
    source=Source(
        cite="Peinelt 2022",
        standing=Standing.SECONDARY,
        doi="10.3389/fimmu.2022.830773",
        place="validation of the assay",
    ),
)

RULES: Mapping[str, Rule] = {
    "cv-20": CV_20,
    "events-20": EVENTS_20,
    "events-30": EVENTS_30,
    "events-50": EVENTS_50,
    "peinelt-2022": PEINELT_2022,
}
MRD_RULE = CV_20
CAR_T_RULE = PEINELT_2022
