"""The methods that a boxes file may name: where the border of a lesion is drawn."""

from __future__ import annotations

import re

from reinfuse.imaging.lesions import (
    HALF_WAY,
    OverLiver,
    fixed,
    fixed_by_lean_mass,
    share_of_max,
    share_of_peak,
)
from reinfuse.imaging.measured.boxes import AnyRule
from reinfuse.imaging.measured.boxes_told import LONGEST_NAME, Told

METHODS = (
    "41 % of SUVmax, 41 % of SUVpeak, SUV 4, SUL 2.5, liver mean + 2 SD, "
    "1.5 x liver mean + 2 SD or half-way, with any number"
)
_NUMBER = r"(\d+(?:\.\d+)?)"
_SHARE = re.compile(rf"{_NUMBER} ?% of SU[VL](max|peak)")
_FIXED = re.compile(rf"SU(V|L) {_NUMBER}")
_LIVER = re.compile(rf"(?:{_NUMBER} ?[x×] ?)?liver mean(?: ?\+ ?{_NUMBER} ?SD)?")
_LEAST, _WHOLE = 1.0, 100.0  # a lower share was meant as a fraction (ours)


def method_of(told: Told, node: object, where: str) -> AnyRule | None:
    """The rule of a name; None where nothing is written, or no method is called so."""
    if node is None:
        return None
    text = str(node).strip()
    if text == "half-way":
        return HALF_WAY
    if (share := _SHARE.fullmatch(text)) and 0 < float(share[1]) < _WHOLE:
        if float(share[1]) < _LEAST:
            told.say(where, f"a share of {share[1]} % is under {_LEAST:g} %; 41 is 41 %")
            return None
        by = share_of_max if share[2] == "max" else share_of_peak
        return by(float(share[1]))
    if (border := _FIXED.fullmatch(text)) and float(border[2]) > 0:
        by_size = fixed if border[1] == "V" else fixed_by_lean_mass
        return by_size(float(border[2]))
    if (liver := _LIVER.fullmatch(text)) and float(liver[1] or 1.0) > 0:
        return OverLiver(times=float(liver[1] or 1.0), deviations=float(liver[2] or 0.0))
    told.say(where, f"there is no method {text[:LONGEST_NAME]!r}; write {METHODS}")
    return None
