"""libRoadRunner's CVODE from dose to dose, which is quicker than by events of SBML."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np
import roadrunner
from turns import Asked, Numbers, Problem, answer, pieces


class Loaded(NamedTuple):
    """A model in libRoadRunner, and where its states and parameters are."""

    runner: Any  # roadrunner ships no types
    states: list[int]
    parameters: list[int]


def solve(problem: Problem, asked: Asked) -> Numbers:
    """States, `"patients times states"`; `scale` is the absolute tolerance of all states."""
    loaded = _loaded(problem)
    integrator = loaded.runner.getIntegrator()
    for name, value in (
        ("relative_tolerance", asked.rtol), ("absolute_tolerance", asked.scale),
        ("stiff", True), ("maximum_num_steps", 100_000),
    ):  # fmt: skip
        integrator.setValue(name, value)
    return np.array([_one(problem, loaded, patient) for patient in range(asked.patients)])


def _loaded(problem: Problem) -> Loaded:
    return _loaded_text(problem.sbml, problem.names, problem.initial.shape[1])


@functools.cache
def _loaded_text(sbml: str, names: tuple[str, ...], states: int) -> Loaded:
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
    runner = roadrunner.RoadRunner(sbml)
    runner.timeCourseSelections = list(names[:states])
    ids = runner.model.getGlobalParameterIds()
    places = {name: place for place, name in enumerate(ids)}
    return Loaded(
        runner, [places[name] for name in names[:states]], [places[name] for name in names[states:]]
    )


def _one(problem: Problem, loaded: Loaded, patient: int) -> Numbers:
    runner, model = loaded.runner, loaded.runner.model
    runner.reset()
    model.setGlobalParameterValues(loaded.parameters, problem.parameters[patient])
    state = problem.initial[patient]
    out = np.empty((len(problem.times), len(state)))
    stretches = pieces(problem.moments[patient], float(problem.start), problem.times)
    for number, piece in enumerate(stretches):
        model.setGlobalParameterValues(loaded.states, state)
        wanted = problem.times[piece.seen]
        times = np.unique(np.concatenate([[piece.begin], wanted, [piece.end]]))
        if len(times) > 2:
            found = np.asarray(runner.simulate(times=times.tolist()))
        else:
            found = np.asarray(runner.simulate(piece.begin, piece.end, 2))
        # A time at the very beginning is the first row, any other one comes behind it.
        first = 0 if len(wanted) and wanted[0] == piece.begin else 1
        out[piece.seen] = found[first : first + len(wanted)]
        state = found[-1]
        if number < len(stretches) - 1:
            state = state * problem.kept[patient, number] + problem.added[patient, number]
    return out


if __name__ == "__main__":
    answer(solve, {"libRoadRunner": roadrunner.__version__})
