"""A model as plain values that JSON or YAML can hold, and back, with every problem told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar  # Any: a tree of plain values

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.model import (
    Censoring,
    Effect,
    EffectKind,
    PopulationModel,
    Residual,
)
from reinfuse.kinetics.curves.catalogue import CURVES, find_curve

Plain = dict[str, Any]
W = TypeVar("W", bound=StrEnum)
KEYS = (
    "curve", "random", "correlated", "between infusions", "effects", "residual", "censoring",
    "scaled", "start", "held", "spread", "residual start",
)  # fmt: skip
EFFECT_KEYS = ("parameter", "covariate", "kind", "reference", "level", "start", "held")


def model_as_plain(model: PopulationModel) -> Plain:
    """The model with strings, numbers, lists and mappings only; a curve goes by its name.

    Raises ReinfuseError for a curve of the user's own, which a file cannot hold.
    """
    if CURVES.get(model.curve.name) is not model.curve:
        raise ReinfuseError(
            f"curve {model.curve.name} is your own, and a file cannot hold it",
            fix="keep the fit in Python, or use a curve of the catalogue",
        )
    return {
        "curve": model.curve.name,
        "random": None if model.random is None else list(model.random),
        "correlated": [list(block) for block in model.blocks],
        "between infusions": list(model.between_infusions),
        "effects": [_effect_as_plain(effect) for effect in model.effects],
        "residual": {label: str(kind) for label, kind in model.residuals.items()},
        "censoring": str(model.censoring),
        "scaled": list(model.scaled),
        "start": dict(model.start),
        "held": dict(model.held),
        "spread": dict(model.spread),
        "residual start": dict(model.residual_start),
    }


def model_from_plain(given: Mapping[str, object], *, where: str = "") -> PopulationModel:
    """The model that such values describe; raises ReinfuseError with all problems.

    Only `curve` must be there. `residual` is one word for all assays or a mapping by label.
    """
    reading = _Reading(given)
    model = reading.model()
    if model is None:
        raise ReinfuseError(
            "the model cannot be used: " + "; ".join(reading.problems), where=where,
            fix=f"its keys are {', '.join(KEYS)}",
        )  # fmt: skip
    return model


def _effect_as_plain(effect: Effect) -> Plain:
    plain: Plain = {
        "parameter": effect.parameter, "covariate": effect.covariate, "kind": str(effect.kind),
        "start": effect.start, "held": effect.held,
    }  # fmt: skip
    if effect.reference is not None:
        plain["reference"] = effect.reference
    if effect.level is not None:
        plain["level"] = effect.level
    return plain


class _Reading:
    """A model under reading, with the problems found so far."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self.given = {str(key).replace("_", " "): value for key, value in given.items()}
        self.problems = [f"there is no key {key!r}" for key in self.given if key not in KEYS]

    def model(self) -> PopulationModel | None:
        curve = None
        try:
            curve = find_curve(str(self.given.get("curve", "")))
        except ReinfuseError as error:
            self.problems.append(f"{error.what} ({error.fix})")
        values = {
            "random": None if self.given.get("random") is None else self.names("random"),
            "blocks": tuple(_words(block) for block in _list(self.given.get("correlated"))),
            "between_infusions": self.names("between infusions"),
            "effects": tuple(self.effects()),
            "residuals": self.residuals(),
            "censoring": self.censoring(),
            "scaled": self.names("scaled"),
            "start": self.numbers("start"),
            "held": self.numbers("held"),
            "spread": self.numbers("spread"),
            "residual_start": self.numbers("residual start"),
        }
        if self.problems or curve is None:
            return None
        try:
            return PopulationModel(curve=curve, **values)  # type: ignore[arg-type]
        except ReinfuseError as error:
            self.problems.append(f"{error.what} ({error.fix})")
            return None

    def names(self, key: str) -> tuple[str, ...]:
        return _words(self.given.get(key))

    def numbers(self, key: str) -> dict[str, float]:
        value = self.given.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.problems.append(f"{key}: write names with numbers, such as cmax: 100")
            return {}
        found = {}
        for name, number in value.items():
            if isinstance(number, bool) or not isinstance(number, int | float):
                self.problems.append(f"{key}: {number!r} of {name} is not a number")
            else:
                found[str(name)] = float(number)
        return found

    def residuals(self) -> dict[str, Residual]:
        value = self.given.get("residual")
        if value is None:
            return {"": Residual.LOG_NORMAL}
        given = value if isinstance(value, Mapping) else {"": value}
        found = {}
        for label, word in given.items():
            kind = _one_of(word, Residual)
            if kind is None:
                self.problems.append(f"residual: {word!r} is none of {_listed(Residual)}")
            else:
                found[str(label)] = kind
        return found

    def effects(self) -> list[Effect]:
        found = []
        for number, one in enumerate(_list(self.given.get("effects")), start=1):
            if not isinstance(one, Mapping):
                self.problems.append(f"effect {number}: write parameter, covariate and kind")
                continue
            strange = [str(key) for key in one if key not in EFFECT_KEYS]
            self.problems += [f"effect {number}: there is no key {key!r}" for key in strange]
            kind = _one_of(one.get("kind"), EffectKind)
            missing = [key for key in ("parameter", "covariate") if not one.get(key)]
            self.problems += [f"effect {number}: no {key}" for key in missing]
            if kind is None:
                self.problems.append(
                    f"effect {number}: kind {one.get('kind')!r} is none of {_listed(EffectKind)}"
                )
            elif not missing and not strange:
                found.append(_effect(one, kind))
        return found

    def censoring(self) -> Censoring:
        value = self.given.get("censoring")
        found = Censoring.M3 if value is None else _one_of(value, Censoring)
        if found is None:
            self.problems.append(f"censoring: {value!r} is none of {_listed(Censoring)}")
        return found or Censoring.M3


def _effect(one: Mapping[str, Any], kind: EffectKind) -> Effect:
    reference, level = one.get("reference"), one.get("level")
    return Effect(
        parameter=str(one["parameter"]),
        covariate=str(one["covariate"]),
        kind=kind,
        reference=None if reference is None else float(reference),
        level=None if level is None else str(level),
        start=float(one.get("start", 0.0)),
        held=bool(one.get("held", False)),
    )


def _one_of(word: object, words: type[W]) -> W | None:
    return next((one for one in words if str(one).casefold() == str(word).casefold()), None)


def _listed(words: type[StrEnum]) -> str:
    return ", ".join(str(one) for one in words)


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(str(one) for one in _list(value))
