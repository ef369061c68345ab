"""The example models, read from text, against formulas that are older than the language."""

from __future__ import annotations

import json
import operator
from pathlib import Path
from typing import Any

import pytest

from reinfuse.engine.language import Model, read_model, read_model_file, written
from reinfuse.engine.language.tree import Call, Name, Number, Tree

HERE = Path(__file__).parent
MODELS = HERE.parents[2] / "examples" / "models"
# Any: JSON of nested tables.
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
CLOSE = 1e-12
OPERATORS = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
}


def value(tree: Tree, known: dict[str, float]) -> float:
    match tree:
        case Number(number):
            return number
        case Name(name):
            return known[name]
        case Call(name, parts):
            return float(OPERATORS[name](*(value(part, known) for part in parts)))


def with_helpers(model: Model, known: dict[str, float]) -> dict[str, float]:
    for helper in model.helpers:
        known = known | {helper.name: value(helper.value, known)}
    return known


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: read_model_file(MODELS / f"{name}.model") for name in ("reference", "cart8")}


@pytest.mark.parametrize(
    ("name", "case"),
    [(name, case) for name in ("reference", "cart8") for case in range(len(EXPECTED[name]))],
)
def test_rates_are_those_of_the_older_formulas(
    models: dict[str, Model], name: str, case: int
) -> None:
    model, expected = models[name], EXPECTED[name][case]
    usual = {parameter.name: parameter.value for parameter in model.parameters}
    known = with_helpers(model, usual | expected["parameters"] | expected["states"])
    found = {state.name: value(state.rate, known) for state in model.states}
    assert found == pytest.approx(expected["rates"], rel=CLOSE, abs=0.0)


@pytest.mark.parametrize("patient", range(len(EXPECTED["patients"])))
def test_a_patient_begins_with_what_was_drawn(models: dict[str, Model], patient: int) -> None:
    expected = EXPECTED["patients"][patient]
    states = models["reference"].states
    found = {state.name: value(state.initial, expected["parameters"]) for state in states}
    assert found == pytest.approx(expected["initial"], rel=CLOSE, abs=0.0)


@pytest.mark.parametrize("patient", range(len(EXPECTED["patients"])))
def test_events_do_at_their_time_what_they_should(models: dict[str, Model], patient: int) -> None:
    expected = EXPECTED["patients"][patient]
    known = expected["parameters"] | expected["before"]
    for event, there in zip(models["reference"].events, expected["events"], strict=True):
        assert event.time is not None
        assert value(event.time, known) == pytest.approx(there["time"], rel=CLOSE)
        after = {does.state: value(does.value, known) for does in event.does}
        found = expected["before"] | after
        assert found == pytest.approx(there["after"], rel=CLOSE, abs=0.0), event.name


def test_usual_values_are_the_typical_ones(models: dict[str, Model]) -> None:
    """The 64 parameters of the formulas, and 16 of what one patient begins with and is given."""
    reference = models["reference"]
    assert set(EXPECTED["reference"][0]["parameters"]) == set(reference.parameter_names[:64])
    assert len(reference.parameters) == 80
    assert tuple(EXPECTED["cart8"][0]["parameters"]) == models["cart8"].parameter_names


@pytest.mark.parametrize("name", ["reference", "cart8"])
def test_an_example_is_the_same_after_it_was_written(models: dict[str, Model], name: str) -> None:
    assert read_model(written(models[name])) == models[name]
