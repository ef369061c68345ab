"""The organ scores of chronic GVHD by the NIH consensus 2014, each from 0 to 3."""

from __future__ import annotations

from reinfuse.grading.rules.condition import (
    above,
    at_least,
    below,
    compared,
    every,
    one_of,
    some,
)
from reinfuse.grading.rules.scale import Part, Row
from reinfuse.source import Standing

LUNG = "lung score"
_SURFACE, _LOSS = "chronic GVHD skin surface", "weight loss in 3 months"
_ANY_GI = one_of("GI symptoms", "mild", "moderate", "severe")


def _by_words(organ: str, item: str, words: tuple[str, str, str]) -> Part:
    """An organ scored by one word of who examined it."""
    mild, moderate, severe = words
    return Part(
        name=organ,
        rows=(
            Row(1, mild, one_of(item, "mild", "moderate", "severe"), Standing.PORT),
            Row(2, moderate, one_of(item, "moderate", "severe"), Standing.PORT),
            Row(3, severe, one_of(item, "severe"), Standing.PORT),
        ),
    )


_SKIN = Part(
    name="skin score",
    rows=(
        Row(1, "1 to 18 % of the body", above(_SURFACE, 0, "%"), Standing.PORT),
        Row(
            2,
            "19 to 50 %, or superficial sclerosis that can still be pinched",
            some(above(_SURFACE, 18, "%"), one_of("skin sclerosis", "superficial", "deep")),
            Standing.PORT,
        ),
        Row(
            3,
            "more than 50 %, or deep sclerosis: hidebound, impaired mobility or ulcers",
            some(above(_SURFACE, 50, "%"), one_of("skin sclerosis", "deep")),
            Standing.PORT,
        ),
    ),
)
_GI = Part(
    name="GI score",
    rows=(
        Row(1, "symptoms with weight loss below 5 % in three months", _ANY_GI, Standing.PORT),
        Row(
            2,
            "symptoms with weight loss of 5 to 15 %, or moderate diarrhea",
            some(
                one_of("GI symptoms", "moderate", "severe"),
                every(_ANY_GI, at_least(_LOSS, 5, "%")),
            ),
            Standing.PORT,
        ),
        Row(
            3,
            "symptoms with weight loss above 15 %, most calories by supplement, esophageal "
            "dilation, or severe diarrhea",
            some(one_of("GI symptoms", "severe"), every(_ANY_GI, above(_LOSS, 15, "%"))),
            Standing.PORT,
        ),
    ),
)
_LIVER = Part(
    name="liver score",
    rows=(
        Row(
            1,
            "ALT or alkaline phosphatase from 3 × the upper limit",
            some(
                compared("ALT", "≥", 3, "ALT upper limit of normal", "U/L"),
                compared(
                    "alkaline phosphatase",
                    "≥",
                    3,
                    "alkaline phosphatase upper limit of normal",
                    "U/L",
                ),
            ),
            Standing.PORT,
        ),
        Row(
            2,
            "bilirubin raised up to 3 mg/dL, or ALT above 5 × the upper limit",
            some(
                compared("bilirubin", ">", 1, "bilirubin upper limit of normal", "mg/dL"),
                compared("ALT", ">", 5, "ALT upper limit of normal", "U/L"),
            ),
            Standing.PORT,
        ),
        Row(3, "bilirubin above 3 mg/dL", above("bilirubin", 3, "mg/dL"), Standing.PORT),
    ),
)
_LUNGS = Part(
    name=LUNG,
    rows=(
        Row(1, "FEV1 60 to 79 % of predicted", below("FEV1", 80, "%"), Standing.PORT),
        Row(2, "FEV1 40 to 59 %", below("FEV1", 60, "%"), Standing.PORT),
        Row(3, "FEV1 39 % or less", below("FEV1", 40, "%"), Standing.PORT),
    ),
    instead=(
        Row(
            1,
            "short of breath after one flight of steps",
            one_of("dyspnea", "mild", "moderate", "severe"),
            Standing.PORT,
        ),
        Row(
            2,
            "short of breath on flat ground",
            one_of("dyspnea", "moderate", "severe"),
            Standing.PORT,
        ),
        Row(3, "short of breath at rest, or on oxygen", one_of("dyspnea", "severe"), Standing.PORT),
    ),
)
ORGANS = (
    _SKIN,
    _by_words(
        "mouth score",
        "mouth symptoms",
        ("mild, intake not limited", "moderate, intake partly limited", "severe, intake limited"),
    ),
    _by_words(
        "eye score",
        "dry eye symptoms",
        (
            "mild: drops up to 3 times a day, daily life as before",
            "moderate: drops more often or plugs, no new loss of vision",
            "severe: daily life impaired, cannot work, or loss of vision",
        ),
    ),
    _GI,
    _LIVER,
    _LUNGS,
    _by_words(
        "joint score",
        "joint tightness",
        (
            "mild tightness, daily life as before",
            "tightness or contracture, motion moderately reduced",
            "contracture with motion much reduced, daily life much limited",
        ),
    ),
    _by_words(
        "genital score",
        "genital signs",
        ("mild signs", "moderate signs", "severe signs"),
    ),
)
NOT_LUNG = tuple(part.name for part in ORGANS if part.name != LUNG)
