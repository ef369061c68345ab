"""Formulas of PEtab against Python, which binds the same operators in the same way."""

import math
import operator
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from reinfuse.engine.language.tree import Call, Name, Number, Tree
from reinfuse.engine.petab.formula import parsed_formula

VALUES = {"a": 1.5, "b": -0.75, "c_1": 3.0}
LEAVES = st.one_of(
    st.sampled_from(sorted(VALUES)),
    st.floats(min_value=0.0, max_value=9.0, allow_subnormal=False).map(repr),
)
SAME: dict[str, Callable[..., float]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
    "pow": math.pow, "neg": operator.neg, "exp": math.exp, "sin": math.sin, "abs": abs,
}  # fmt: skip


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(parts, st.sampled_from(["+", "-", "*", "/", "**"]), parts).map(" ".join),
        st.tuples(parts, st.sampled_from(["", " "])).map(lambda two: f"({two[0]}{two[1]})"),
        parts.map(lambda part: f"-{part}"),
        st.tuples(st.sampled_from(["exp", "sin", "abs"]), parts).map(
            lambda two: f"{two[0]}({two[1]})"
        ),
    )


def _value(tree: Tree) -> float:
    match tree:
        case Number(value):
            return value
        case Name(name):
            return VALUES[name]
        case Call(name, parts):
            return SAME[name](*map(_value, parts))


def _tried(compute: Callable[[], float]) -> str:
    try:
        return repr(float(compute()))
    except (ArithmeticError, ValueError, TypeError):  # TypeError: Python goes on to complex numbers
        return "no value"


@given(st.recursive(LEAVES, _joined, max_leaves=12))
def test_a_formula_has_the_value_that_python_gives_it(text: str) -> None:
    names: dict[str, object] = {"exp": math.exp, "sin": math.sin, "abs": abs}
    theirs = _tried(lambda: eval(text, names, dict(VALUES)))
    if theirs == "no value":
        return
    assert _tried(lambda: _value(parsed_formula(text))) == theirs
    assert _tried(lambda: _value(parsed_formula(text.replace("**", "^")))) == theirs
