"""SBML files become models whose parts mean what the file says."""

from __future__ import annotations

import math as reference

import pytest

from reinfuse.engine.language.check import check_model
from reinfuse.engine.sbml import Kind, Reading, SbmlModel, read_sbml
from reinfuse.errors import ReinfuseError
from tests.unit.sbml_texts import (
    TIME,
    apply,
    ci,
    cn,
    compartment,
    event,
    initial,
    level_2,
    level_3,
    listed,
    math,
    parameter,
    reaction,
    rule,
    seen,
    species,
)

DECAY = level_3(
    listed("Compartments", compartment("c", 2.0)),
    listed("Species", species("s", "c", 'initialConcentration="3"')),
    listed("Parameters", parameter("k", 0.5)),
    listed("Reactions", reaction("gone", apply("times", ci("c"), ci("k"), ci("s")), uses="s")),
)


def test_a_species_is_read_as_a_concentration_and_held_as_an_amount() -> None:
    read = read_sbml(DECAY)
    symbol = read.symbol("s")
    assert (symbol.kind, symbol.reads_as, symbol.state) == (
        Kind.SPECIES,
        Reading.CONCENTRATION,
        "s_amount",
    )
    left = seen(read, ["s", "gone"], [2.0])[0].tolist()
    assert left == pytest.approx([3.0 * reference.exp(-1.0)] * 2, rel=1e-7)


def test_a_value_at_the_start_is_a_parameter_of_its_own() -> None:
    read = read_sbml(DECAY)
    assert (read.symbol("s").initial, read.symbol("s").initial_as) == (
        "initial_s",
        Reading.CONCENTRATION,
    )
    assert seen(read, ["s"], [0.0], {"initial_s": 7.0})[0, 0] == 7.0


def test_a_concentration_at_the_start_follows_the_size_of_its_compartment() -> None:
    read = read_sbml(DECAY)
    assert read.symbol("c").initial == "c"
    found = seen(read, ["s", "gone"], [0.0], {"c": 10.0})
    assert found[0].tolist() == [3.0, 10.0 * 0.5 * 3.0]


def test_an_amount_at_the_start_stays_whatever_the_size_of_its_compartment() -> None:
    read = read_sbml(DECAY.replace("initialConcentration", "initialAmount"))
    assert read.symbol("s").initial_as is Reading.AMOUNT
    assert seen(read, ["s"], [0.0], {"c": 10.0})[0, 0] == 0.3


def test_a_model_that_was_read_passes_the_checks_of_the_language() -> None:
    assert check_model(read_sbml(DECAY).model) == ()


CHAIN = level_3(
    listed("Parameters", *(parameter(name, 1.0) for name in ("a", "b", "d", "x"))),
    listed(
        "InitialAssignments",
        initial("b", apply("times", cn(3), ci("d"))),
        initial("d", apply("plus", ci("a"), cn(1))),
        initial("x", apply("plus", ci("b"), TIME)),
    ),
    listed("Rules", rule("rate", "x", ci("d"))),
).replace('id="x" value="1.0" constant="true"', 'id="x" value="1.0" constant="false"')


def test_initial_assignments_hang_on_each_other_and_on_parameters() -> None:
    read = read_sbml(CHAIN)
    assert seen(read, ["b", "d", "x"], [1.0])[0] == pytest.approx([6.0, 2.0, 8.0])
    assert seen(read, ["b", "d", "x"], [1.0], {"a": 4.0})[0] == pytest.approx([15.0, 5.0, 20.0])
    assert read.symbol("b").initial is None


def test_what_a_formula_says_at_the_start_can_be_made_a_parameter() -> None:
    read = read_sbml(CHAIN, overridable=["d", "x"])
    assert (read.symbol("d").initial, read.symbol("x").initial) == ("d", "initial_x")
    own = {parameter.name: parameter.value for parameter in read.model.parameters}
    assert (own["d"], own["initial_x"]) == (2.0, 6.0)
    assert seen(read, ["b", "x"], [1.0], {"d": 10.0})[0] == pytest.approx([30.0, 16.0])


def test_a_species_that_is_overridden_is_set_as_it_is_read() -> None:
    read = read_sbml(DECAY.replace("initialConcentration", "initialAmount"), overridable=["s"])
    own = {parameter.name: parameter.value for parameter in read.model.parameters}
    assert own["initial_s"] == 1.5
    assert read.symbol("s").initial_as is Reading.CONCENTRATION


def test_what_a_rule_says_at_all_times_cannot_be_overridden() -> None:
    text = level_3(
        listed("Parameters", parameter("y", constant=False)),
        listed("Rules", rule("assignment", "y", cn(2))),
    )
    with pytest.raises(ReinfuseError, match="`y` has no value at the start that could be set"):
        read_sbml(text, overridable=["y"])


def test_amounts_are_kept_while_a_rate_rule_swells_the_compartment() -> None:
    text = level_3(
        listed("Compartments", compartment("c", 2.0, constant=False)),
        listed("Species", species("s", "c", 'initialAmount="6"')),
        listed("Rules", rule("rate", "c", cn(1))),
        listed("Reactions", reaction("made", cn(1), makes="s")),
    )
    found = seen(read_sbml(text), ["s"], [0.0, 2.0])
    assert found[:, 0].tolist() == pytest.approx([3.0, 8.0 / 4.0])


def test_amounts_are_kept_when_an_event_sets_the_size_of_the_compartment() -> None:
    text = level_3(
        listed("Compartments", compartment("c", 2.0, constant=False)),
        listed("Species", species("s", "c", 'initialAmount="6"')),
        listed("Events", event(apply("geq", TIME, cn(1)), {"c": cn(4)})),
    )
    read = read_sbml(text)
    assert seen(read, ["s", "c"], [0.0, 2.0]).tolist() == [[3.0, 2.0], [1.5, 4.0]]


def test_an_event_sets_a_concentration_by_the_size_before_it() -> None:
    does = {"s": cn(5), "c": cn(4)}
    text = level_3(
        listed("Compartments", compartment("c", 2.0, constant=False)),
        listed("Species", species("s", "c", 'initialAmount="6"')),
        listed("Events", event(apply("geq", TIME, cn(1)), does)),
    )
    assert seen(read_sbml(text), ["s"], [2.0])[0, 0] == 5 * 2 / 4


def test_a_stoichiometry_with_an_id_follows_its_rule() -> None:
    text = (
        level_3(
            listed("Compartments", compartment("c", 1.0)),
            listed("Species", species("s", "c", 'initialAmount="0"')),
            listed("Rules", rule("assignment", "n", TIME)),
            listed("Reactions", reaction("made", cn(2), makes="s")),
        )
        .replace("<speciesReference ", '<speciesReference id="n" ')
        .replace('stoichiometry="1" constant="true"', 'constant="false"')
    )
    assert seen(read_sbml(text), ["s"], [3.0])[0, 0] == pytest.approx(9.0)


def test_a_stoichiometry_of_level_2_may_be_a_formula() -> None:
    formula = f"<stoichiometryMath>{math(apply('times', cn(2), ci('k')))}</stoichiometryMath>"
    law = f"<kineticLaw>{math(cn(1))}</kineticLaw>"
    made = f'<speciesReference species="s">{formula}</speciesReference>'
    text = level_2(
        '<listOfCompartments><compartment id="c" size="1"/></listOfCompartments>',
        '<listOfSpecies><species id="s" compartment="c" initialAmount="0"/></listOfSpecies>',
        '<listOfParameters><parameter id="k" value="3"/></listOfParameters>',
        listed("Reactions", f'<reaction id="r">{listed("Products", made)}{law}</reaction>'),
    )
    assert seen(read_sbml(text), ["s"], [2.0])[0, 0] == pytest.approx(12.0)


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_every_version_of_level_2_is_read(version: int) -> None:
    text = level_2('<listOfParameters><parameter id="k" value="3"/></listOfParameters>',
                   version=version)  # fmt: skip
    assert read_sbml(text).model.parameter_names == ("k",)


def test_conversion_factors_change_amounts() -> None:
    text = level_3(
        listed("Compartments", compartment("c", 1.0)),
        listed("Species", species("s", "c", 'conversionFactor="f" initialAmount="0"'),
               species("o", "c", 'initialAmount="0"')),
        listed("Parameters", parameter("f", 10), parameter("g", 100)),
        listed("Reactions", reaction("r", cn(1), makes="s"), reaction("q", cn(1), makes="o")),
        model='conversionFactor="g"',
    )  # fmt: skip
    assert seen(read_sbml(text), ["s", "o"], [1.0])[0].tolist() == pytest.approx([10.0, 100.0])


def test_a_local_parameter_hides_a_global_one() -> None:
    own = listed("LocalParameters", '<localParameter id="k" value="7"/>')
    text = level_3(
        listed("Compartments", compartment("c", 1.0)),
        listed("Species", species("s", "c", 'initialAmount="0"')),
        listed("Parameters", parameter("k", 1)),
        listed("Reactions", reaction("r", ci("k"), makes="s", more=own)),
    )
    read = read_sbml(text)
    assert seen(read, ["r", "k", "r.k"], [0.0])[0].tolist() == [7.0, 1.0, 7.0]
    assert seen(read, ["r"], [0.0], {"r_k": 8.0})[0, 0] == 8.0


def test_an_algebraic_rule_is_solved_for_what_nothing_else_says() -> None:
    half = apply("divide", apply("minus", ci("y"), ci("x")), cn(2))
    text = level_3(
        listed("Parameters", parameter("x", constant=False), parameter("y", 0, constant=False),
               parameter("a", 4)),
        listed(
            "Rules",
            rule("rate", "y", cn(1)),
            # (y - x) / 2 + a x = 0, so that x = -y / (2 a - 1)
            f"<algebraicRule>{math(apply('plus', half, apply('times', ci('a'), ci('x'))))}"
            "</algebraicRule>",
        ),
    )  # fmt: skip
    assert seen(read_sbml(text), ["x"], [7.0])[0, 0] == pytest.approx(-1.0)


def test_two_algebraic_rules_are_solved_together() -> None:
    def algebraic(formula: str) -> str:
        return f"<algebraicRule>{math(formula)}</algebraicRule>"

    x, y = ci("x"), ci("y")
    text = level_3(
        listed("Parameters", parameter("x", constant=False), parameter("y", constant=False)),
        listed(
            "Rules",
            algebraic(apply("minus", apply("plus", x, y), cn(10))),
            algebraic(apply("minus", apply("minus", x, y), cn(4))),
        ),
    )
    assert seen(read_sbml(text), ["x", "y"], [0.0])[0].tolist() == [7.0, 3.0]


def test_a_rate_of_change_may_be_asked_for() -> None:
    asked = (
        '<apply><csymbol encoding="text" '
        'definitionURL="http://www.sbml.org/sbml/symbols/rateOf">rateOf</csymbol><ci>s</ci></apply>'
    )
    read = read_sbml(
        DECAY.replace("</listOfParameters>", parameter("v", constant=False) + "</listOfParameters>")
        .replace("<listOfReactions>", listed("Rules", rule("assignment", "v", asked))
                 + "<listOfReactions>")
    )  # fmt: skip
    assert seen(read, ["v"], [0.0])[0, 0] == pytest.approx(-0.5 * 3.0)


def test_an_id_that_means_something_in_our_formulas_gets_another_name() -> None:
    text = level_3(listed("Parameters", parameter("time", 3), parameter("exp", 4)))
    read = read_sbml(text)
    assert (read.symbol("time").name, read.symbol("exp").name) == ("time_", "exp_")
    assert read.notes == ("`time` is called `time_` here", "`exp` is called `exp_` here")
    assert check_model(read.model)[0].rule == "unused"


def test_names_that_are_made_up_never_meet_a_name_of_the_file() -> None:
    more = parameter("s_amount", 8) + parameter("initial_s", 9)
    text = DECAY.replace("</listOfParameters>", more + "</listOfParameters>")
    read = read_sbml(text)
    assert (read.symbol("s").state, read.symbol("s").initial) == ("s_amount_", "initial_s_")
    assert seen(read, ["s_amount", "initial_s", "s"], [0.0])[0].tolist() == [8.0, 9.0, 3.0]


@pytest.mark.parametrize(
    ("multiplier", "expected"), [(1, "s"), (60, "min"), (3600, "h"), (86400, "d"), (120, "120.s")]
)
def test_the_unit_of_time_is_told(multiplier: int, expected: str) -> None:
    unit = f'<unit kind="second" exponent="1" scale="0" multiplier="{multiplier}"/>'
    inside = f'<unitDefinition id="u">{listed("Units", unit)}</unitDefinition>'
    text = level_3(listed("UnitDefinitions", inside), model='timeUnits="u"')
    assert read_sbml(text).model.time_unit == expected


def test_a_file_without_a_unit_of_time_has_seconds_in_level_2_only() -> None:
    assert read_sbml(level_2()).model.time_unit == "s"
    assert read_sbml(level_3()).model.time_unit == ""


def test_missing_numbers_are_noted_and_are_no_numbers() -> None:
    text = level_3(
        '<listOfCompartments><compartment id="c" constant="true"/></listOfCompartments>',
        listed("Parameters", parameter("k")),
    )
    read = read_sbml(text)
    values = [parameter.value for parameter in read.model.parameters]
    assert values[0] == 1.0
    assert reference.isnan(values[1])
    assert read.notes == (
        "compartment `c` (line 3) has no value: its size is taken as 1",
        "parameter `k` (line 4) has no value: it is not a number until one is given",
    )


def test_packages_that_change_no_value_are_noted() -> None:
    space = "http://www.sbml.org/sbml/level3/version1/layout/version1"
    text = level_3(root=f'xmlns:layout="{space}" layout:required="false"')
    assert read_sbml(text).notes == (
        "package `layout` is left out: the file says it changes no value",
    )


def test_an_unknown_id_is_told() -> None:
    read: SbmlModel = read_sbml(DECAY)
    with pytest.raises(ReinfuseError, match="the SBML model has no `q`"):
        read.symbol("q")


def test_tolerances_follow_the_smallest_amount_at_the_start() -> None:
    (state,) = read_sbml(DECAY.replace('"3"', '"3e-9"')).model.states
    assert state.tolerance == pytest.approx(6e-17)


def test_bytes_of_another_encoding_are_read() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + DECAY
    assert read_sbml(text.encode("utf-16")).model == read_sbml(DECAY).model
