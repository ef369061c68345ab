"""The amount of liquid stool that a day is staged by."""

from __future__ import annotations

from collections.abc import Mapping

from reinfuse.quantity import Limit, Quantity

ADULT_ABOVE_KG = 50.0
URINE_SHARE = 0.5
EPISODE_ML_ADULT, EPISODE_ML_PER_KG_CHILD = 200.0, 3.0
AVERAGED_DAYS = 3


def stool_of_day(
    *,
    weight_kg: float,
    measured_ml: float = 0.0,
    mixed_with_urine_ml: float = 0.0,
    unmeasured_episodes: float = 0.0,
) -> Quantity:
    """The liquid stool of one day: per day above 50 kg, else per kg and day.

    Half of what was mixed with urine counts. A liquid episode that nobody measured counts 200 mL
    above 50 kg, else 3 mL/kg. Formed stool is left out before.

    Source: Harris 2016, notes to Table 1 [read in a secondary source].
    """
    adult = weight_kg > ADULT_ABOVE_KG
    episode_ml = EPISODE_ML_ADULT if adult else EPISODE_ML_PER_KG_CHILD * weight_kg
    total = (
        measured_ml + URINE_SHARE * mixed_with_urine_ml + episode_ml * max(0.0, unmeasured_episodes)
    )
    return Quantity(total, "mL/d") if adult else Quantity(total / weight_kg, "mL/kg/d")


def stool_at_onset(daily: Mapping[int, float], diagnosed: int, unit: str) -> Quantity | None:
    """The highest daily amount of the three days before the day of diagnosis.

    Where one of them was not recorded it is at least the highest of the others; None where none
    was. Source: Harris 2016, notes to Table 1 [read in a secondary source].
    """
    known = [daily[day] for day in range(diagnosed - AVERAGED_DAYS, diagnosed) if day in daily]
    if not known:
        return None
    return Quantity(max(known), unit, _limit(len(known)))


def stool_later(daily: Mapping[int, float], day: int, unit: str) -> Quantity | None:
    """The mean of the three days that end with this one, which stages every day after onset.

    Where one of them was not recorded it is at least a third of the sum; None where none was.
    Source: Harris 2016, notes to Table 1 [read in a secondary source].
    """
    known = [daily[one] for one in range(day - AVERAGED_DAYS + 1, day + 1) if one in daily]
    if not known:
        return None
    return Quantity(sum(known) / AVERAGED_DAYS, unit, _limit(len(known)))


def _limit(days: int) -> Limit:
    return Limit.EXACT if days == AVERAGED_DAYS else Limit.AT_LEAST
