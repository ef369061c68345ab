"""The words of a PEtab formula."""

from __future__ import annotations

import re
from typing import NamedTuple

from reinfuse.engine.language.tree import Place

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|&&|\|\||[-+*/^()<>,!&|]))",
    re.ASCII,
)


class FormulaFault(Exception):
    """Why a text is no formula; `column` counts from 1."""

    def __init__(self, what: str, column: int) -> None:
        self.what, self.column = what, column


class Token(NamedTuple):
    """A word: `kind` is `number`, `name`, `sign` or `end`; `column` counts from 1."""

    kind: str
    text: str
    column: int

    @property
    def at(self) -> Place:
        """Its place in a text of one line."""
        return Place(1, self.column)


def tokens_of(text: str) -> list[Token]:
    """Every word, an `end` behind the last; raises FormulaFault at the first that is none."""
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            rest = text[at:].lstrip()
            raise FormulaFault(
                f"{rest[0]!r} has no meaning in a formula", len(text) - len(rest) + 1
            )
        kind = match.lastgroup
        found.append(Token(kind, match.group(kind), match.start(kind) + 1))
        at = match.end()
    return [*found, Token("end", "the end", len(text) + 1)]
