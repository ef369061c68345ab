"""One value of an options file from its text; each raises ReinfuseError with what and fix."""

from __future__ import annotations

import math
import re

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file.text import shortened
from reinfuse.quantity import Quantity
from reinfuse.trials.forecast.asked import DAYS_A_MONTH, Dose, DoseUnit

_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_TIMES = re.compile(rf"[x×]\s*({_NUMBER})")
_LASTING = re.compile(rf"({_NUMBER})\s*(day|d|week|wk|month|mo|year|a)s?")
_SHIFT = re.compile(rf"({_NUMBER}\s*[a-z]+)\s+(earlier|later)")
_DAYS = {"day": 1.0, "d": 1.0, "week": 7.0, "wk": 7.0, "month": DAYS_A_MONTH, "mo": DAYS_A_MONTH,
         "year": 365.25, "a": 365.25}  # fmt: skip
_LONGEST_DAYS = 3652.5
_LONGEST_SHIFT_DAYS = 365.0
_MOST_TIMES = 1000.0
_MOST_CELLS, _MOST_PER_KG = 1e13, 1e11
_UNITS = {DoseUnit.CELLS: ("{cells}", _MOST_CELLS), DoseUnit.PER_KG: ("{cells}/kg", _MOST_PER_KG)}
_DOSE = "x3 (three times the dose given), 2e6 cells/kg or 1e8 cells"


def lasting(text: str) -> float:
    """Days of `12 months`, `4 weeks`, `180 d`; a bare number is days."""
    bare = text.strip().casefold()
    found = _LASTING.fullmatch(bare) or re.fullmatch(rf"({_NUMBER})()", bare)
    days = float(found[1]) * _DAYS.get(found[2], 1.0) if found else math.nan
    if not 0 < days <= _LONGEST_DAYS:
        raise ReinfuseError(
            f"{shortened(text)!r} is not a time of up to ten years",
            fix="write it like 12 months, 4 weeks or 180 days",
        )
    return days


def shift(text: str) -> float:
    """Days by which something is later, below 0 for `4 weeks earlier`; 0 for `as given`."""
    bare = text.strip().casefold()
    if bare == "as given":
        return 0.0
    found = _SHIFT.fullmatch(bare)
    if found is None:
        raise ReinfuseError(
            f"{shortened(text)!r} does not say how much earlier or later",
            fix="write it like 4 weeks earlier, 10 days later, or as given",
        )
    days = lasting(found[1])
    if days > _LONGEST_SHIFT_DAYS:
        raise ReinfuseError(
            f"{shortened(text)!r} is more than a year away",
            fix="a shift of up to a year can be replayed",
        )
    return -days if found[2] == "earlier" else days


def dose(text: str) -> Dose:
    """A dose: `x3`, `2e6 cells/kg` or `1e8 cells`."""
    bare = text.strip()
    times = _TIMES.fullmatch(bare)
    if times is not None:
        if not 0 < float(times[1]) <= _MOST_TIMES:
            raise ReinfuseError(f"{shortened(text)!r} is not a dose", fix=f"write it like {_DOSE}")
        return Dose(amount=float(times[1]), unit=DoseUnit.TIMES, words=f"x{float(times[1]):g}")
    quantity = exact(text, f"write it like {_DOSE}")
    for unit, (code, most) in _UNITS.items():
        if quantity.fits(code) and 0 < (amount := quantity.number_in(code)) <= most:
            return Dose(amount=amount, unit=unit, words=quantity.shown())
    raise ReinfuseError(f"{shortened(text)!r} is not a dose of cells", fix=f"write it like {_DOSE}")


def milligrams(text: str) -> float:
    """A flat dose of a drug in mg."""
    return _within(text, "mg", 2000.0, "write a flat dose, like 480 mg")


def milligrams_a_square_metre(text: str) -> float:
    """A dose of each of three days in mg/m2; 0 where it is left out of a regimen."""
    fix = "write the dose of each of three days, like 30 mg/m2"
    day = re.sub(r"/\s*d(?:ay)?\s*$", "", text.strip())
    if day in ("0", "none"):
        return 0.0
    return _within(day, "mg/m2", 5000.0, fix)


def share(text: str) -> float:
    """A share, 0 to 1, of `99.9 %`."""
    return _within(text, "%", 100.0, "write it like 99.9 %", least=0.0) / 100.0


def exact(text: str, fix: str) -> Quantity:
    """A number with a unit and no limit."""
    try:
        quantity = Quantity.parse(text.strip())
    except ReinfuseError as error:
        raise ReinfuseError(error.what, fix=fix) from None
    if not quantity.exact:
        raise ReinfuseError(f"{shortened(text)!r} is a bound and not a number", fix=fix)
    return quantity


def _within(text: str, unit: str, most: float, fix: str, least: float = 1e-9) -> float:
    quantity = exact(text, fix)
    if not quantity.fits(unit):
        raise ReinfuseError(f"{shortened(text)!r} is not in {unit}", fix=fix)
    if not least <= (number := quantity.number_in(unit)) <= most:
        raise ReinfuseError(
            f"{shortened(text)!r} is not above 0 and up to {most:g} {unit}", fix=fix
        )
    return number
