"""Units of the model language: what is known, and how formulas are checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from docs.markdown import table
from reinfuse.engine.language import BadModel, read_model
from reinfuse.engine.language.units import _OTHERS, _PREFIXED, _PREFIXES, unit_of

_RULES = (
    "Nothing is checked in a model in which nothing has a unit.",
    "What has no unit in a model that has some is unknown, and fits anything. So does 0.",
    "A bare number is pure: `A + 1` is refused where A is in mg, `A + 1 [mg]` is not.",
    "A bare number that is all of a formula is in the unit that is asked for: `state A [mg] = 10`, "
    "`A += 1`.",
    "What is added, subtracted, compared or chosen between, and the parts of `min` and `max`, must "
    "be in one unit.",
    "A rate is in the unit of its state by the unit of time. Times and delays are in the unit of "
    "time.",
    "Functions such as `exp` and `log`, and exponents, take pure numbers. `sqrt` halves powers; "
    "`abs`, `floor` and `ceil` keep the unit.",
    "Something with a unit is raised to constant powers only: write `(x / k)^n`, or "
    "`hill(x, k, n)`.",
    "Units of one kind are not converted on their own: mg and g do not add. The message says by "
    "what to multiply.",
    "A helper without a unit has that of its formula.",
)
_FRAME = """\
model a frame
parameter k = 0.1 [1/d]
parameter V = 5 [mL]
state A [mg] = 10
rate A = -k*A
observe volume [mL] = V
"""
_WRONG = (
    "observe level [mg/L] = A/V",
    "observe more [mg] = A + 1",
    "observe sum = A + k",
    "observe small = if A > 1 [ug] then 1 else 0",
    "observe grown = exp(A)",
    "observe raised = A^V",
    "observe odd [mg//L] = A/V",
)


def unit_parts() -> Iterator[Iterable[str]]:
    """The parts of the page on units."""
    yield ("## Units", "", *_known())
    yield ("### How they are checked", "", *_checked())


def _known() -> Iterator[str]:
    yield from (
        "A unit stands in square brackets: `[1/d]`, `[mg/L]`, `[10^6 cells]`, `[m2]`,",
        "`[mg*L^(1/2)/d]`. Any word is a unit of its own, equal to nothing else, as `[IL6]` is.",
        "Known are:",
        "",
    )
    alike: dict[tuple[str, float], list[str]] = defaultdict(list)
    for word in (*_PREFIXED, *_OTHERS):
        unit = unit_of(word)
        base = "*".join(_raised(base, power) for base, power in sorted(unit.base))
        alike[base, unit.factor].append(word)
    yield from table(
        ("unit", "is"),
        (
            (", ".join(f"`{word}`" for word in words), f"{factor:.10g} {base}".strip())
            for (base, factor), words in alike.items()
        ),
    )
    prefixes = ", ".join(f"`{prefix}` {factor:g}" for prefix, factor in _PREFIXES.items())
    able = ", ".join(f"`{word}`" for word in _PREFIXED)
    yield from ("", f"Before {able} may stand one of {prefixes}.")


def _raised(base: str, power: object) -> str:
    return base if power == 1 else f"{base}^{power}"


def _checked() -> Iterator[str]:
    yield from (f"- {rule}" for rule in _RULES)
    yield from (
        "",
        "For each line, where `A` is in mg, `V` in mL, `k` in 1/d:",
        "",
        *table(("written", "problem", "what to do"), (_problem(line) for line in _WRONG)),
    )


def _problem(line: str) -> tuple[str, str, str]:
    try:
        read_model(_FRAME + line)
    except BadModel as bad:
        return f"`{line}`", bad.problems[0].what, bad.problems[0].fix
    raise AssertionError(f"{line!r} is not refused any more")
