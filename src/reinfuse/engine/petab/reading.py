"""Reads a PEtab problem, version 1, from its YAML file and the files that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from reinfuse.engine.language.model import Model
from reinfuse.engine.petab.checking import Written, check, ids_of
from reinfuse.engine.petab.problem import PetabProblem
from reinfuse.engine.petab.rows import (
    CONDITION_COLUMNS,
    MEASUREMENT_COLUMNS,
    OBSERVABLE_COLUMNS,
    PARAMETER_COLUMNS,
    conditions_in,
    measurements_in,
    observables_in,
    parameters_in,
)
from reinfuse.engine.petab.situation import to_be_freed
from reinfuse.engine.petab.tables import Table, Told, read_tables, text_of
from reinfuse.engine.sbml.building import read_sbml
from reinfuse.engine.sbml.result import SbmlModel
from reinfuse.errors import ReinfuseError

_NO_MODEL = SbmlModel(model=Model(name="", states=(), parameters=()), symbols=(), notes=())
_VERSIONS = ("1", "1.0", "1.0.0")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """The files of one problem."""

    model: Path
    parameters: tuple[Path, ...]
    conditions: tuple[Path, ...]
    observables: tuple[Path, ...]
    measurements: tuple[Path, ...]


def read_petab(path: Path) -> PetabProblem:
    """The problem of a PEtab YAML file.

    Raises ReinfuseError with everything that is wrong in any of its files, a line for each: file,
    row, column, what, and what to do. A YAML file with several problems is refused.
    """
    told = Told()
    files = _files(path, told)
    if files is None:
        told.raise_if_any(path.name)
        raise AssertionError("a file without a problem has told why")
    source = _Source(files.model, told)
    model = source.model_with(frozenset())
    names = frozenset[str]() if model is None else ids_of(model)
    tables = [
        read_tables(paths, columns, told)
        for paths, columns in (
            (files.parameters, PARAMETER_COLUMNS),
            (files.conditions, CONDITION_COLUMNS),
            (files.observables, OBSERVABLE_COLUMNS),
            (files.measurements, MEASUREMENT_COLUMNS),
        )
    ]
    problem = PetabProblem(
        name=path.name,
        model=model or _NO_MODEL,
        parameters=parameters_in(tables[0], told),
        conditions=conditions_in(tables[1], told),
        observables=observables_in(tables[2], names, told),
        measurements=measurements_in(tables[3], told),
    )
    # Without a table or the model each name in the others would be told as unknown.
    if model is not None and all(tables):
        check(problem, _written(tables), told)
    told.raise_if_any(path.name)
    freed = tuple(_freed(problem, source))
    told.raise_if_any(path.name)
    return replace(problem, freed=freed)


def _written(tables: Sequence[tuple[Table, ...]]) -> Written:
    columns = ("parameterId", "conditionId", "observableId")
    parameters, conditions, observables = (
        frozenset(row.text(column) for table in several for row in table.rows)
        for column, several in zip(columns, tables, strict=False)  # measurements have no id
    )
    return Written(parameters=parameters, observables=observables, conditions=conditions)


@dataclass(frozen=True, slots=True)
class _Source:
    """The file of a model."""

    path: Path
    told: Told

    def model_with(self, ids: frozenset[str]) -> SbmlModel | None:
        """The model with parameters for `ids`, or None when the reason has been told."""
        try:
            return read_sbml(self.path.read_bytes(), source=self.path.name, overridable=ids)
        except ReinfuseError as error:
            fix = error.fix or "correct the model"
            self.told.add(error.where or self.path.name, error.what, fix)
        except OSError as error:
            what = f"the file cannot be opened: {error.strerror}"
            self.told.add(self.path.name, what, "check its name")
        return None


def _freed(problem: PetabProblem, source: _Source) -> Iterator[tuple[frozenset[str], SbmlModel]]:
    """The model for what each condition and the parameter table set."""
    table = {parameter.name for parameter in problem.parameters}
    sets = {
        to_be_freed(problem.model, table | {n for n, value in one.settings if value is not None})
        for one in problem.conditions
    }
    for ids in sorted(sets - {frozenset()}, key=sorted):
        model = source.model_with(ids)
        if model is not None:
            yield ids, model


def _files(path: Path, told: Told) -> _Files | None:
    text = text_of(path, told)
    if text is None:
        return None
    content = _yaml(text, path.name, told)
    if content is None:
        return None
    version = str(content.get("format_version", ""))
    if version not in _VERSIONS:
        told.add(
            path.name,
            f"format_version is {version!r}" if version else "format_version is missing",
            "only version 1 is read",
        )
        return None
    problems = content.get("problems")
    if not isinstance(problems, list) or len(problems) != 1 or not isinstance(problems[0], dict):
        count = len(problems) if isinstance(problems, list) else 0
        told.add(path.name, f"{count} problems are listed", "list one problem in each YAML file")
        return None
    return _listed(path, content, problems[0], told)


def _listed(
    path: Path, content: dict[str, object], problem: dict[str, object], told: Told
) -> _Files | None:
    before = len(told.problems)
    models = _paths(path, problem, "sbml_files", told)
    if len(models) > 1:
        told.add(path.name, f"sbml_files lists {len(models)} models", "list one model")
    parameters = _paths(path, content, "parameter_file", told)
    conditions = _paths(path, problem, "condition_files", told)
    observables = _paths(path, problem, "observable_files", told)
    measurements = _paths(path, problem, "measurement_files", told)
    if len(told.problems) > before:
        return None
    return _Files(
        model=models[0],
        parameters=parameters,
        conditions=conditions,
        observables=observables,
        measurements=measurements,
    )


def _paths(path: Path, content: dict[str, object], key: str, told: Told) -> tuple[Path, ...]:
    value = content.get(key)
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        told.add(path.name, f"{key} names no file", f"write {key} with a file name")
        return ()
    return tuple(path.parent / str(name) for name in names)


def _yaml(text: str, name: str, told: Told) -> dict[str, object] | None:
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    try:
        content = reader.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        told.add(f"{name} line {line}", f"the file is no YAML: {error.problem}", "correct the line")
        return None
    except RecursionError:
        told.add(name, "the file nests too deeply to be a PEtab problem", "correct it")
        return None
    except (YAMLError, ValueError) as error:
        told.add(name, f"the file is no YAML: {error}", "correct it")
        return None
    if not isinstance(content, dict):
        told.add(name, "the file holds no keys", "write format_version, parameter_file, problems")
        return None
    return content
