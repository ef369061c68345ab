"""One patient's draws and modes, put into the numbers and words that a reader is given."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from reinfuse.estimation.fit import INFORMED_BELOW
from reinfuse.estimation.population.posterior.known_population import KnownPopulation
from reinfuse.estimation.population.posterior.new_patient_fit import (
    BelowLimit,
    LevelBands,
    NewPatientFit,
    PatientMode,
    PatientParameter,
)
from reinfuse.estimation.population.posterior.patients import start_of
from reinfuse.estimation.population.problem import Problem
from reinfuse.estimation.population.structure import Structure
from reinfuse.estimation.smc import Outcome
from reinfuse.estimation.summary import LEVELS, Summary, summarise
from reinfuse.kinetics.curves import natural
from reinfuse.record.data_set import Subject

# Two searches ended in one place if they differ by less than this, in SDs of the population.
_SAME_PLACE = 0.05
# A mode this much lower than the highest (in ln of density) is left out.
_TOO_LOW = 5.0
_STUCK_BELOW, _REMEMBERED_ABOVE = 0.01, 0.3
# A gap between the two evidences from which the normal around the mode is called wrong.
_NOT_NORMAL = 0.5

WORDS = (
    "the population is taken as known: what is uncertain about it is not in these intervals",
    "a parameter's prior is the population's: a patient unlike it is drawn towards it",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """What was found for one patient.

    `draws` are latents, `mean` what they were expected to be; `factor` the triangular factor of
    their covariance in the population. Modes are of standard normal latents.
    """

    draws: NDArray[np.float64]
    mean: NDArray[np.float64]
    factor: NDArray[np.float64]
    power: float
    evidence: float
    remembered: float
    accepted: float
    mode_white: NDArray[np.float64]
    mode_height: NDArray[np.float64]
    mode_covariance: NDArray[np.float64]
    mode_found: NDArray[np.bool_]


def patient_fit(
    subject: Subject,
    problem: Problem,
    known: KnownPopulation,
    found: Sampled,
    *,
    bands: LevelBands,
    below: tuple[BelowLimit, ...],
) -> NewPatientFit:
    """Everything that is said of one patient."""
    parameters = _parameters(subject, problem.structure, found)
    modes = _modes(problem.structure, found)
    normal = modes[0].height + 0.5 * _log_det(modes[0].covariance, found.factor)
    counts = _counts(subject)
    return NewPatientFit(
        subject=subject.name,
        counts=counts,
        latent_names=_latent_names(problem.structure),
        draws=found.draws,
        parameters=parameters,
        modes=modes,
        log_evidence=found.evidence,
        log_evidence_normal=normal,
        bands=bands,
        below=below,
        outcome=_outcome(found),
        assumptions=tuple(_assumed(one, known) for one in parameters if not one.informed),
        words=(*WORDS, *_words(subject, counts, modes, found.evidence - normal)),
    )


def _latent_names(structure: Structure) -> tuple[str, ...]:
    again = [
        f"{structure.names[place]} of infusion {occasion + 1}, away from the patient's own"
        for place in structure.between
        for occasion in range(structure.occasions)
    ]
    return (*(structure.names[place] for place in structure.random), *again)


def _parameters(
    subject: Subject, structure: Structure, found: Sampled
) -> tuple[PatientParameter, ...]:
    sds = np.sqrt((found.factor**2).sum(1))
    rows = [
        _parameter(structure, place, "", found.draws[:, at], found.mean[at], sds[at])
        for at, place in enumerate(structure.random)
    ]
    seen = {sample.occasion for sample in subject.samples}
    for number, place in enumerate(structure.between):
        for occasion in range(structure.occasions):
            if occasion + 1 not in seen or place not in structure.random:
                continue
            own = structure.random.index(place)
            at = len(structure.random) + number * structure.occasions + occasion
            rows.append(_parameter(
                structure, place, f" of infusion {occasion + 1}",
                found.draws[:, own] + found.draws[:, at], found.mean[own],
                float(np.hypot(sds[own], sds[at])),
            ))  # fmt: skip
    return tuple(rows)


def _parameter(
    structure: Structure,
    place: int,
    behind: str,
    after: NDArray[np.float64],
    mean: float,
    sd: float,
) -> PatientParameter:
    name, scale = structure.names[place], structure.scales[place]
    units = {one.name: one.unit for one in structure.curve.parameters}
    low_90, low_50, median, high_50, high_90 = (
        float(natural(scale, np.float64(mean + sd * NormalDist().inv_cdf(share))))
        for share in LEVELS
    )
    narrowing = float(after.std() / sd)
    return PatientParameter(
        name=name + behind,
        unit=units.get(name, "factor"),
        before=Summary(
            median=median, low_50=low_50, high_50=high_50, low_90=low_90, high_90=high_90
        ),
        after=summarise(natural(scale, after)),
        narrowing=narrowing,
        informed=narrowing < INFORMED_BELOW,
    )


def _modes(structure: Structure, found: Sampled) -> tuple[PatientMode, ...]:
    """Distinct ends of the searches, the highest first; the highest stays even if it is none."""
    order = np.argsort(-found.mode_height)
    top = found.mode_height[order[0]]
    kept: list[int] = []
    ended: list[int] = []
    for at in order:
        same = [
            number for number, one in enumerate(kept)
            if np.abs(found.mode_white[at] - found.mode_white[one]).max() < _SAME_PLACE
        ]  # fmt: skip
        if same:
            ended[same[0]] += 1
        elif not kept or (found.mode_found[at] and found.mode_height[at] > top - _TOO_LOW):
            kept.append(int(at))
            ended.append(1)
    return tuple(
        _mode(structure, found, at, times / len(order))
        for at, times in zip(kept, ended, strict=True)
    )


def _mode(structure: Structure, found: Sampled, at: int, starts: float) -> PatientMode:
    latents = found.mean + found.factor @ found.mode_white[at]
    return PatientMode(
        values={
            structure.names[place]: float(natural(structure.scales[place], latents[number]))
            for number, place in enumerate(structure.random)
        },
        latents=latents,
        covariance=found.factor @ found.mode_covariance[at] @ found.factor.T,
        height=float(found.mode_height[at]),
        starts=starts,
    )


def _log_det(covariance: NDArray[np.float64], factor: NDArray[np.float64]) -> float:
    """ln of the determinant of a covariance of latents against that of the population."""
    return float(np.linalg.slogdet(covariance)[1] - 2.0 * np.log(np.diagonal(factor)).sum())


def _counts(subject: Subject) -> dict[str, int]:
    samples = subject.samples
    return {
        "measurements": len(samples),
        "below": sum(one.high is not None and one.low is None for one in samples),
        "above": sum(one.low is not None and one.high is None for one in samples),
        "between": sum(one.low is not None and one.high is not None for one in samples),
    }


def _outcome(found: Sampled) -> Outcome:
    if not np.isfinite(found.evidence):
        return Outcome.IMPOSSIBLE
    if found.power < 1.0:
        return Outcome.STEP_LIMIT
    if found.accepted < _STUCK_BELOW:
        return Outcome.STUCK
    return Outcome.SLOW if found.remembered > _REMEMBERED_ABOVE else Outcome.CONVERGED


def _assumed(row: PatientParameter, known: KnownPopulation) -> str:
    source = "" if known.source is None else f"; {known.source}"
    return (
        f"{row.name}: assumed, not learned from this patient "
        f"(posterior over prior SD {row.narrowing:.2f}){source}"
    )


def _words(
    subject: Subject, counts: dict[str, int], modes: tuple[PatientMode, ...], gap: float
) -> list[str]:
    if not counts["measurements"]:
        return ["nothing was measured in this patient: what is shown is the population itself"]
    beyond = counts["below"] + counts["above"] + counts["between"]
    words = []
    if beyond == counts["measurements"]:
        words.append("every measurement lies beyond a limit: no level was ever read")
    elif beyond:
        words.append(f"{beyond} of {counts['measurements']} measurements lie beyond a limit")
    if len(modes) > 1:
        words.append(
            f"{len(modes)} sets of values explain the measurements nearly as well: read the draws"
        )
    if abs(gap) > _NOT_NORMAL:
        words.append(
            "the posterior is not normal around its highest point: the covariance there is not "
            "to be used, the draws are"
        )
    last = max(sample.time for sample in subject.samples) - start_of(subject)
    words.append(f"what is said of days after {last:g} goes beyond anything measured")
    return words
