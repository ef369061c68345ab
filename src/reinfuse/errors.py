"""What went wrong or must be told to a reader: what, where, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReinfuseError(Exception):
    """Every error this package raises on purpose."""

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what, self.where, self.fix = what, where, fix
        lines = (what, where and f"  where: {where}", fix and f"  fix:   {fix}")
        super().__init__("\n".join(line for line in lines if line))


class Severity(StrEnum):
    """How much a finding matters to somebody who reads the course.

    The order of the members is the order in which findings are listed.
    """

    ERROR = "error"  # the file cannot be used as it stands
    CONTRADICTION = "contradiction"  # two things in the record cannot both be so
    UNSUPPORTED = "unsupported"  # stated, and not borne out by what is documented
    AMBIGUITY = "ambiguity"  # stated in a way that can be read in more than one way
    GAP = "gap"  # a reader would expect it, and it is not there
    NOTE = "note"  # worth knowing; nothing is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a reader must be told, with the rule that found it.

    `rule` is a stable short name such as `reported-above-documented`; `where` names file, line
    or record ids, never the person; `about` holds the ids of the entries it rests on.
    """

    severity: Severity
    rule: str
    what: str
    where: str = ""
    fix: str = ""
    about: tuple[str, ...] = ()
