"""TEXT: keywords and values between delimiters, however a writer has bent the rules.

A delimiter inside a value is doubled, and no value is empty: so says the standard. Writers leave
values empty all the same, which doubles a delimiter too. Keywords never hold one in practice, and
that decides: two delimiters after a keyword are an empty value, two after a value are one
character of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reinfuse.cytometry.fcs.header import Span
from reinfuse.cytometry.fcs.opened import Opened
from reinfuse.cytometry.fcs.words import whole
from reinfuse.errors import Finding, Severity

# Fifty times what a panel of fifty colours needs; more is a wrong place, not keywords.
LONGEST_TEXT = 1 << 22
BLANK = " \t\r\n\0"
PADDING = BLANK.encode()
STANDARD = re.compile(rb"\$[A-Za-z0-9_]{2,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Keywords in upper case with their values, and what was odd about them."""

    keywords: dict[str, str]
    findings: tuple[Finding, ...]


def read_text(opened: Opened, place: Span) -> Text:
    """The keywords of TEXT and, where there is one, of the supplemental TEXT.

    ReinfuseError where TEXT is longer than any that was ever written or holds no keyword.
    """
    if place.length > LONGEST_TEXT:
        raise opened.refuse(f"the HEADER says that TEXT has {place.length} bytes, which cannot be")
    raw = opened.read(place.begin, place.length)
    delimiter = raw[:1]
    if delimiter.isalnum() or delimiter in (b"", b"$", b" "):
        raise opened.refuse("the keywords (TEXT) do not begin with a delimiter")
    keywords, odd = split_pairs(raw, delimiter)
    if not keywords:
        raise opened.refuse("there are no keywords in TEXT")
    findings = [_odd(opened)] if odd else []
    more, told = _supplement(opened, keywords, delimiter)
    # What is said in both is taken from TEXT, which no other program overlooks.
    return Text(keywords={**more, **keywords}, findings=(*findings, *told))


def split_pairs(raw: bytes, delimiter: bytes) -> tuple[dict[str, str], bool]:
    """Keywords and values of a segment, and whether a last keyword was left without a value."""
    # Pieces of text in turn with the run of delimiters that follows each; the last has none.
    parts = re.split(b"(" + re.escape(delimiter) + b"+)", raw)[2:]
    pieces, runs = parts[::2], [len(run) for run in parts[1::2]] + [0]
    keywords: dict[str, str] = {}
    key = b""
    value: list[bytes] = []
    for number, (piece, run) in enumerate(zip(pieces, runs, strict=True)):
        if not key:
            key, value = piece.strip(PADDING), [delimiter * ((run - 1) // 2)]
            ended = bool(key) and run > 0 and run % 2 == 0
        else:
            ended = run % 2 == 1 or _ends_all_the_same(pieces[number + 1 : number + 3])
            value += (piece, delimiter * ((run - 1) // 2 if ended else run // 2))
        if key and ended:
            keywords[_decoded(key).upper()] = _decoded(b"".join(value))
            key = b""
    return keywords, bool(key)


def _supplement(
    opened: Opened, keywords: dict[str, str], delimiter: bytes
) -> tuple[dict[str, str], list[Finding]]:
    begin, end = (whole(keywords.get(name, "")) or 0 for name in ("$BEGINSTEXT", "$ENDSTEXT"))
    place = Span(begin=begin, end=end)
    if begin < 1 or place.length < 1:
        return {}, []
    raw = opened.read(begin, min(place.length, LONGEST_TEXT))
    if raw[:1] != delimiter:
        # Cytometers by Partec keep their own packed settings there.
        told = opened.tell(
            Severity.NOTE,
            "fcs-supplement-unreadable",
            "the supplemental TEXT holds no keywords and was left out",
        )
        return {}, [told]
    more, odd = split_pairs(raw, delimiter)
    return more, [_odd(opened)] if odd else []


def _odd(opened: Opened) -> Finding:
    return opened.tell(
        Severity.NOTE,
        "fcs-keyword-without-value",
        "the last keyword of TEXT has no value and was left out",
    )


def _ends_all_the_same(following: list[bytes]) -> bool:
    """Whether two delimiters end a value: nothing but padding or a standard keyword follows."""
    if not following or STANDARD.fullmatch(following[0]):
        return True
    return len(following) == 1 and not following[0].strip(PADDING)


def _decoded(raw: bytes) -> str:
    """Text in UTF-8, which older writers do not know: theirs is taken for Latin-1."""
    try:
        return raw.decode("utf-8").strip(BLANK)
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip(BLANK)
