"""Writes invented-cohort.csv: twelve invented patients, one value in each row.

`python examples/make_cohort.py` writes it again, the same every time. Nobody in it exists.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
TABLE = "invented-cohort.csv"
COLUMNS = ("patient", "day", "item", "value", "unit", "site")
Row = tuple[str, int, str, str, str, str]

# Of each patient: worst CRS signs, lowest ICE score, days of neutropenia, what became of them.
PATIENTS = (
    ("P01", 1, 10, 4, "alive", 360),
    ("P02", 2, 9, 8, "relapse", 92),
    ("P03", 0, 10, 0, "alive", 410),
    ("P04", 3, 5, 15, "alive", 240),
    ("P05", 1, 10, 6, "relapse", 181),
    ("P06", 4, 0, 22, "death", 34),
    ("P07", 2, 8, 9, "alive", 530),
    ("P08", 1, 10, 3, "alive", 95),
    ("P09", 2, 10, 12, "no remission", 61),
    ("P10", 0, 10, 2, "alive", 275),
    ("P11", 3, 2, 16, "relapse", 148),
    ("P12", 1, 9, 7, "death", 202),
)


def rows() -> Iterator[Row]:
    """Every row of the table."""
    for number, (patient, crs, ice, low_days, fate, last) in enumerate(PATIENTS):
        yield patient, 0, "infusion", "yes", "", ""
        yield patient, 0, "age", f"{19 + 4 * number}", "a", ""
        yield patient, 0, "weight", f"{55 + 3 * number}", "kg", ""
        yield from _toxicity(patient, crs, ice)
        yield from _counts(patient, number, low_days, last)
        yield from _before(patient, number)
        yield from _outcome(patient, fate, last)


def _toxicity(patient: str, crs: int, ice: int) -> Iterator[Row]:
    for day in range(15):
        ill = crs > 0 and 2 <= day <= 6
        worst = ill and 3 <= day <= 4
        yield patient, day, "temperature", "39.2" if ill else "36.8", "Cel", ""
        yield patient, day, "hypotension", _said(worst and crs >= 2), "", ""
        yield (
            patient,
            day,
            "vasopressors other than vasopressin",
            (str(max(0, crs - 2)) if worst else "0"),
            "1",
            "",
        )
        yield (
            patient,
            day,
            "oxygen device",
            "nasal cannula" if worst and crs >= 3 else "none",
            "",
            "",
        )
        # P08 has no ICE score on two days: its ICANS grade stays open there.
        if not (patient == "P08" and day in (5, 6)):
            yield patient, day, "ICE score", str(ice if 5 <= day <= 7 else 10), "{score}", ""
            yield (
                patient,
                day,
                "wakefulness",
                "to voice" if ice == 0 and 5 <= day <= 7 else ("spontaneous"),
                "",
                "",
            )
        yield patient, day, "IV fluids for hypotension", _said(worst and crs >= 2), "", ""
        yield patient, day, "tocilizumab given", _said(worst and crs >= 2), "", ""
        for sign in ("vasopressin", "antipyretic given", "corticosteroid given"):
            yield patient, day, sign, "no", "", ""
        for sign in ("seizure", "cerebral edema"):
            yield patient, day, sign, "none", "", ""
        for sign in ("deep focal weakness", "raised intracranial pressure"):
            yield patient, day, sign, "no", "", ""


def _counts(patient: str, number: int, low_days: int, last: int) -> Iterator[Row]:
    for day in (*range(0, 31, 2), 45, 60, 75, 90):
        if day > last:
            return
        low = 4 <= day < 4 + low_days
        neutrophils = 180 + 10 * number if low else 900 + 60 * day % 1900
        platelets = 28 + 3 * number if low else 70 + (13 * number + 3 * day) % 120
        yield patient, day, "ANC", str(neutrophils), "cells/uL", "blood"
        yield patient, day, "platelets", str(platelets), "10*9/L", "blood"
        yield patient, day, "Hb", f"{7.4 + (number + day) % 6 * 0.8:.1f}", "g/dL", "blood"
        ferritin = 600 * math.exp(-((day - 6) ** 2) / 30) * (1 + number)
        yield patient, day, "ferritin", f"{300 + ferritin:.0f}", "ng/mL", "blood"
        yield (
            patient,
            day,
            "CRP",
            f"{8 + 90 * math.exp(-((day - 4) ** 2) / 12):.0f}",
            "mg/L",
            "blood",
        )


def _before(patient: str, number: int) -> Iterator[Row]:
    for item, value, unit in (
        ("platelets", 60 + 25 * number, "10*9/L"),
        ("neutrophils", 0.7 + 0.3 * number, "10*9/L"),
        ("hemoglobin", 8.0 + 0.35 * number, "g/dL"),
        ("C-reactive protein", 2 + 6 * (number % 5), "mg/L"),
        ("ferritin", 350 + 290 * number, "ng/mL"),
        ("LDH", 180 + 45 * number, "U/L"),
        ("creatinine", 0.6 + 0.05 * number, "mg/dL"),
    ):
        yield patient, -5, item, f"{value:.6g}", unit, "blood"


def _outcome(patient: str, fate: str, last: int) -> Iterator[Row]:
    cleared = fate not in ("no remission",) and last > 28
    for day in (28, 90, 180, 360):
        if day > last:
            break
        in_remission = cleared and not (fate == "relapse" and day >= last)
        yield patient, day, "marrow blasts", "1" if in_remission else "22", "%", "marrow"
        yield patient, day, "MRD", "< 0.01" if in_remission else "22", "%", "marrow"
        if day == 28:
            yield patient, day, "complete remission reached", _said(in_remission), "", ""
        yield patient, day, "relapse", "no", "", ""
    if fate == "relapse":
        yield patient, last, "relapse", "yes", "", ""
        yield patient, last + 60, "alive", "yes", "", ""
    elif fate == "death":
        yield patient, last, "death", "yes", "", ""
        yield patient, last, "death cause", "infection", "", ""
    else:
        yield patient, last, "alive", "yes", "", ""
    if patient in ("P05", "P07"):
        yield patient, 75, "transplant", "yes", "", ""


def _said(there: bool) -> str:
    return "yes" if there else "no"


def table_text() -> str:
    """The whole table as CSV text."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows())
    return stream.getvalue()


if __name__ == "__main__":
    (HERE / TABLE).write_text(table_text(), encoding="utf-8")
