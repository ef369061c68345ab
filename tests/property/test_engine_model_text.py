"""Whatever a model is, its text reads back as the same; whatever a text is, it is answered."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.engine.language import (
    Assignment,
    BadModel,
    Event,
    Helper,
    Model,
    Observable,
    Parameter,
    State,
    check_model,
    formula_text,
    in_order,
    read_model,
    written,
)
from reinfuse.engine.language.functions import FUNCTIONS
from reinfuse.engine.language.tree import CONDITIONS, OPERATIONS, Call, Name, Number, Tree

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
PARAMETERS, STATES = ("k", "rate", "a_1"), ("X", "state", "in")
TEXTS = st.text(max_size=12).filter(lambda text: "\x00" not in text)
COMPARED = sorted(CONDITIONS - {"and", "or", "not"})
ONE_PART = sorted(
    name for name, parts in OPERATIONS.items() if parts == 1 and name not in CONDITIONS
)
TWO_PARTS = sorted(
    name for name, parts in OPERATIONS.items() if parts == 2 and name not in CONDITIONS
)


def trees(*names: str, steps: int = 3) -> st.SearchStrategy[Tree]:
    """Formulas of numbers and these names; models of them have no units."""
    leaf: st.SearchStrategy[Tree] = st.builds(Number, NUMBERS)
    if names:
        leaf |= st.builds(Name, st.sampled_from(names))
    if steps == 0:
        return leaf
    inner = trees(*names, steps=steps - 1)
    return (
        leaf
        | st.builds(lambda name, a: Call(name, (a,)), st.sampled_from(ONE_PART), inner)
        | st.builds(lambda name, a, b: Call(name, (a, b)), st.sampled_from(TWO_PARTS), inner, inner)
        | st.builds(lambda c, a, b: Call("select", (c, a, b)), conditions(inner), inner, inner)
    )


def conditions(inner: st.SearchStrategy[Tree], steps: int = 1) -> st.SearchStrategy[Tree]:
    """Conditions on these formulas."""
    found: st.SearchStrategy[Tree] = st.builds(
        lambda name, a, b: Call(name, (a, b)), st.sampled_from(COMPARED), inner, inner
    )
    if steps == 0:
        return found
    more = conditions(inner, steps - 1)
    both = st.builds(
        lambda name, a, b: Call(name, (a, b)), st.sampled_from(["and", "or"]), more, more
    )
    return found | both | st.builds(lambda a: Call("not", (a,)), more)


FIXED = trees(*PARAMETERS, steps=1)
ANY = trees(*PARAMETERS, *STATES, "h", "time", steps=1)
ANY_CONDITION = conditions(ANY)


@st.composite
def parameters(draw: st.DrawFn, name: str) -> Parameter:
    low, value, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    return Parameter(
        name=name,
        value=value,
        low=low if draw(st.booleans()) else -float("inf"),
        high=high if draw(st.booleans()) else float("inf"),
        note=draw(TEXTS),
    )


@st.composite
def events(draw: st.DrawFn, name: str) -> Event:
    timed = draw(st.booleans())
    set_states = draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=3, unique=True))
    return Event(
        name=name,
        does=tuple(Assignment(state=state, value=draw(ANY)) for state in set_states),
        time=draw(FIXED) if timed else None,
        when=None if timed else draw(ANY_CONDITION),
        delay=draw(st.none() | ANY),
        priority=draw(st.none() | ANY),
        at_trigger=draw(st.booleans()),
        persistent=draw(st.booleans()),
        initially=draw(st.booleans()),
    )


@st.composite
def models(draw: st.DrawFn) -> Model:
    """A model without a problem: every parameter is used by the last observable."""
    used = Call("add", (Name("k"), Call("add", (Name("rate"), Name("a_1")))))
    return Model(
        name=draw(TEXTS.filter(bool)),
        time_unit=draw(st.sampled_from(["d", "h", "wk", "10^3 s"])),
        start=draw(NUMBERS),
        parameters=tuple(draw(parameters(name)) for name in PARAMETERS),
        states=tuple(
            State(
                name=name,
                initial=draw(FIXED),
                rate=draw(ANY),
                tolerance=draw(st.floats(min_value=1e-12, max_value=1e12)),
                note=draw(TEXTS),
            )
            for name in STATES
        ),
        helpers=(Helper(name="h", value=draw(FIXED)),),
        events=(draw(events("first")), draw(events("at"))),
        observables=(
            Observable(name="seen", value=draw(ANY)),
            Observable(name="used", value=used),
        ),
    )


@given(trees("x", "time", steps=4))
def test_a_formula_that_is_written_comes_back_the_same(tree: Tree) -> None:
    text = f"model m\nstate x = 0\nrate x = 0\nobserve seen =\n {formula_text(tree)}"
    assert read_model(text).observables[0].value == tree


@settings(max_examples=40)
@given(models())
def test_a_model_that_is_written_comes_back_the_same(model: Model) -> None:
    assert check_model(model) == ()
    assert read_model(written(model)) == model


WORDS = (
    "model m", "time", "in", "from", "parameter", "state", "helper", "rate", "event", "observe",
    "\n", "\n  ", "X", "k", "=", "+=", "==", "<", "+", "-", "*", "/", "^", "(", ")", ",", ":", ";",
    "[mg]", "[", "]", '"', '"note"', "1", "2.5", "1e9", "..", "at", "when", "after", "within", "if",
    "then", "else", "and", "or", "not", "#", "?", "[1//d]", "late values", *FUNCTIONS,
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
def test_words_in_any_order_are_a_model_or_refused_in_words(text: str) -> None:
    _read_or_refused(text)


@given(st.text(max_size=80))
def test_signs_of_any_kind_are_a_model_or_refused_in_words(text: str) -> None:
    _read_or_refused(text)


EXAMPLE = (Path(__file__).parents[2] / "examples/models/cart8.model").read_text(encoding="utf-8")


@settings(max_examples=40)
@given(st.integers(0, len(EXAMPLE)), st.integers(1, 60))
def test_an_example_with_a_piece_cut_out_is_a_model_or_refused(start: int, length: int) -> None:
    _read_or_refused(EXAMPLE[:start] + EXAMPLE[start + length :])


@given(st.permutations(range(12)))
def test_helpers_in_any_order_come_out_in_a_good_one(order: list[int]) -> None:
    lines = [
        f"helper h{one} = {' + '.join(['1', *(f'h{k}' for k in range(one))])}" for one in order
    ]
    model = read_model("\n".join(["model m", *lines]))
    assert [helper.name for helper in model.helpers] == [f"h{one}" for one in range(12)]
    assert in_order(model) == model


def _read_or_refused(text: str) -> None:
    try:
        model = read_model(text)
    except BadModel as error:
        problems = error.problems
    else:
        assert read_model(written(model)) == model
        return
    assert problems
    assert all(problem.what and problem.fix for problem in problems)
