"""Where a fact was published, and how sure we are that we read it right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How a published value reached us; a recalled value is never silently a default."""

    PAPER = "read in the paper"
    PORT = "read in a public port"
    SECONDARY = "read in a secondary source"
    ABSTRACT = "abstract only"
    RECALLED = "recalled"
    OURS = "our own choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publication and the place in it, with our standing towards it.

    `doi` is bare (`10.1002/psp4.12388`), or empty for a choice of our own; `place` is a table,
    figure or section; `cite` is what a reader would write, such as `Stein 2019`.
    """

    cite: str
    standing: Standing
    doi: str = ""
    place: str = ""

    def __str__(self) -> str:
        """The source on one line, with its standing in brackets."""
        parts = (self.cite, self.place, f"doi:{self.doi}" if self.doi else "")
        return f"{', '.join(part for part in parts if part)} [{self.standing}]"
