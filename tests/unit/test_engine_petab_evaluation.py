"""Evaluation of PEtab problems of a reaction A <-> B, against its exact solution."""

import math
from pathlib import Path

import pytest
from numpy.typing import NDArray
from scipy import stats

from reinfuse.engine.petab.evaluation import Failure, evaluated
from reinfuse.engine.petab.solving import Unsolved
from reinfuse.errors import ReinfuseError
from tests.unit.petab_files import AHEAD, REACTION, TABLES, read


def exact(time: float, *, k1: float, k2: float, a0: float, b0: float) -> float:
    rest = k2 * (a0 + b0) / (k1 + k2)
    return rest + (a0 - rest) * math.exp(-(k1 + k2) * time)


def near(*expected: float) -> object:
    return pytest.approx(expected, rel=1e-6)


def test_a_simulation_is_the_exact_solution(tmp_path: Path) -> None:
    result = evaluated(read(tmp_path))
    assert result.simulations == near(
        *(exact(time, k1=0.8, k2=0.6, a0=1.0, b0=0.0) for time in (0.0, 10.0))
    )


def test_likelihood_and_chi2_sum_over_rows(tmp_path: Path) -> None:
    result = evaluated(read(tmp_path))
    density = stats.norm(result.simulations, 0.5).logpdf([0.7, 0.1]).sum()
    assert result.log_likelihood == pytest.approx(density)
    assert result.chi2 == pytest.approx(sum(one**2 for one in result.residuals))


def test_given_parameters_are_linear_and_others_nominal(tmp_path: Path) -> None:
    result = evaluated(read(tmp_path), {"k1": 2.0})
    assert result.simulations[1] == pytest.approx(
        exact(10.0, k1=2.0, k2=0.6, a0=1.0, b0=0.0), rel=1e-6
    )


def test_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="no parameters of this problem: k9") as caught:
        evaluated(read(tmp_path), {"k9": 1.0})
    assert caught.value.fix == "give parameters by the ids of the parameter table"


def test_a_parameter_without_a_value_is_asked_for(tmp_path: Path) -> None:
    problem = read(tmp_path, parameters=TABLES["parameters.tsv"].replace("0.8", "-"))
    with pytest.raises(ReinfuseError, match="parameters without a value: k1"):
        evaluated(problem)
    assert math.isfinite(evaluated(problem, {"k1": 1.0}).log_likelihood)


def test_each_row_fills_its_placeholders_with_numbers_or_parameters(tmp_path: Path) -> None:
    result = evaluated(
        read(
            tmp_path,
            observables="""
                observableId observableFormula                  noiseFormula
                y            observableParameter1_y*A+observableParameter2_y noiseParameter1_y*y
            """,
            measurements="""
                observableId simulationConditionId time measurement observableParameters noiseParameters
                y            c0                    0    1           2;3                  0.1
                y            c0                    0    1           k1;k2                k2
            """,  # noqa: E501 - rows of a table
        )
    )
    assert result.simulations == near(5.0, 1.4)
    assert result.residuals == near(4.0 / 0.5, 0.4 / (0.6 * 1.4))


def test_conditions_set_parameters_and_initial_values(tmp_path: Path) -> None:
    result = evaluated(
        read(
            tmp_path,
            conditions="""
                conditionId A   B   k1
                c0          3   k2  0.2
                c1          NaN 5   -
            """,
            measurements="""
                observableId simulationConditionId time measurement
                obs_a        c0                    2    1
                obs_a        c1                    2    1
            """,
        )
    )
    assert result.simulations == near(
        exact(2.0, k1=0.2, k2=0.6, a0=3.0, b0=0.6), exact(2.0, k1=0.8, k2=0.6, a0=1.0, b0=5.0)
    )


PREEQUILIBRATED = """
    observableId preequilibrationConditionId simulationConditionId time measurement
    obs_a        before                      c0                    0    1
    obs_a        before                      c0                    2    1
"""


@pytest.mark.parametrize(
    ("conditions", "a0", "b0"),
    [
        ("conditionId k1\nbefore 0.3\nc0 0.8", 0.6 / 0.9, 0.3 / 0.9),
        ("conditionId k1 B\nbefore 0.3 0\nc0 0.8 NaN", 0.6 / 0.9, 0.3 / 0.9),
        ("conditionId k1 B\nbefore 0.3 0\nc0 0.8 7", 0.6 / 0.9, 7.0),
        ("conditionId k1 A\nbefore 0.3 4\nc0 0.8 2", 2.0, 4.0 * 0.3 / 0.9),
        # What is set from a parameter at the start is not set again after preequilibration.
        ("conditionId k1 a0\nbefore 0.3 4\nc0 0.8 9", 4.0 * 0.6 / 0.9, 4.0 * 0.3 / 0.9),
    ],
)
def test_preequilibration_goes_on_but_for_what_the_condition_sets(
    tmp_path: Path, conditions: str, a0: float, b0: float
) -> None:
    result = evaluated(read(tmp_path, conditions=conditions, measurements=PREEQUILIBRATED))
    assert result.simulations == near(a0, exact(2.0, k1=0.8, k2=0.6, a0=a0, b0=b0))


@pytest.mark.parametrize("speed", [1e-4, 1.0, 1e6])
def test_a_steady_state_is_found_on_any_scale_of_time(tmp_path: Path, speed: float) -> None:
    problem = read(tmp_path, measurements=TABLES["measurements.tsv"].replace("10 ", "inf"))
    result = evaluated(problem, {"k1": 0.8 * speed, "k2": 0.6 * speed})
    assert result.simulations[1] == pytest.approx(0.6 / 1.4, rel=1e-8)


DOSE = """
  <listOfEvents><event id="dose" useValuesFromTriggerTime="true">
   <trigger initialValue="false" persistent="true"><math><apply><geq/>
    <csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>
    <cn>1</cn></apply></math></trigger>
   <listOfEventAssignments><eventAssignment variable="A"><math><apply><plus/><ci>A</ci><cn>10</cn>
    </apply></math></eventAssignment></listOfEventAssignments>
  </event></listOfEvents>
 </model>""".replace("<math>", '<math xmlns="http://www.w3.org/1998/Math/MathML">')
STOPPED = """<piecewise><piece><cn>0</cn><apply><geq/>
    <csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>
    <cn>5</cn></apply></piece><otherwise>AHEAD</otherwise></piecewise>""".replace("AHEAD", AHEAD)


def test_events_happen_before_a_steady_state_and_not_in_preequilibration(tmp_path: Path) -> None:
    problem = read(
        tmp_path,
        model=REACTION.replace("</model>", DOSE),
        conditions="conditionId k1\nbefore 0.3\nc0 0.8",
        measurements="""
            observableId preequilibrationConditionId simulationConditionId time measurement
            obs_a        before                      c0                    0    1
            obs_a        before                      c0                    inf  1
        """,
    )
    assert evaluated(problem).simulations == near(0.6 / 0.9, 11.0 * 0.6 / 1.4)


def test_time_stands_still_in_preequilibration(tmp_path: Path) -> None:
    problem = read(
        tmp_path,
        model=REACTION.replace(AHEAD, STOPPED),
        conditions="conditionId k1\nbefore 0.3\nc0 0.3",
        measurements="""
            observableId preequilibrationConditionId simulationConditionId time measurement
            obs_a        before                      c0                    4    1
            obs_a        before                      c0                    99   1
        """,
    )
    assert evaluated(problem).simulations == near(0.6 / 0.9, 1.0)


def test_what_never_rests_says_so_and_is_never_likely(tmp_path: Path) -> None:
    problem = read(
        tmp_path,
        model=REACTION.replace(AHEAD, "<cn>-1</cn>"),
        parameters=TABLES["parameters.tsv"].replace("0.6", "0.0"),
        measurements=TABLES["measurements.tsv"].replace("10 ", "inf"),
    )
    result = evaluated(problem)
    assert result.log_likelihood == -math.inf
    assert math.isnan(result.chi2)
    assert [failure.condition for failure in result.failures] == ["c0"]
    assert "no steady state was reached by time 1e+12" in result.failures[0].what


def test_a_quantity_that_the_model_computes_is_observed(tmp_path: Path) -> None:
    problem = read(tmp_path, observables=TABLES["observables.tsv"].replace(" A ", " total*time+0"))
    assert evaluated(problem).simulations == near(0.0, 10.0)


@pytest.mark.parametrize(
    ("setting", "formula", "expected"),
    [
        ("C 5", "C", 5.0),  # a concentration, whatever the file says the start by
        ("D 5", "D", 5.0),  # an amount
        ("c 4", "C", 1.5),  # the file gives an amount
        ("c 4", "A", 1.0),  # the file gives a concentration
        ("A 7", "D", 21.0),  # what hangs on a value at the start follows it
        ("twice 5", "twice", 5.0),
        ("k1 3", "twice", 6.0),
        ("C NaN", "C", 3.0),
    ],
)
def test_what_is_set_is_what_the_id_means_in_formulas(
    tmp_path: Path, setting: str, formula: str, expected: float
) -> None:
    name, value = setting.split()
    problem = read(
        tmp_path,
        conditions=f"conditionId {name}\nc0 {value}",
        observables=f"observableId observableFormula noiseFormula\nobs_a {formula} 1",
    )
    assert evaluated(problem).simulations[0] == pytest.approx(expected, rel=1e-12)


def test_one_condition_sets_what_the_model_computes_in_another(tmp_path: Path) -> None:
    result = evaluated(
        read(
            tmp_path,
            conditions="conditionId A a0\nc0 7 2\nc1 NaN 2",
            measurements="""
                observableId simulationConditionId time measurement
                obs_a        c0                    0    1
                obs_a        c1                    0    1
            """,
        )
    )
    assert result.simulations == near(7.0, 2.0)


def test_a_quantity_without_a_number_is_named_and_never_likely(tmp_path: Path) -> None:
    result = evaluated(read(tmp_path), {"k1": math.nan})
    assert result.log_likelihood == -math.inf
    assert result.failures[0].what.startswith("no finite numbers: k1; give them values in")


def test_what_overflows_is_never_likely_and_raises_nothing(tmp_path: Path) -> None:
    observables = TABLES["observables.tsv"].replace(" A ", " 1e200*exp(300*A)")
    result = evaluated(read(tmp_path, observables=observables))
    assert result.log_likelihood == -math.inf


def test_a_failing_solver_of_the_caller_is_told_by_condition(tmp_path: Path) -> None:
    def solve(*_: object) -> NDArray:
        raise Unsolved("out of steps")

    result = evaluated(read(tmp_path), solve=solve)
    assert result.failures == (Failure(condition="c0", preequilibration=None, what="out of steps"),)
    assert all(math.isnan(one) for one in (*result.simulations, *result.residuals))
