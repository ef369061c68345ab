"""The first 58 bytes of a data set: which FCS it is, and where TEXT and DATA lie.

Sources: FCS 2.0, Dean 1990, doi:10.1002/cyto.990110303; FCS 3.0, Seamer 1997,
doi:10.1002/(SICI)1097-0320(19970601)28:2<118::AID-CYTO3>3.0.CO;2-B; FCS 3.1, Spidlen 2010,
doi:10.1002/cyto.a.20825; FCS 3.2, Spidlen 2021, doi:10.1002/cyto.a.24225.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reinfuse.cytometry.fcs.opened import EXPORT_AGAIN, Opened

HEADER_BYTES = 58
KNOWN = ("2.0", "3.0", "3.1", "3.2")
MAGIC = re.compile(rb"FCS(\d\.\d)[ \0]{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From the first byte to the last, both within; an `end` of 0 is not said."""

    begin: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes it has; 0 or less where the end is not said."""
        return self.end - self.begin + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`version` such as 3.1, and the places of TEXT and DATA in bytes of the data set."""

    version: str
    text: Span
    data: Span


def read_header(opened: Opened) -> Header:
    """The HEADER of a data set; ReinfuseError where there is none or its version is not known."""
    raw = opened.read(0, HEADER_BYTES)
    match = MAGIC.match(raw)
    if match is None:
        raise opened.refuse(
            "this is no FCS file: it does not begin with FCS and a version",
            fix="name an FCS file, as it came from the cytometer",
        )
    version = match[1].decode("ascii")
    if version not in KNOWN:
        raise opened.refuse(f"FCS {version} is not read, only {', '.join(KNOWN)}")
    # A file may stop after the places of DATA: those of ANALYSIS are not used.
    places = [_place(raw[at : at + 8]) for at in range(10, 42, 8)]
    text = Span(begin=places[0], end=places[1])
    if text.begin < 1 or text.length < 1 or text.begin >= opened.room:
        raise opened.refuse(
            "the HEADER does not say where the keywords (TEXT) are", fix=EXPORT_AGAIN
        )
    return Header(version=version, text=text, data=Span(begin=places[2], end=places[3]))


def begins_data_set(opened: Opened) -> bool:
    """Whether a data set begins where `opened` starts."""
    return MAGIC.match(opened.read(0, HEADER_BYTES)) is not None


def _place(eight: bytes) -> int:
    """A place of the HEADER; 0 where it is blank or no number."""
    text = eight.strip(b" \0")
    return int(text) if text.isdigit() else 0
