"""What the catalogue lists of this family."""

from reinfuse.grading.risk import conditioning, hct_ci, hematotox, youth_hct_ci
from reinfuse.grading.risk.before import listed_before
from reinfuse.grading.risk.body_mass import with_body_mass
from reinfuse.grading.risk.easix import INDICES, listed_index
from reinfuse.grading.rules.entry import Entry
from reinfuse.grading.rules.score import Score


def _comorbidity(rule: Score, *variants: str) -> Entry:
    entry = listed_before(
        rule, hct_ci.BEFORE_CONDITIONING, topic="comorbidity index", variants=variants
    )
    return with_body_mass(entry)


CRITERIA: tuple[Entry, ...] = (
    listed_before(hematotox.RULE, hematotox.BEFORE_LYMPHODEPLETION, topic="risk of hematotoxicity"),
    *(listed_index(index) for index in INDICES),
    _comorbidity(hct_ci.RULE, "HCT-CI/Age", "youth-HCT-CI nonmalignant"),
    _comorbidity(hct_ci.WITH_AGE, "HCT-CI", "youth-HCT-CI nonmalignant"),
    _comorbidity(youth_hct_ci.RULE, "HCT-CI", "HCT-CI/Age"),
    listed_before(
        conditioning.BACIGALUPO,
        conditioning.CONDITIONING_DAYS,
        topic="conditioning intensity",
        variants=("conditioning intensity CIBMTR",),
    ),
    listed_before(
        conditioning.CIBMTR,
        conditioning.CONDITIONING_DAYS,
        topic="conditioning intensity",
        variants=("conditioning intensity",),
    ),
)
