"""What the older CRS scales ask for in common: any oxygen, any pressor, several pressors."""

from __future__ import annotations

from reinfuse.grading.chart.findings import OnDay
from reinfuse.grading.crs_signs import FEVER_CEL
from reinfuse.grading.rules.condition import (
    Condition,
    at_least,
    every,
    one_of,
    some,
    stated,
)
from reinfuse.grading.rules.entry import PrintedRow
from reinfuse.grading.rules.printed import in_words
from reinfuse.grading.toxicity.implied import (
    HIGH_RATE,
    with_doses,
    with_oxygen,
    with_pressure,
)
from reinfuse.grading.toxicity.words import (
    DEVICE,
    FLOW,
    FLUIDS,
    HIGH_DOSE,
    HYPOTENSION,
    OTHER_PRESSORS,
    SATURATION,
    SUPPORT,
    SYSTOLIC,
    TEMPERATURE,
    VASOPRESSIN,
    VENTILATOR,
)
from reinfuse.source import Standing

ORGAN, LIVER = "worst organ toxicity grade", "transaminitis grade"
RATES = (
    "norepinephrine rate",
    "epinephrine rate",
    "dopamine rate",
    "phenylephrine rate",
    "norepinephrine equivalent",
    "hours at vasopressor rate",
)
FURTHER = ("age", SYSTOLIC, SATURATION, FLOW, VASOPRESSIN, *RATES)

FEVER_OR_CONSTITUTIONAL = some(
    at_least(TEMPERATURE, FEVER_CEL, "Cel"), stated("constitutional symptoms")
)
ON_OXYGEN = one_of(DEVICE, *SUPPORT)
ON_VENTILATOR = one_of(DEVICE, VENTILATOR)
# A device is asked for as well: on room air the inspired oxygen need not be charted.
OXYGEN_40 = every(ON_OXYGEN, at_least("inspired oxygen", 40, "%"))
ANY_PRESSOR = some(at_least(OTHER_PRESSORS, 1, "1"), stated(VASOPRESSIN))
SEVERAL_PRESSORS = some(
    at_least(OTHER_PRESSORS, 2, "1"), every(at_least(OTHER_PRESSORS, 1, "1"), stated(VASOPRESSIN))
)
HIGH_DOSE_PRESSOR = every(ANY_PRESSOR, stated(HIGH_DOSE))
TREATED_PRESSURE = some(stated(HYPOTENSION), stated(FLUIDS), ANY_PRESSOR)


def organ(grade: int) -> Condition:
    """Toxicity of this grade or worse in an organ, the transaminases told apart."""
    return at_least(ORGAN, grade, "1")


def liver(grade: int) -> Condition:
    """Raised transaminases of this grade or worse."""
    return at_least(LIVER, grade, "1")


def complete(on: OnDay) -> OnDay:
    """The day with the pressure, the support and the doses that its numbers imply."""
    return with_doses(with_oxygen(with_pressure(on)))


NOTES = (
    "no fever is asked for beyond what the lines say",
    "never taken from the grade of another scale: graded anew from what was charted",
    "the organ toxicity grade is the worst CTCAE grade of any organ but the transaminases, which "
    "have their own (ours)",
    "a systolic pressure below 90 mmHg from the age of 10 on is hypotension (ours)",
    "support without an inspired oxygen can be below 40 % or above (ours)",
    "whether a dose is high is taken as stated, else from the rates held for 3 hours (recalled)",
    "transaminitis of grade 1 to 3 counts as organ toxicity of its grade, of grade 4 as 3 (ours)",
)


def pressure_row(low_pressure: Condition, standing: Standing = Standing.OURS) -> PrintedRow:
    """The line that tells a low pressure by its number."""
    return PrintedRow(
        part=HYPOTENSION,
        level="",
        words="low pressure by its number",
        asks=in_words(low_pressure),
        standing=standing,
    )


def dose_rows(high_rate: Condition = HIGH_RATE) -> tuple[PrintedRow, ...]:
    """The lines that tell a high dose by its rates."""
    return (
        PrintedRow(
            part=HIGH_DOSE,
            level="",
            words="by rate, held for 3 hours",
            asks=in_words(high_rate),
            standing=Standing.RECALLED,
        ),
        PrintedRow(
            part="norepinephrine equivalent",
            level="",
            words="norepinephrine + epinephrine + dopamine / 2 + phenylephrine / 10",
            asks="rates in µg/min, dopamine in µg/kg/min",
            standing=Standing.RECALLED,
        ),
    )
