"""How well a PEtab problem's model, with given parameters, agrees with what was measured."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from reinfuse.engine.compiler.lowering import equations_of
from reinfuse.engine.compiler.programs import observe_program
from reinfuse.engine.language.model import Model, Observable
from reinfuse.engine.language.tree import Name
from reinfuse.engine.petab.checking import ids_of
from reinfuse.engine.petab.likelihood import log_density, residual
from reinfuse.engine.petab.plainly import solved_plainly
from reinfuse.engine.petab.problem import Measurement, PetabObservable, PetabProblem
from reinfuse.engine.petab.scales import unknown_parameters
from reinfuse.engine.petab.situation import Situation, continued, situation_of
from reinfuse.engine.petab.solving import Solve, Unsolved, formula_of
from reinfuse.engine.petab.steady import at_rest, steady_state
from reinfuse.engine.plain.floats import compiled_for_floats
from reinfuse.engine.sbml.result import SbmlModel
from reinfuse.errors import ReinfuseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A condition that could not be simulated, and why."""

    condition: str
    preequilibration: str | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PetabResult:
    """What came out, measurement by measurement in the order of the problem.

    `simulations` are on the linear scale of the measurements. `residuals` are simulated less
    measured on the scale of the observable, in units of the noise; `chi2` is the sum of their
    squares, whatever the distribution. Where a condition could not be simulated its simulations,
    its residuals and `chi2` are nan, `log_likelihood` is minus infinity, and `failures` says why.
    """

    log_likelihood: float
    chi2: float
    simulations: tuple[float, ...]
    residuals: tuple[float, ...]
    failures: tuple[Failure, ...] = ()


def evaluated(
    problem: PetabProblem,
    parameters: Mapping[str, float] | None = None,
    *,
    solve: Solve = solved_plainly,
) -> PetabResult:
    """The log-likelihood of what was measured, priors apart.

    `parameters` are linear whatever their scale in the table (`linear_parameters` converts);
    those that are not given have their nominal values.
    """
    table = _table_of(problem, parameters or {})
    evaluation = _Evaluation(problem, table, solve)
    rows: dict[int, _Row] = {}
    failures = []
    for (before, condition), numbers in _groups(problem).items():
        try:
            rows |= evaluation.rows(before, condition, numbers)
        except Unsolved as unsolved:
            failures.append(
                Failure(condition=condition, preequilibration=before, what=str(unsolved))
            )
    found = [rows.get(number, _NOTHING) for number in range(len(problem.measurements))]
    return PetabResult(
        log_likelihood=sum(row.log_density for row in found) if not failures else -math.inf,
        chi2=sum(row.residual * row.residual for row in found),
        simulations=tuple(row.simulated for row in found),
        residuals=tuple(row.residual for row in found),
        failures=tuple(failures),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    simulated: float
    residual: float
    log_density: float


_NOTHING = _Row(math.nan, math.nan, -math.inf)


def _table_of(problem: PetabProblem, given: Mapping[str, float]) -> dict[str, float]:
    known = {parameter.name: parameter.nominal for parameter in problem.parameters}
    strange = sorted(set(given) - set(known))
    if strange:
        raise unknown_parameters(problem, strange)
    table = {name: given.get(name, nominal) for name, nominal in known.items()}
    missing = [name for name, value in table.items() if value is None]
    if missing:
        raise ReinfuseError(
            f"parameters without a value: {', '.join(missing)}",
            where=problem.name,
            fix="give their values, or write nominalValue into the parameter table",
        )
    return {name: value for name, value in table.items() if value is not None}


def _groups(problem: PetabProblem) -> dict[tuple[str | None, str], list[int]]:
    """Numbers of the measurements that one simulation serves."""
    groups: dict[tuple[str | None, str], list[int]] = {}
    for number, measurement in enumerate(problem.measurements):
        key = (measurement.preequilibration, measurement.condition)
        groups.setdefault(key, []).append(number)
    return groups


class _Evaluation:
    """One evaluation: the values of the parameter table, and what has been compiled so far."""

    def __init__(self, problem: PetabProblem, table: Mapping[str, float], solve: Solve) -> None:
        self.problem, self.table, self.solve = problem, table, solve
        self.conditions = {condition.name: condition for condition in problem.conditions}
        self.observables = {observable.name: observable for observable in problem.observables}
        self.formulas = {
            name: (formula_of(observable.formula), formula_of(observable.noise_formula))
            for name, observable in self.observables.items()
        }
        self.seen = self._seen()
        self.rested: dict[str, Mapping[str, float]] = {}

    def _seen(self) -> tuple[str, ...]:
        """Ids of the model whose values the rows need."""
        wanted = {
            name for pair in self.formulas.values() for formula in pair for name in formula.names
        }
        for row in self.problem.measurements:
            wanted |= {one for one in (*row.observable_values, *row.noise_values)
                       if isinstance(one, str)}  # fmt: skip
        return tuple(sorted(wanted & ids_of(self.problem.model)))

    def _watching(self, sbml: SbmlModel) -> tuple[Observable, ...]:
        names = {symbol.id: symbol.name for symbol in sbml.symbols}
        # A name of two words is no name of a model.
        return tuple(Observable(name=f"seen {id_}", value=Name(names[id_])) for id_ in self.seen)

    def rows(self, before: str | None, condition: str, numbers: list[int]) -> dict[int, _Row]:
        """The rows of one simulation by number; raises Unsolved."""
        situation = self._situation(condition)
        if before is not None:
            situation = continued(situation, self._rested(before))
        _refuse_what_is_no_number(situation)
        model = replace(situation.model, observables=self._watching(situation.sbml))
        times = {self.problem.measurements[number].time for number in numbers}
        values = self._values(model, situation, times)
        return {number: self._row(self.problem.measurements[number], values) for number in numbers}

    def _situation(self, name: str) -> Situation:
        return situation_of(self.problem, self.conditions[name], self.table)

    def _rested(self, name: str) -> Mapping[str, float]:
        """States after a preequilibration, computed once for each condition."""
        if name not in self.rested:
            situation = self._situation(name)
            _refuse_what_is_no_number(situation)
            still = at_rest(situation.model)
            rest = steady_state(still, situation.parameters, solve=self.solve)
            self.rested[name] = rest.states
        return self.rested[name]

    def _values(
        self, model: Model, situation: Situation, times: Collection[float]
    ) -> dict[float, dict[str, float]]:
        """What is seen at each time, infinity included, by name."""
        finite = tuple(sorted(time for time in times if math.isfinite(time)))
        found: dict[float, dict[str, float]] = {}
        if finite:
            table = self.solve(model, situation.parameters, finite)
            for time, line in zip(finite, table.tolist(), strict=True):
                found[time] = dict(zip(self.seen, line, strict=True))
        if math.inf in times:
            found[math.inf] = self._at_the_end(model, situation, finite)
        return found

    def _at_the_end(
        self, model: Model, situation: Situation, finite: tuple[float, ...]
    ) -> dict[str, float]:
        last = max(finite, default=1.0)
        rest = steady_state(model, situation.parameters, solve=self.solve, after=last)
        equations = equations_of(model)
        seen = compiled_for_floats(observe_program(equations))(
            [
                rest.time,
                *(rest.states[name] for name in model.state_names),
                *(situation.parameters[name] for name in model.parameter_names),
            ]
        )
        return dict(zip(self.seen, seen, strict=True))

    def _row(self, measurement: Measurement, values: Mapping[float, Mapping[str, float]]) -> _Row:
        observable = self.observables[measurement.observable]
        formula, noise_formula = self.formulas[measurement.observable]
        known = _known(measurement, observable, {**self.table, **values[measurement.time]})
        simulated = formula(measurement.time, known)
        sigma = noise_formula(measurement.time, {measurement.observable: simulated, **known})
        return _row(measurement, observable, simulated, sigma)


def _refuse_what_is_no_number(situation: Situation) -> None:
    strange = [name for name, value in situation.parameters.items() if not math.isfinite(value)]
    if strange:
        raise Unsolved(
            f"no finite numbers: {', '.join(strange)}; give them values in the parameter table, "
            "the condition table or the model"
        )


def _known(
    measurement: Measurement, observable: PetabObservable, values: Mapping[str, float]
) -> dict[str, float]:
    """Values by name with those that fill the placeholders of this measurement."""
    filled = (
        *zip(observable.placeholders, measurement.observable_values, strict=True),
        *zip(observable.noise_placeholders, measurement.noise_values, strict=True),
    )
    return {
        **values,
        **{name: values[one] if isinstance(one, str) else one for name, one in filled},
    }


def _row(
    measurement: Measurement, observable: PetabObservable, simulated: float, sigma: float
) -> _Row:
    return _Row(
        simulated,
        residual(measurement.value, simulated, sigma=sigma, scale=observable.scale),
        log_density(
            measurement.value,
            simulated,
            sigma=sigma,
            scale=observable.scale,
            noise=observable.noise,
        ),
    )
