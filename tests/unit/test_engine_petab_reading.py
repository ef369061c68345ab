"""Reading of PEtab problems."""

import math
from pathlib import Path

import pytest

from reinfuse.engine.petab.problem import Noise, Prior, Scale
from reinfuse.engine.petab.scales import linear_parameters, scaled_parameters
from reinfuse.errors import ReinfuseError
from tests.unit.petab_files import TABLES, YAML, read


def told(folder: Path, **changes: str) -> str:
    with pytest.raises(ReinfuseError, match="the PEtab problem cannot be used") as caught:
        read(folder, **changes)
    return str(caught.value)


def test_a_problem_holds_what_its_tables_say(tmp_path: Path) -> None:
    problem = read(tmp_path)
    assert [parameter.name for parameter in problem.parameters] == ["k1", "k2"]
    assert [parameter.scale for parameter in problem.parameters] == [Scale.LOG10, Scale.LIN]
    assert [parameter.name for parameter in problem.estimated] == ["k1"]
    assert [measurement.value for measurement in problem.measurements] == [0.7, 0.1]


def test_empty_cells_of_an_observable_mean_the_usual(tmp_path: Path) -> None:
    (observable,) = read(
        tmp_path,
        observables="""
            observableId observableFormula noiseFormula observableTransformation noiseDistribution
            obs_a        A                 0.5          -                        -
        """,
    ).observables
    assert (observable.scale, observable.noise) == (Scale.LIN, Noise.NORMAL)


def test_a_prior_is_kept(tmp_path: Path) -> None:
    first, _ = read(
        tmp_path,
        parameters="""
            parameterId parameterScale lowerBound upperBound nominalValue estimate objectivePriorType objectivePriorParameters
            k1          lin            0          10         0.8          1        normal             0.5;2
            k2          lin            0          10         0.6          0        -                  -
        """,  # noqa: E501 - a row of a table
    ).parameters
    assert first.prior == Prior(kind="normal", parameters=(0.5, 2.0))


def test_nan_and_an_empty_cell_of_a_condition_set_nothing(tmp_path: Path) -> None:
    problem = read(
        tmp_path,
        conditions="""
            conditionId A   B  k1
            c0          NaN k2 -
        """,
    )
    assert problem.conditions[0].settings == (("A", None), ("B", "k2"), ("k1", None))


def test_times_may_be_infinite(tmp_path: Path) -> None:
    problem = read(tmp_path, measurements=TABLES["measurements.tsv"].replace("10 ", "inf"))
    assert problem.measurements[1].time == math.inf


def test_several_files_of_a_kind_are_read_as_one(tmp_path: Path) -> None:
    text = "conditionId\nc1\n"
    (tmp_path / "more.tsv").write_text(text, encoding="utf-8")
    yaml = YAML.replace("[conditions.tsv]", "[conditions.tsv, more.tsv]")
    assert [c.name for c in read(tmp_path, yaml=yaml).conditions] == ["c0", "c1"]


def test_problems_of_all_tables_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    said = told(
        tmp_path,
        parameters="""
            parameterId parameterScale lowerBound upperBound nominalValue estimate
            k1          log2           1          0          0.8          1
            k2          lin            0          10         zero         maybe
            k2          lin            0          10         1            1
        """,
        conditions="""
            conditionId A      Q
            c0          stray  1
        """,
        observables="""
            observableId observableFormula                noiseFormula
            obs_a        A*observableParameter1_obs_a     0.5
            obs_b        A+                               0.5
            obs_c        A+X                              0.5
        """,
        measurements="""
            observableId simulationConditionId time measurement observableParameters
            obs_a        c0                    -1   0.7         1;2
            obs_b        c0                    1    0.7         -
            obs_c        c9                    1    0.7         -
            obs_d        c0                    1    high        -
            obs_e        c0                    1    1           -
        """,
    )
    for line in (
        "parameters.tsv row 2 column parameterScale: 'log2' is not known; write one of lin, log",
        "parameters.tsv row 2 column lowerBound: 1 is above 0; exchange the bounds",
        "parameters.tsv row 3 column nominalValue: 'zero' is no number;",
        "parameters.tsv row 3 column estimate: 'maybe' says neither yes nor no; write 0 or 1",
        "parameters.tsv row 4 column parameterId: k2 stands in parameters.tsv row 3 already",
        "conditions.tsv row 2 column A: stray is no parameter;",
        "conditions.tsv row 1 column Q: the model has no Q;",
        "observables.tsv row 3 column observableFormula: 'A+' is no formula:",
        "observables.tsv row 4 column observableFormula: X is neither in the model nor",
        "measurements.tsv row 2 column time: -1 is before the start;",
        "measurements.tsv row 2 column observableParameters: 2 values are given, and obs_a takes 1",
        "measurements.tsv row 4 column simulationConditionId: there is no condition c9;",
        "measurements.tsv row 5 column measurement: 'high' is no number;",
        "measurements.tsv row 6 column observableId: there is no observable obs_e;",
    ):
        assert line in said
    assert "no observable obs_b" not in said  # it stands there, and its own problem has been told


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"parameters": TABLES["parameters.tsv"] + "k_2 lin 0 1 1 1"},
            "parameters.tsv row 4 column parameterId: k_2 is used nowhere; correct the name",
        ),
        (
            {"parameters": TABLES["parameters.tsv"].replace("0.8", "0.0")},
            "row 2 column nominalValue: 0 has no logarithm, and the scale is log10;",
        ),
        (
            {"parameters": TABLES["parameters.tsv"].replace("0.6", "-  ")},
            "row 3 column nominalValue: k2 is not estimated and has no value; write its value",
        ),
        (
            {"observables": TABLES["observables.tsv"].replace("noiseFormula", "noise")},
            "observables.tsv row 1 column noiseFormula: the column is missing; add the column",
        ),
        (
            {
                "observables": """
                    observableId observableFormula noiseFormula observableTransformation
                    obs_a        A                 1            log
                """,
                "measurements": TABLES["measurements.tsv"].replace("0.1", "0.0"),
            },
            "row 3 column measurement: 0 has no logarithm, and obs_a is compared on one;",
        ),
        (
            {
                "observables": """
                    observableId observableFormula             noiseFormula
                    obs_a        A*observableParameter2_obs_a  1
                """
            },
            "observableParameter2_obs_a is used, and observableParameter1_obs_a is not; number",
        ),
        (
            {"yaml": YAML.replace("format_version: 1", "format_version: 2.0.0")},
            "problem.yaml: format_version is '2.0.0'; only version 1 is read",
        ),
        (
            {"yaml": YAML.replace("parameter_file", "parameters")},
            "problem.yaml: parameter_file names no file; write parameter_file with a file name",
        ),
        (
            {"yaml": YAML.replace("conditions.tsv", "absent.tsv")},
            "absent.tsv: the file cannot be opened: No such file or directory; check its name",
        ),
        (
            {"conditions": "conditionId total\nc0 1"},
            "conditions.tsv row 1 column total: total follows from a rule or reaction of the model",
        ),
        (
            {"model": "<sbml"},
            "model.xml",
        ),
        (
            {"yaml": "problems: ["},
            "problem.yaml line 1: the file is no YAML:",
        ),
    ],
)
def test_a_problem_says_what_where_and_what_to_do(
    tmp_path: Path, changes: dict[str, str], line: str
) -> None:
    assert line in told(tmp_path, **changes)


def test_scales_lead_to_linear_values_and_back(tmp_path: Path) -> None:
    problem = read(tmp_path)
    linear = linear_parameters(problem, {"k1": -1.0, "k2": 3.0})
    assert linear == pytest.approx({"k1": 0.1, "k2": 3.0})
    assert scaled_parameters(problem, linear) == pytest.approx({"k1": -1.0, "k2": 3.0})


def test_a_scale_is_asked_of_known_parameters_only(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="no parameters of this problem: k3"):
        linear_parameters(read(tmp_path), {"k3": 1.0})
