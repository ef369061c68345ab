"""The text of a model cut into statements, and each statement into words.

A statement begins where the first one of the text begins; a line that is indented further goes on
with the statement above. `#` begins a comment.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from reinfuse.engine.language.tree import Place


class Token(NamedTuple):
    """One word of a text.

    `kind` is `number`, `name`, `unit` (what stood in square brackets), `text` (what stood in
    quotes, or the name behind `model`), `sign`, `bad` or `end`. Of a bad one `text` is what is
    wrong and `fix` what to do.
    """

    kind: str
    text: str
    at: Place
    fix: str = ""


Statement = tuple[Token, ...]

_WORDS = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<comment>\#.*)
  | (?P<range>\.\.)
  | (?P<number>(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>[A-Za-z_]\w*)
  | \[(?P<unit>[^\]\[]*)\]
  | "(?P<text>(?:[^"\\]|\\.)*)"
  | (?P<wrong>\*\*|&&|\|\||[=<>]{3,})
  | (?P<sign>[-+*/<>=!]=|[-+*/^()<>=,:;])
    """,
    re.VERBOSE | re.ASCII,
)
_INSTEAD = {
    "**": "write ^ for a power",
    "&&": "write and",
    "||": "write or",
    "!": "write not",
    "&": "write and",
    "|": "write or",
    "%": "write the number as a fraction, or its unit in brackets: 12 [%]",
    "{": "group with ( and )",
    "}": "group with ( and )",
    "'": 'write the note between two "',
    "−": "write the plain minus -",
    "–": "write the plain minus -",
    "×": "write *",
    "·": "write *",
    "÷": "write /",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "[": "close the unit with ] on the same line",
    "]": "a unit begins with [",
    '"': 'close the note with " on the same line',
}
_BARE_NAME = re.compile(r'(?P<blank>\s*)(?P<word>model)\s+(?P<text>[^"#\s][^#]*)')
_ESCAPED = re.compile(r"\\(.)")


def statements_of(text: str) -> tuple[Statement, ...]:
    """Every statement of a text, each with an `end` behind its last word."""
    found: list[list[Token]] = []
    first: int | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        shown = line.removesuffix("\r")
        words = _words(shown, number)
        if not words:
            continue
        indent = len(shown) - len(shown.lstrip())
        first = indent if first is None else first
        if found and indent > first:
            found[-1] += words
        else:
            found.append(words)
    return tuple((*words, Token("end", "the end of the statement", _behind(words[-1])))
                 for words in found)  # fmt: skip


def plain_text(written: str) -> str:
    """What stood between quotes, its escaped marks made plain."""
    return _ESCAPED.sub(
        lambda mark: {"n": "\n", "t": "\t", "r": "\r"}.get(mark[1], mark[1]), written
    )


def _words(line: str, number: int) -> list[Token]:
    bare = _BARE_NAME.match(line)
    if bare:
        word = Token("name", bare["word"], Place(number, bare.start("word") + 1))
        return [word, Token("text", bare["text"].strip(), Place(number, bare.start("text") + 1))]
    found: list[Token] = []
    place = 0
    while place < len(line):
        match = _WORDS.match(line, place)
        at = Place(number, place + 1)
        if match is None:
            found.append(_bad(line[place], at))
            place += 1
            continue
        kind = str(match.lastgroup)
        if kind == "wrong":
            found.append(_bad(match["wrong"], at))
        elif kind not in {"blank", "comment"}:
            said = plain_text(match[kind]) if kind == "text" else match[kind].strip()
            found.append(Token("sign" if kind == "range" else kind, said, at))
        place = match.end()
    return found


def _bad(mark: str, at: Place) -> Token:
    said = {"[": "a unit is not closed", '"': "a note is not closed"}
    fix = _INSTEAD.get(mark, "take it out; names are of letters a to z, digits and _")
    return Token("bad", said.get(mark, f"`{mark}` means nothing in a model"), at, fix)


def _behind(last: Token) -> Place:
    return Place(last.at.line, last.at.column + len(last.text))
