"""The HCT-CI: comorbidities before a transplant, alone or with the age."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.risk.before import Window
from reinfuse.grading.rules.condition import (
    Condition,
    above,
    at_least,
    at_most,
    below,
    compared,
    every,
    no,
    one_of,
    some,
    stated,
)
from reinfuse.grading.rules.score import Class, Line, Score, Tier
from reinfuse.source import Source, Standing

HCT_CI = Criterion(
    name="HCT-CI",
    title="Hematopoietic cell transplantation comorbidity index, 2005",
    levels=(),
    source=Source(
        cite="Sorror 2005, Blood 106:2912",
        doi="10.1182/blood-2005-05-2004",
        place="table of definitions and weights",
        standing=Standing.SECONDARY,
    ),
    family="risk",
)

HCT_CI_AGE = Criterion(
    name="HCT-CI/Age",
    title="Comorbidity index with the age, 2014",
    levels=(),
    source=Source(
        cite="Sorror 2014, J Clin Oncol 32:3249",
        doi="10.1200/JCO.2013.53.8157",
        place="composite index as carried by a public port",
        standing=Standing.PORT,
    ),
    family="risk",
)

# Before the conditioning; the last values count (ours).
BEFORE_CONDITIONING = Window(first=-45, last=-8, aim=-8)

ADULT, CHILD = at_least("age", 18, "a"), below("age", 18, "a")


def beyond(enzyme: str, factor: float, unit: str) -> Condition:
    """Above a multiple of its upper limit of normal."""
    return compared(enzyme, ">", factor, f"{enzyme} upper limit of normal", unit)


TOO_YOUNG = every(below("age", 6, "a"), stated("lung function not measurable"))


def lungs_at_most(percent: float) -> Condition:
    """DLCO or FEV1 at most so much of predicted, unless a small child could not be measured."""
    low = some(at_most("DLCO", percent, "%"), at_most("FEV1", percent, "%"))
    return every(low, no(TOO_YOUNG))


CARDIAC = some(
    stated("coronary artery disease"),
    stated("heart failure"),
    stated("myocardial infarction"),
    at_most("left ventricular ejection fraction", 50, "%"),
    every(CHILD, below("left ventricular shortening fraction", 26, "%")),
)

MILD_LIVER = some(
    stated("chronic hepatitis"),
    beyond("bilirubin", 1, "mg/dL"),
    beyond("ALT", 1, "U/L"),
    beyond("AST", 1, "U/L"),
)

SEVERE_LIVER = some(
    stated("liver cirrhosis"),
    beyond("bilirubin", 1.5, "mg/dL"),
    beyond("ALT", 2.5, "U/L"),
    beyond("AST", 2.5, "U/L"),
)

OBESE = some(
    every(ADULT, above("body mass index", 35, "kg/m2")),
    every(CHILD, at_least("body mass index percentile", 95, "%")),
)

KIDNEY = some(
    above("creatinine", 2, "mg/dL"),
    stated("dialysis before transplant"),
    stated("prior kidney transplant"),
)

LINES = (
    Line("arrhythmia", (Tier(1, "any that needed treatment", stated("treated arrhythmia")),)),
    Line(
        "heart",
        (
            Tier(
                1,
                "coronary disease, heart failure, infarction, or ejection fraction at most 50 %",
                CARDIAC,
            ),
        ),
    ),
    Line(
        "bowel",
        (Tier(1, "Crohn's disease or ulcerative colitis", stated("inflammatory bowel disease")),),
    ),
    Line("diabetes", (Tier(1, "needs drugs, not diet alone", stated("diabetes needing drugs")),)),
    Line("brain vessels", (Tier(1, "stroke or TIA", stated("cerebrovascular disease")),)),
    Line(
        "psychiatric",
        (
            Tier(
                1, "depression or anxiety under treatment", stated("treated depression or anxiety")
            ),
        ),
    ),
    Line(
        "liver",
        (
            Tier(1, "mild: chronic hepatitis, or values above normal", MILD_LIVER),
            Tier(
                3,
                "severe: cirrhosis, bilirubin > 1.5 × or ALT or AST > 2.5 × normal",
                SEVERE_LIVER,
            ),
        ),
    ),
    Line("obesity", (Tier(1, "BMI above 35; a child from the 95th percentile", OBESE),)),
    Line(
        "infection",
        (
            Tier(
                1,
                "treatment goes on through the conditioning",
                stated("infection treated across conditioning"),
            ),
        ),
    ),
    Line("rheumatologic", (Tier(2, "such as lupus, arthritis", stated("rheumatologic disease")),)),
    Line("peptic ulcer", (Tier(2, "needs treatment", stated("treated peptic ulcer")),)),
    Line("kidney", (Tier(2, "creatinine > 2 mg/dL, dialysis, or transplanted", KIDNEY),)),
    Line(
        "lung",
        (
            Tier(
                2,
                "moderate: DLCO or FEV1 above 65 to 80 %, or dyspnea on slight activity",
                some(lungs_at_most(80), one_of("dyspnea before transplant", "slight activity")),
            ),
            Tier(
                3,
                "severe: DLCO or FEV1 at most 65 %, dyspnea at rest, or oxygen",
                some(
                    lungs_at_most(65),
                    one_of("dyspnea before transplant", "at rest"),
                    stated("oxygen need before transplant"),
                ),
            ),
        ),
    ),
    Line(
        "solid tumor",
        (Tier(3, "ever treated, save skin but melanoma", stated("prior solid tumor")),),
    ),
    Line(
        "heart valve", (Tier(3, "save a prolapse without symptoms", stated("heart valve disease")),)
    ),
)

AGE_LINE = Line("age", (Tier(1, "40 years or older", at_least("age", 40, "a")),))

NOTES = (
    "the highest tier of liver and of lung counts, never both",
    "ejection fraction of exactly 50 % and DLCO of exactly 65 % count (CIBMTR; one secondary "
    "table prints DLCO < 65)",
    "an arrhythmia counts if it ever needed treatment (CIBMTR)",
    "values between the printed 65 and 66 % of DLCO or FEV1 are moderate (ours)",
    "an adult is 18 or older (ours); a child's shortening fraction below 26 % counts as the heart",
    "below 6 years, a lung function stated as not measurable is left out: dyspnea and oxygen "
    "decide (ours)",
    "the last values of day -45 to -8 count, before the conditioning (ours)",
    "BMI is computed from weight and height where it was not recorded",
    "what was not recorded widens the interval: a comorbidity is absent when somebody wrote so",
)

RULE = Score(
    criterion=HCT_CI,
    lines=LINES,
    classes=(Class("low", 0), Class("intermediate", 1), Class("high", 3)),
    pool_days=BEFORE_CONDITIONING.days,
    notes=NOTES,
)

WITH_AGE = Score(
    criterion=HCT_CI_AGE,
    lines=(*LINES, AGE_LINE),
    classes=(Class("0 to 2", 0), Class("3 to 4", 3), Class("5 or more", 5)),
    pool_days=BEFORE_CONDITIONING.days,
    notes=NOTES,
)
