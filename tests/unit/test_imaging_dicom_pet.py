"""What a PET series says of the scan, and how its values are stored."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from reinfuse.imaging.dicom import Series, read_folder, read_volume
from reinfuse.imaging.dicom.moments import read_datetime, read_day, read_second
from reinfuse.imaging.suv import Moment, PetFacts, Tracer
from studies._dicom_files import content, pet_slice, stored_values

NEW_YEAR = date(2025, 1, 1)


def series_of(folder: Path, *data: Dataset) -> Series:
    for number, one in enumerate(data):
        (folder / f"image{number}.dcm").write_bytes(content(one))
    return read_folder(folder).one("PT")


def facts_of(folder: Path, *data: Dataset) -> PetFacts:
    facts = series_of(folder, *data).facts
    assert facts is not None
    return facts


def test_the_facts_of_a_series_are_its_attributes(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, pet_slice(1), pet_slice(0, AcquisitionTime="110200"))
    assert (facts.units, facts.decay_correction, facts.manufacturer) == ("BQML", "START", "GE")
    assert (facts.weight, facts.height, facts.sex) == (70.0, 1.75, "F")
    assert (facts.dose, facts.half_life_s) == (368080000.0, 6586.2)
    assert facts.corrections == ("DECY", "ATTN", "SCAT")
    assert facts.series_time == Moment(second=39600.0, day=NEW_YEAR)
    assert facts.injection_datetime == Moment(second=36000.0, day=NEW_YEAR)
    assert facts.injection_time == Moment(second=36000.0)
    # Per slice, in the order of places and not of files.
    assert [one and one.second for one in facts.acquisition_times] == [39720.0, 39900.0]
    assert facts.slopes == (0.5, 0.75)
    assert facts.frame_reference_s == (150.0, 150.0)
    assert facts.frame_duration_s == (300.0, 300.0)
    assert facts.decay_factors == (1.02, 1.02)
    assert facts.philips_activity_factor == 1.5
    assert facts.philips_suv_factor is None
    assert facts.varied == ()


def test_what_should_be_one_for_a_series_and_is_not_is_named(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, pet_slice(0), pet_slice(1, PatientWeight="71.0"))
    assert facts.varied == ("PatientWeight",)


def test_what_is_not_there_is_not_made_up(tmp_path: Path) -> None:
    gone = dict.fromkeys(
        ("PatientWeight", "RadiopharmaceuticalInformationSequence", "SeriesTime", "Units",
         "CorrectedImage", "AcquisitionTime", "DecayFactor"),
    )  # fmt: skip
    facts = facts_of(tmp_path, pet_slice(0, **gone))
    assert facts.weight is facts.dose is facts.half_life_s is facts.series_time is None
    assert facts.units == ""
    assert facts.corrections is None
    assert facts.acquisition_times == facts.decay_factors == (None,)


def test_a_block_that_another_vendor_reserved_is_not_read(tmp_path: Path) -> None:
    one = pet_slice(0)
    one[0x7053, 0x0010].value = "Somebody else"
    assert facts_of(tmp_path, one).philips_activity_factor is None


def test_free_text_where_a_term_should_be_is_not_kept(tmp_path: Path) -> None:
    whole = content(pet_slice(0, Manufacturer="Zzyzxova Quirina"))
    (tmp_path / "image.dcm").write_bytes(whole.replace(b"CS\x04\x00BQML", b"CS\x04\x00Zzy!"))
    facts = read_folder(tmp_path).one("PT").facts
    assert facts is not None
    assert (facts.manufacturer, facts.units) == ("?", "?")


def test_two_tracers_and_an_intercept_are_told(tmp_path: Path) -> None:
    one = pet_slice(0, RescaleIntercept="-5")
    one.RadiopharmaceuticalInformationSequence.append(Dataset())
    series = series_of(tmp_path, one, pet_slice(1))
    assert {told.rule for told in series.findings} == {"dicom-tracers", "dicom-intercept"}
    assert np.allclose(read_volume(series).values[0], stored_values(0) * 0.5 - 5)


@pytest.mark.parametrize(
    ("written", "second"),
    [
        ("110203.5", 39723.5), ("1102", 39720.0), ("11", 39600.0), ("11:02:03", 39723.0),
        ("235959.999999", 86399.999999), ("250000", None), ("116000", None), ("", None),
        ("noon", None), ("110203.", None), (" 110203 ", 39723.0),
    ],
)  # fmt: skip
def test_times_are_seconds_since_midnight(written: str, second: float | None) -> None:
    assert read_second(written) == (None if second is None else pytest.approx(second))


@pytest.mark.parametrize(
    ("written", "day"),
    [("20250101", NEW_YEAR), ("2025.01.01", NEW_YEAR), ("20250231", None), ("", None)],
)
def test_days_are_those_of_the_calendar(written: str, day: date | None) -> None:
    assert read_day(written) == day


@pytest.mark.parametrize(
    ("written", "offset", "moment"),
    [
        ("20250101100000.000000", "", Moment(second=36000.0, day=NEW_YEAR)),
        ("202501011000", "+0100", Moment(second=36000.0, day=NEW_YEAR)),
        ("20250101100000+0000", "+0100", Moment(second=39600.0, day=NEW_YEAR)),
        ("20241231233000+0000", "+0100", Moment(second=1800.0, day=NEW_YEAR)),
        ("20250102003000.25+0200", "-0500", Moment(second=63000.25, day=NEW_YEAR)),
        ("20250101100000+0900", "", Moment(second=36000.0, day=NEW_YEAR)),
        ("20250101", "", None),
        ("99999999999999", "", None),
    ],
)
def test_moments_are_in_the_local_time_of_the_series(
    written: str, offset: str, moment: Moment | None
) -> None:
    assert read_datetime(written, offset) == moment


@pytest.mark.parametrize(("signed", "used"), [(1, 12), (0, 12), (1, 16), (0, 16), (0, 10)])
def test_only_the_bits_that_count_are_values(tmp_path: Path, signed: int, used: int) -> None:
    low = -(1 << (used - 1)) if signed else 0
    values = np.random.default_rng(3).integers(low, low + (1 << used), (8, 8))
    # Above the bits that count lies an overlay.
    noise = np.random.default_rng(4).integers(0, 1 << (16 - used), (8, 8)) << used
    one = pet_slice(0, BitsStored=used, HighBit=used - 1, PixelRepresentation=signed)
    one.PixelData = ((values & ((1 << used) - 1)) | noise).astype("<u2").tobytes()
    assert np.array_equal(read_volume(series_of(tmp_path, one)).values[0], values * 0.5)


@pytest.mark.parametrize("bits", [8, 32])
def test_values_of_other_widths_are_read(tmp_path: Path, bits: int) -> None:
    values = np.random.default_rng(3).integers(0, 1 << (bits - 2), (8, 8))
    one = pet_slice(0, BitsAllocated=bits, BitsStored=bits, HighBit=bits - 1, PixelRepresentation=0)
    one.PixelData = values.astype(f"<u{bits // 8}").tobytes()
    read = read_volume(series_of(tmp_path, one)).values[0]
    assert np.allclose(read, values * 0.5, rtol=1e-6)


def test_of_the_tracer_nothing_is_kept_but_whether_it_is_fdg(tmp_path: Path) -> None:
    one = pet_slice(0)
    assert facts_of(tmp_path, one).tracer is Tracer.UNKNOWN
    given, code = one.RadiopharmaceuticalInformationSequence[0], Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "C-B1031", "SRT", "FDG F^18^"
    given.RadiopharmaceuticalCodeSequence = [code]
    assert facts_of(tmp_path, one).tracer is Tracer.FDG
    given.Radiopharmaceutical = "PSMA of Zzyzx General"
    facts = facts_of(tmp_path, one)
    assert facts.tracer is Tracer.OTHER
    assert "zzyzx" not in repr(facts).lower()
