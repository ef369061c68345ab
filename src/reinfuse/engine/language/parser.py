"""Formulas read from words: recursive descent, one function for each strength of binding.

From weak to strong: `or`, `and`, `not`, comparisons, `+ -`, `* /`, sign, `^` (from the right).
"""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.engine.language.functions import FORMULA_WORDS, FUNCTIONS, applied
from reinfuse.engine.language.problems import Misread, nearest
from reinfuse.engine.language.tokens import Statement, Token
from reinfuse.engine.language.tree import Call, Name, Number, Tree

DEEPEST = 40  # brackets within brackets; each costs several calls of the machine's stack
_COMPARED = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
_ADDED = {"+": "add", "-": "sub"}
_MULTIPLIED = {"*": "mul", "/": "div"}


@dataclass(slots=True)
class Cursor:
    """A place in a statement, moved on by reading."""

    words: Statement
    place: int = 0
    depth: int = 0

    @property
    def next(self) -> Token:
        """The word that is read next; the last one is `end`."""
        return self.words[self.place]

    def take(self) -> Token:
        """The next word; the cursor moves behind it."""
        token = self.words[self.place]
        if token.kind == "bad":
            raise Misread(token.text, token.fix, token.at)
        self.place = min(self.place + 1, len(self.words) - 1)
        return token

    def stands(self, *texts: str) -> bool:
        """Whether the next word is a sign or name among these."""
        return self.next.kind in {"sign", "name"} and self.next.text in texts

    def taken(self, *texts: str) -> Token | None:
        """The next word if it is one of these."""
        return self.take() if self.stands(*texts) else None

    def need(self, text: str, fix: str) -> Token:
        """The next word, which must be this one."""
        if not self.stands(text):
            raise self.unexpected(f"`{text}`", fix)
        return self.take()

    def unexpected(self, wanted: str, fix: str) -> Misread:
        """That something else stands where `wanted` is expected."""
        token = self.next
        if token.kind == "bad":
            return Misread(token.text, token.fix, token.at)
        return Misread(f"{_shown(token)} stands where {wanted} is expected", fix, token.at)


def formula(cursor: Cursor) -> Tree:
    """The formula that begins at the cursor, as long as it goes."""
    cursor.depth += 1
    if cursor.depth > DEEPEST:
        fix = "give inner parts a name with `helper`"
        raise Misread(f"more than {DEEPEST} brackets within each other", fix, cursor.next.at)
    found = _either(cursor)
    cursor.depth -= 1
    return found


def _either(cursor: Cursor) -> Tree:
    left = _both(cursor)
    while sign := cursor.taken("or"):
        left = Call("or", (left, _both(cursor)), sign.at)
    return left


def _both(cursor: Cursor) -> Tree:
    left = _negated(cursor)
    while sign := cursor.taken("and"):
        left = Call("and", (left, _negated(cursor)), sign.at)
    return left


def _negated(cursor: Cursor) -> Tree:
    signs = []
    while sign := cursor.taken("not"):
        signs.append(sign)
    found = _comparison(cursor)
    for sign in reversed(signs):
        found = Call("not", (found,), sign.at)
    return found


def _comparison(cursor: Cursor) -> Tree:
    left = _sum(cursor)
    if cursor.stands("="):
        raise Misread("`=` does not compare", "write == to compare", cursor.next.at)
    sign = cursor.taken(*_COMPARED)
    if sign is None:
        return left
    found = Call(_COMPARED[sign.text], (left, _sum(cursor)), sign.at)
    if cursor.stands(*_COMPARED):
        fix = "write the two apart: a < b and b < c"
        raise Misread("two comparisons in a row", fix, cursor.next.at)
    return found


def _sum(cursor: Cursor) -> Tree:
    left = _product(cursor)
    while sign := cursor.taken(*_ADDED):
        left = Call(_ADDED[sign.text], (left, _product(cursor)), sign.at)
    return left


def _product(cursor: Cursor) -> Tree:
    left = _signed(cursor)
    while sign := cursor.taken(*_MULTIPLIED):
        left = Call(_MULTIPLIED[sign.text], (left, _signed(cursor)), sign.at)
    return left


def _signed(cursor: Cursor) -> Tree:
    signs = []
    while sign := cursor.taken("-", "+"):
        signs.append(sign)
    number = cursor.next.kind == "number"
    found = _power(cursor)
    for sign in reversed(signs):
        if sign.text == "-":
            # A minus right before a number belongs to it; -2^2 stays -(2^2).
            alone = number and isinstance(found, Number)
            found = _opposite(found, sign) if alone else Call("neg", (found,), sign.at)
            number = False
    return found


def _opposite(found: Tree, sign: Token) -> Tree:
    assert isinstance(found, Number)
    return Number(-found.value, found.unit, sign.at)


def _power(cursor: Cursor) -> Tree:
    base = _atom(cursor)
    sign = cursor.taken("^")
    if sign is None:
        return base
    cursor.depth += 1
    if cursor.depth > DEEPEST:
        raise Misread("too many powers of powers", "name the inner ones with `helper`", sign.at)
    exponent = _signed(cursor)
    cursor.depth -= 1
    return Call("pow", (base, exponent), sign.at)


def _atom(cursor: Cursor) -> Tree:
    token = cursor.next
    if token.kind == "number":
        cursor.take()
        unit = cursor.take().text if cursor.next.kind == "unit" else None
        return Number(float(token.text), unit, token.at)
    if cursor.taken("("):
        found = formula(cursor)
        cursor.need(")", f"the bracket of column {token.at.column} is not closed")
        return found
    if cursor.taken("if"):
        return _choice(cursor, token)
    if token.kind == "name" and token.text not in FORMULA_WORDS - {"time"}:
        cursor.take()
        return _call(cursor, token) if cursor.stands("(") else Name(token.text, token.at)
    raise cursor.unexpected("a number, a name or `(`", "finish the formula")


def _choice(cursor: Cursor, start: Token) -> Tree:
    fix = "write if CONDITION then VALUE else VALUE"
    condition = formula(cursor)
    cursor.need("then", fix)
    value = formula(cursor)
    cursor.need("else", fix)
    return Call("select", (condition, value, formula(cursor)), start.at)


def _call(cursor: Cursor, name: Token) -> Tree:
    cursor.take()
    parts = []
    while not cursor.stands(")"):
        parts.append(formula(cursor))
        if not cursor.taken(","):
            break
    cursor.need(")", f"close the bracket of {name.text}(")
    if name.text not in FUNCTIONS:
        listed = f"to multiply write {name.text}*(...); functions are {', '.join(FUNCTIONS)}"
        fix = nearest(name.text, FUNCTIONS) or listed
        raise Misread(f"there is no function `{name.text}`", fix, name.at)
    usage, fewest, most = FUNCTIONS[name.text]
    if not fewest <= len(parts) <= most:
        what = f"`{name.text}` is given {len(parts)} value{'' if len(parts) == 1 else 's'}"
        raise Misread(what, f"write {usage}", name.at)
    return applied(name.text, tuple(parts), name.at)


def _shown(token: Token) -> str:
    match token.kind:
        case "end":
            return token.text
        case "unit":
            return f"the unit [{token.text}]"
        case "text":
            return "a note"
        case _:
            return f"`{token.text}`"
