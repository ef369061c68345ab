"""SUV: units, decay, normalisers and overrides, and what cannot be computed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.suv import NORMALISERS, Normaliser, Overrides, provenance_of, scaled, suv_of
from reinfuse.imaging.suv.body import (
    JAMES_128,
    MORGAN_120,
    Body,
    falls_with_weight,
    normaliser_called,
    size_of,
)
from reinfuse.imaging.volume import Grid, Volume
from tests.unit.imaging_suv_facts import HALF_LIFE_S, at, invented

DECAY = math.log(2.0) / HALF_LIFE_S
HOUR = math.exp(-DECAY * 3600.0)


def factor(**changes: object) -> float:
    return provenance_of(invented(**changes)).factors[0]


def test_activity_that_is_evenly_spread_has_an_suv_of_one() -> None:
    # 350 MBq in 70 kg, an hour later, is 5000 Bq/g less what decayed.
    assert factor() * 350e6 * HOUR / 70e3 == pytest.approx(1.0)


def test_three_ways_to_correct_for_decay_give_one_suv() -> None:
    """A voxel of known activity is measured as a scanner would, frame by frame."""
    at_injection = 5000.0  # Bq/mL: an SUV of 1
    starts, lengths = (3600.0, 3900.0, 4200.0), (180.0, 240.0, 300.0)
    measured = [
        quad(lambda t: at_injection * math.exp(-DECAY * t), start, start + length)[0] / length
        for start, length in zip(starts, lengths, strict=True)
    ]
    facts: dict[str, object] = {
        "acquisition_times": (at("11:00"), at("11:05"), at("11:10")),
        "frame_duration_s": lengths,
    }
    none = provenance_of(invented(decay_correction="NONE", **facts)).factors
    found = [value * share for value, share in zip(measured, none, strict=True)]

    assert found == pytest.approx([1.0, 1.0, 1.0], rel=1e-9)
    assert factor(decay_correction="ADMIN") * at_injection == pytest.approx(1.0)
    assert factor() * at_injection * HOUR == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"units": "GML"}, 1.0),
        ({"units": "GML", "suv_type": "BW"}, 1.0),
        ({"units": "GML", "suv_type": "LBMJAMES128"}, 70.0 / 56.52),
        ({"units": "GML", "suv_type": "LBM"}, 70.0 / 57.8),
        ({"units": "GML", "suv_type": "LBMJANMA"}, 70.0 / 55.8571),
        ({"units": "GML", "suv_type": "IBW"}, 70.0 / 72.38),
        ({"units": "CM2ML"}, 70e3 / 18481.43),
        ({"units": "CNTS", "philips_suv_factor": 0.0005}, 0.0005),
        ({"units": "CNTS", "philips_activity_factor": 2.0}, 2.0 * 70e3 / (350e6 * HOUR)),
        ({"units": "CNTS", "philips_suv_factor": 0.0, "philips_activity_factor": 2.0},
         2.0 * 70e3 / (350e6 * HOUR)),
    ],
)  # fmt: skip
def test_units_are_read_by_their_own_path(changes: dict[str, object], expected: float) -> None:
    assert factor(**changes) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("normaliser", NORMALISERS, ids=lambda one: one.key)
def test_an_suv_that_is_asked_for_as_it_is_stored_needs_no_measures(normaliser: Normaliser) -> None:
    units = "CM2ML" if normaliser.is_surface else "GML"
    facts = invented(
        units=units, suv_type=normaliser.suv_type, weight=None, height=None, dose=None, sex=""
    )
    assert provenance_of(facts, normalise=normaliser.key).factors == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("normaliser", NORMALISERS, ids=lambda one: one.key)
def test_activity_and_stored_uptake_come_to_the_same(normaliser: Normaliser) -> None:
    for held in NORMALISERS:
        stored = invented(units="CM2ML" if held.is_surface else "GML", suv_type=held.suv_type)
        by_way = (
            provenance_of(invented(), normalise=held.key).factors[0]
            * provenance_of(stored, normalise=normaliser.key).factors[0]
        )
        direct = provenance_of(invented(), normalise=normaliser.key).factors[0]
        assert by_way == pytest.approx(direct)


@pytest.mark.parametrize(
    ("height", "weight", "men", "women"),
    [  # the example of oro.pet 0.2.3, leanBodyMass, as its manual prints it
        (200, 80, 67.52000, 61.92000),
        (195, 84, 68.64805, 62.41680),
        (190, 88, 69.34205, 62.41175),
        (185, 92, 69.54501, 61.83892),
        (180, 96, 69.19111, 60.62222),
        (175, 100, 68.20408, 58.67347),
        (170, 104, 66.49522, 55.89010),
        (165, 108, 63.96099, 52.15240),
        (160, 112, 60.48000, 47.32000),
    ],
)
def test_lean_mass_by_james_is_that_of_another_program(
    height: float, weight: float, men: float, women: float
) -> None:
    for sex, expected in (("M", men), ("F", women), ("O", (men + women) / 2.0)):
        body = Body(weight_kg=weight, height_cm=height, sex=sex)
        assert size_of(body, JAMES_128) == pytest.approx(expected, abs=5e-5)


def test_lean_mass_that_falls_with_weight_is_seen() -> None:
    assert falls_with_weight(Body(weight_kg=110.0, height_cm=160.0, sex="F"), JAMES_128)
    assert not falls_with_weight(Body(weight_kg=80.0, height_cm=160.0, sex="F"), JAMES_128)
    assert not falls_with_weight(
        Body(weight_kg=110.0, height_cm=160.0, sex="F"), normaliser_called("sul-janmahasatian")
    )


def test_a_formula_that_leaves_its_range_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="divided by -"):
        size_of(Body(weight_kg=250.0, height_cm=150.0, sex="F"), MORGAN_120)


def test_every_normaliser_says_its_source() -> None:
    keys = [one.key for one in NORMALISERS]
    assert len(set(keys)) == len(keys) == 6
    assert all(one.source.cite and one.formula for one in NORMALISERS)


def test_overrides_are_used_and_said() -> None:
    overrides = Overrides(
        dose_bq=175e6, weight_kg=35.0, injection=at("09:00", None), half_life_s=4000.0
    )
    told = provenance_of(invented(weight=None, dose=None, half_life_s=None), overrides=overrides)
    expected = 35e3 / (175e6 * math.exp(-math.log(2.0) / 4000.0 * 7200.0))

    assert told.factors[0] == pytest.approx(expected)
    origins = {one.name: one.origin for one in told.inputs}
    assert origins == {
        "weight": "override", "height": "file", "dose": "override", "half-life": "override",
    }  # fmt: skip
    assert told.injection is not None
    assert told.injection.rule == "override"


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_an_override_that_is_no_amount_is_refused(bad: float) -> None:
    with pytest.raises(ReinfuseError, match="the weight is stated as"):
        provenance_of(invented(), overrides=Overrides(weight_kg=bad))


def test_grams_megabecquerels_and_centimetres_are_taken_and_said() -> None:
    told = provenance_of(invented(weight=70e3, height=175.0, dose=350.0), normalise="sul-james")
    assert told.factors == provenance_of(invented(), normalise="sul-james").factors
    assert [one.origin for one in told.inputs[:3]] == [
        "file, taken as g", "file, taken as cm", "file, taken as MBq",
    ]  # fmt: skip
    assert [finding.rule for finding in told.findings] == [
        "suv-weight-in-grams", "suv-height-in-centimetres", "suv-dose-in-megabecquerels",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weight": None}, r"\(0010,1030\) PatientWeight, which is missing"),
        ({"weight": 0.0}, r"\(0010,1030\) PatientWeight, which is missing"),
        ({"dose": None}, r"\(0018,1074\) RadionuclideTotalDose is missing"),
        ({"half_life_s": None}, r"\(0018,1075\) RadionuclideHalfLife is missing"),
        ({"half_life_s": 1.83}, r"\(0018,1075\) RadionuclideHalfLife is missing, or that of no"),
        ({"injection_datetime": None}, r"time of injection is not known: \(0018,1078\)"),
        ({"acquisition_times": (None,) * 3, "series_time": None}, r"\(0008,0032\) Acquisition"),
        ({"series_time": None, "frame_reference_s": (None,) * 3}, "no rule gives that time"),
        ({"units": ""}, r"\(0054,1001\) Units is missing"),
        ({"units": "PROPCNTS"}, r"\(0054,1001\) Units is PROPCNTS"),
        ({"units": "CPS"}, "Units is CPS"),
        ({"units": "1CM"}, "Units is 1CM"),
        ({"units": "CNTS"}, r"neither factor of Philips, \(7053,1000\) or \(7053,1009\)"),
        ({"units": "GML", "suv_type": "BSA"}, "Units is GML and .* is BSA"),
        ({"units": "CM2ML", "suv_type": "BW"}, "Units is CM2ML and .* is BW"),
        ({"decay_correction": ""}, r"\(0054,1102\) DecayCorrection is missing"),
        ({"decay_correction": "LATE"}, "DecayCorrection is not START, ADMIN or NONE"),
        ({"decay_correction": "NONE", "frame_duration_s": (180.0, None, 180.0)}, "slice 2 lacks"),
        ({"decay_correction": "NONE",
          "acquisition_times": (at("11:00"), at("11:00"), at("09:00")),
          "injection_datetime": at("08:00")}, None),
        ({"varied": ("Units", "PatientWeight")}, "do not agree on Units, PatientWeight"),
        ({"units": "CNTS", "philips_suv_factor": 1e30}, "would multiply stored values by 1e"),
        ({"slopes": (1.0, 1.0)}, "not known of as many slices"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_says_which_attribute(
    changes: dict[str, object], said: str | None
) -> None:
    facts = invented(**changes)
    if said is None:
        assert len(set(provenance_of(facts).factors)) == 2
        return
    with pytest.raises(ReinfuseError, match=said) as caught:
        provenance_of(facts)
    assert caught.value.fix
    assert "series 1a2b3c" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"height": None}, r"\(0010,1020\) PatientSize, which is missing"),
        ({"height": 1750.0}, r"\(0010,1020\) PatientSize, which is missing"),
        ({"sex": ""}, r"\(0010,0040\) PatientSex is not M, F or O"),
    ],
)
def test_lean_mass_needs_height_and_sex(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ReinfuseError, match=said):
        provenance_of(invented(**changes), normalise="sul-janmahasatian")


def test_words_of_a_stranger_are_not_repeated() -> None:
    for changes in ({"units": "DOE"}, {"units": "GML", "suv_type": "DOE"},
                    {"decay_correction": "DOE"}):  # fmt: skip
        with pytest.raises(ReinfuseError) as caught:
            provenance_of(invented(**changes))
        assert "DOE" not in str(caught.value)


def test_an_unknown_normaliser_is_told_the_known_ones() -> None:
    with pytest.raises(ReinfuseError, match="no SUV is normalised by 'lbm'") as caught:
        provenance_of(invented(), normalise="lbm")
    assert "sul-james" in caught.value.fix


def test_each_slice_is_multiplied_with_its_own_factor() -> None:
    acquired = (at("11:00"), at("11:20"), at("11:40"))
    told = provenance_of(invented(decay_correction="NONE", acquisition_times=acquired))
    read = Volume(
        values=np.full((3, 2, 2), 1000.0, np.float32),
        grid=Grid(shape=(3, 2, 2), origin=np.zeros(3), steps=np.eye(3)[::-1]),
        unit="Bq/mL",
    )
    suv = scaled(read, told)

    assert suv.volume.values.dtype == np.float32
    assert suv.volume.unit == "SUVbw"
    assert suv.volume.values[:, 0, 0] == pytest.approx([1000.0 * one for one in told.factors])
    assert read.values[0, 0, 0] == 1000.0  # what came in is as it was


def test_a_volume_of_other_slices_is_refused() -> None:
    grid = Grid(shape=(2, 1, 1), origin=np.zeros(3), steps=np.eye(3))
    read = Volume(values=np.ones((2, 1, 1), np.float32), grid=grid, unit="Bq/mL")
    with pytest.raises(ReinfuseError, match="3 factors for 2 slices"):
        scaled(read, provenance_of(invented()))


def test_the_whole_reckoning_is_told_line_by_line_without_a_date() -> None:
    lines = list(provenance_of(invented(dose=350.0), normalise="sul-james").lines())
    whole = "\n".join(lines)

    for word in ("BQML", "SUL (James, 128)", "James 1976", "56.52", "taken as MBq", "10:00:00"):
        assert word in whole
    assert sum(line.startswith("decay to  *") for line in lines) == 1
    assert "2025" not in whole
    assert all("1a2b3c" not in line for line in lines)


def test_a_ct_has_no_suv() -> None:
    class Ct:
        facts = None

    with pytest.raises(ReinfuseError, match="not PET has no SUV"):
        suv_of(Ct())  # type: ignore[arg-type] # only its facts are looked at
