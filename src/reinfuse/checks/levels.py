"""Which levels of a criterion a reported word stands for."""

from __future__ import annotations

import re

from reinfuse.grading import Criterion

_NONE = ("no remission", "no CR")
# Words for the levels of the shipped scales, in lower case; a word may stand for several levels.
# An umbrella CRi holds what others call CRh; who is in no remission was not always called so.
# Source: ELN 2024 adult ALL, Lugano 2014 and the CIBMTR forms, recalled.
WORDS: dict[str, tuple[str | int, ...]] = {
    "complete remission": ("CR", "complete"),
    "complete response": ("CR", "complete"),
    "cr": ("CR", "complete"),
    "mrd-negative cr": ("CR",),
    "cri": ("CRi", "CRh"),
    "no remission": _NONE,
    "no response": (*_NONE, "stable", "progression"),
    "nr": (*_NONE, "stable", "progression"),
    "refractory": (*_NONE, "primary refractory", "stable", "progression"),
    "partial remission": (*_NONE, "partial"),
    "partial response": (*_NONE, "partial"),
    "pr": (*_NONE, "partial"),
    "stable disease": (*_NONE, "stable"),
    "sd": (*_NONE, "stable"),
    "progressive disease": (*_NONE, "progression"),
    "pd": (*_NONE, "progression"),
    "complete donor": ("full donor",),
    "complete": ("complete", "full donor"),
    "none": (0, "none"),
    "absent": (0, "none"),
    "no": (0, "none", "not reached"),
    "yes": ("reached",),
}
_GRADE = re.compile(r"(?:grade\s+)?(?P<level>[0-9]+|[ivx]+)", re.IGNORECASE)


def places_of(reported: str, criterion: Criterion) -> tuple[int, ...]:
    """Where in the criterion's levels a reported verdict may stand; empty if it is none of them.

    A scale that begins at 0 counts its levels, so that a number beyond it still has a place.
    What follows a comma, such as the day of it, is no part of the verdict.
    """
    word = reported.partition(",")[0].strip().casefold()
    levels = criterion.levels
    named = {str(level).casefold(): place for place, level in enumerate(levels)}
    grade = _GRADE.fullmatch(word)
    if grade is not None and levels[0] == 0:
        level = grade["level"].casefold()
        return (int(level),) if level.isdigit() else tuple(_places((level,), named))
    meant = WORDS.get(word) or (word,)
    return tuple(_places(meant, named))


def _places(words: tuple[str | int, ...], named: dict[str, int]) -> list[int]:
    return [named[folded] for word in words if (folded := str(word).casefold()) in named]
