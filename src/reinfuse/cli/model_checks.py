"""Refuses a model that its own words, or the data, rule out before anything is fitted."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.model import Effect, EffectKind, PopulationModel
from reinfuse.kinetics.curves import Scale
from reinfuse.record.data_set import DataSet

FEWEST_PATIENTS = 2
MOST_VALUES = 6
_INSIDE = {
    Scale.LOG: "above 0",
    Scale.LOGIT: "between 0 and 1",
    Scale.IDENTITY: "a finite number",
}


def check_values(model: PopulationModel) -> None:
    """Raise ReinfuseError for every number and effect that cannot be, whatever the data."""
    faults = [*_outside(model), *_without_level(model)]
    if faults:
        raise ReinfuseError("\n".join(["the model cannot be used:", *faults]))


def check_on_data(model: PopulationModel, data: DataSet, *, file: str) -> None:
    """Raise ReinfuseError for everything that these data cannot say of the model."""
    faults = []
    if len(data.subjects) < FEWEST_PATIENTS:
        one = ", ".join(f"only ID {each.name}" for each in data.subjects) or "nobody"
        faults.append(f"a population is at least {FEWEST_PATIENTS} patients, and there is {one}")
    for effect in model.effects:
        faults += _no_difference(effect, data)
    labels = {assay.label for assay in data.assays}
    if labels and labels <= set(model.scaled):
        faults.append(
            f"every assay is scaled ({', '.join(sorted(labels))}): one must see the curve itself"
        )
    if faults:
        raise ReinfuseError("\n".join(["the data cannot be fitted:", *faults]), where=file)


def _outside(model: PopulationModel) -> Iterator[str]:
    scales = {one.name: one.scale for one in model.curve.parameters}
    for option, values in (("start", model.start), ("held", model.held)):
        for name, value in values.items():
            scale = scales.get(name, Scale.LOG)
            if not _fits(scale, value):
                yield f"{option} {name} = {value:g}: it must be {_INSIDE[scale]}"
    for option, values in (("spread", model.spread), ("residual start", model.residual_start)):
        for name, value in values.items():
            if not _fits(Scale.LOG, value):
                yield f"{option} {name} = {value:g}: it must be {_INSIDE[Scale.LOG]}"


def _fits(scale: Scale, value: float) -> bool:
    if scale is Scale.LOGIT:
        return 0.0 < value < 1.0
    return math.isfinite(value) and (scale is Scale.IDENTITY or value > 0.0)


def _without_level(model: PopulationModel) -> Iterator[str]:
    for effect in model.effects:
        if effect.kind is EffectKind.CATEGORY and not effect.level:
            yield (
                f"effect {effect.name}: which category? write "
                f"{effect.parameter}~{effect.covariate}:category=LEVEL"
            )


def _no_difference(effect: Effect, data: DataSet) -> list[str]:
    """Why an effect cannot be told from the typical value; nothing where a covariate is missing."""
    known = [subject.covariates.get(effect.covariate, ()) for subject in data.subjects]
    said = [{one.value for one in each} for each in known]
    values = {one for each in said for one in each if one is not None}
    if len(said) < FEWEST_PATIENTS or any(not each or None in each for each in said):
        return []
    if effect.kind is EffectKind.CATEGORY:
        level = str(effect.level).casefold()
        words = {_word(value).casefold() for value in values}
        if level not in words:
            return [f"effect {effect.name}: nobody has it ({effect.covariate} is {_some(values)})"]
    if len(values) == 1:
        return [f"effect {effect.name}: {effect.covariate} is {_some(values)} in everybody"]
    return []


def _word(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _some(values: set[float | str]) -> str:
    words = [_word(value) for value in sorted(values, key=lambda one: (isinstance(one, str), one))]
    more = f" and {len(words) - MOST_VALUES} more" if len(words) > MOST_VALUES else ""
    return ", ".join(words[:MOST_VALUES]) + more
