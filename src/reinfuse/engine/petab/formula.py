"""A formula written as PEtab tables do, as a tree.

Operators from loose to tight: `||`, `&&`, `!`, comparisons, `+ -`, `* /`, sign, `^` or `**` (to
the right). Functions are those of PEtab with the spellings of Python and SymPy; `log(x, base)`
and `log10` become natural logarithms, `piecewise` takes value and condition in turn, SymPy's
`Piecewise` pairs of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from reinfuse.engine.language.tree import Name, Number, Tree
from reinfuse.engine.petab.functions import applied, call, named
from reinfuse.engine.petab.tokens import FormulaFault, Token, tokens_of

_COMPARED = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
_DEEPEST = 40  # brackets within brackets


def parsed_formula(text: str, names: frozenset[str] = frozenset()) -> Tree:
    """The tree of a formula; raises FormulaFault at the first thing that does not fit.

    Constants such as `pi`, `E` and `true` are names where `names` holds them: a species E is one.
    """
    reader = _Reader(tokens_of(text), names)
    tree = reader.either()
    rest = reader.next
    if rest.kind != "end":
        raise FormulaFault(f"{rest.text!r} does not fit here", rest.column)
    return tree


@dataclass
class _Reader:
    """Reads tokens from left to right, a function for each strength of operator."""

    tokens: list[Token]
    names: frozenset[str]
    at: int = 0
    deep: int = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def taken(self, *signs: str) -> Token | None:
        token = self.next
        if token.kind != "sign" or token.text not in signs:
            return None
        self.at += 1
        return token

    def expect(self, sign: str) -> None:
        if self.taken(sign) is None:
            raise FormulaFault(f"{sign!r} was expected, not {self.next.text!r}", self.next.column)

    def either(self) -> Tree:
        with self.deeper():
            return self.chain(self.both, {"||": "or", "|": "or"})

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One bracket or power further in; a formula must not exhaust the machine's stack."""
        self.deep += 1
        if self.deep > _DEEPEST:
            raise FormulaFault("too many brackets within brackets", self.next.column)
        yield
        self.deep -= 1

    def both(self) -> Tree:
        return self.chain(self.denied, {"&&": "and", "&": "and"})

    def denied(self) -> Tree:
        signs = []
        while found := self.taken("!"):
            signs.append(found)
        tree = self.compared()
        for sign in reversed(signs):
            tree = call("not", sign, tree)
        return tree

    def compared(self) -> Tree:
        left = self.total()
        found = self.taken(*_COMPARED)
        return left if found is None else call(_COMPARED[found.text], found, left, self.total())

    def total(self) -> Tree:
        return self.chain(self.product, {"+": "add", "-": "sub"})

    def product(self) -> Tree:
        return self.chain(self.signed, {"*": "mul", "/": "div"})

    def chain(self, part: Callable[[], Tree], operators: dict[str, str]) -> Tree:
        tree = part()
        while found := self.taken(*operators):
            tree = call(operators[found.text], found, tree, part())
        return tree

    def signed(self) -> Tree:
        negative, first = False, None
        while found := self.taken("+", "-"):
            first = first or found
            negative ^= found.text == "-"
        tree = self.power()
        return call("neg", first, tree) if negative and first else tree

    def power(self) -> Tree:
        base = self.atom()
        found = self.taken("^", "**")
        if found is None:
            return base
        # The exponent may have a sign, and a power in it is taken first: 2^-3^2 is 2^(-(3^2)).
        with self.deeper():
            return call("pow", found, base, self.signed())

    def atom(self) -> Tree:
        token = self.next
        if token.kind == "number":
            self.at += 1
            return Number(float(token.text), at=token.at)
        if token.kind == "name":
            self.at += 1
            if self.taken("("):
                return applied(token, self.parts(paired=token.text == "Piecewise"))
            return Name(token.text, token.at) if token.text in self.names else named(token)
        self.expect_value()
        tree = self.either()
        self.expect(")")
        return tree

    def expect_value(self) -> None:
        if self.taken("(") is None:
            raise FormulaFault(
                f"a number, a name or a bracket was expected, not {self.next.text!r}",
                self.next.column,
            )

    def parts(self, *, paired: bool) -> tuple[Tree, ...]:
        """What stands between the brackets of a call, pairs laid flat."""
        found: list[Tree] = []
        while self.taken(")") is None:
            if found:
                self.expect(",")
            found += self.pair() if paired and self.begins("(") else (self.either(),)
        return tuple(found)

    def begins(self, sign: str) -> bool:
        return self.next.kind == "sign" and self.next.text == sign

    def pair(self) -> tuple[Tree, ...]:
        """`(value, condition)` as SymPy writes it."""
        self.expect("(")
        value = self.either()
        self.expect(",")
        condition = self.either()
        self.expect(")")
        return (value, condition)
