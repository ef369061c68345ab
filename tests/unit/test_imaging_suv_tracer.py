"""Which tracer a series is of: FDG, another, or not said; and what follows from it."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.imaging.suv import Overrides, Suv, Tracer, provenance_of, scaled
from reinfuse.imaging.suv.liver import read_liver
from reinfuse.imaging.suv.tracer import tracer_named
from reinfuse.imaging.volume import Grid, Volume
from tests.unit.imaging_suv_facts import HALF_LIFE_S, invented

GALLIUM_S = 4062.6


@pytest.mark.parametrize(
    ("words", "tracer"),
    [
        ("FDG -- fluorodeoxyglucose", Tracer.FDG),
        ("Fluorodeoxyglucose", Tracer.FDG),
        ("18F-FDG", Tracer.FDG),
        ("2-deoxy-2-[18F]fluoro-D-glucose", Tracer.FDG),
        ("F-18 Fluordesoxyglukose", Tracer.FDG),
        ("Fludeoxyglucose F18", Tracer.FDG),
        ("68Ga-PSMA-11", Tracer.OTHER),
        ("DOTATATE", Tracer.OTHER),
        ("Sodium fluoride F18", Tracer.OTHER),
        ("Fluorothymidine", Tracer.OTHER),
        ("[18F]FET", Tracer.OTHER),
        ("zirconium trastuzumab", Tracer.OTHER),
        ("Solution", Tracer.UNKNOWN),
        ("", Tracer.UNKNOWN),
    ],
)
def test_words_for_a_tracer_are_read(words: str, tracer: Tracer) -> None:
    assert tracer_named([words]) is tracer


@pytest.mark.parametrize(
    ("drug", "nuclide", "tracer"),
    [
        (("SRT", "C-B1031"), ("SRT", "C-111A1"), Tracer.FDG),
        (("SCT", "35321007"), ("SCT", "77004003"), Tracer.FDG),
        (("DCM", "126758"), ("SCT", "77004003"), Tracer.OTHER),  # PSMA-1007
        (("SRT", "C-B1000"), ("SRT", "C-131A3"), Tracer.OTHER),  # gallium-68
        (("SRT", "C-B1000"), ("SRT", "C-111A1"), Tracer.UNKNOWN),
        (("99LOCAL", "17"), ("99LOCAL", "3"), Tracer.UNKNOWN),
    ],
)
def test_codes_of_the_standard_are_read(
    drug: tuple[str, str], nuclide: tuple[str, str], tracer: Tracer
) -> None:
    assert tracer_named([""], drugs=[drug], nuclides=[nuclide]) is tracer


def test_what_names_another_tracer_goes_before_a_code_that_a_console_fills_in() -> None:
    assert tracer_named(["PSMA"], drugs=[("SRT", "C-B1031")]) is Tracer.OTHER


@pytest.mark.parametrize(
    ("named", "half_life_s", "tracer", "rules"),
    [
        (Tracer.FDG, HALF_LIFE_S, Tracer.FDG, []),
        (Tracer.FDG, 6588.0, Tracer.FDG, []),
        (Tracer.FDG, GALLIUM_S, Tracer.FDG, ["suv-tracer"]),
        (Tracer.OTHER, HALF_LIFE_S, Tracer.OTHER, ["suv-tracer"]),
        (Tracer.UNKNOWN, HALF_LIFE_S, Tracer.UNKNOWN, ["suv-tracer-unknown"]),
        (Tracer.UNKNOWN, GALLIUM_S, Tracer.OTHER, ["suv-tracer"]),
        (Tracer.UNKNOWN, 7000.0, Tracer.OTHER, ["suv-half-life-of-no-nuclide", "suv-tracer"]),
    ],
)
def test_a_tracer_other_than_fdg_is_told(
    named: Tracer, half_life_s: float, tracer: Tracer, rules: list[str]
) -> None:
    found = provenance_of(invented(tracer=named, half_life_s=half_life_s))
    assert found.tracer is tracer
    assert [one.rule for one in found.findings] == rules
    assert f"tracer      {tracer}" in list(found.lines())


def test_a_half_life_that_somebody_stated_is_to_be_corrected_where_it_is_stated() -> None:
    found = provenance_of(invented(), overrides=Overrides(half_life_s=GALLIUM_S))
    assert [(one.rule, "`half_life_s`" in one.fix) for one in found.findings] == [
        ("suv-tracer", True)
    ]


def test_the_liver_of_another_tracer_is_read_and_not_judged() -> None:
    grid = Grid(shape=(20, 20, 20), origin=np.zeros(3), steps=4.0 * np.eye(3)[::-1])
    told = provenance_of(invented(slices=20, tracer=Tracer.OTHER))
    values = np.full(grid.shape, 9.0 / told.factors[0], np.float32)
    suv: Suv = scaled(Volume(values=values, grid=grid, unit="Bq/mL"), told)
    liver = read_liver(suv, (40.0, 40.0, 40.0))
    assert liver.reference.mean == pytest.approx(9.0, rel=1e-5)
    assert [one.rule for one in liver.findings] == ["suv-liver-not-judged"]
