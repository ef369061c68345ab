"""The work of a virtual trial on some patients, which any process can do from its plan."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any  # a tree of plain JSON values

import numpy as np

from reinfuse.engine.native.kernel import shared_kernel
from reinfuse.errors import ReinfuseError
from reinfuse.mechanism.draws import IMMUNE_LOSS, IMMUNE_SHARE
from reinfuse.mechanism.equations import course_model, model_text
from reinfuse.mechanism.products import FITNESS, SAME_BINDER_UNKNOWN, SEEN
from reinfuse.mechanism.table import parameters_of
from reinfuse.trials.design import Design, design_of
from reinfuse.trials.population import FIRST_DAY, arms_of
from reinfuse.trials.population.simulated import COHORT
from reinfuse.trials.running.rows import rows_of, text_of
from reinfuse.trials.running.seen import seen_in
from reinfuse.trials.work import Plan

WORK = "reinfuse.trials.running.work:patients_part"
CHUNK_PATIENTS = 500


def plan_of(design: Design) -> Plan:
    """The plan of a design: title and comments change nothing of it."""
    return Plan.of(
        WORK, {"design": design.plain, "mechanism": fingerprint(design)}, seed=design.seed,
        patients=design.patients, chunk_patients=CHUNK_PATIENTS,
    )  # fmt: skip


def fingerprint(design: Design) -> str:
    """A hash of equations, parameters, products and signs: a changed mechanism is another plan."""
    lesions = design.lesions
    rules = [sorted(arm.setting.signs.values.items()) for arm in design.arms]
    products = [
        (str(one), fitness.middle, fitness.spread) for one, fitness in sorted(FITNESS.items())
    ]
    told = (
        model_text(lesions, FIRST_DAY), parameters_of(lesions), rules, products, IMMUNE_SHARE,
        IMMUNE_LOSS, sorted(SEEN.items()), SAME_BINDER_UNKNOWN,
    )  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()


def patients_part(payload: Mapping[str, Any], first: int, last: int) -> bytes:
    """The lines of patients `first` to `last - 1`, by patient and then by arm, as CSV in UTF-8."""
    design = design_of(payload["design"], seed=payload["seed"], patients=last)
    if fingerprint(design) != payload["mechanism"]:
        raise ReinfuseError(
            "the mechanism here is another than that of the plan", where="plan",
            fix="install the same reinfuse everywhere, or begin anew in another folder",
        )  # fmt: skip
    numbers = np.arange(first, last)
    own = None if design.paired else arms_of(design.seed, range(first, last), len(design.arms))
    lines: list[tuple[int, int, list[str]]] = []
    for place, arm in enumerate(design.arms):
        some = numbers if own is None else numbers[own == place]
        if not len(some):
            continue
        rows = rows_of(design, arm, seen_in(design, arm, some))
        lines += [(number, place, row) for number, row in zip(some.tolist(), rows, strict=True)]
    lines.sort(key=lambda line: line[:2])
    return text_of(row for _, _, row in lines).encode()


def warm(design: Design) -> None:
    """Compile the model once, so that processes find its code in the cache."""
    shared_kernel(course_model(design.lesions, FIRST_DAY), COHORT.bits, states=False)
