"""Whatever a PET series says of itself, there is a sound factor or one clear refusal."""

from __future__ import annotations

import math
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.suv import (
    NORMALISERS,
    Moment,
    Normaliser,
    PetFacts,
    Provenance,
    provenance_of,
)

AMOUNTS = st.none() | st.floats() | st.sampled_from([0.0, 1.7, 70.0, 6586.2, 3.5e8, 7e4])
SECONDS = st.none() | st.floats() | st.floats(0.0, 1e4)
MOMENTS = st.none() | st.builds(
    Moment, second=st.floats(0.0, 86399.99), day=st.none() | st.dates(date(1, 1, 1))
)
NEAR = st.builds(
    Moment,
    second=st.floats(36000.0, 43200.0),
    day=st.sampled_from([None, date(2025, 1, 1), date(2025, 1, 2)]),
)
SLICES = 2


def per_slice(what: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.tuples(*[what] * SLICES)


FACTS = st.builds(
    PetFacts,
    where=st.just("series 1a2b3c"),
    units=st.sampled_from(["BQML", "BQML", "BQML", "CNTS", "GML", "CM2ML", "CPS", ""]),
    suv_type=st.sampled_from(["", "BW", "BSA", "LBM", "IBW", "LBMJANMA", "DOE"]),
    decay_correction=st.sampled_from(["START", "ADMIN", "NONE", ""]),
    corrections=st.none() | st.just(("ATTN", "DECY")),
    weight=AMOUNTS,
    height=AMOUNTS,
    sex=st.sampled_from(["M", "F", "O", ""]),
    dose=AMOUNTS,
    half_life_s=AMOUNTS | st.just(6586.2),
    injection_datetime=MOMENTS | NEAR,
    injection_time=MOMENTS | NEAR,
    series_time=MOMENTS | NEAR,
    acquisition_times=per_slice(MOMENTS | NEAR),
    frame_reference_s=per_slice(SECONDS),
    frame_duration_s=per_slice(SECONDS),
    decay_factors=per_slice(AMOUNTS),
    slopes=st.just((1.0,) * SLICES),
    intercepts=st.just((0.0,) * SLICES),
    decay_reference_time=MOMENTS,
    ge_scan_time=MOMENTS,
    siemens_reference_time=MOMENTS,
    philips_suv_factor=AMOUNTS,
    philips_activity_factor=AMOUNTS,
)


@settings(max_examples=150)
@given(facts=FACTS, normaliser=st.sampled_from(NORMALISERS))
def test_there_is_a_sound_factor_or_a_refusal(facts: PetFacts, normaliser: Normaliser) -> None:
    answer = _asked(facts, normaliser.key)
    if isinstance(answer, ReinfuseError):
        assert answer.fix
        assert "DOE" not in str(answer)
        return
    assert len(answer.factors) == SLICES
    assert all(math.isfinite(factor) and factor > 0.0 for factor in answer.factors)
    assert list(answer.lines())


def _asked(facts: PetFacts, normalise: str) -> Provenance | ReinfuseError:
    try:
        return provenance_of(facts, normalise=normalise)
    except ReinfuseError as refusal:
        return refusal
