"""What one row says of a level: a number, a bound or two, nothing; or why it cannot be read."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.exchange.data_set.cells import Cell, Limited, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The cells of one sample that speak of its level; None is a missing cell.

    `below` is what a flag or a text says: below a limit, whose number it may give.
    """

    dv: float | Limited | None
    cens: float | None
    limit: float | None
    lloq: float | None
    uloq: float | None
    below: Limited | None
    logarithms: bool


@dataclass(frozen=True, slots=True)
class Level:
    """A number, or bounds; `doubt` says what a reader must be told of it."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    doubt: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class NoLevel:
    """Why a row says nothing that can be used; `absent` where its value is only missing."""

    what: str
    fix: str = ""
    absent: bool = False


_YES = ("Y", "YES", "TRUE")
_LIMIT_FIX = "write the limit into DV, or add a column LLOQ"


def level_of(said: Said) -> Level | NoLevel:
    """What a row says of a level; the last step holds that the bounds are in order."""
    found = _level_of(said)
    if isinstance(found, NoLevel) or found.value is not None:
        return found
    if found.low is not None and found.high is not None and found.low >= found.high:
        what = f"the interval from {found.low:g} to {found.high:g} is empty: LIMIT and DV"
        return NoLevel(what, "with CENS 1 LIMIT lies below DV, with CENS -1 above it")
    if found.high is not None and found.high <= 0 and not said.logarithms:
        what = f"no level lies below the limit {found.high:g}"
        return NoLevel(what, "write a limit above 0, or say with --log that DV holds logarithms")
    return found


def _level_of(said: Said) -> Level | NoLevel:
    if said.cens not in (None, 0, 1, -1):
        what = f"CENS is {said.cens:g}"
        return NoLevel(what, "write 0 for a number, 1 for below DV, -1 for above DV")
    if isinstance(said.dv, Limited):
        return _written(said, said.dv)
    if said.cens == 1:
        return _below(said, said.dv)
    if said.cens == -1:
        return _above(said, said.dv)
    if said.below is not None:
        return _flagged(said, said.below)
    if said.dv is None:
        return NoLevel("the sample has no value, and is left out", absent=True)
    return _number(said, said.dv)


def _written(said: Said, bound: Limited) -> Level | NoLevel:
    """`<50` or `BLQ` in the place of a number."""
    if bound.below:
        return _below(said, bound.number)
    return _above(said, bound.number)


def _below(said: Said, limit: float | None) -> Level | NoLevel:
    """Below a limit; an empty or zero DV leaves the limit to LLOQ."""
    given = None if limit == 0 and said.lloq is not None and not said.logarithms else limit
    high = said.lloq if given is None else given
    if high is None:
        return NoLevel("the value lies below a limit that is not given", _LIMIT_FIX)
    doubt = fix = ""
    if said.lloq is not None and high != said.lloq:
        doubt = f"the value lies below {high:g}, and LLOQ is {said.lloq:g}: {high:g} is taken"
        fix = "write the same limit in both"
    return Level(low=said.limit, high=high, doubt=doubt, fix=fix)


def _above(said: Said, limit: float | None) -> Level | NoLevel:
    low = said.uloq if limit is None else limit
    if low is None:
        fix = "write the limit into DV, or add a column ULOQ"
        return NoLevel("the value lies above a limit that is not given", fix)
    doubt = fix = ""
    if said.uloq is not None and low != said.uloq:
        doubt = f"the value lies above {low:g}, and ULOQ is {said.uloq:g}: {low:g} is taken"
        fix = "write the same limit in both"
    return Level(low=low, high=said.limit, doubt=doubt, fix=fix)


def _flagged(said: Said, flag: Limited) -> Level | NoLevel:
    """Below a limit by a flag or a text, whatever number stands in its place."""
    if not flag.below:
        return _above(said, flag.number)
    if flag.number is None and said.lloq is None:
        return NoLevel("the value lies below a limit that is not given", _LIMIT_FIX)
    high = said.lloq if flag.number is None else flag.number
    dv = said.dv
    if isinstance(dv, float) and high is not None and dv > high:
        what = f"the value is {dv:g}, and it is marked as below the limit {high:g}"
        return NoLevel(what, "correct the mark, the value or the limit")
    return Level(low=said.limit, high=high)


def _number(said: Said, dv: float) -> Level | NoLevel:
    if said.lloq is not None and dv < said.lloq:
        if dv == 0 and not said.logarithms:
            doubt = f"the value is 0 and LLOQ {said.lloq:g}: taken as below {said.lloq:g}"
            return Level(high=said.lloq, doubt=doubt, fix="write CENS 1 and the limit in DV")
        what = f"the value {dv:g} is below its own limit LLOQ {said.lloq:g}"
        fix = "below the limit: CENS 1 and the limit in DV; a number after all: leave LLOQ empty"
        return NoLevel(what, fix)
    if said.uloq is not None and dv > said.uloq:
        what = f"the value {dv:g} is above its own limit ULOQ {said.uloq:g}"
        fix = "above the limit: CENS -1 and the limit in DV; a number after all: leave ULOQ empty"
        return NoLevel(what, fix)
    return Level(value=dv)


def below_by(flag: Cell, text: Cell) -> Limited | None:
    """The bound that a flag (Y or 1) or a text (`<LLOQ`, `<0.01`) sets; None if neither does."""
    if isinstance(text, Limited):
        return text
    if flag == 1 or (isinstance(flag, Unread) and flag.text.upper() in _YES):
        return Limited(below=True, number=None)
    return None
