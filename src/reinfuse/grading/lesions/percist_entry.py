"""PERCIST 1.0 as the catalogue lists it."""

from __future__ import annotations

from reinfuse.grading.lesions.percist import PERCIST, TOPIC, grade_percist
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.source import Standing

PERCIST_ENTRY = Entry(
    criterion=PERCIST,
    topic=TOPIC,
    items=(
        "lesion SULpeak",
        "TLG",
        "liver SULmean",
        "liver SUL SD",
        "lesion role",
        "lesion status",
        "new lesion",
    ),
    grade=grade_percist,
    table=(
        PrintedRow(part="", level="CMR", words="nothing left of any lesion", asks="lesion absent"),
        PrintedRow(
            part="",
            level="PMR",
            words="SULpeak of the hottest lesion at least 30 % and 0.8 lower, no lesion > 30 % up",
            asks="SULpeak ≤ 0.7 × baseline and fall ≥ 0.8",
        ),
        PrintedRow(part="", level="SMD", words="neither"),
        PrintedRow(
            part="",
            level="PMD",
            words="SULpeak of the hottest lesion more than 30 % and 0.8 higher",
            asks="SULpeak > 1.3 × baseline and rise > 0.8",
        ),
        PrintedRow(
            part="",
            level="PMD",
            words="total lesion glycolysis more than 75 % higher",
            asks="TLG > 1.75 × baseline",
        ),
        PrintedRow(part="", level="PMD", words="a new lesion"),
        PrintedRow(
            part="",
            level="NE",
            words="hottest lesion at baseline below what can be measured",
            asks="SULpeak < 1.5 × liver SULmean + 2 × liver SUL SD",
            standing=Standing.RECALLED,
        ),
        PrintedRow(
            part="",
            level="NE",
            words="livers of the two scans not alike",
            asks="liver SULmean differs by > 20 % or > 0.3",
            standing=Standing.RECALLED,
        ),
    ),
    notes=(
        "The hottest lesion of each scan, not always the same one.",
        "Printed tables differ in 'at least' and 'more than': a fall counts from 30 % and 0.8, a"
        " rise above 30 % and 0.8, glycolysis above 75 %; one table prints 1.0 for 0.8.",
        "A lesion below the liver is called gone only by a reader's word absent.",
        "Baseline is the last scan on or before day 0; scans within three days are one (ours).",
    ),
)
