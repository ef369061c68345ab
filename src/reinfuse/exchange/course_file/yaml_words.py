"""What the YAML parser complains of, in words for somebody who fills in a course file."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.error import MarkedYAMLError

_QUOTE = "put the value in quotes"
# What the parser says, what we say, and what to do; the first that fits is taken.
_SAID = (
    (
        "mapping values are not allowed",
        "a colon stands where none can be, or the line is indented too far",
        "indent all keys of an entry alike, and put a text that has a colon in quotes",
    ),
    (
        "found character '\\t'",
        "a tab stands where spaces are expected",
        "indent with spaces, not with tabs",
    ),
    (
        "cannot start any token",
        "a value cannot begin with % @ or ` as it stands",
        _QUOTE,
    ),
    (
        "expected a comment or a line break",
        "a value cannot begin with > or | as it stands",
        'put the value in quotes: "> 5 %"',
    ),
    (
        "expected chomping or indentation",
        "a value cannot begin with > or | as it stands",
        'put the value in quotes: "> 5 %"',
    ),
    (
        "expected indentation indicator",
        "a value cannot begin with > or | as it stands",
        'put the value in quotes: "> 5 %"',
    ),
    (
        "expected ',' or",
        "a [ or { that was opened is not closed",
        "close it with ] or }, and separate what stands inside by commas",
    ),
    (
        "could not find expected ':'",
        "the line is no `key: value`",
        "write a colon and a space after the key; indent a text that goes on further than its key",
    ),
    (
        "unexpected end of stream",
        "a quotation mark that was opened is not closed",
        "close it on the line on which it stands",
    ),
    (
        "found unknown escape character",
        "a backslash in double quotes means something else",
        "write it twice, or use single quotes",
    ),
    (
        "escape sequence of",
        "a backslash in double quotes means something else",
        "write it twice, or use single quotes",
    ),
    (
        "expected <block end>",
        "the line does not fit the ones above it",
        "indent all keys of an entry alike, and write nothing after a closing quotation mark",
    ),
    (
        "expected the node content",
        "a sign stands where a value is expected",
        _QUOTE,
    ),
    (
        "sequence entries are not allowed",
        "a dash stands where no list can begin",
        "write a list on the lines below its key, each item after a dash",
    ),
    (
        "found undefined alias",
        "an alias (*) stands here, and course files have none",
        _QUOTE,
    ),
    (
        "while scanning an alias",
        "a value cannot begin with * or & as it stands",
        _QUOTE,
    ),
    (
        "while scanning an anchor",
        "a value cannot begin with * or & as it stands",
        _QUOTE,
    ),
)
_OTHER = "check quotes, colons and indentation on this line and the one before"


def say_yaml_error(error: MarkedYAMLError, text: str) -> tuple[str, int, str]:
    """What is wrong, on which line, and what to do."""
    said = f"{error.context or ''} {error.problem or ''}"
    for theirs, ours, fix in _SAID:
        if theirs in said:
            opened = "that was opened" in ours
            return ours, _line(error, text, opened=opened), _no_break_space(error, text) or fix
    return "this is not YAML", _line(error, text, opened=False), _OTHER


def _line(error: MarkedYAMLError, text: str, *, opened: bool) -> int:
    """The line of what was opened and not closed, or else the line of the trouble itself."""
    first: Any = error.context_mark if opened else error.problem_mark  # marks come untyped
    mark = first or error.problem_mark or error.context_mark
    line = mark.line + 1 if mark is not None else 1
    return min(line, text.count("\n") + 1)


def _no_break_space(error: MarkedYAMLError, text: str) -> str:
    lines = text.split("\n")
    written = lines[_line(error, text, opened=False) - 1]
    margin = written[: len(written) - len(written.lstrip())]
    return "indent with ordinary spaces, not with non-breaking ones" if "\xa0" in margin else ""
