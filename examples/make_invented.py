"""The CSV tables of the two invented courses: no patient stands behind any number.

Each series runs through knots that were set by hand, with a little seeded noise between them.
Run `python examples/make_invented.py` to write the tables again; a test says if they are stale.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random  # noqa: TID251  # numpy is not needed to invent a fever

FOLDER = Path(__file__).resolve().parent
Row = dict[str, str]
Knots = Mapping[float, float]
NIGHT_AND_DAY = (2, 6, 10, 14, 18, 22)  # hours at which vital signs are taken during CRS
MONTH = 28  # days
ROOM_AIR = "room air"


def through(knots: Knots, at: float, *, log: bool = False) -> float:
    """The value on the line through the knots; on a log scale a straight line is a decay."""
    days = sorted(knots)
    at = min(max(at, days[0]), days[-1])
    right = next(day for day in days if day >= at)
    left = max(day for day in days if day <= at)
    low, high = knots[left], knots[right]
    part = 0.0 if left == right else (at - left) / (right - left)
    if log:
        return math.exp(math.log(low) + part * (math.log(high) - math.log(low)))
    return low + part * (high - low)


def rounded(value: float) -> str:
    """A number with two significant digits below ten, three above, as a laboratory prints it."""
    exponent = math.floor(math.log10(value))
    places = max(1, min(exponent + 1, 2)) - exponent
    return f"{round(value, places):.{max(places, 0)}f}"


def vitals(
    chance: Random, days: int, *, crs: range, fever: Knots, systolic: Knots
) -> Iterator[Row]:
    """Temperature and blood pressure: once a day, and every four hours during CRS."""
    for day in range(days):
        for hour in NIGHT_AND_DAY if day in crs else (8,):
            at = day + hour / 24
            daily = 0.25 * math.sin((hour - 11) / 24 * 2 * math.pi)  # lowest near five o'clock
            warm = through(fever, at) + daily + chance.gauss(0, 0.12)
            yield row(day, hour, "temperature", f"{warm:.1f}", "Cel")
            pressure = through(systolic, at) + chance.gauss(0, 2.0)
            yield row(day, hour, "systolic blood pressure", f"{pressure:.0f}", "mm[Hg]")


def oxygen(
    chance: Random, days: int, *, crs: range, flow: Mapping[tuple[int, int], int]
) -> Iterator[Row]:
    """Saturation and oxygen flow with its device; `flow` says from which hour on how much."""
    litres = 0
    for day in range(days):
        for hour in NIGHT_AND_DAY if day in crs else (8,):
            litres = flow.get((day, hour), litres)
            base = 97.6 if litres == 0 else 94.6
            seen = min(100.0, base + chance.gauss(0, 0.7))
            yield row(day, hour, "oxygen saturation", f"{seen:.0f}", "%")
            device = ROOM_AIR if litres == 0 else "nasal cannula"
            yield row(day, hour, "oxygen flow", str(litres), "L/min", device=device)


def series(
    chance: Random, analyte: str, unit: str, knots: Knots, *, days: list[int], **more: str
) -> Iterator[Row]:
    """A laboratory series on a log scale, with five per cent of noise."""
    for day in days:
        value = through(knots, day, log=True) * math.exp(chance.gauss(0, 0.05))
        yield row(day, 7, analyte, rounded(value), unit, **more)


def above_limit(limit: float, rows: Iterator[Row]) -> Iterator[Row]:
    """The rows with everything below the limit written as below the limit."""
    for item in rows:
        below = float(item["value"]) < limit
        unit = item["unit"]
        yield item | {
            "value": f"< {limit:g}" if below else item["value"],
            "limit": f"{limit:g} {unit}",
        }


def row(day: int, hour: int, analyte: str, value: str, unit: str, **more: str) -> Row:
    """One row of a table."""
    return {"day": str(day), "time": f"{hour:02d}:00", "analyte": analyte, "value": value,
            "unit": unit, **more}  # fmt: skip


def scores(
    analyte: str, days: int, found: Mapping[int, tuple[int, ...]], well: int
) -> Iterator[Row]:
    """A bedside score once a day; where three are given, at 6, 14 and 22 o'clock."""
    for day in range(days):
        values = found.get(day, (well,))
        for hour, score in zip((8,) if len(values) == 1 else (6, 14, 22), values, strict=True):
            yield row(day, hour, analyte, str(score), "{score}")


def counts(chance: Random, knots: Mapping[str, Knots], days: list[int]) -> Iterator[Row]:
    """Blood counts; white cells are the sum of their kinds, so that no kind exceeds them."""
    for day in days:
        kinds = {name: through(knots[name], day, log=True) * math.exp(chance.gauss(0, 0.06))
                 for name in ("neutrophils", "lymphocytes", "monocytes")}  # fmt: skip
        yield row(day, 7, "white blood cells", f"{sum(kinds.values()):.2f}", "10*9/L", site="blood")
        for name in ("neutrophils", "lymphocytes"):
            yield row(day, 7, name, f"{kinds[name]:.2f}", "10*9/L", site="blood")
        platelets = through(knots["platelets"], day, log=True) * math.exp(chance.gauss(0, 0.05))
        yield row(day, 7, "platelets", f"{platelets:.0f}", "10*9/L", site="blood")
        hemoglobin = through(knots["hemoglobin"], day) + chance.gauss(0, 1.5)
        yield row(day, 7, "hemoglobin", f"{hemoglobin:.0f}", "g/L", site="blood")


def put_down(rows: Iterator[Row], days: range, cause: str, over: float) -> Iterator[Row]:
    """Fevers of these days with the cause that the ward put them down to."""
    for item in rows:
        fever = item["analyte"] == "temperature" and float(item["value"]) >= over
        yield item | {"attributed_to": cause} if fever and int(item["day"]) in days else item


def adult_vitals() -> Iterator[Row]:
    """CRS with fever from day 3, hypotension from day 5, one vasopressor on day 6."""
    chance = Random(1)
    fever = {0: 36.6, 2.8: 36.8, 3.2: 38.3, 4.2: 39.2, 5.5: 39.6, 6.0: 39.1, 6.6: 38.2, 7.3: 37.3,
             8: 36.8, 10.7: 36.7, 11.3: 38.6, 11.9: 38.1, 12.3: 37.2, 13: 36.7,
             31: 36.6}  # fmt: skip
    systolic = {0: 124, 3: 120, 4.5: 108, 5.3: 86, 5.6: 94, 6.1: 82, 6.3: 97, 7: 104, 8: 112,
                11: 106, 12: 114, 31: 122}  # fmt: skip
    rows = vitals(chance, 31, crs=range(3, 10), fever=fever, systolic=systolic)
    yield from put_down(rows, range(11, 13), "infection", 38.0)
    flow = {(5, 14): 2, (6, 2): 4, (7, 6): 2, (7, 22): 0}
    yield from oxygen(chance, 31, crs=range(3, 10), flow=flow)
    ice = {5: (10, 10, 10), 6: (10, 9, 8), 7: (7, 5, 5), 8: (4, 5, 6), 9: (8, 9, 9)}
    yield from scores("ICE score", 31, ice, 10)


def adult_laboratory() -> Iterator[Row]:
    """Cytokines and counts; after tocilizumab CRP falls at once, and IL-6 rises first."""
    chance = Random(2)
    daily = [*range(-5, 15), 17, 21, 28]
    blood = {"site": "blood"}
    cytokines: dict[str, Knots] = {
        "IL-6": {
            -5: 7,
            2: 9,
            3: 60,
            4: 340,
            5: 1900,
            6: 8600,
            7: 4900,
            8: 1700,
            10: 310,
            14: 60,
            28: 12,
        },
        "IL-10": {-5: 4, 2: 6, 4: 70, 6: 620, 7: 480, 9: 90, 14: 12, 28: 5},
        "IFN-gamma": {-5: 3, 2: 6, 4: 240, 5: 900, 6: 1400, 7: 700, 9: 80, 14: 9, 28: 4},
    }
    for name, knots in cytokines.items():
        yield from series(chance, name, "pg/mL", knots, days=daily, **blood)
    ferritin = {-5: 980, 2: 1100, 4: 2300, 6: 7600, 8: 14200, 10: 9800, 14: 4300, 28: 1500}
    yield from series(chance, "ferritin", "ng/mL", ferritin, days=daily, **blood)
    crp = {
        -5: 9,
        2: 14,
        3: 48,
        4: 112,
        5: 178,
        6: 164,
        7: 84,
        8: 39,
        10: 9,
        11: 34,
        12: 61,
        14: 20,
        28: 3,
    }
    yield from series(chance, "CRP", "mg/L", crp, days=daily, **blood)
    knots: dict[str, Knots] = {
        "neutrophils": {-5: 1.9, -2: 1.3, 0: 0.62, 2: 0.34, 5: 0.06, 9: 0.05, 11: 0.18, 13: 0.44,
                        15: 1.6, 17: 2.3, 20: 0.72, 22: 0.41, 24: 0.46, 26: 0.84, 30: 1.2,
                        60: 1.7, 180: 2.4},
        "lymphocytes": {-5: 0.7, -2: 0.12, 0: 0.03, 5: 0.09, 9: 0.7, 11: 1.5, 14: 1.1, 21: 0.6,
                        30: 0.5, 60: 0.7, 180: 1.1},
        "monocytes": {-5: 0.2, 0: 0.03, 5: 0.01, 10: 0.03, 15: 0.3, 22: 0.1, 30: 0.25, 180: 0.4},
        "platelets": {-5: 58, 0: 41, 5: 22, 8: 12, 8.9: 11, 9: 24, 10: 13, 11: 26, 13: 14, 14: 25,
                      20: 31, 30: 47, 42: 69, 60: 104, 90: 138, 180: 162},
        "hemoglobin": {-5: 93, 3: 79, 6: 74, 7: 84, 12: 73, 13: 83, 21: 84, 30: 91, 60: 106,
                       180: 124},
    }  # fmt: skip
    yield from counts(chance, knots, [*range(-5, 31), *range(37, 92, 7), 120, 150, 180])


def adult_cells() -> Iterator[Row]:
    """CAR-T cells by flow and by qPCR, weekly: both below their limit by three months."""
    chance = Random(3)
    weeks = [0, *range(7, 92, 7), 120, 180]
    percent = {0: 0.01, 3: 0.2, 7: 8.5, 12: 58, 14: 53, 21: 29, 28: 13, 42: 2.7, 63: 0.25, 77: 0.06,
               84: 0.03, 180: 0.01}  # fmt: skip
    flow = series(chance, "CAR-T cells", "%", percent, days=weeks, site="blood",
                  method="flow cytometry", denominator="T cells")  # fmt: skip
    yield from above_limit(0.05, flow)
    copies = {0: 5, 3: 90, 7: 9800, 12: 196000, 14: 171000, 21: 88000, 28: 36000, 42: 6900, 63: 620,
              77: 110, 84: 60, 91: 30, 180: 8}  # fmt: skip
    qpcr = series(
        chance, "CAR transgene", "{copies}/ug", copies, days=weeks, site="blood", method="qPCR"
    )
    yield from above_limit(50, qpcr)
    b_cells = {-5: 4, 0: 0.3, 70: 0.4, 77: 3, 84: 11, 91: 26, 120: 74, 180: 142}
    visits = [-5, 28, 56, 77, 84, 91, 120, 180]
    cells = series(
        chance, "B cells", "{cells}/uL", b_cells, days=visits, site="blood", method="flow cytometry"
    )
    yield from above_limit(1, cells)
    igg = {-5: 7.0, 28: 4.4, 56: 3.1, 61: 2.9, 70: 5.8, 91: 4.9, 120: 5.2, 180: 6.3}
    yield from series(chance, "IgG", "g/L", igg, days=[-5, 28, 56, 70, 91, 120, 180], site="blood")


def child_first() -> Iterator[Row]:
    """After CD19 CAR-T: four days of fever, nothing else; cells persist, and B cells stay away."""
    chance = Random(4)
    fever = {0: 36.7, 4.7: 36.9, 5.3: 38.5, 6.4: 39.1, 7.5: 38.6, 8.4: 38.2, 9: 37.1, 15: 36.7}
    yield from vitals(chance, 15, crs=range(5, 9), fever=fever, systolic={0: 104, 6: 99, 15: 106})
    yield from oxygen(chance, 15, crs=range(5, 9), flow={})
    yield from scores("CAPD score", 15, {}, 0)
    yield from child_laboratory(chance, peak=26.0, il_6=180.0)
    aplasia = {-5: 6, 0: 0.2, 220: 0.3}
    b_cells = series(chance, "B cells", "{cells}/uL", aplasia, days=[-5, 28, 90, 180, 214],
                     site="blood", method="flow cytometry")  # fmt: skip
    yield from above_limit(1, b_cells)
    late = {28: 7.2, 90: 1.9, 180: 0.6, 214: 0.5}
    flow = series(chance, "CAR-T cells", "%", late, days=[60, 90, 180, 214], site="blood",
                  method="flow cytometry", denominator="T cells")  # fmt: skip
    yield from above_limit(0.1, flow)


def child_second() -> Iterator[Row]:
    """After CD22 CAR-T: three days of fever; one afternoon less awake than she should be."""
    chance = Random(5)
    fever = {0: 36.6, 6.7: 36.8, 7.3: 38.4, 8.4: 38.9, 9.4: 38.3, 10: 37.0, 15: 36.6}
    yield from vitals(chance, 15, crs=range(7, 10), fever=fever, systolic={0: 106, 8: 98, 15: 107})
    yield from oxygen(chance, 15, crs=range(7, 10), flow={})
    yield from scores("CAPD score", 15, {8: (0, 3, 1)}, 0)
    yield from child_laboratory(chance, peak=34.0, il_6=240.0)


def child_laboratory(chance: Random, *, peak: float, il_6: float) -> Iterator[Row]:
    """CAR-T cells to day 28, cytokines and counts of one infusion of the child."""
    shape = {0: 0.002, 7: 0.25, 11: 1.0, 14: 0.9, 21: 0.5, 28: 0.27}
    percent = {day: peak * part for day, part in shape.items()}
    flow = series(chance, "CAR-T cells", "%", percent, days=[0, 3, 7, 10, 14, 21, 28], site="blood",
                  method="flow cytometry", denominator="T cells")  # fmt: skip
    yield from above_limit(0.1, flow)
    days = [-4, *range(0, 15, 2), 21, 28]
    yield from series(
        chance, "IL-6", "pg/mL", {-4: 4, 4: 8, 7: il_6, 9: il_6 / 2, 14: 9, 28: 4}, days=days
    )
    yield from series(chance, "ferritin", "ng/mL", {-4: 620, 4: 700, 9: 2900, 28: 800}, days=days)
    yield from series(chance, "CRP", "mg/L", {-4: 3, 4: 6, 7: 58, 10: 22, 14: 5, 28: 2}, days=days)
    knots: dict[str, Knots] = {
        "neutrophils": {-4: 2.2, 0: 0.9, 4: 0.42, 8: 0.33, 11: 0.61, 14: 1.1, 21: 1.6, 28: 2.1},
        "lymphocytes": {-4: 0.6, 0: 0.05, 7: 0.2, 11: 0.9, 14: 0.8, 28: 0.7},
        "monocytes": {-4: 0.3, 0: 0.05, 8: 0.03, 14: 0.3, 28: 0.4},
        "platelets": {-4: 131, 0: 104, 7: 66, 11: 58, 14: 79, 21: 121, 28: 164},
        "hemoglobin": {-4: 98, 8: 84, 14: 88, 28: 104},
    }
    yield from counts(chance, knots, [-4, *range(15), 17, 21, 24, 28])


def child_transplant() -> Iterator[Row]:
    """After the transplant: engraftment, lineage chimerism, and what grades the GVHD."""
    chance = Random(6)
    knots: dict[str, Knots] = {
        "neutrophils": {-7: 2.4, -2: 0.7, 2: 0.04, 14: 0.02, 17: 0.08, 20: 0.42, 21: 0.63, 24: 1.4,
                        30: 2.2, 100: 2.8, 365: 3.1},
        "lymphocytes": {-7: 0.5, 0: 0.02, 14: 0.02, 30: 0.25, 100: 0.6, 365: 2.2},
        "monocytes": {-7: 0.3, 0: 0.01, 15: 0.02, 20: 0.3, 30: 0.5, 365: 0.5},
        "platelets": {-7: 168, 0: 44, 4: 18, 8: 12, 9: 30, 13: 13, 14: 31, 19: 16, 24: 22, 27: 36,
                      30: 58, 60: 104, 100: 148, 365: 221},
        "hemoglobin": {-7: 108, 6: 79, 7: 92, 15: 77, 16: 91, 30: 94, 100: 109, 365: 126},
    }  # fmt: skip
    yield from counts(chance, knots, [*range(-7, 36), 42, 56, 70, 84, 100, 180, 270, 365])
    for day in (28, 56, 100, 180, 365):
        for lineage, low in (
            ("CD3+ T cells", 98.4),
            ("CD15+ myeloid cells", 99.5),
            ("CD19+ B cells", 99.2),
        ):
            if day > MONTH or lineage != "CD19+ B cells":
                share = min(100.0, low + 0.3 * math.log10(day) + abs(chance.gauss(0, 0.1)))
                yield row(day, 7, "donor chimerism", f"{share:.1f}", "%", site="blood",
                          method="short tandem repeats", denominator=lineage)  # fmt: skip
    for day, volume in (
        (31, 120),
        (32, 290),
        (33, 360),
        (34, 385),
        (35, 370),
        (36, 250),
        (38, 140),
        (42, 60),
    ):
        yield row(day, 7, "stool volume", str(volume), "mL/d")
    for day, bilirubin in ((-7, 8), (28, 10), (31, 11), (34, 14), (38, 13), (42, 10), (56, 9)):
        yield row(day, 7, "bilirubin", str(bilirubin), "umol/L", site="blood")


TABLES = {
    "invented-adult-vitals.csv": adult_vitals,
    "invented-adult-laboratory.csv": adult_laboratory,
    "invented-adult-cells.csv": adult_cells,
    "invented-child-first.csv": child_first,
    "invented-child-second.csv": child_second,
    "invented-child-transplant.csv": child_transplant,
}
COLUMNS = ("day", "time", "site", "analyte", "value", "unit", "limit", "method", "denominator",
           "device", "attributed_to")  # fmt: skip


def table_text(name: str) -> str:
    """The CSV text of one table; the same on every machine."""
    rows = sorted(TABLES[name](), key=lambda item: (int(item["day"]), item["time"]))
    used = [column for column in COLUMNS if any(item.get(column) for item in rows)]
    out = io.StringIO()
    writer = csv.DictWriter(out, used, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def main() -> None:
    """Write every table beside this file."""
    for name in TABLES:
        (FOLDER / name).write_text(table_text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
