"""Units of a model followed through its formulas, and where they do not fit.

What has no unit in a model that has some is unknown and fits anything, 0 too; a bare number is
pure, unless it is all that a formula says: then it is in the unit that is asked for. A model in
which nothing has a unit is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from reinfuse.engine.language.kinds import shortened_formula
from reinfuse.engine.language.model import Helper, Model, Observable, Parameter, State
from reinfuse.engine.language.order import in_order
from reinfuse.engine.language.parts import Formula, formulas_of
from reinfuse.engine.language.problems import Problem
from reinfuse.engine.language.tree import CONDITIONS, NOWHERE, TIME, Call, Name, Number, Place, Tree
from reinfuse.engine.language.units import PURE, BadUnit, Unit, unit_of
from reinfuse.engine.language.writing import number_text

_EQUAL = {"add": "added", "sub": "subtracted"} | dict.fromkeys(
    CONDITIONS | {"min", "max"}, "compared"
)
_KEPT = frozenset({"neg", "abs", "floor", "ceil"})
_HALF = Fraction(1, 2)
_FARTHEST = 1e100  # units that differ by more are a slip, not to be bridged
_NO_UNIT = frozenset({"and", "or", "not"})


def unit_problems(model: Model) -> tuple[Problem, ...]:
    """Every place at which units do not fit; the model must be sound in all else."""
    ordered = in_order(model)
    if not _has_units(ordered):
        return ()
    known, problems = _declared(ordered)
    follower = _Follower(known, problems)
    time = known[TIME]
    for one in formulas_of(ordered):
        wanted = _wanted(one, known, time)
        if wanted is not None and _takes_any(one):
            continue
        follower.part = one.part
        found = follower.unit(one.tree)
        if one.role == "helper" and wanted is None:
            known[one.owner] = found
        elif found is not None and wanted is not None:
            follower.fit(one, found, wanted)
    return tuple(problems)


def _has_units(model: Model) -> bool:
    return any(part.unit for part in _measured(model)) or any(
        number.unit for one in formulas_of(model) for number in _numbers(one.tree)
    )


def _measured(model: Model) -> tuple[State | Parameter | Helper | Observable, ...]:
    """Every part that may have a unit."""
    return (*model.states, *model.parameters, *model.helpers, *model.observables)


def _numbers(tree: Tree) -> Iterator[Number]:
    if isinstance(tree, Number):
        yield tree
    elif isinstance(tree, Call):
        for part in tree.parts:
            yield from _numbers(part)


def _declared(model: Model) -> tuple[dict[str, Unit | None], list[Problem]]:
    """The unit of every name that has one, and those which are none."""
    problems: list[Problem] = []
    known: dict[str, Unit | None] = {TIME: _read(model.time_unit, "time", NOWHERE, problems)}
    for part in _measured(model):
        known[part.name] = _read(part.unit, f"unit of `{part.name}`", part.at, problems)
    return known, problems


def _read(text: str, part: str, at: Place, problems: list[Problem]) -> Unit | None:
    try:
        return unit_of(text) if text else None
    except BadUnit as bad:
        problems.append(Problem(rule="unit", what=bad.what, fix=bad.fix, at=at, part=part))
        return None


def _wanted(one: Formula, known: dict[str, Unit | None], time: Unit | None) -> Unit | None:
    """The unit that a formula should have."""
    match one.role:
        case "assignment":  # perhaps of what is no state, which is told elsewhere
            return known.get(one.owner)
        case "initial" | "helper" | "observable":
            return known[one.owner]
        case "rate":
            unit = known[one.owner]
            return None if unit is None or time is None else unit.over(time)
        case "time" | "delay":
            return time
        case _:
            return None


def _takes_any(one: Formula) -> bool:
    """Whether the formula is one bare number, or adds one to the state that it sets."""
    match one.tree:
        case Call("add" | "sub", (Name(name), part)) if name == one.owner:
            return one.role == "assignment" and _bare(part)
        case tree:
            return _bare(tree)


def _bare(tree: Tree) -> bool:
    match tree:
        case Number(_, unit):
            return not unit
        case Call("neg", (part,)):
            return _bare(part)
        case _:
            return False


@dataclass(slots=True)
class _Follower:
    """Finds units of formulas; what does not fit piles up in `problems`.

    A unit is None where it is not known, also behind a mismatch: each is told once.
    """

    known: dict[str, Unit | None]
    problems: list[Problem]
    part: str = ""
    read: dict[str, Unit | None] = field(default_factory=dict)

    def unit(self, tree: Tree) -> Unit | None:
        """The unit of a formula."""
        match tree:
            case Number(value, unit):
                return self._of_number(value, unit, tree.at)
            case Name(name):
                return self.known.get(name)  # what an event assigns may be no state
            case Call("select", (condition, value, other)):
                self.unit(condition)
                return self._equal(tree, value, other)
            case Call("pow", (base, exponent)):
                return self._power(tree, base, exponent)
            case Call(name, (part,)):
                return self._of_one(name, part)
            case Call(name, (left, right)):
                return self._of_two(tree, name, left, right)
        return None

    def fit(self, one: Formula, found: Unit, wanted: Unit) -> None:
        """Tell if a formula as a whole is not in the unit that is asked for."""
        if not found.equals(wanted):
            what = f"the {one.part} {_is(found)}, and {_said(wanted)} is needed"
            self._tell(what, _bridge(found, wanted), one.tree.at)

    def _of_number(self, value: float, unit: str | None, at: Place) -> Unit | None:
        if unit:
            return _read(unit, self.part, at, self.problems)
        return PURE if value else None

    def _of_one(self, name: str, part: Tree) -> Unit | None:
        unit = self.unit(part)
        if name in _NO_UNIT:
            return None
        if name in _KEPT:
            return unit
        if name == "sqrt":
            return None if unit is None else unit.to(_HALF)
        self._pure(unit, part, f"`{name}` takes")
        return PURE

    def _of_two(self, tree: Call, name: str, left: Tree, right: Tree) -> Unit | None:
        if name in _NO_UNIT:
            self.unit(left)
            self.unit(right)
            return None
        if name in _EQUAL:
            unit = self._equal(tree, left, right)
            return None if name in CONDITIONS else unit
        one, other = self.unit(left), self.unit(right)
        if one is None or other is None:
            return None
        return one.times(other) if name == "mul" else one.over(other)

    def _equal(self, tree: Call, left: Tree, right: Tree) -> Unit | None:
        one, other = self.unit(left), self.unit(right)
        if one is None or other is None:
            return other if one is None else one
        if one.equals(other):
            return one
        done = _EQUAL.get(tree.name, "alternatives")
        sides = f"`{shortened_formula(left)}` {_is(one)}"
        sides += f" and `{shortened_formula(right)}` {_is(other)}"
        self._tell(f"{sides}: they cannot be {done}", _for_both(one, other, left, right), tree.at)
        return None

    def _power(self, tree: Call, base: Tree, exponent: Tree) -> Unit | None:
        unit = self.unit(base)
        self._pure(self.unit(exponent), exponent, "an exponent takes")
        if unit is None or not unit.powers:
            return unit
        power = _constant(exponent)
        if power is None:
            shown = shortened_formula(base)
            what = f"`{shown}` is in {_said(unit)} and its exponent is not a constant"
            fix = "divide it by something of that unit first: (x / k)^n"
            self._tell(what, fix, tree.at)
            return None
        return unit.to(power)

    def _pure(self, unit: Unit | None, part: Tree, who: str) -> None:
        if unit is not None and not unit.equals(PURE):
            what = f"{who} a pure number, and `{shortened_formula(part)}` is in {_said(unit)}"
            self._tell(what, "divide it by something of that unit", part.at)

    def _tell(self, what: str, fix: str, at: Place) -> None:
        self.problems.append(Problem(rule="unit", what=what, fix=fix, at=at, part=self.part))


def _is(unit: Unit) -> str:
    return f"is in {unit}" if unit.powers else "is a pure number"


def _said(unit: Unit) -> str:
    return str(unit) if unit.powers else "a pure number"


def _for_both(one: Unit, other: Unit, left: Tree, right: Tree) -> str:
    """What would bring two sides together."""
    for unit, tree in ((one, right), (other, left)):
        if _bare(tree):
            return f"write the unit behind the number: {shortened_formula(tree)} [{unit}]"
    if one.same_kind(other):
        return _bridge(one, other).replace(" it ", " the first ")
    return (
        f"correct a unit, or multiply the first by something in {other.over(one)}"
        f" or the second by something in {one.over(other)}"
    )


def _bridge(one: Unit, other: Unit) -> str:
    """What would make the first unit the second."""
    ratio = one.factor / other.factor if other.factor else 0.0
    if not one.same_kind(other) or not 1 / _FARTHEST < ratio < _FARTHEST:
        return f"correct a unit, or multiply it by something in {other.over(one)}"
    if ratio < 1:
        number = number_text(float(f"{1 / ratio:.12g}"))
        return f"1 {other} is {number} {one}: divide it by {number} [{one.over(other)}]"
    number = number_text(float(f"{ratio:.12g}"))
    return f"1 {one} is {number} {other}: multiply it by {number} [{other.over(one)}]"


def _constant(tree: Tree) -> Fraction | None:
    """The value of a formula of numbers alone."""
    match tree:
        case Number(value):
            return Fraction(value).limit_denominator(1000)
        case Call("neg", (part,)):
            inner = _constant(part)
            return None if inner is None else -inner
        case Call("div", (above, below)):
            one, other = _constant(above), _constant(below)
            return None if one is None or not other else one / other
        case _:
            return None
