"""What a person states beside a scan: refused where no scan has it, by its key in the boxes."""

from __future__ import annotations

import math

import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.suv import Overrides, provenance_of
from tests.unit.imaging_suv_facts import at, invented

BOXES = "beside the scan in the boxes"


@pytest.mark.parametrize(
    ("stated", "words", "key"),
    [
        (Overrides(dose_bq=310e12), "310000000 MBq, which is not within 1 to 10000", "dose_mbq"),
        (Overrides(dose_bq=310.0), "0.00031 MBq", "dose_mbq"),
        (Overrides(half_life_s=1.0), "half-life is stated as 1 s", "half_life_s"),
        (Overrides(weight_kg=1e30), "weight is stated as 1e\\+30 kg", "weight_kg"),
        (Overrides(height_cm=1.58), "height is stated as 1.58 cm", "height_cm"),
        (Overrides(weight_kg=math.nan), "weight is stated as nan", "weight_kg"),
        (Overrides(reference=at("06:00", None)), "decay correction cannot be: .* 240 min before "
         "the injection", "reference"),
        (Overrides(injection=at("11:30", None)), "time of injection cannot be: ", "injection"),
    ],
)  # fmt: skip
def test_what_no_scan_has_is_refused_by_its_key(stated: Overrides, words: str, key: str) -> None:
    with pytest.raises(ReinfuseError, match=words) as caught:
        provenance_of(invented(), overrides=stated)
    assert caught.value.fix == f"correct `{key}` {BOXES}"


@pytest.mark.parametrize(
    ("missing", "key"),
    [
        ({"weight": None}, "weight_kg"),
        ({"dose": None}, "dose_mbq"),
        ({"half_life_s": None}, "half_life_s"),
        ({"injection_datetime": None}, "injection"),
        ({"series_time": at("11:30"), "frame_reference_s": (None,) * 3}, "reference"),
    ],
)
def test_what_a_file_lacks_is_asked_for_by_its_key(missing: dict[str, object], key: str) -> None:
    with pytest.raises(ReinfuseError) as caught:
        provenance_of(invented(**missing))
    assert caught.value.fix == f"write `{key}` {BOXES}"


def test_an_odd_amount_is_corrected_where_it_stands() -> None:
    (filed,) = provenance_of(invented(dose=40e6)).findings
    (stated,) = provenance_of(invented(), overrides=Overrides(dose_bq=40e6)).findings
    assert f"write `dose_mbq` {BOXES}" in filed.fix
    assert f"correct `dose_mbq` {BOXES}" in stated.fix


@pytest.mark.parametrize("correction", ["ADMIN", "NONE"])
def test_a_time_of_correction_that_nothing_needs_is_told(correction: str) -> None:
    done = ("ATTN", "DECY") if correction == "ADMIN" else ("ATTN",)
    facts = invented(decay_correction=correction, corrections=done)
    found = provenance_of(facts, overrides=Overrides(reference=at("11:00", None)))
    assert [one.rule for one in found.findings] == ["suv-reference-unused"]
    assert found.factors == provenance_of(facts).factors
