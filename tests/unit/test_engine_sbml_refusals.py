"""What of SBML is not supported, or is no SBML, is refused by name, with its line, all at once."""

from __future__ import annotations

from itertools import pairwise

import pytest

from reinfuse.engine.sbml import mathml, read_sbml
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
    species,
)

DELAY = (
    '<apply><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/delay">d'
    "</csymbol><ci>x</ci><cn>1</cn></apply>"
)
Y = parameter("y", constant=False)
C, S = compartment("c", 1.0), species("s", "c", 'initialAmount="1"')


def refusal(text: str | bytes) -> str:
    with pytest.raises(ReinfuseError) as caught:
        read_sbml(text, source="model.xml")
    assert caught.value.where.startswith("model.xml")
    assert caught.value.fix
    return caught.value.what


def y_is(formula: str) -> str:
    rules = listed("Rules", rule("assignment", "y", formula))
    return level_3(listed("Parameters", parameter("x", 2), Y), rules)


FORMULAS = [
    (DELAY, "delay() is not supported, it stands in assignmentRule `y`"),
    (ci("q"), "unknown name `q` in assignmentRule `y`"),
    (f"<apply>{ci('f')}{ci('x')}</apply>", "unknown function `f` in assignmentRule `y`"),
    ("<vector/>", "MathML <vector> in assignmentRule `y`"),
    (apply("determinant", ci("x")), "MathML <determinant/> of 1 parts in assignmentRule `y`"),
    (apply("divide", ci("x")), "MathML <divide/> of 1 parts in assignmentRule `y`"),
    (apply("not"), "MathML <not/> of 0 parts in assignmentRule `y`"),
    ("<cn>twelve</cn>", "'twelve' is no number of type 'real' in assignmentRule `y`"),
    ('<cn base="16">1F</cn>', "'1F' is no number of type 'real' in assignmentRule `y`"),
    ("<piecewise><piece><cn>1</cn></piece></piecewise>",
     "a <piece> of 1 parts in piecewise in assignmentRule `y`"),
    (cn(1) + cn(2), "no formula in assignmentRule `y`"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "words"), FORMULAS, ids=[words for _, words in FORMULAS])
def test_a_formula_that_cannot_be_read_is_refused(formula: str, words: str) -> None:
    what = refusal(y_is(formula))
    assert words in what
    assert "line " in what


def with_reaction(*reactions: str, version: int = 1) -> str:
    made = listed("Reactions", *reactions)
    return level_3(listed("Compartments", C), listed("Species", S), made, version=version)


def constant_species(text: str) -> str:
    return text.replace('boundaryCondition="false" constant="false"',
                        'boundaryCondition="false" constant="true"')  # fmt: skip


RULED = listed("Rules", rule("assignment", "y", cn(1)))
MODELS = [
    (with_reaction(reaction("r", cn(1), uses="s").replace('fast="false"', 'fast="true"')),
     "reaction `r` is fast, which is not supported"),
    (with_reaction('<reaction id="r" fast="false"/>'), "reaction `r` has no kinetic law"),
    (with_reaction(reaction("r", cn(1), uses="t")), "species `t` of reaction `r` is unknown"),
    (with_reaction(reaction("r", cn(1), uses="s").replace('stoichiometry="1"', "")),
     "species `s` of reaction `r` has no stoichiometry"),
    (constant_species(with_reaction(reaction("r", cn(1), uses="s"))),
     "species `s` is constant and reaction `r` changes it"),
    (with_reaction(reaction("r", cn(1), uses="s"))
     .replace("<species ", '<species conversionFactor="f" '),
     "conversion factor `f` of species `s` is unknown"),
    (level_3(listed("Species", S)), "species `s` is in compartment `c`, which is unknown"),
    (level_3(listed("Parameters", parameter("y", 1)), RULED),
     "parameter `y` is constant and a rule or an event changes it"),
    (level_3(listed("Parameters", Y), listed("Rules", rule("assignment", "y", ci("y")))),
     "values hang on each other in a ring: `y` -> `y`"),
    (level_3(listed("Parameters", parameter("a", 1), parameter("b", 1)),
             listed("InitialAssignments", initial("a", ci("b")), initial("b", ci("a")))),
     "values hang on each other in a ring"),
    (level_3(listed("Parameters", Y), RULED, RULED), "`y` is set by two rules"),
    (level_3(listed("Parameters", Y, Y)), "parameter `y` has the id of a parameter"),
    (level_3(listed("Rules", rule("rate", "z", cn(1)))), "rateRule `z` sets `z`, which is unknown"),
    (level_3(listed("Parameters", Y), RULED, listed("Events", event("<true/>", {"y": cn(1)}))),
     "event `event_1` sets `y`, which a rule or a reaction says"),
    (level_3(listed("Parameters", Y), listed("Rules",
             f"<algebraicRule>{math(apply('sin', ci('y')))}</algebraicRule>")),
     "algebraicRule that cannot be solved for anything linearly (what is free in it: `y`)"),
    (level_3(listed("Parameters", parameter("y", 1)), listed("Rules",
             f"<algebraicRule>{math(ci('y'))}</algebraicRule>")),
     "algebraicRule that cannot be solved for anything (nothing in it is free)"),
    (level_3(listed("Parameters", parameter("1y", 1))), "id '1y' of parameter is not an SBML id"),
    (level_3('<listOfParameters><parameter id="y" value="1,5"/></listOfParameters>'),
     "value '1,5' of parameter `y` is not a number"),
    (level_3('<listOfParameters><parameter id="y" constant="yes"/></listOfParameters>'),
     "constant 'yes' of parameter `y` is neither true nor false"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), MODELS, ids=[words for _, words in MODELS])
def test_a_model_that_cannot_be_read_is_refused(text: str, words: str) -> None:
    assert words in refusal(text)


@pytest.mark.parametrize("package", ["comp", "fbc", "qual"])
def test_a_package_that_the_model_needs_is_refused(package: str) -> None:
    space = f"http://www.sbml.org/sbml/level3/version1/{package}/version1"
    what = refusal(level_3(root=f'xmlns:p="{space}" p:required="true"'))
    assert f"package `{package}`, which the model needs, is not supported" in what


def test_a_delayed_concentration_in_a_size_that_changes_is_refused() -> None:
    text = level_3(
        listed("Compartments", compartment("c", 1.0, constant=False)),
        listed("Species", S),
        listed("Rules", rule("rate", "c", cn(1))),
        listed("Events", event(apply("gt", TIME, cn(1)), {"s": cn(2)},
                               more=f"<delay>{math(cn(1))}</delay>")),
    )  # fmt: skip
    assert "sets the concentration of species `s` after a delay" in refusal(text)


def test_an_event_that_sets_something_twice_is_refused() -> None:
    once = event(apply("gt", TIME, cn(1)), {"y": cn(2)})
    assignment = once[once.index("<eventAssignment") : once.index("</listOfEventAssignments>")]
    twice = once.replace(assignment, assignment * 2)
    text = level_3(listed("Parameters", Y), listed("Events", twice))
    assert "event `event_1` sets `y` twice" in refusal(text)


def test_everything_is_told_at_once_by_line() -> None:
    fast = reaction("r", DELAY, uses="s").replace('fast="false"', 'fast="true"')
    more = reaction("q", "<vector/>", makes="s")
    lines = refusal(with_reaction(fast, more)).splitlines()
    assert lines == [
        "the SBML model cannot be read, for 3 reasons:",
        "  line 5: reaction `r` is fast, which is not supported",
        "  line 5: delay() is not supported, it stands in the kinetic law of reaction `r`",
        "  line 6: MathML <vector> in the kinetic law of reaction `q`",
    ]


# ------------------------------------------------------------------------- not SBML, or hostile


def test_what_is_not_xml_is_refused_with_its_line() -> None:
    with pytest.raises(ReinfuseError, match="the file is not XML: ") as caught:
        read_sbml("<sbml>\n<model>\n</sbml>", source="model.xml")
    assert caught.value.where == "model.xml line 3"


@pytest.mark.parametrize("text", ["", "time,S1\n0,1", "\x00\x01"])
def test_no_xml_at_all_is_refused(text: str) -> None:
    assert "the file is not XML" in refusal(text)


def test_another_kind_of_xml_is_refused() -> None:
    assert "its root is <html>, not <sbml>" in refusal("<html/>")


def test_a_file_without_a_model_is_refused() -> None:
    text = '<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4"/>'
    assert "the SBML file holds no model" in refusal(text)


def test_level_1_is_refused() -> None:
    text = '<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"/>'
    assert "'http://www.sbml.org/sbml/level1' (level 1) is not supported" in refusal(text)


def test_entities_are_refused_before_they_grow() -> None:
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    bomb = f"<?xml version='1.0'?><!DOCTYPE sbml [{''.join(lines)}]><sbml>&a11;</sbml>"
    assert "declares a document type" in refusal(bomb)


def test_files_of_the_machine_are_not_read() -> None:
    asked = '<!DOCTYPE sbml [<!ENTITY x SYSTEM "file:///etc/hostname">]><sbml>&x;</sbml>'
    assert "declares a document type" in refusal(asked)


@pytest.mark.parametrize("tag", ["apply", "notes"])
def test_elements_too_deep_in_each_other_are_refused(tag: str) -> None:
    assert "stand more than 256 deep" in refusal(f"<{tag}>" * 100_000)


def test_a_formula_too_deep_is_refused() -> None:
    formula = cn(1)
    for _ in range(220):
        formula = apply("minus", formula)
    assert "more than 200 deep in each other" in refusal(y_is(formula))


def test_functions_that_double_each_other_are_refused() -> None:
    double = math(f"<lambda><bvar>{ci('a')}</bvar>{apply('plus', ci('a'), ci('a'))}</lambda>")
    formula = ci("x")
    for _ in range(60):
        formula = f"<apply>{ci('f')}{formula}</apply>"
    text = y_is(formula).replace(
        "<listOfParameters>",
        listed("FunctionDefinitions", f'<functionDefinition id="f">{double}</functionDefinition>')
        + "<listOfParameters>",
    )
    assert "more than 100,000 parts" in refusal(text)


def test_a_ladder_of_functions_that_call_each_other_twice_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mathml, "MOST_WORK", 20_000)  # so that the test is quick

    def step(number: int) -> str:
        call = f"<apply>{ci(f'f{number - 1}')}{ci('a')}</apply>" if number else ci("a")
        body = f"<lambda><bvar>{ci('a')}</bvar>{apply('plus', call, call)}</lambda>"
        return f'<functionDefinition id="f{number}">{math(body)}</functionDefinition>'

    text = y_is(f"<apply>{ci('f40')}{ci('x')}</apply>").replace(
        "<listOfParameters>",
        listed("FunctionDefinitions", *(step(n) for n in range(41))) + "<listOfParameters>",
    )
    assert "more than 20,000 steps in all formulas" in refusal(text)


def test_a_function_that_calls_itself_is_refused() -> None:
    body = math(f"<lambda><bvar>{ci('a')}</bvar><apply>{ci('f')}{ci('a')}</apply></lambda>")
    text = y_is(f"<apply>{ci('f')}{ci('x')}</apply>").replace(
        "<listOfParameters>",
        listed("FunctionDefinitions", f'<functionDefinition id="f">{body}</functionDefinition>')
        + "<listOfParameters>",
    )
    assert "function `f`, which calls itself," in refusal(text)


def test_initial_values_that_double_along_a_chain_are_refused() -> None:
    names = [f"p{n}" for n in range(40)]
    chain = [initial(b, apply("plus", ci(a), ci(a))) for a, b in pairwise(names)]
    text = level_3(
        listed("Parameters", *(parameter(name, 1) for name in names)),
        listed("InitialAssignments", *chain),
    )
    assert "at the start is too large a formula" in refusal(text)


def test_a_file_too_large_is_refused() -> None:
    assert "more than the 33,554,432 that are read" in refusal(b" " * (32 * 1024 * 1024 + 1))


def test_level_2_has_the_same_refusals() -> None:
    law = f"<kineticLaw>{math(ci('q'))}</kineticLaw>"
    text = level_2(listed("Reactions", f'<reaction id="r" fast="true">{law}</reaction>'))
    what = refusal(text)
    assert "reaction `r` is fast" in what
    assert "unknown name `q` in the kinetic law of reaction `r`" in what
