"""What every solver is given: patients as arrays, rates as text of Python, the model as SBML.

Doses are worked out here anew, by the names of the example models' parameters, so that a peer does
not rest on how the engine reads events.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.engine_peers.turns import Numbers, Problem
from benchmarks.reference_patients import TIMES, reference
from benchmarks.timing import HOME
from reinfuse.engine.language import Model, read_model_file
from reinfuse.engine.language.tree import Call, Name, Number, Tree, names_in
from reinfuse.engine.sbml import sbml_of

EIGHT_STATES = HOME / "examples" / "models" / "cart8.model"
EIGHT_TIMES = np.concatenate(
    [
        [0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 21, 24, 28, 32],
        [35, 38, 42, 49, 56, 63],
        np.linspace(70.0, 365.0, 29),
    ]
)
_VARIED = ("kdist", "kexp", "kEM", "kdE", "kdM", "kexh", "g", "kkill", "ksI", "kdI")
_VARIATION = 0.3  # coefficient of variation
_DRAWN_REFERENCE, _DRAWN_EIGHT = 100_000, 10_000  # who is drawn hangs on how many are
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def reference_rows(patients: int) -> tuple[Model, Numbers]:
    """The model of 25 states, and parameters of the first so many patients."""
    drawn = reference(_DRAWN_REFERENCE)
    return drawn.model, drawn.rows[:patients]


def eight_state_rows(patients: int) -> tuple[Model, Numbers]:
    """The model of 8 states, and parameters of so many patients, at most 10,000."""
    model = read_model_file(EIGHT_STATES)
    chance = np.random.default_rng(1)
    rows = np.tile([parameter.value for parameter in model.parameters], (_DRAWN_EIGHT, 1))
    spread = np.sqrt(np.log(1 + _VARIATION**2))
    for name in _VARIED:
        place = model.parameter_names.index(name)
        rows[:, place] *= np.exp(spread * chance.standard_normal(_DRAWN_EIGHT))
    return model, rows[:patients]


def reference_problem(model: Model, rows: Numbers) -> Problem:
    """The patients of the model of 25 states, with what they are given."""
    named = dict(zip(model.parameter_names, rows.T, strict=True))
    states = {name: place for place, name in enumerate(model.state_names)}
    cells = np.array([state.unit == "cells" for state in model.states])
    patients = len(rows)
    initial = np.zeros((patients, len(states)))
    for name in ("Pb", "Pm", "P1", "P2", "Nb", "Nm", "N1", "N2", "Bc", "H"):
        initial[:, states[name]] = named[f"start_{name}"]
    for name, value in (("C", 0.3), ("I6", 0.01), ("FE", 1.0)):
        initial[:, states[name]] = value
    moments = np.tile([-4.0, -3.0, -2.0, 0.0, 7.0, 8.0, 100.0], (patients, 1))
    moments[:, 4], moments[:, 5] = named["t_toci"], named["t_toci"] + 1.0
    moments[:, 6] = named["t_hsct"]
    added = np.zeros((patients, 7, len(states)))
    kept = np.ones_like(added)
    added[:, :3, states["D"]] = 1.0
    added[:, 3, states["Eb"]], added[:, 3, states["Mb"]] = 0.7 * named["dose"], 0.3 * named["dose"]
    added[:, 4:6, states["T1"]] = named["toci"][:, None]
    kept[:, 6, cells] = named["hsct_cells"][:, None]
    kept[:, 6, states["A"]] = named["hsct_A"]
    return _problem(model, rows, TIMES, initial=initial, doses=(moments, kept, added))


def eight_state_problem(model: Model, rows: Numbers) -> Problem:
    """The patients of the model of 8 states, who are given nothing later."""
    initial = np.zeros((len(rows), len(model.states)))
    for name, value in (("D", 100.0), ("A", 5e4), ("B", 200.0)):
        initial[:, model.state_names.index(name)] = value
    nothing = np.empty((len(rows), 0)), *(np.empty((len(rows), 0, len(model.states))),) * 2
    return _problem(model, rows, EIGHT_TIMES, initial=initial, doses=nothing)


def write_problem(problem: Problem, folder: Path) -> None:
    """Files that `turns.read_problem` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: getattr(problem, name) for name in Problem._fields[:8]}
    np.savez(folder / "problem.npz", **arrays)
    (folder / "rates.py.txt").write_text(problem.rates, encoding="utf-8")
    (folder / "model.xml").write_text(problem.sbml, encoding="utf-8")
    (folder / "names.txt").write_text("\n".join(problem.names), encoding="utf-8")


def rates_text(model: Model) -> str:
    """Python of a function `rates(time, states, parameters)` that gives a tuple."""
    lines = ["def rates(time, states, parameters):"]
    lines += [f" {_safe(name)} = states[{at}]" for at, name in enumerate(model.state_names)]
    used = {name for tree in _trees(model) for name in names_in(tree)}
    lines += [
        f" {_safe(name)} = parameters[{at}]"
        for at, name in enumerate(model.parameter_names)
        if name in used
    ]
    lines += [f" {_safe(helper.name)} = {python_text(helper.value)}" for helper in model.helpers]
    rates = ", ".join(python_text(state.rate) for state in model.states)
    return "\n".join([*lines, f" return ({rates},)"]) + "\n"


def python_text(tree: Tree) -> str:
    """A formula of the four operations as Python; others raise KeyError."""
    match tree:
        case Number(value):
            return repr(value)
        case Name(name):
            return _safe(name)
        case Call("neg", (part,)):
            return f"(-{python_text(part)})"
        case Call(name, (left, right)):
            return f"({python_text(left)} {_SIGNS[name]} {python_text(right)})"
    raise KeyError(tree.name)


def _problem(
    model: Model,
    rows: Numbers,
    times: Numbers,
    *,
    initial: Numbers,
    doses: tuple[Numbers, Numbers, Numbers],
) -> Problem:
    moments, kept, added = doses
    return Problem(
        parameters=rows, initial=initial, moments=moments, kept=kept, added=added, times=times,
        start=np.array(model.start), tolerances=np.array([one.tolerance for one in model.states]),
        rates=rates_text(model), sbml=sbml_of(_bare(model)),
        names=(*model.state_names, *model.parameter_names),
    )  # fmt: skip


def _bare(model: Model) -> Model:
    """Rates alone: what states begin with and what is given is set from outside."""
    states = tuple(replace(state, initial=Number(0.0)) for state in model.states)
    return replace(model, states=states, events=(), observables=())


def _trees(model: Model) -> list[Tree]:
    return [part.value for part in model.helpers] + [state.rate for state in model.states]


def _safe(name: str) -> str:
    """A name that means nothing else in Python."""
    return f"{name}_"
