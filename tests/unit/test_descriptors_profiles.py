"""Profiles of a data set: on the clock of their infusion, and refused with ID and row."""

from __future__ import annotations

from math import exp, inf, nan

import numpy as np
import pytest

from reinfuse.kinetics.descriptors import (
    Profiles,
    Sampled,
    UnusableProfiles,
    describe,
    profiles_from_arrays,
    profiles_of,
)
from reinfuse.record.data_set import Assay, DataSet, Dose, Sample, Subject

COPIES = Assay(label="qPCR", unit="{copies}/ug")
FLOW = Assay(label="flow", unit="%")


def data(*subjects: Subject, time_unit: str = "d", logarithms: bool = False) -> DataSet:
    return DataSet(
        subjects=subjects,
        assays=(COPIES, FLOW),
        time_unit=time_unit,
        logarithms=logarithms,
        file="set.csv",
    )


def subject(name: str, samples: list[Sample], *doses: Dose) -> Subject:
    return Subject(name=name, samples=tuple(samples), doses=doses)


def series(*pairs: tuple[float, float], occasion: int = 1, assay: int = 0) -> list[Sample]:
    return [
        Sample(time=time, value=value, occasion=occasion, assay=assay, row=row)
        for row, (time, value) in enumerate(pairs, start=2)
    ]


BOTH = subject(
    "7",
    [
        *series((1, 10), (11, 500)),
        *series((3, 20.0), assay=1),
        *series((41, 5), (51, 900), (61, 80), occasion=2),
    ],
    Dose(time=1, amount=2e8),
    Dose(time=40, amount=1e8, occasion=2),
)


def test_each_infusion_and_assay_is_a_profile_on_its_own_clock() -> None:
    profiles = profiles_of(data(BOTH))
    assert [profiles.label(place) for place in range(3)] == [
        "ID 7, infusion 1, qPCR",
        "ID 7, infusion 1, flow",
        "ID 7, infusion 2, qPCR",
    ]
    np.testing.assert_array_equal(profiles.time[0], [0, 10, nan])
    np.testing.assert_array_equal(profiles.time[2], [1, 11, 21])
    np.testing.assert_array_equal(profiles.next_infusion, [39, 39, inf])
    np.testing.assert_array_equal(profiles.dose, [2e8, 2e8, 1e8])
    assert profiles.unit(1) == "%"


def test_hours_are_read_as_days() -> None:
    one = subject("1", series((0, 1), (24, 5), (48, 2)), Dose(time=0, amount=1))
    np.testing.assert_allclose(profiles_of(data(one, time_unit="h")).time[0], [0, 1, 2])


def test_logarithms_are_read_as_levels() -> None:
    one = subject("1", series((0, -1.0), (7, 5.0)), Dose(time=0, amount=1))
    profiles = profiles_of(data(one, logarithms=True))
    np.testing.assert_allclose(profiles.level[0], [exp(-1), exp(5)])


def test_limits_are_not_numbers() -> None:
    said = [
        Sample(time=1, high=50.0),
        Sample(time=2, low=10.0, high=50.0),
        Sample(time=3, low=1e6),
        Sample(time=4, value=0.0),
    ]
    profiles = profiles_of(data(subject("1", said, Dose(time=0, amount=1))))
    below, above = Sampled.BELOW, Sampled.ABOVE
    assert profiles.kind[0].tolist() == [below, below, above, below]
    np.testing.assert_array_equal(profiles.level[0], [50, 50, 1e6, nan])


def test_a_subject_without_a_dose_is_named() -> None:
    one = subject("7", series((1, 10)))
    with pytest.raises(UnusableProfiles, match=r"ID 7 has no infusion \(its first sample is in"):
        profiles_of(data(one))


def test_times_that_count_from_the_infusion_need_no_dose() -> None:
    profiles = profiles_of(data(subject("7", series((1, 10), (9, 90)))), from_infusion=True)
    np.testing.assert_array_equal(profiles.time[0], [1, 9])


def test_a_sample_of_an_infusion_without_a_dose_is_named() -> None:
    one = subject("7", series((1, 10), occasion=3), Dose(time=0, amount=1))
    with pytest.raises(UnusableProfiles, match="ID 7, row 2: a sample of infusion 3, which has no"):
        profiles_of(data(one))


def test_every_problem_is_told_at_once() -> None:
    dose = Dose(time=0, amount=1)
    sets = data(
        subject("1", series((1, 10), (2, -4.0)), dose),
        subject("2", series((1, 10), (1, 11)), dose),
        subject("3", series((5, 10), (2, 11)), dose),
        subject("4", series((5, nan)), dose),
    )
    with pytest.raises(UnusableProfiles) as refused:
        profiles_of(sets)
    words = str(refused.value)
    assert "4 problems" in words
    assert "ID 1, infusion 1, qPCR, row 3: a level of -4 is below zero" in words
    assert "ID 2, infusion 1, qPCR, row 3: a second sample at time 1" in words
    assert "ID 3, infusion 1, qPCR, row 3: time 2 comes after time 5" in words
    assert "ID 4, infusion 1, qPCR, row 2: the level is not a finite number" in words


def test_many_problems_are_counted() -> None:
    rows = [(float(time), -1.0) for time in range(60)]
    one = subject("1", series(*rows), Dose(time=0, amount=1))
    with pytest.raises(UnusableProfiles, match="and 10 more"):
        profiles_of(data(one))


def test_an_unknown_unit_of_time_is_refused() -> None:
    with pytest.raises(UnusableProfiles, match="times in 'mo' cannot be read as days"):
        profiles_of(data(time_unit="mo"))


def test_a_set_without_subjects_has_no_profiles() -> None:
    profiles = profiles_of(data())
    assert len(profiles) == 0
    assert len(describe(profiles)["cmax"].values) == 0


def test_arrays_are_checked_too() -> None:
    with pytest.raises(UnusableProfiles, match="ID 2, infusion 1, sample 2: a second sample"):
        profiles_from_arrays([[0, 1], [3, 3]], [[1, 2], [1, 2]])


def test_a_choice_of_profiles_keeps_what_belongs_to_them() -> None:
    profiles = profiles_of(data(BOTH))
    second: Profiles = profiles.only(profiles.occasion == 2)
    assert (len(second), second.subject, second.dose.tolist()) == (1, ("7",), [1e8])
