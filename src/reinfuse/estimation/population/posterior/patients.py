"""New patients' measurements as arrays that go with a known population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.posterior.known_population import KnownPopulation
from reinfuse.estimation.population.problem import Problem, make_problem
from reinfuse.record.data_set import Assay, DataSet, Sample, Subject


def patients_of(data: DataSet, population: KnownPopulation) -> Problem:
    """The problem of the patients, with assays in the population's order.

    A single assay stands for the population's single one whatever its label. Raises
    ReinfuseError for an assay that the population has not, and what `make_problem` raises.
    """
    return make_problem(_relabelled(data, population), population.model, new_patients=True)


def on_days(
    data: DataSet, population: KnownPopulation, days: Sequence[float], assay: str | None = None
) -> Problem:
    """The same patients with levels asked for on days after each one's last sampled infusion.

    `assay` is the label of the assay whose levels are meant; the population's first by default.
    """
    labels = population.assays
    if assay is not None and assay not in labels:
        raise ReinfuseError(
            f"the population has no assay {assay!r}", fix=f"it has {', '.join(labels)}"
        )
    place = 0 if assay is None else labels.index(assay)
    asked = tuple(
        _asked(subject, sorted(days), place, logarithms=data.logarithms)
        for subject in _relabelled(data, population).subjects
    )
    assays = tuple(Assay(label=label) for label in labels)
    return make_problem(
        replace(data, subjects=asked, assays=assays), population.model, new_patients=True
    )


def occasion_of(subject: Subject) -> int:
    """The occasion on which a subject was last measured; the first if never."""
    return max((sample.occasion for sample in subject.samples), default=1)


def start_of(subject: Subject) -> float:
    """The time of the infusion from which days are counted."""
    mine = occasion_of(subject)
    return min((dose.time for dose in subject.doses if dose.occasion == mine), default=0.0)


def _asked(subject: Subject, days: Sequence[float], assay: int, *, logarithms: bool) -> Subject:
    start, occasion = start_of(subject), occasion_of(subject)
    # The value is a placeholder: only times are read from these samples.
    samples = tuple(
        Sample(time=start + day, value=0.0 if logarithms else 1.0, assay=assay, occasion=occasion)
        for day in days
    )
    return replace(subject, samples=samples)


def _relabelled(data: DataSet, population: KnownPopulation) -> DataSet:
    labels = population.assays
    given = [assay.label for assay in data.assays]
    if len(given) <= 1 and len(labels) == 1:
        places = [0] * len(given)
    else:
        strange = [label for label in given if label not in labels]
        if strange:
            raise ReinfuseError(
                f"the population knows no assay {', '.join(strange)}",
                where=data.file,
                fix=f"name the assays as the population does: {', '.join(labels)}",
            )
        places = [labels.index(label) for label in given]
    subjects = tuple(
        replace(one, samples=tuple(
            replace(sample, assay=places[sample.assay]) for sample in one.samples
        ))
        for one in data.subjects
    )  # fmt: skip
    return replace(data, subjects=subjects, assays=tuple(Assay(label=label) for label in labels))
