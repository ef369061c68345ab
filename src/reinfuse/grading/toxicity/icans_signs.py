"""The neurological signs of ASTCT ICANS 2019 that count alike at every age."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.icans import ASTCT_ICANS_2019
from reinfuse.grading.rules.condition import at_least, one_of, some, stated
from reinfuse.grading.rules.scale import Part, Row
from reinfuse.grading.toxicity.ice import TO_TOUCH, TO_VOICE, UNAROUSABLE, WAKEFULNESS
from reinfuse.grading.toxicity.words import FAMILY

ICANS_2019 = replace(ASTCT_ICANS_2019, family=FAMILY)

CONSCIOUSNESS = Part(
    name="consciousness",
    rows=(
        Row(2, "wakes to voice", one_of(WAKEFULNESS, TO_VOICE)),
        Row(3, "wakes only to touch", one_of(WAKEFULNESS, TO_TOUCH)),
        Row(4, "unarousable, or only by vigorous touch", one_of(WAKEFULNESS, UNAROUSABLE)),
    ),
)
SEIZURES = Part(
    name="seizures",
    rows=(
        Row(
            3,
            "any clinical seizure resolving rapidly, or one on EEG resolving with treatment",
            one_of("seizure", "resolving rapidly", "non-convulsive resolving with treatment"),
        ),
        Row(
            4,
            "longer than 5 minutes, or repeated without return to baseline",
            one_of("seizure", "longer than 5 minutes", "repeated without return to baseline"),
        ),
    ),
)
MOTOR = Part(
    name="motor",
    rows=(Row(4, "deep focal weakness: hemiparesis, paraparesis", stated("deep focal weakness")),),
)
EDEMA = Part(
    name="raised pressure or edema",
    rows=(
        Row(3, "focal edema on imaging", one_of("cerebral edema", "focal")),
        Row(
            4,
            "diffuse edema; posturing, sixth nerve palsy, papilledema or Cushing triad",
            some(one_of("cerebral edema", "diffuse"), stated("raised intracranial pressure")),
        ),
    ),
)
SIGNS = (CONSCIOUSNESS, SEIZURES, MOTOR, EDEMA)

NOTES = (
    "the worst domain sets the grade",
    "tremor and myoclonus never change the grade",
    "intracranial hemorrhage, with edema or without, never changes the grade: such edema is "
    "charted as put down to it",
    "a score or wakefulness put down to another cause such as sedation is not evaluable; the "
    "other domains bound the grade (ours)",
)


def rows(score: Part) -> tuple[Row, ...]:
    """The grades 1 to 4 as the worst of the score and the signs."""
    parts = (score, *SIGNS)
    return tuple(
        Row(
            level,
            f"the worst domain is {level}",
            some(*(at_least(part.name, level, "1") for part in parts if _reaches(part, level))),
        )
        for level in (1, 2, 3, 4)
    )


def _reaches(part: Part, level: int) -> bool:
    return int(part.rows[-1].level) >= level
