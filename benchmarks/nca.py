"""Descriptors of many profiles in columns, beside the plain loop of the tests and PKNCA."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reinfuse.kinetics.descriptors import (
    DEFAULT,
    Profiles,
    Rules,
    Sampled,
    describe,
    profiles_from_arrays,
    profiles_of,
)
from reinfuse.record.data_set import Assay, DataSet, Dose, Sample, Subject
from tests.property.descriptors_plain import plain

# Seconds a subject that PKNCA 0.12.1 took for 5 parameters of 100 subjects x 12 samples, R 4.2.2,
# one process on two shared x86-64 cores; it was not run beside this.
PKNCA_SECONDS = 0.017
DAYS = np.array([1.0, 3, 5, 7, 10, 14, 21, 28, 60, 90, 180, 360])
LIMIT = 30.0
TURNS = 7
COMPARED = 300


@dataclass(frozen=True, slots=True)
class Timing:
    """How long so many profiles took, in seconds; medians of several turns."""

    profiles: int
    preparing: float
    describing: float


def invented(profiles: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Levels and kinds of so many profiles: a rise, a peak, two slopes, some below the limit."""
    chance = np.random.default_rng(seed)
    peak_day = np.exp(chance.normal(np.log(9.3), 0.5, (profiles, 1)))
    peak = np.exp(chance.normal(np.log(24000), 0.8, (profiles, 1)))
    before, after = np.minimum(DAYS - peak_day, 0.0), np.maximum(DAYS - peak_day, 0.0)
    decline = 0.992 * np.exp(-0.16 * after) + 0.008 * np.exp(-0.0032 * after)
    level = peak * np.exp(0.89 * before) * decline
    level *= np.exp(chance.normal(0.0, 0.56, level.shape))
    kind = np.where(level < LIMIT, Sampled.BELOW, Sampled.QUANTIFIED)
    return np.maximum(level, LIMIT), kind


def time_columns(count: int) -> Timing:
    """Seconds to check so many profiles, and to compute every default descriptor."""
    level, kind = invented(count, 1)
    preparing, describing = [], []
    for _ in range(TURNS):
        began = time.process_time()
        profiles = profiles_from_arrays(DAYS, level, kind=kind)
        between = time.process_time()
        found = describe(profiles)
        describing.append(time.process_time() - between)
        preparing.append(between - began)
        assert len(found.columns) == len(DEFAULT)
    return Timing(count, statistics.median(preparing), statistics.median(describing))


def time_plain() -> float:
    """Seconds a profile by the plain loop."""
    level, kind = invented(COMPARED, 1)
    words = {Sampled.BELOW: "below", Sampled.QUANTIFIED: "value"}
    rules = Rules()
    series = [
        [
            (day, words[Sampled(code)], float(value))
            for day, code, value in zip(DAYS.tolist(), kinds, values, strict=True)
        ]
        for kinds, values in zip(kind.tolist(), level.tolist(), strict=True)
    ]
    began = time.process_time()
    for one in series:
        plain(one, rules)
    return (time.process_time() - began) / COMPARED


def time_data_set(count: int) -> tuple[float, Profiles]:
    """Seconds to make profiles of a data set that was read."""
    level, kind = invented(count, 1)
    subjects = []
    for place in range(count):
        samples = tuple(
            Sample(time=day, high=value, row=1)
            if code == Sampled.BELOW
            else Sample(time=day, value=value, row=1)
            for day, code, value in zip(
                DAYS.tolist(), kind[place].tolist(), level[place].tolist(), strict=True
            )
        )
        subjects.append(
            Subject(name=str(place), samples=samples, doses=(Dose(time=0.0, amount=1.0),))
        )
    data = DataSet(subjects=tuple(subjects), assays=(Assay(label="qPCR", unit="copies/ug"),))
    began = time.process_time()
    profiles = profiles_of(data)
    return time.process_time() - began, profiles


def main(arguments: Sequence[str]) -> int:
    """Print the timings of the sizes asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nca")
    parser.add_argument("--profiles", type=int, nargs="*", default=[1000, 10_000, 100_000])
    sizes = parser.parse_args(arguments).profiles
    loop = time_plain()
    print(f"plain loop: {loop * 1e3:.2f} ms a profile, {len(DEFAULT)} descriptors", flush=True)
    for size in sizes:
        one = time_columns(size)
        each = (one.preparing + one.describing) / size
        print(
            f"{size} profiles x {len(DAYS)} samples: {one.preparing + one.describing:.3f} s"
            f" ({one.preparing:.3f} checking, {one.describing:.3f} descriptors),"
            f" {each * 1e6:.1f} us a profile; {loop / each:.0f} times the plain loop,"
            f" {PKNCA_SECONDS / each:.0f} times PKNCA as measured elsewhere (17 ms a subject)",
            flush=True,
        )
    seconds, profiles = time_data_set(10_000)
    print(f"profiles of a data set of {len(profiles)} subjects: {seconds:.3f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
