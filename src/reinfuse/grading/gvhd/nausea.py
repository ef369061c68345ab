"""Whether upper gastrointestinal symptoms persist."""

from __future__ import annotations

from collections.abc import Mapping

PERSISTENT_DAYS = 3
VOMITS_A_DAY = 2


def symptoms_persist(
    nausea_or_anorexia: Mapping[int, bool], vomits: Mapping[int, float], day: int
) -> bool | None:
    """Whether each of the three days that end with this one had symptoms; None if that is open.

    A day has them with nausea, with anorexia that goes with weight loss, or with two or more
    vomits. The paper is remembered as asking for two days of vomiting only, which is not used.

    Source: Harris 2015, Blood 126:3154 [abstract only].
    """
    days = [_has(nausea_or_anorexia, vomits, day - back) for back in range(PERSISTENT_DAYS)]
    if False in days:
        return False
    return None if None in days else True


def _has(nausea: Mapping[int, bool], vomits: Mapping[int, float], day: int) -> bool | None:
    if nausea.get(day) or vomits.get(day, 0) >= VOMITS_A_DAY:
        return True
    return False if day in nausea and day in vomits else None
