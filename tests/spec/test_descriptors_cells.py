"""What each rule for cells makes of a drawn profile; a clinician can check every line.

Levels are day:level, `<50` is below a limit of 50, `>9` above one of 9.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.kinetics.descriptors import (
    NotEstimable,
    Rules,
    Sampled,
    describe,
    descriptors_named,
    profiles_from_arrays,
)

GROWS = "0:10 4:40 8:640 12:160 16:40"
TABLE = f"""
    profile                                       | descriptor             | answer
    {GROWS}                                       | cmax                   | 640
    {GROWS}                                       | tmax                   | 8
    {GROWS}                                       | tlast                  | 16, at least: it is the last sample taken
    {GROWS} 30:<5                                 | tlast                  | 16
    1:5 7:90 9:90 20:4                            | tmax                   | 7
    1:5 4:90 30:4                                 | tmax                   | 4, uncertain: no sample in the days in which the peak is expected
    1:5 7:>90 20:4                                | cmax                   | no: a sample is above the upper limit of the assay
    1:5 7:>90 20:4                                | tlast                  | 20, at least: it is the last sample taken
    1:5 7:>90 20:40 24:20 28:10                   | half_life              | 4
    1:5 7:>90 20:40 24:20 28:10                   | auc_last               | no: a sample is above the upper limit of the assay
    7:<50 14:<50                                  | cmax                   | no: every sample is below the limit
    7:<50 14:<50                                  | auc_last               | no: every sample is below the limit
    -3:50                                         | cmax                   | no: no sample after the infusion
    -3:900 1:5 7:90                               | cmax                   | 90
    # Fold expansion counts from the lowest level before the peak.
    {GROWS}                                       | fold_expansion         | 64
    0:20 2:10 8:640                               | fold_expansion         | 64, from the lowest level after distribution
    0:20 2:10 8:640                               | fold_from              | 2
    0:<50 2:64 8:640                              | fold_expansion         | 10, at least: an earlier sample is below the limit
    7:640 14:3                                    | fold_expansion         | no: no quantified level before the peak
    # Doubling and contraction are read off the unbroken rise and fall.
    {GROWS}                                       | contraction_half_life  | 2
    {GROWS}                                       | contraction_from       | 8
    {GROWS}                                       | contraction_to         | 16
    0:10 4:40 8:640 12:160                        | contraction_half_life  | no: 2 quantified in the unbroken fall from the peak; 3 are needed
    2:10 4:20 6:40 9:12                           | doubling_time          | 2
    2:10 4:20 6:40 9:12                           | rise_points            | 3
    4:20 6:40 9:12                                | doubling_time          | 2, of two points only
    4:20 6:40 9:12                                | rise_adjusted_r2       | no: two points always lie on a line
    7:40 9:12                                     | doubling_time          | no: no unbroken rise of two quantified samples
    # The last phase: three quantified samples after the peak, two half-lives long.
    7:640 14:320 21:160 28:80                     | half_life              | 7
    7:640 14:320 21:160 28:80                     | terminal_from          | 14
    7:640 14:320 21:160                           | half_life              | no: 2 quantified for the last phase; 3 are needed
    7:640 14:320 17:240 20:180                    | half_life              | no: the best window is 0.83 half-lives long
    7:640 14:3 21:9 28:27                         | half_life              | no: the last values do not fall
    # Samples below the limit: none before, half the limit between, not used after.
    2:<50 8:100                                   | auc_last               | 300
    4:100 8:<50 12:100                            | auc_last               | 666.4, a sample below the limit between
    4:100 8:50 12:<50                             | auc_all                | 488.5
    # Areas from 0 to 28.
    7:640 14:320 21:160 28:80                     | auc_0_28               | 7895.4
    8:640 12:320 16:160 20:80 24:40               | auc_0_28               | 6137.9, partly extrapolated by the terminal half-life
    7:640 14:320                                  | auc_0_28               | no: the last sample is of day 14, too early
    7:640 14:320 20:160                           | auc_0_28               | no: the values end on day 20 and no terminal
    7:64 11:640 13:560 15:420 17:150              | auc_0_28               | no: the values end on day 17 and no terminal
    1:10 4:1000 5:951.7 19:475.8 33:237.9         | auc_0_28               | 15562
    1:10 4:1000 5:951.7 19:475.8 33:237.9         | auc_0_90               | no: 21 % would be extrapolated, too much
    # Loss of persistence: two samples below the limit and none with cells after them.
    {GROWS} 30:<5 60:<5                           | lost_after             | 16
    {GROWS} 30:<5 60:<5                           | lost_by                | 30
    {GROWS} 30:<5                                 | lost_by                | no: only the last sample, of day 30, is below the limit; 2 are needed
    {GROWS} 30:<5 60:<5 90:7                      | lost_by                | no: still quantified in the last sample, of day 90
    {GROWS} 30:<5 60:<5 90:7 120:<5 150:<5        | lost_after             | 90
    # Re-expansion: ten times the sample before, after a fall from a level of day 5 or later.
    {GROWS} 30:399                                | re_expansions          | 0
    {GROWS} 30:400                                | re_expansions          | 1
    {GROWS} 30:400                                | re_expansion_day       | 30
    {GROWS} 30:399                                | re_expansion_day       | no: none was seen
    0:50 2:5 8:640                                | re_expansions          | 0
    {GROWS} 30:<5 60:49                           | re_expansions          | 0
    {GROWS} 30:<5 60:50                           | re_expansion_day       | 60
"""  # noqa: E501 - a drawn table
LINES = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in TABLE.splitlines()[2:]
    if "|" in line
]


def profile(drawn: str) -> tuple[list[float], list[float], list[int]]:
    times, levels, kinds = [], [], []
    for sample in drawn.split():
        time, level = sample.split(":")
        limit = {"<": Sampled.BELOW, ">": Sampled.ABOVE}.get(level[0])
        times.append(float(time))
        levels.append(float(level.lstrip("<>")))
        kinds.append(int(limit or Sampled.QUANTIFIED))
    return times, levels, kinds


@pytest.mark.parametrize(("drawn", "name", "answer"), LINES, ids=lambda text: text)
def test_every_line_of_the_table(drawn: str, name: str, answer: str) -> None:
    times, levels, kinds = profile(drawn)
    profiles = profiles_from_arrays([times], [levels], kind=[kinds])
    found = describe(profiles, descriptors=descriptors_named([name]))
    column = found[name]
    if answer.startswith("no: "):
        got = column.at(0)
        assert isinstance(got, NotEstimable), got
        assert answer.removeprefix("no: ") in got.why
        return
    value, _, note = answer.partition(", ")
    assert column.at(0) == pytest.approx(float(value), rel=2e-4)
    assert note in "; ".join(column.notes(0))
    assert bool(note) == bool(column.notes(0)), column.notes(0)


def reinfused(next_infusion: float) -> dict[str, float | NotEstimable]:
    profiles = profiles_from_arrays([7, 14, 21, 28, 35, 42, 49], [[640, 320, 160, 80, 40, 20, 10]])
    stopped = replace(profiles, next_infusion=np.array([next_infusion]))
    return describe(stopped, rules=Rules()).of(0)


def test_no_area_crosses_the_next_infusion() -> None:
    found = reinfused(50.0)
    assert isinstance(found["auc_0_28"], float)
    for name in ("auc_0_90", "auc_inf", "auc_extrapolated"):
        answer = found[name]
        assert isinstance(answer, NotEstimable)
        assert "the next infusion was on day 50" in answer.why
    assert found["half_life"] == pytest.approx(7)
