"""MathML as formulas; functions of the file are written out where they are called."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reinfuse.engine.language.tree import NOWHERE, TIME, Call, Name, Number, Place, Tree
from reinfuse.engine.sbml.conditions import (
    FALSE,
    ONE,
    TRUE,
    ZERO,
    as_condition,
    as_number,
    chosen,
    extent,
    folded,
)
from reinfuse.engine.sbml.elements import Element
from reinfuse.engine.sbml.refusals import Refusals
from reinfuse.engine.sbml.special import OF_ONE, div, log, quotient, remainder, sqrt

MOST_PARTS = 100_000  # of one formula, functions written out
DEEPEST_FORMULA = 200  # parts within parts
MOST_WORK = 2_000_000  # steps in the formulas of one file, functions written out: some seconds
AVOGADRO = 6.02214179e23  # SBML Level 3 Version 2 Release 2, 3.4.6: the CODATA value of 2006
_NOTHING = ZERO  # stands where a formula was refused; the file is refused, so nobody sees it

_CONSTANTS: dict[str, Tree] = {
    "pi": Number(math.pi),
    "exponentiale": Number(math.e),
    "infinity": Number(math.inf),
    "notanumber": Number(math.nan),
    "true": TRUE,
    "false": FALSE,
}
_RELATIONS = {"lt": "lt", "leq": "le", "gt": "gt", "geq": "ge", "eq": "eq", "neq": "ne"}
_OF_TWO: dict[str, Callable[[Tree, Tree], Tree]] = {
    "minus": lambda a, b: Call("sub", (a, b)),
    "divide": lambda a, b: Call("div", (a, b)),
    "power": lambda a, b: Call("pow", (a, b)),
    "quotient": quotient,
    "rem": remainder,
}
_OF_MANY: dict[str, tuple[str, Tree]] = {
    "plus": ("add", ZERO),
    "times": ("mul", ONE),
    "max": ("max", Number(-math.inf)),
    "min": ("min", Number(math.inf)),
}


@dataclass(frozen=True, slots=True)
class Function:
    """A function definition: what its parts are called, and its body."""

    takes: tuple[str, ...]
    body: Element


class Effort:
    """How many steps in the formulas of a file may still be taken."""

    def __init__(self) -> None:
        self.left = MOST_WORK

    def spent(self, steps: int = 1) -> bool:
        """Take some; true if there were not as many left."""
        self.left -= steps
        return self.left < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the words of a formula stand for.

    `rates` are what the rates of change of things are called, where a formula asks for one.
    `told` says which formula it is, in words for a refusal.
    """

    names: Mapping[str, Tree]
    functions: Mapping[str, Function]
    rates: Mapping[str, str]
    refusals: Refusals
    told: str
    effort: Effort
    within: frozenset[str] = frozenset()
    depth: int = 0

    def refuse(self, what: str, at: Place) -> Tree:
        """Write down why the formula cannot be read; what it gives is not used."""
        return self.refuse_plain(f"{what} in {self.told}", at)

    def refuse_plain(self, what: str, at: Place) -> Tree:
        """Write down why something cannot be read, in words that say where it stands."""
        self.refusals.add(what, at)
        return _NOTHING

    def knowing(self, functions: Mapping[str, Function]) -> Scope:
        """The scope with functions."""
        return replace(self, functions=functions)


def function_of(definition: Element, scope: Scope) -> Function | None:
    """The function that a `functionDefinition` defines, none if it says nothing."""
    math_element = next((child for child in definition.children if child.tag == "math"), None)
    found = math_element.children[0] if math_element and math_element.children else None
    if found is not None and found.tag == "semantics" and found.children:
        found = found.children[0]
    if found is None or found.tag != "lambda":
        return None
    *bound, body = found.children
    takes = tuple(_word(child.children[0]) for child in bound if child.children)
    if len(takes) != len(bound):
        scope.refuse("a bvar without a name", definition.at)
    return Function(takes, body)


def number_of(formula: Element, scope: Scope) -> Tree:
    """A `math` element as a number."""
    return as_number(_formula(formula, scope))


def condition_of(formula: Element, scope: Scope) -> Tree:
    """A `math` element as a condition."""
    return as_condition(_formula(formula, scope))


def _formula(formula: Element, scope: Scope) -> Tree:
    if len(formula.children) != 1:
        return scope.refuse("no formula", formula.at)
    return _bounded(_tree(formula.children[0], scope), scope, formula.at)


def _bounded(tree: Tree, scope: Scope, at: Place) -> Tree:
    looked_at: dict[int, tuple[int, int]] = {}
    parts, depth = extent(tree, looked_at)
    scope.effort.spent(len(looked_at))
    if parts > MOST_PARTS or depth > DEEPEST_FORMULA:
        return scope.refuse(
            f"more than {MOST_PARTS:,} parts, or parts more than {DEEPEST_FORMULA} deep in each "
            "other, once functions are written out,",
            at,
        )
    return tree


def _word(element: Element) -> str:
    return element.text.strip()


def _tree(element: Element, scope: Scope) -> Tree:
    match element.tag:
        case "cn":
            return _number(element, scope)
        case "ci":
            name = _word(element)
            known = scope.names.get(name)
            return scope.refuse(f"unknown name `{name}`", element.at) if known is None else known
        case "csymbol":
            return _symbol(element, scope)
        case "apply" if element.children:
            return _applied(element, scope)
        case "piecewise":
            return _piecewise(element, scope)
        case "semantics" if element.children:
            return _tree(element.children[0], scope)
        case tag:
            known = _CONSTANTS.get(tag)
            return scope.refuse(f"MathML <{tag}>", element.at) if known is None else known


def _number(element: Element, scope: Scope) -> Tree:
    words = element.text.split()
    kind = element.attributes.get("type", "real")
    try:
        match kind, words:
            case (("real" | "integer"), [word]) if element.attributes.get("base", "10") == "10":
                return Number(float(word), at=element.at)
            case "e-notation", [mantissa, exponent]:
                return Number(float(f"{mantissa}e{int(exponent)}"), at=element.at)
            case "rational", [above, below]:
                return Number(int(above) / int(below), at=element.at)
    except (ValueError, ZeroDivisionError):
        pass
    return scope.refuse(f"{' '.join(words)!r} is no number of type {kind!r}", element.at)


def _symbol(element: Element, scope: Scope) -> Tree:
    match element.attributes.get("definitionURL", "").strip().rpartition("/")[2]:
        case "time":
            return Name(TIME, element.at)
        case "avogadro":
            return Number(AVOGADRO, at=element.at)
        case other:
            return scope.refuse(f"csymbol `{other or _word(element)}`", element.at)


def _piecewise(element: Element, scope: Scope) -> Tree:
    pieces = []
    otherwise: Tree | None = None
    for child in element.children:
        parts = []
        for part in child.children:
            parts.append(_tree(part, scope))
        if child.tag == "piece" and len(parts) == 2:  # noqa: PLR2004 - a value, a condition
            pieces.append((parts[0], parts[1]))
        elif child.tag == "otherwise" and len(parts) == 1:
            otherwise = parts[0]
        else:
            return scope.refuse(f"a <{child.tag}> of {len(parts)} parts in piecewise", child.at)
    return chosen(pieces, Number(math.nan) if otherwise is None else otherwise, element.at)


def _applied(element: Element, scope: Scope) -> Tree:
    operator, *operands = element.children
    if scope.effort.spent():
        return scope.refuse_plain(
            f"more than {MOST_WORK:,} steps in all formulas, once functions are written out",
            NOWHERE,
        )
    if scope.depth >= DEEPEST_FORMULA:
        return scope.refuse(f"parts more than {DEEPEST_FORMULA} deep in each other", element.at)
    deeper = replace(scope, depth=scope.depth + 1)
    if operator.tag == "csymbol":
        return _applied_symbol(operator, operands, scope)
    parts = []
    qualifier: Tree | None = None
    for operand in operands:
        if operand.tag in {"degree", "logbase"} and operand.children:
            qualifier = _tree(operand.children[0], deeper)
        else:
            parts.append(_tree(operand, deeper))
    if operator.tag == "ci":
        return _called(operator, parts, deeper)
    found = _operation(operator.tag, parts, qualifier, element.at)
    if found is None:
        return scope.refuse(f"MathML <{operator.tag}/> of {len(parts)} parts", element.at)
    return found


def _applied_symbol(operator: Element, operands: Sequence[Element], scope: Scope) -> Tree:
    url = operator.attributes.get("definitionURL", "").strip().rpartition("/")[2]
    if url == "rateOf" and len(operands) == 1 and operands[0].tag == "ci":
        bound = scope.names.get(_word(operands[0]))
        rate = scope.rates.get(bound.name) if isinstance(bound, Name) else None
        if rate is not None:
            return Name(rate, operator.at)
    return scope.refuse(f"{url or _word(operator)}() is not supported, it stands", operator.at)


def _called(operator: Element, parts: list[Tree], scope: Scope) -> Tree:
    name = _word(operator)
    function = scope.functions.get(name)
    if function is None:
        return scope.refuse(f"unknown function `{name}`", operator.at)
    if name in scope.within:
        return scope.refuse(f"function `{name}`, which calls itself,", operator.at)
    if len(parts) != len(function.takes):
        return scope.refuse(
            f"function `{name}` takes {len(function.takes)} parts and has {len(parts)}",
            operator.at,
        )
    inside = replace(
        scope,
        names=dict(zip(function.takes, parts, strict=True)),
        within=scope.within | {name},
    )
    return _bounded(_tree(function.body, inside), scope, operator.at)


def _operation(tag: str, parts: list[Tree], qualifier: Tree | None, at: Place) -> Tree | None:
    """An operation of MathML, none where there is none of so many parts."""
    if tag in _OF_MANY:
        name, empty = _OF_MANY[tag]
        return folded(name, [as_number(part) for part in parts], empty, at)
    if tag in _RELATIONS and len(parts) >= 2:  # noqa: PLR2004 - a relation has two sides
        numbers = [as_number(part) for part in parts]
        pairs = [Call(_RELATIONS[tag], pair, at) for pair in pairwise(numbers)]
        return folded("and", pairs, TRUE, at)
    if tag in {"and", "or", "not", "xor", "implies"}:
        return _logic(tag, [as_condition(part) for part in parts], at)
    return _arithmetic(tag, [as_number(part) for part in parts], qualifier, at)


def _logic(tag: str, parts: list[Tree], at: Place) -> Tree | None:
    match tag, parts:
        case "and", _:
            return folded("and", parts, TRUE, at)
        case "or", _:
            return folded("or", parts, FALSE, at)
        case "not", [one]:
            return Call("not", (one,), at)
        case "implies", [one, other]:
            return Call("or", (Call("not", (one,), at), other), at)
        case "xor", _:
            # As numbers, so that each part is written once however many there are.
            found: Tree = FALSE
            for part in parts:
                found = Call("ne", (as_number(found), as_number(part)), at)
            return found
        case _:
            return None


def _arithmetic(tag: str, parts: list[Tree], qualifier: Tree | None, at: Place) -> Tree | None:
    match tag, parts:
        case "minus", [Number(value)]:
            return Number(-value, at=at)
        case "minus", [one]:
            return Call("neg", (one,), at)
        case (("root" | "log"), [one]):
            return _to_base(tag, one, qualifier)
        case _, [one] if tag in OF_ONE:
            return OF_ONE[tag](one)
        case _, [one, other] if tag in _OF_TWO:
            return _OF_TWO[tag](one, other)
        case _:
            return None


def _to_base(tag: str, one: Tree, qualifier: Tree | None) -> Tree:
    """A root, square if nothing else is said, or a logarithm, to the base 10 likewise."""
    given = None if qualifier is None else as_number(qualifier)
    if tag == "log":
        return div(log(one), log(given or Number(10.0)))
    if given is None or given == Number(2.0):
        return sqrt(one)
    return Call("pow", (one, div(ONE, given)))
