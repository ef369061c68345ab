"""The population model that a command line describes."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any  # a tree of plain values

from reinfuse.cli.data_loading import LoadedData
from reinfuse.cli.model_checks import check_values
from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.model_text import model_from_plain
from reinfuse.kinetics.curves.catalogue import find_curve
from reinfuse.record.data_set import DataSet

DEFAULT_CURVE = "stein"
_LARGEST_BYTES = 100_000


def model_of(options: Namespace) -> PopulationModel:
    """The model of `--model`, with what the other options say in its place.

    Raises ReinfuseError with every problem.
    """
    plain = {} if options.model is None else _read(options.model)
    plain.setdefault("curve", DEFAULT_CURVE)
    simple = {
        "curve": options.curve,
        "random": options.random,
        "between infusions": options.between_infusions,
        "censoring": options.censoring,
        "scaled": options.scaled,
    }
    plain |= {key: value for key, value in simple.items() if value is not None}
    if options.correlated:
        plain["correlated"] = [one.split(",") for one in options.correlated]
    if options.residual:
        plain["residual"] = dict(_labelled(one) for one in options.residual)
    faults = _curve_faults(options.curve)
    if options.effect:
        plain["effects"] = [_effect(one, faults) for one in options.effect]
    for option, key, typed in (
        ("--start", "start", options.start),
        ("--hold", "held", options.hold),
    ):
        if typed:
            plain[key] = _numbers(typed, option, faults)
    if faults:
        raise ReinfuseError("\n".join(["the model cannot be read:", *faults]))
    model = model_from_plain(plain, where="" if options.model is None else options.model.name)
    check_values(model)
    return model


def only_assays(loaded: LoadedData, labels: Sequence[str] | None) -> LoadedData:
    """The data of some assays only; raises ReinfuseError for a label that is not there."""
    if not labels:
        return loaded
    known = [assay.label for assay in loaded.data.assays]
    strange = [label for label in labels if label not in known]
    if strange:
        raise ReinfuseError(
            f"there is no assay {', '.join(strange)}", where=loaded.file,
            fix=f"the assays are {', '.join(known)}" if len(known) > 1 else
            f"the only assay is {known[0]}",
        )  # fmt: skip
    kept = {known.index(label): place for place, label in enumerate(dict.fromkeys(labels))}
    subjects = [
        replace(subject, samples=tuple(
            replace(sample, assay=kept[sample.assay])
            for sample in subject.samples if sample.assay in kept
        ))
        for subject in loaded.data.subjects
    ]  # fmt: skip
    data = replace(
        loaded.data,
        subjects=tuple(one for one in subjects if one.samples),
        assays=tuple(loaded.data.assays[place] for place in kept),
    )
    return replace(loaded, data=data)


def with_factors(model: PopulationModel, data: DataSet) -> PopulationModel:
    """The model with a factor for every assay but the first, unless it names factors itself.

    Two assays in different units cannot see the same curve.
    """
    if model.scaled or len(data.assays) == 1:
        return model
    return replace(model, scaled=tuple(assay.label for assay in data.assays[1:]))


def _read(path: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if path.stat().st_size > _LARGEST_BYTES:
        raise ReinfuseError(f"{path.name} is too large for a model", fix="give a model file")
    try:
        plain = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ReinfuseError(
            f"{path.name} is not text", fix="give a model file: YAML in UTF-8"
        ) from error
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ReinfuseError(
            f"{path.name} is not YAML",
            where="" if mark is None else f"{path.name}, line {mark.line + 1}",
            fix="write one key a line, such as curve: stein",
        ) from error
    if not isinstance(plain, dict):
        raise ReinfuseError(f"{path.name} holds no model", fix="write keys, such as curve: stein")
    return plain


def _curve_faults(name: str | None) -> list[str]:
    try:
        find_curve(name or DEFAULT_CURVE)
    except ReinfuseError as error:
        return [f"--curve: {error.what}; {error.fix}"]
    return []


def _labelled(text: str) -> tuple[str, str]:
    label, equals, word = text.rpartition("=")
    return (label, word) if equals else ("", text)


def _effect(text: str, faults: list[str]) -> dict[str, Any]:
    name, tilde, rest = text.partition("~")
    covariate, _, kind = rest.partition(":")
    if not tilde or not name.strip() or not covariate.strip():
        faults.append(f"--effect: {text!r} is no effect: write it like cmax~weight:power")
    word, _, level = (kind or "power").partition("=")
    found: dict[str, Any] = {
        "parameter": name.strip(), "covariate": covariate.strip(), "kind": word.strip()
    }  # fmt: skip
    return found | ({"level": level.strip()} if level.strip() else {})


def _numbers(text: str, option: str, faults: list[str]) -> dict[str, float]:
    found = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            faults.append(
                f"{option}: {part.strip()!r} is not a name with a number: write cmax=100,beta=0.01"
            )
    return found
