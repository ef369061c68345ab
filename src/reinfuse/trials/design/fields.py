"""One value of a design file from its text; each raises ReinfuseError with what and fix."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TypeVar

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file.text import shortened
from reinfuse.exchange.course_file.values import read_choice
from reinfuse.trials.forecast.fields import exact
from reinfuse.trials.population import Dose, On, Rule

_MOST_PER_KG, _MOST_CELLS = 1e11, 1e13
_DOSE = "write it like 1e6 cells/kg or 1e8 cells"
_WHOLE = re.compile(r"\d{1,12}")
_RANGE = re.compile(r"(\d{1,4}):(\d{1,4}):(\d{1,3})")
_AT_GRADE = re.compile(r"at CRS grade (?:>= ?)?([1-4])")
_AT_FEVER = re.compile(r"at (\d{2}(?:\.\d)?) ?(?:Cel|°C)")
_ON_DAY = re.compile(r"on day (\d{1,2}(?:\.\d+)?)")
_LEAST_FEVER, _MOST_FEVER, _LAST_DRUG_DAY = 38.0, 42.0, 28.0
_MOST_DAY = 3650
Value = TypeVar("Value")
RULE = "write it like none, at CRS grade 2, at 39 Cel or on day 3"


def chosen(choices: Mapping[str, Value]) -> Callable[[str], Value]:
    """A reader of words, each of which stands for something."""
    return lambda text: read_choice(text.strip(), choices)


def whole(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        bare = text.strip().replace("_", "")
        if not _WHOLE.fullmatch(bare) or not low <= int(bare) <= high:
            raise ReinfuseError(
                f"{shortened(text)!r} is not a whole number from {low} to {high}",
                fix=f"write one, such as {max(low, 1)}",
            )
        return int(bare)

    return read


def number(low: float, high: float = math.inf, *, over: bool = False) -> Callable[[str], float]:
    """A reader of bare numbers from `low` (or, with `over`, above it) to `high`."""

    def read(text: str) -> float:
        found = _bare(text)
        if not low <= found <= high or (over and found == low):
            raise ReinfuseError(f"{shortened(text)!r} is not {_range(low, high, over=over)}",
                                fix="write a number without a unit")  # fmt: skip
        return found

    return read


def any_number(text: str) -> float:
    """A bare number that is finite."""
    found = _bare(text)
    if not math.isfinite(found):
        raise ReinfuseError(f"{shortened(text)!r} is not a number", fix="write it like 0.07 or 2e9")
    return found


def measured(unit: str, low: float, high: float) -> Callable[[str], float]:
    """A reader of numbers with a unit, above `low` and up to `high` of it."""

    def read(text: str) -> float:
        shown = unit.replace("{", "").replace("}", "")
        fix = f"write it with its unit, like {_like(low, high)} {shown}"
        quantity = exact(text, fix)
        if not quantity.fits(unit):
            raise ReinfuseError(f"{shortened(text)!r} is not in {shown}", fix=fix)
        found = quantity.number_in(unit)
        if not low < found <= high:
            raise ReinfuseError(
                f"{shortened(text)!r} is not above {low:g} and up to {high:g} {shown}", fix=fix
            )
        return found

    return read


def share(text: str) -> float:
    """A share, 0 to 1, of `20 %`."""
    fix = "write it like 20 %"
    quantity = exact(text, fix)
    found = quantity.number_in("%") / 100.0 if quantity.fits("%") else math.nan
    if not 0 <= found <= 1:
        raise ReinfuseError(f"{shortened(text)!r} is not from 0 to 100 %", fix=fix)
    return found


def inner_share(text: str) -> float:
    """A share above 0 and below 1, of `20 %`."""
    found = share(text)
    if not 0 < found < 1:
        raise ReinfuseError(
            f"{shortened(text)!r} is not between 0 and 100 %", fix="write it like 20 %"
        )
    return found


def dose(text: str) -> Dose:
    """A dose of CAR-T cells: `1e6 cells/kg` or `1e8 cells`."""
    quantity = exact(text.strip(), _DOSE)
    for unit, most in (("{cells}/kg", _MOST_PER_KG), ("{cells}", _MOST_CELLS)):
        if quantity.fits(unit):
            amount = quantity.number_in(unit)
            if not 0 < amount <= most:
                raise ReinfuseError(
                    f"a dose of {shortened(text)} is not above 0 and up to {most:g}", fix=_DOSE
                )
            return Dose(amount=amount, per_kg=unit != "{cells}")
    raise ReinfuseError(f"{shortened(text)!r} is not a dose of cells", fix=_DOSE)


def rule(text: str) -> Rule | None:
    """When a drug is given: `at CRS grade 2`, `at 39 Cel`, `on day 3`; None for `none`."""
    bare = " ".join(text.split())
    if bare == "none":
        return None
    if found := _AT_GRADE.fullmatch(bare):
        return Rule(on=On.GRADE, at=float(found[1]))
    if (found := _AT_FEVER.fullmatch(bare)) and _LEAST_FEVER <= float(found[1]) <= _MOST_FEVER:
        return Rule(on=On.FEVER, at=float(found[1]))
    if (found := _ON_DAY.fullmatch(bare)) and float(found[1]) <= _LAST_DRUG_DAY:
        return Rule(on=On.DAY, at=float(found[1]))
    raise ReinfuseError(f"{shortened(text)!r} does not say when it is given", fix=RULE)


def days(text: str) -> tuple[int, ...]:
    """Whole days of `0:28:1, 60, 90`, as they stand; `from:to:step` is a row of them."""
    found: list[int] = []
    for part in (one.strip() for one in text.split(",")):
        row = _RANGE.fullmatch(part)
        if row is not None and int(row[3]) > 0 and int(row[1]) <= int(row[2]) <= _MOST_DAY:
            found += range(int(row[1]), int(row[2]) + 1, int(row[3]))
        elif _WHOLE.fullmatch(part) and int(part) <= _MOST_DAY:
            found.append(int(part))
        else:
            raise ReinfuseError(
                f"{shortened(part)!r} is not a day", fix="write days like 28, 90 or 0:28:2, 60"
            )
    if any(later <= earlier for earlier, later in pairwise(found)):
        raise ReinfuseError("the days do not rise", fix="write each day once, the earliest first")
    return tuple(found)


def _bare(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _range(low: float, high: float, *, over: bool) -> str:
    begins = f"a number above {low:g}" if over else f"a number from {low:g}"
    return begins + (f" to {high:g}" if math.isfinite(high) else " on")


def _like(low: float, high: float) -> str:
    return f"{min(max(1.0, low), high):g}"
