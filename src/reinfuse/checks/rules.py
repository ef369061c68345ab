"""Every check in one table; the documentation and the tests are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reinfuse.checks import (
    absence,
    assays,
    assessed,
    cohorts,
    conditioning,
    days,
    death,
    dose,
    expansion,
    genetics,
    identity,
    lesions,
    product,
    reported,
    response,
    spelling,
    values,
)
from reinfuse.checks.case import Case
from reinfuse.errors import Finding, Severity
from reinfuse.grading import Grade
from reinfuse.record import Course


@dataclass(frozen=True, slots=True)
class Rule:
    """A check by the name that its findings carry, with what it finds in one line."""

    name: str
    meaning: str
    find: Callable[[Case], Iterator[Finding]]


RULES = (
    Rule(
        "reported-above-documented",
        "A reported grade is higher than what is documented, and possible",
        reported.find_unsupported_grades,
    ),
    Rule(
        "reported-outside-derivable",
        "A reported grade or response is ruled out by what is documented",
        reported.find_impossible_grades,
    ),
    Rule(
        "assessments-disagree",
        "Two reported verdicts on one thing do not say the same",
        reported.find_disagreeing_assessments,
    ),
    Rule(
        "responses-disagree",
        "Two reported responses of one site at one time do not say the same",
        reported.find_disagreeing_responses,
    ),
    Rule(
        "denied-and-recorded",
        "A toxicity is said to be absent, and a sign or treatment of it is recorded",
        absence.find_denied_toxicity,
    ),
    Rule(
        "present-and-absent",
        "One sign is recorded as present and as absent at one time",
        absence.find_signs_and_their_absence,
    ),
    Rule(
        "response-against-counts",
        "A complete response is reported while blood counts are low",
        response.find_responses_against_counts,
    ),
    Rule(
        "measures-far-apart",
        "Two measures of the leukemia in one sample are far apart",
        response.find_measures_far_apart,
    ),
    Rule(
        "expansion-against-measurement",
        "Expansion is called poor beside a notable peak and an MRD-negative CR",
        expansion.find_expansion_against_measurement,
    ),
    Rule(
        "conditioning-intensity",
        "A conditioning is called by an intensity that its drugs do not make",
        conditioning.find_misnamed_conditioning,
    ),
    Rule(
        "impossible-order", "The times of entries cannot all be true", days.find_impossible_orders
    ),
    Rule(
        "day-zero-uncertain",
        "The day of an infusion or transplant is known only as a range",
        days.find_uncertain_days_zero,
    ),
    Rule(
        "day-zero-on-lymphodepletion",
        "An infusion can lie on the day on which its lymphodepletion began",
        days.find_infusions_on_lymphodepletion,
    ),
    Rule(
        "lymphodepletion-after-infusion",
        "A lymphodepletion begins after the infusion that it is recorded for",
        days.find_lymphodepletion_after_infusion,
    ),
    Rule(
        "after-death",
        "Something of a living patient is recorded after the death",
        death.find_life_after_death,
    ),
    Rule(
        "lesion-word-against-size",
        "A lesion is called resolved, below threshold, reduced or increased against its sizes",
        lesions.find_words_against_sizes,
    ),
    Rule(
        "dose-basis",
        "A CAR-T dose does not say whether it counts CAR+ cells or all",
        dose.find_unstated_dose_basis,
    ),
    Rule(
        "dose-and-weight",
        "A flat dose of a drug dosed by weight does not fit the weight, or another dose",
        dose.find_doses_against_weight,
    ),
    Rule(
        "out-of-range",
        "A value is outside what a living adult or child can have",
        values.find_impossible_values,
    ),
    Rule("wrong-unit", "A value has a unit that measures something else", values.find_wrong_units),
    Rule(
        "likely-misspelling",
        "An unknown analyte, sign or cause is nearly spelled like a known one",
        spelling.find_likely_misspellings,
    ),
    Rule(
        "cohort-label",
        "A cited cohort is called by one disease, and its groups are others",
        cohorts.find_mislabelled_cohorts,
    ),
    Rule(
        "claim-counts",
        "Events, denominators and percentages of a cited result cannot all be so",
        cohorts.find_impossible_counts,
    ),
    Rule(
        "claim-against-study",
        "A cited count is not the one in the study table",
        cohorts.find_claims_against_studies,
    ),
    Rule("mrd-limit", "MRD is negative with no limit stated", assays.find_mrd_without_limit),
    Rule(
        "mrd-gating",
        "MRD is negative after a product whose target the gating may rely on",
        assays.find_mrd_gated_by_target,
    ),
    Rule(
        "car-t-limit",
        "CAR-T cells are not detected with no limit stated",
        assays.find_cells_without_limit,
    ),
    Rule(
        "current-chimerism",
        "A donor product is given after a transplant without current chimerism",
        product.find_donor_products_without_chimerism,
    ),
    Rule(
        "fusion-name",
        "A fusion is not named by HGNC, or not as printed",
        genetics.find_fusion_names,
    ),
    Rule(
        "karyotype-normalised",
        "A normalised karyotype says something else than the printed one",
        genetics.find_karyotypes,
    ),
    Rule(
        "age-above-89",
        "An age above 89 can identify a person",
        identity.find_identifying_ages,
    ),
    Rule(
        "product-donor", "The donor of a donor product is not stated", product.find_unnamed_donors
    ),
    Rule(
        "target-not-stated",
        "Leukemia in a specimen has no status for the target of the next product",
        product.find_unknown_targets,
    ),
    Rule(
        "immunosuppression-not-stopped",
        "No stop of steroids or other immunosuppression is recorded before an infusion",
        product.find_unstopped_immunosuppression,
    ),
    Rule(
        "icans-not-assessed",
        "Neurotoxicity was never assessed after an infusion",
        assessed.find_unassessed_neurotoxicity,
    ),
    Rule(
        "hepatitis-b",
        "Hepatitis B has neither prophylaxis nor a virus test under immunosuppression",
        assessed.find_unguarded_hepatitis_b,
    ),
    Rule(
        "cns-not-looked-at",
        "Leukemia of the eye or nervous system has no CSF or MRI at that time",
        assessed.find_unlooked_nervous_systems,
    ),
)

_WEIGHT = {severity: place for place, severity in enumerate(Severity)}


def check_course(course: Course, grades: tuple[Grade, ...]) -> tuple[Finding, ...]:
    """Everything a reader of the course must be told, the gravest first, then by rule."""
    case = Case(course, grades)
    found = [finding for rule in RULES for finding in rule.find(case)]
    return tuple(sorted(found, key=lambda one: (_WEIGHT[one.severity], one.rule)))
