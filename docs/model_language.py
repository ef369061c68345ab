"""Reference page of the model language: what can be written, what it means, what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docs.markdown import page, table
from docs.model_exchange import exchange_parts
from docs.model_happenings import happening_parts
from docs.model_units import unit_parts
from reinfuse.engine.language import BadModel, formula_text, read_model, statements
from reinfuse.engine.language.functions import FUNCTIONS, applied
from reinfuse.engine.language.tree import NOWHERE, Name, Tree

EXAMPLE = """\
model cells that a dose adds to
time in d from 0

parameter grow = 0.9 [1/d] in 0 .. 5      "fastest growth"
parameter half = 5e3 [cells/uL] in 0 ..   "target for half of it"
parameter die = 0.2 [1/d] in 0 ..
parameter kill = 1e-4 [uL/cells/d] in 0 ..
parameter again = 21 [d] in 0 ..          "day of the second infusion"

state E [cells/uL] = 1 within 1e-4        "CAR-T cells"
state T [cells/uL] = 2e4 within 1e-4      "target"

helper seen = hill(T, half)
rate E = (grow*seen - die)*E
rate T = -kill*E*T

event second at again: E += 1 [cells/uL]

observe car [cells/uL] = E
observe target [cells/uL] = T
"""
_RUN = """\
rows = usual_parameters(model, 3, grow=[0.7, 0.8, 0.9])
answer = simulate(model, rows, [0, 7, 14, 21, 28])
for cells in answer.of("car"):
    print(*(f"{one:.0f}" for one in cells))
print(answer.failures())
"""
# What a statement is for, by its first word.
_MEANINGS = {
    "model": "the name of the model, up to the end of the line",
    "time": "the unit of time, and the time at which states have their initial values",
    "parameter": "a number that each patient has: its usual value, and the range in which the "
    "model holds. A patient outside of it is not solved",
    "state": "what changes. It begins with FORMULA, of parameters only, or with 0. TOLERANCE is "
    "the size, in the unit of the state, below which an error does not matter (1e-6)",
    "helper": "a name for a formula; helpers may stand in any order, and not in a ring",
    "rate": "how fast a state changes, in its unit by the unit of time. Each state has one; 0 "
    "where only events change it",
    "event": "something that happens at once, at a time or when a condition comes to hold; it "
    "sets states by `=`, `+=`, `-=`, `*=` or `/=`",
    "observe": "what is measured: the outputs. Without any the states are put out",
}
_STRENGTHS = (
    ("`or`", "true if one side is"),
    ("`and`", "true if both sides are"),
    ("`not`", "true if what follows is not"),
    ("`<` `<=` `>` `>=` `==` `!=`", "comparisons; two in a row are refused"),
    ("`+` `-`", "from the left"),
    ("`*` `/`", "from the left; a product needs its `*`"),
    ("`-` before a value", "`-2^2` is `-(2^2)`"),
    ("`^`", "from the right: `a^b^c` is `a^(b^c)`"),
)
_FRAME = """\
model a frame
parameter k = 0.1 [1/d] in 0 ..
state A [cells] = 100
{line}
"""
# Problems that may follow from another one.
_FOLLOWING = frozenset({"missing", "unused"})
# Lines that cannot be used, each in the frame above.
_WRONG = (
    "rate A = -k A",
    "rate A = -kk*A",
    "rate A = -k*A**2",
    "rate A = -k*A*(A > 1)",
    "rate A = if A then 1 else 0",
    "rate A = -k*foo(A)",
    "rate B = -k*A",
    "rate A = -k*A\nhelper k = 2",
    "rate A = -k*A\nparameter low = 3 in 5 ..\nobserve seen = low*A",
    "rate A = -k*A\nparameter idle = 3",
    "rate A = -k*A\nhelper p = q\nhelper q = p",
    "rate A = -k*A\nevent dose at A: A += 1",
    "rate A = -k*A\nevent dose at 3: A = 1; A = 2",
    "rate A = -k*A\nevent dose at 3: k = 1",
)


def model_language_page() -> str:
    """Statements, formulas, units, events, ends of a patient, problems, exchange."""
    return page(
        "Model language",
        _what(),
        ("## An example", "", *_example()),
        ("## Statements", "", *_statements()),
        ("## Formulas", "", *_formulas()),
        *unit_parts(),
        *happening_parts(),
        ("## What is refused", "", *_refused()),
        *exchange_parts(),
    )


def _what() -> Iterable[str]:
    return (
        "A model is a text in a file `NAME.model`. [`reinfuse simulate`](../how-to/simulate.md)",
        "takes it, `reinfuse.engine.language.read_model` reads it from Python, and `written`",
        "writes it back. Two stand in [examples/models](../../examples/models/reference.model).",
        "Models are for research: no number of theirs decides about a treatment.",
    )


def _example() -> Iterator[str]:
    read_model(EXAMPLE)
    yield from (
        "Three patients that differ in one parameter. The values are invented.",
        "",
        "```python",
        "from reinfuse.engine.language import read_model",
        "from reinfuse.engine.simulate import simulate, usual_parameters",
        "",
        'model = read_model("""',
        *EXAMPLE.splitlines(),
        '""")',
        *_RUN.splitlines(),
        "```",
    )


def _statements() -> Iterator[str]:
    forms, rules = _grammar()
    yield from ("```text", *forms, "```", "", *rules, "")
    words = dict.fromkeys(form.split()[0] for form in forms if not form.startswith(" "))
    yield from table(("statement", "says"), ((f"`{word}`", _MEANINGS[word]) for word in words))
    yield from (
        "",
        "Names are of letters a to z, digits and `_`, a letter or `_` first; each stands for one",
        "thing only. Words of formulas (`time`, `if`, `exp`, ...) cannot be names. A formula may",
        "use parameters, states, helpers and `time`, and no observable or event.",
    )


def _grammar() -> tuple[list[str], list[str]]:
    """The forms of statements and the rules below them, as the reader's own text has them."""
    lines = str(statements.__doc__).splitlines()
    forms = [line[4:] for line in lines if line.startswith("    ")]
    last = max(place for place, line in enumerate(lines) if line.startswith("    "))
    return forms, [line for line in lines[last + 1 :] if line]


def _formulas() -> Iterator[str]:
    yield from ("From what binds weakest to what binds strongest:", "")
    yield from table(("sign", "note"), _STRENGTHS)
    yield from (
        "",
        "`if CONDITION then VALUE else VALUE` chooses. Comparisons are conditions, no numbers:",
        "they stand behind `if` and `when`, and within `and`, `or` and `not`. `time` is the time.",
        "A number may have its unit behind it: `12 [1/d]`.",
        "",
    )
    known = ", ".join(f"`{usage}`" for name, (usage, *_) in FUNCTIONS.items() if _same(name))
    yield from (f"Functions: {known}; angles are in radians, `log` is natural. And:", "")
    yield from table(
        ("function", "is computed as"),
        (
            (f"`{_call(name, parts)}`", f"`{formula_text(_expanded(name, parts))}`")
            for name, parts in _calls()
            if not _same(name)
        ),
    )
    yield from (
        "",
        "`hill` does not fall below 0 for a power that is no whole number, since a solver may step",
        "a hair below 0. `smooth` is the logistic function, 1/(1 + exp(-(x - at)/width)), written",
        "so that nothing overflows. Prefer it to `if` where a rate would jump: a solver crosses",
        "jumps in many short steps, and derivatives by parameters hold their moments fixed.",
    )


def _calls() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Functions with as few and as many parts as they take; of those that take any number, 3."""
    names = {"smooth": ("x", "at", "width"), "hill": ("x", "k", "n")}
    for name, (_, fewest, most) in FUNCTIONS.items():
        known = names.get(name, ("x",) if most == 1 else ("a", "b", "c"))
        if name in {"min", "max"}:
            yield name, known
        else:
            yield from ((name, known[:count]) for count in range(fewest, most + 1))


def _call(name: str, parts: tuple[str, ...]) -> str:
    return f"{name}({', '.join(parts)})"


def _expanded(name: str, parts: tuple[str, ...]) -> Tree:
    return applied(name, tuple(Name(part) for part in parts), NOWHERE)


def _same(name: str) -> bool:
    """Whether a call is an operation as it stands."""
    return FUNCTIONS[name][2] == 1 and formula_text(_expanded(name, ("x",))) == f"{name}(x)"


def _refused() -> Iterator[str]:
    yield from (
        "All problems of a text are told at once, each with line, column and what to do; nothing",
        "is computed before they are mended. For example:",
        "",
    )
    yield from table(("written", "problem", "what to do"), (_problem(line) for line in _WRONG))


def _problem(line: str) -> tuple[str, str, str]:
    text = _FRAME.format(line=line)
    try:
        read_model(text)
    except BadModel as bad:
        first = min(bad.problems, key=lambda one: one.rule in _FOLLOWING)
        return f"`{text.splitlines()[first.at.line - 1]}`", first.what, first.fix
    raise AssertionError(f"{line!r} is not refused any more")
