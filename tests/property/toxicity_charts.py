"""Charts of ill days drawn from a seed, free of contradiction, for properties and studies."""

from __future__ import annotations

import math

import numpy as np

from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import items

Value = Quantity | bool | str
TREATMENTS = ("antipyretic given", "tocilizumab given", "corticosteroid given")
ICE_PARTS = {
    "ICE orientation": 4,
    "ICE naming": 3,
    "ICE command": 1,
    "ICE writing": 1,
    "ICE attention": 1,
}
RATES = {
    "norepinephrine rate": (2, 19.9, 20, 30),
    "epinephrine rate": (2, 9.9, 10),
    "dopamine rate": (3, 9.9, 10),
    "phenylephrine rate": (30, 199, 200),
}
MOST_DAYS = 5
RARE, OFTEN = 0.15, 0.6


class Draw:
    """Choices from one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def one(self, *choices: float) -> float:
        return float(choices[int(self.rng.integers(len(choices)))])

    def word(self, *choices: str) -> str:
        return choices[int(self.rng.integers(len(choices)))]


def full_chart(seed: int) -> Chart:
    """A chart with every item of every day, at and around the thresholds.

    Contradictions are left out: no low pressure without hypotension, no low saturation on room
    air, no flow without a device, no count of pressors beside other rates. One value a day.
    """
    draw = Draw(seed)
    years = draw.one(5, 9, 11, 12, 40)
    marks = [Mark(item="age", day=0, value=Quantity(years, "a"))]
    for day in range(int(draw.one(*range(1, MOST_DAYS + 1)))):
        values = {
            **_fever(draw),
            **_pressure(draw),
            **_pressors(draw),
            **_oxygen(draw),
            **_organs(draw),
            **_mind(draw),
        }
        hours = draw.chance(OFTEN / 2)
        marks += [_mark(draw, item, day, value, hours) for item, value in values.items()]
    return Chart.of(f"seed {seed}", marks)


def _mark(draw: Draw, item: str, day: int, value: Value, hours: bool) -> Mark:
    timed = hours and item in ("temperature", *TREATMENTS)
    infection = item == "temperature" and draw.chance(RARE)
    return Mark(
        item=item,
        day=day + (draw.one(0.2, 0.4, 0.6) if timed else 0),
        value=value,
        attributed_to="infection" if infection else None,
    )


def _fever(draw: Draw) -> dict[str, Value]:
    return {
        "temperature": Quantity(draw.one(36.8, 36.8, 37.99, 38.0, 39.5), "Cel"),
        "constitutional symptoms": draw.chance(RARE),
        **{name: draw.chance(RARE) for name in TREATMENTS},
        "inotrope": draw.chance(RARE),
    }


def _pressure(draw: Draw) -> dict[str, Value]:
    low = draw.chance(OFTEN / 2)
    usual = (90, 110, 130)
    return {
        "hypotension": low,
        "systolic blood pressure": Quantity(
            draw.one(*usual, *((80, 89.9) if low else ())), "mm[Hg]"
        ),
        "IV fluids for hypotension": low and draw.chance(OFTEN),
        "life-threatening hypotension": draw.chance(RARE),
        "hypotension refractory to high-dose vasopressor": draw.chance(RARE),
        "life-threatening CRS": draw.chance(RARE),
    }


def _pressors(draw: Draw) -> dict[str, Value]:
    running = [name for name in RATES if draw.chance(RARE)]
    rates = {name: draw.one(*RATES[name]) if name in running else 0.0 for name in RATES}
    vasopressin, hours = draw.chance(RARE), draw.one(2.9, 3, 30) if running else 0.0
    high = hours >= 3 and _high(rates, vasopressin)
    units = {"dopamine rate": "ug/kg/min"}
    values: dict[str, Value] = {
        name: Quantity(rate, units.get(name, "ug/min")) for name, rate in rates.items()
    }
    for drug in ("norepinephrine", "epinephrine"):
        weighed = 0.05 if f"{drug} rate" in running else 0.0
        values[f"{drug} rate by weight"] = Quantity(weighed, "ug/kg/min")
    return values | {
        "vasopressors other than vasopressin": Quantity(len(running), "1"),
        "vasopressin": vasopressin,
        "hours at vasopressor rate": Quantity(hours, "h"),
        "hours on vasopressor": Quantity(draw.one(0, 23.9, 24), "h"),
        "high-dose vasopressor": high,
    }


def _high(rates: dict[str, float], vasopressin: bool) -> bool:
    """The printed doses, written anew."""
    ne, epi = rates["norepinephrine rate"], rates["epinephrine rate"]
    dopa, phenyl = rates["dopamine rate"], rates["phenylephrine rate"]
    total = ne + epi + dopa / 2 + phenyl / 10
    alone = ne >= 20 or dopa >= 10 or phenyl >= 200 or epi >= 10
    return alone or total >= 20 or (vasopressin and total >= 10)


def _oxygen(draw: Draw) -> dict[str, Value]:
    if draw.chance(OFTEN):
        device, flow, inspired, for_airway = "none", 0.0, 21.0, False
    else:
        device = draw.word(*items()["oxygen device"].words[1:])
        flow = draw.one(2, 6, math.nextafter(6, 7), 12)
        inspired, for_airway = draw.one(30, 39.9, 40, 60), False
    ventilated = device == "mechanical ventilation"
    for_airway = ventilated and draw.chance(OFTEN)
    may_be_low = device != "none" and not for_airway
    values: dict[str, Value] = {
        "oxygen device": device,
        "inspired oxygen": Quantity(inspired, "%"),
        "intubated for airway protection": for_airway,
        "oxygen saturation": Quantity(draw.one(90, 97, *((89.9, 80) if may_be_low else ())), "%"),
    }
    return values if ventilated else values | {"oxygen flow": Quantity(flow, "L/min")}


def _organs(draw: Draw) -> dict[str, Value]:
    names = ("worst organ toxicity grade", "transaminitis grade", "creatinine toxicity grade")
    signs = ("hospitalized for CRS", "IV therapy for CRS", "coagulopathy needing replacement")
    return {
        **{name: Quantity(draw.one(0, 0, 1, 2, 3, 4), "1") for name in names},
        **{name: draw.chance(RARE) for name in signs},
    }


def _mind(draw: Draw) -> dict[str, Value]:
    wakes = draw.word("spontaneous", "spontaneous", *items()["wakefulness"].words)
    unarousable = wakes == "unarousable"
    parts = {
        name: 0 if unarousable else int(draw.one(most, most, *range(most + 1)))
        for name, most in ICE_PARTS.items()
    }
    return {
        **{name: Quantity(points, "{score}") for name, points in parts.items()},
        "ICE score": Quantity(sum(parts.values()), "{score}"),
        "CAPD score": Quantity(draw.one(0, 0, 1, 8, 9, 20), "{score}"),
        "RASS": Quantity(draw.one(0, -3), "{score}"),
        "wakefulness": wakes,
        "ICE not testable because unarousable": unarousable,
        "seizure": draw.word("none", "none", "none", *items()["seizure"].words),
        "deep focal weakness": draw.chance(RARE / 3),
        "cerebral edema": draw.word("none", "none", "none", *items()["cerebral edema"].words),
        "raised intracranial pressure": draw.chance(RARE / 3),
    }


def thinned(chart: Chart, seed: int, wanted: tuple[str, ...]) -> Chart:
    """The chart with marks taken away, one of the wanted items left on every day."""
    draw = Draw(seed)
    share = draw.one(0.02, 0.1, 0.3, 0.7)
    days = sorted({int(mark.day // 1) for mark in chart.marks})
    marks = [mark for mark in chart.marks if mark.item in wanted]
    left = []
    for day in days:
        here = [mark for mark in marks if mark.day // 1 == day and mark.item != "age"]
        stays = draw.word(*(mark.item for mark in here))
        left += [mark for mark in here if mark.item == stays or not draw.chance(share)]
    left += [mark for mark in marks if mark.item == "age" and not draw.chance(share)]
    return Chart.of(chart.subject, left)
