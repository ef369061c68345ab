"""What has to be said beside the numbers of a virtual trial."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reinfuse.mechanism.table import Parameter, parameter
from reinfuse.source import Standing
from reinfuse.trials.design import Design, Sort, What
from reinfuse.trials.graded.crs import NOT_MODELLED
from reinfuse.trials.graded.looks import LOOKS_ASSUMED
from reinfuse.trials.graded.signs_charted import SIGNS_ASSUMED
from reinfuse.trials.population import Setting
from reinfuse.trials.running.differences import Difference

SMALL_SHARE, SMALL_RATIO, SMALL_DAYS = (
    0.1,
    1.25,
    1.0,
)  # below which we call a difference small; ours
RESEARCH = (
    "A virtual trial says what the model assumes, and nothing of patients who were treated: it is"
    " for research, and does not decide about treatment."
)
LIMITS = (
    "Limits are those of chance among so many virtual patients. What is not known of the model"
    " itself is not in them, and is larger."
)
_SAID = (
    "Of a difference, `may be none` says that none at all lies within its limits; `assumed` that it"
    " rests on assumed parameters; `small` that it is less than 10 points, a day, or a ratio of"
    " 1.25: with other values of these parameters it may not be there."
)
_PAIRED = (
    "The same virtual patients go through every arm, with the same numbers of chance: a difference"
    " is of the arms alone. No such trial can be run with patients."
)
_RANDOM = "Each virtual patient goes through one arm, drawn by its number in balanced blocks."
_MISSED = (
    "A visit that is missed leaves open what it would have shown: shares go from what surely was"
    " so to what may have been. As seen are those who missed none of the visits asked for."
)
_BY_WHAT = {
    What.ACUTE_GVHD: "Acute GVHD is an uncalibrated index of the model.",
    What.CRS_3: "CRS of grade 3 and above is an uncalibrated index of the model.",
    What.CRS_4: "CRS of grade 4 is an uncalibrated index of the model.",
    What.RELAPSE_FREE: "Relapse is one of more than MRD, after a remission by day 90; it counts"
    " from the visit that shows it.",
    What.CR: "Blood counts are not modelled: CR stands for CR or CRi.",
    What.LOSS_OF_APLASIA: "B-cell aplasia is over with the first of two samples in a row above"
    " the cut.",
}  # fmt: skip
_AGAIN = "CRS after a further infusion is treated by the rules and not graded."

#: What arms can differ in, and the parameters through which it acts.
_ACTS: dict[str, tuple[str, ...]] = {
    "dose": ("engraftment", "car_room"),
    "again": ("engraftment", "recall", "immunity_rise", "immunity_recall"),
    "product": (
        "fitness", "rejection", "immunity_start", "immunity_recall", "density_half", "gvhd_hazard",
    ),
    "depletion": (
        "fludarabine_kill", "cyclophosphamide_kill", "tissue_depletion", "gate_half", "gate_low",
    ),
    "tocilizumab": ("receptor_half", "il6_by_receptor", "macrophage_half"),
    "steroids": ("steroid_macrophages", "steroid_expansion"),
}  # fmt: skip
_WORDS = {
    "dose": "dose", "again": "a further infusion", "product": "product",
    "depletion": "lymphodepletion", "tocilizumab": "tocilizumab", "steroids": "steroids",
}  # fmt: skip


def words_of(design: Design) -> tuple[str, ...]:
    """What belongs to the numbers of a design, in sentences."""
    asked = [one.what for one in design.endpoints]
    found = [RESEARCH, LIMITS]
    if len(design.arms) > 1:
        found += [_PAIRED if design.paired else _RANDOM, _SAID]
        found += [rests_on(arm.name, design.arms[0].setting, arm.setting) or ""
                  for arm in design.arms[1:]]  # fmt: skip
    if design.missing:
        found.append(_MISSED)
    found += [_BY_WHAT[what] for what in dict.fromkeys(asked) if what in _BY_WHAT]
    if any(arm.setting.again for arm in design.arms):
        found.append(_AGAIN)
    found += [_sentence(one) for one in (*NOT_MODELLED, *LOOKS_ASSUMED, *SIGNS_ASSUMED)]
    return tuple(dict.fromkeys(one for one in found if one))


def differing(first: Setting, other: Setting) -> tuple[str, ...]:
    """What two arms differ in."""
    return tuple(name for name in _ACTS if getattr(first, name) != getattr(other, name))


def rests_on(name: str, first: Setting, other: Setting) -> str | None:
    """On which assumed parameters the differences of an arm rest; None for arms that are alike."""
    what = differing(first, other)
    if not what:
        return f"Arm `{name}` is the same as the first arm: any difference is chance."
    assumed = [
        row for row in _rows(name for one in what for name in _ACTS[one])
        if row.source.standing in (Standing.OURS, Standing.RECALLED)
    ]  # fmt: skip
    listed = ", ".join(row.name for row in assumed)
    are = "is" if len(assumed) == 1 else "are"
    differs = " and ".join(_WORDS[one] for one in what)
    return (
        f"Arm `{name}` differs from the first in {differs}: what follows from it rests on"
        f" {listed}, which {are} assumed and not learned from patients."
    )


def said_of(difference: Difference) -> str:
    """What has to be said of one difference; `words_of` says what it means."""
    if math.isnan(difference.middle):
        return "nobody to compare"
    if difference.none_within:
        return "may be none"
    return "small, and assumed" if _small(difference) else "assumed"


def _small(difference: Difference) -> bool:
    middle = difference.middle
    if difference.ratio:
        return 1 / SMALL_RATIO < middle < SMALL_RATIO
    most = SMALL_DAYS if difference.endpoint.sort is Sort.VALUE else SMALL_SHARE
    return abs(middle) < most


def _rows(names: Iterable[str]) -> list[Parameter]:
    return [parameter(name) for name in dict.fromkeys(names)]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
