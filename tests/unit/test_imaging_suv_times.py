"""Which moment a PET series was corrected to, and when the tracer was given."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.suv import Moment, Overrides, PetFacts, Tracer, provenance_of
from reinfuse.imaging.suv.clock import told
from reinfuse.imaging.suv.reference import mean_moment_s
from tests.unit.imaging_suv_facts import DAY, HALF_LIFE_S, at, invented

T_AVE = 89.72  # s from the start of a frame of 180 s to its mean, fluorine-18
NIGHT = date(2025, 1, 1)
ZIRCONIUM_S = 78.4 * 3600.0


def chosen(facts: PetFacts, overrides: Overrides | None = None) -> tuple[str, str]:
    one = provenance_of(facts, overrides=overrides or Overrides()).chosen
    assert one is not None
    assert one.moment is not None
    return one.rule.split(" ")[0], told(one.moment)


def rules(facts: PetFacts) -> list[str]:
    return [finding.rule for finding in provenance_of(facts).findings]


@pytest.mark.parametrize(
    ("changes", "rule", "clock"),
    [
        ({}, "(0008,0031)", "11:00:00"),
        ({"ge_scan_time": at("10:58")}, "(0009,100D)", "10:58:00"),
        ({"series_time": at("11:30")}, "acquisition", "11:00:00"),  # processed later
        ({"series_time": None}, "acquisition", "11:00:00"),
        ({"series_time": at("10:59")}, "(0008,0031)", "10:59:00"),
        # One instant, from slices of two beds.
        ({"series_time": None, "acquisition_times": (at("11:00"), at("11:03"), at("11:03")),
          "frame_reference_s": (T_AVE, T_AVE + 180.0, T_AVE + 180.0)}, "acquisition", "11:00:00"),
        # Nothing but what Siemens or the standard states.
        ({"series_time": None, "frame_duration_s": (None,) * 3,
          "siemens_reference_time": at("10:59:30")}, "(0071,1022)", "10:59:30"),
        ({"series_time": None, "frame_duration_s": (None,) * 3,
          "decay_reference_time": at("10:59:40")}, "(0018,9701)", "10:59:40"),
        # A moment before the injection cannot be the one.
        ({"ge_scan_time": at("09:30")}, "(0008,0031)", "11:00:00"),
        # What differs by bed is no candidate.
        ({"ge_scan_time": at("10:58"), "varied": ("(0009,100D)",)}, "(0008,0031)", "11:00:00"),
        # Times without dates.
        ({"series_time": at("11:00", None), "acquisition_times": (at("11:01", None),) * 3,
          "injection_datetime": None, "injection_time": at("10:00", None)},
         "(0008,0031)", "11:00:00"),
    ],
)  # fmt: skip
def test_the_first_valid_candidate_is_chosen(
    changes: dict[str, object], rule: str, clock: str
) -> None:
    assert chosen(invented(**changes)) == (rule, clock)


def test_every_candidate_is_shown_with_its_reason() -> None:
    told_all = provenance_of(invented(series_time=at("11:30")))
    shown = {one.rule: (one.valid, one.why) for one in told_all.candidates}

    assert len(shown) == 6
    assert shown["(0008,0031) SeriesTime"] == (
        False, "1800 s after the earliest acquisition: processed later",
    )  # fmt: skip
    assert all(why for _, why in shown.values())


def test_a_stated_time_goes_before_all_candidates() -> None:
    facts = invented(ge_scan_time=at("10:58"))
    assert chosen(facts, Overrides(reference=at("11:05", None))) == ("override", "11:05:00")


def test_beds_under_one_acquisition_time_are_not_back_computed() -> None:
    """STS_001: one acquisition time, and reference times that are the starts of six beds."""
    beds = tuple(bed * 243.0 for bed in range(6))
    facts = invented(
        slices=6,
        half_life_s=6588.0,
        frame_duration_s=(240.0,) * 6,
        frame_reference_s=beds,
        decay_factors=(1.01268, 1.0389, 1.06581, 1.09341, 1.12172, 1.15077),
    )
    told_all = provenance_of(facts)
    by_rule = {one.rule.split(" ")[0]: one for one in told_all.candidates}

    assert chosen(facts) == ("(0008,0031)", "11:00:00")
    assert by_rule["acquisition"].seconds is None
    assert "up to 1215 s apart" in by_rule["acquisition"].why
    # The factors that the scanner wrote agree with the time of the series.
    check = by_rule["(0054,1321)"]
    assert check.moment is not None
    assert check.moment.second == pytest.approx(11 * 3600.0, abs=0.2)
    assert not check.valid
    assert told_all.findings == ()  # nothing differs by a minute


@pytest.mark.parametrize(("apart_s", "is_told"), [(59.0, False), (61.0, True)])
def test_candidates_more_than_a_minute_apart_are_told(apart_s: float, is_told: bool) -> None:
    ge = Moment(second=11 * 3600.0 - apart_s, day=DAY)
    facts = invented(ge_scan_time=ge)
    assert ("suv-reference-times-differ" in rules(facts)) is is_told


def test_how_much_of_an_suv_a_difference_makes_is_told() -> None:
    told_all = provenance_of(
        invented(ge_scan_time=at("10:30"), acquisition_times=(at("11:00"),) * 3)
    )
    (finding,) = told_all.findings
    # Half an hour of fluorine-18: 2^(1800 / 6586.2) = 1.2086.
    assert "1800 s, which is 20.9 % of every SUV" in finding.what


@pytest.mark.parametrize(
    ("changes", "rule", "minutes"),
    [
        ({}, "(0018,1078)", 60.0),
        ({"injection_datetime": None, "injection_time": at("10:05", None)}, "(0018,1072)", 55.0),
        # Over midnight.
        ({"series_time": at("00:30"), "acquisition_times": (at("00:30"),) * 3,
          "injection_datetime": None, "injection_time": at("23:30", None)}, "(0018,1072)", 60.0),
        ({"series_time": at("00:30"), "acquisition_times": (at("00:30"),) * 3,
          "injection_datetime": at("23:30", NIGHT)}, "(0018,1078)", 60.0),
        ({"series_time": at("00:30", None), "acquisition_times": (at("00:30", None),) * 3,
          "injection_datetime": at("23:30", NIGHT)}, "time", 60.0),
        # A date that de-identification has shifted: the day after, and a month before.
        ({"injection_datetime": at("10:00", date(2025, 1, 3))}, "time", 60.0),
        ({"injection_datetime": at("10:00", date(2024, 12, 2))}, "time", 60.0),
        # A tracer of days keeps its date.
        ({"half_life_s": ZIRCONIUM_S, "injection_datetime": at("11:00", date(2024, 12, 29))},
         "(0018,1078)", 4 * 1440.0),
    ],
)  # fmt: skip
def test_the_injection_is_found(changes: dict[str, object], rule: str, minutes: float) -> None:
    told_all = provenance_of(invented(**changes))
    assert told_all.injection is not None
    assert told_all.injection.rule.split(" ")[0] == rule
    assert told_all.uptake_min == pytest.approx(minutes)


def test_a_shifted_date_of_injection_is_told() -> None:
    facts = invented(injection_datetime=at("10:00", date(2025, 1, 3)))
    assert rules(facts) == ["suv-injection-date"]


def test_two_times_of_injection_that_differ_are_told() -> None:
    facts = invented(injection_time=at("10:02", None))
    assert rules(facts) == ["suv-injection-times-differ"]
    assert rules(invented(injection_time=at("10:00:30", None))) == []


@pytest.mark.parametrize(
    "changes",
    [
        # Half an hour after the scan began is no injection, and the day before is 13 half-lives.
        {"injection_datetime": at("11:30")},
        {"injection_datetime": None, "injection_time": at("11:30", None)},
        # The date of a tracer of days cannot be done without.
        {"half_life_s": ZIRCONIUM_S, "injection_datetime": at("10:00", date(2025, 3, 1))},
    ],
)
def test_an_injection_that_cannot_be_is_not_guessed(changes: dict[str, object]) -> None:
    with pytest.raises(ReinfuseError, match="time of injection is not known") as caught:
        provenance_of(invented(**changes))
    assert "in the boxes" in caught.value.fix
    assert "2025" not in str(caught.value)


def test_a_tracer_of_days_without_a_date_of_injection_is_told() -> None:
    facts = invented(
        tracer=Tracer.OTHER,
        half_life_s=ZIRCONIUM_S,
        injection_datetime=None,
        injection_time=at("10:00", None),
    )
    assert rules(facts) == ["suv-tracer", "suv-injection-without-date"]


@given(
    start=st.integers(0, 86399),
    wait_min=st.integers(0, 600),
    days=st.integers(-400, 400),
    dated=st.booleans(),
)
def test_neither_the_clock_nor_the_calendar_moves_an_suv(
    start: int, wait_min: int, days: int, dated: bool
) -> None:
    """The same scan on any day, at any hour, across any midnight, has the same factor."""

    def moment(seconds: float, with_date: bool) -> Moment:
        day, second = divmod(seconds, 86400.0)
        date_then = DAY + timedelta(days=days + int(day))
        return Moment(second=second, day=date_then if with_date else None)

    scan = moment(start, dated)
    injected = moment(start - 60.0 * wait_min, dated)
    facts = invented(
        series_time=scan,
        acquisition_times=(scan,) * 3,
        injection_datetime=injected if dated else None,
        injection_time=None if dated else injected,
    )
    expected = 70e3 / (350e6 * 2.0 ** (-60.0 * wait_min / HALF_LIFE_S))
    assert provenance_of(facts).factors[0] == pytest.approx(expected, rel=1e-9)


def test_the_mean_of_a_frame_lies_just_before_its_middle() -> None:
    decay = 0.693147180559945 / HALF_LIFE_S
    assert mean_moment_s(180.0, decay) == pytest.approx(T_AVE, abs=0.15)
    # Of a frame that decays through, it is early; of one that does not, it is the middle.
    assert mean_moment_s(10 * HALF_LIFE_S, decay) < 3 * HALF_LIFE_S
    assert mean_moment_s(180.0, 1e-12) == 90.0


def _factors(moment_s: float) -> tuple[float, ...]:
    """Factors that correct the frame of 11:00 to so many seconds after the injection at 10:00."""
    decay = 0.693147180559945 / HALF_LIFE_S
    mean_s = 3600.0 + mean_moment_s(180.0, decay)
    return (2.0 ** ((mean_s - moment_s) / HALF_LIFE_S),) * 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decay_correction": "ADMIN", "decay_factors": _factors(0.0)}, ""),
        ({"decay_correction": "ADMIN", "decay_factors": _factors(290.0)}, ""),
        ({"decay_correction": "ADMIN", "decay_factors": _factors(310.0)}, "5 min after"),
        # Of START the factors lead to the scan: by that SUV is 2^(3600 / 6586.2) = 1.46 times.
        ({"decay_correction": "ADMIN", "decay_factors": _factors(3600.0)}, "would be \\+46 %"),
        ({"decay_correction": "ADMIN", "decay_factors": (1.0,) * 3}, ""),
        ({"decay_correction": "NONE", "decay_factors": (1.0, 1.0005, None)}, ""),
        ({"decay_correction": "NONE", "decay_factors": (1.0, 1.02, 1.06)}, "up to 1.06"),
    ],
)  # fmt: skip
def test_decay_factors_that_say_otherwise_are_told(changes: dict[str, object], words: str) -> None:
    done = ("ATTN",) if changes["decay_correction"] == "NONE" else ("ATTN", "DECY")
    told_all = provenance_of(invented(corrections=done, **changes)).findings
    assert [one.rule for one in told_all] == (["suv-decay-factor-contradicts"] if words else [])
    assert all(re.search(words, one.what) for one in told_all)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"series_time": at("10:30")}, ["suv-reference-unconfirmed"]),
        ({"series_time": at("10:54:59")}, ["suv-reference-unconfirmed"]),
        ({"series_time": at("10:55")}, []),
        # Another moment confirms it, or is told to differ.
        ({"series_time": at("10:30"), "ge_scan_time": at("10:30")}, []),
        ({"series_time": at("10:30"), "decay_factors": _factors(1800.0)}, []),
        ({"series_time": at("10:30"), "decay_factors": _factors(3500.0)},
         ["suv-reference-times-differ"]),
    ],
)  # fmt: skip
def test_a_series_time_long_before_the_first_frame_needs_a_witness(
    changes: dict[str, object], expected: list[str]
) -> None:
    assert rules(invented(frame_reference_s=(None,) * 3, **changes)) == expected
