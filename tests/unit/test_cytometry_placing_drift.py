"""Drift between a patient's tubes: which tube, which channels, and what it looks like."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from reinfuse.cytometry.placing.drift import DriftNote, Kind, drift
from reinfuse.cytometry.placing.tubes import Position, TubeAt, positions
from reinfuse.cytometry.sample import Floats
from reinfuse.errors import Severity

CHANNELS = ("CD3", "CD4", "CD8", "CD45", "CAR", "CD19")


def places(seed: int, tubes: int = 8) -> Floats:
    """Medians, `"tubes channels side"`, that vary by 0.01 from tube to tube."""
    rng = np.random.default_rng(seed)
    return np.stack(
        [
            rng.normal(0.30, 0.01, (tubes, len(CHANNELS))),
            rng.normal(0.70, 0.01, (tubes, len(CHANNELS))),
        ],
        axis=2,
    )


def series(table: Floats) -> tuple[TubeAt, ...]:
    return tuple(
        TubeAt(
            file=f"day{7 * row}.fcs",
            day=7.0 * row,
            positions=tuple(
                Position(channel=channel, negative=float(at[0]), positive=float(at[1]))
                for channel, at in zip(CHANNELS, tube, strict=True)
            ),
        )
        for row, tube in enumerate(table)
    )


def notes(table: Floats) -> tuple[DriftNote, ...]:
    return drift(series(table), limit=4.0, floor=0.01)


def test_a_steady_series_is_seldom_called_drifting() -> None:
    # 100 series of 8 tubes, 6 channels and 2 populations: 9,600 places.
    assert sum(len(notes(places(seed))) for seed in range(100)) <= 10


def test_all_channels_of_one_tube_are_the_instrument() -> None:
    table = places(1)
    table[3] += 0.09
    (note,) = notes(table)
    assert (note.kind, note.file, note.channels) == (Kind.INSTRUMENT, "day21.fcs", CHANNELS)
    assert note.shift == pytest.approx(0.09, abs=0.015)
    assert note.finding.severity is Severity.NOTE
    assert note.finding.rule == "flow-drift-instrument"
    assert "voltages" in note.finding.fix


@pytest.mark.parametrize(
    ("sides", "kind"),
    [((0, 1), Kind.CHANNEL), ((1,), Kind.REAGENT), ((0,), Kind.BACKGROUND)],
)
def test_one_channel_of_one_tube_is_told_by_which_population_moved(
    sides: tuple[int, ...], kind: Kind
) -> None:
    table = places(2)
    table[5, 4, list(sides)] -= 0.10
    (note,) = notes(table)
    assert (note.kind, note.file, note.channels) == (kind, "day35.fcs", ("CAR",))
    assert note.shift == pytest.approx(-0.10, abs=0.03)


def test_two_channels_that_part_are_not_the_instrument() -> None:
    table = places(3)
    table[2, :3, 1] += 0.1
    table[2, 3:, 1] -= 0.1
    found = notes(table)
    assert {note.kind for note in found} == {Kind.REAGENT}
    assert len(found) == len(CHANNELS)


def test_a_slow_creep_that_no_single_tube_shows_is_seen() -> None:
    table = places(4)
    table[:, 1, 1] -= 0.012 * np.arange(8)
    (note,) = notes(table)
    assert (note.kind, note.file, note.channels) == (Kind.SLOW, "", ("CD4",))
    assert note.shift == pytest.approx(-0.084, abs=0.02)


def test_the_floor_keeps_tubes_that_agree_from_making_a_drift_of_a_hair() -> None:
    table = np.full((6, len(CHANNELS), 2), 0.5)
    table[2] += 0.03
    assert notes(table) == ()
    table[2] += 0.03
    assert notes(table)[0].kind is Kind.INSTRUMENT


def test_three_tubes_are_too_few_and_that_is_said() -> None:
    (note,) = notes(places(5, tubes=3))
    assert note.kind is Kind.UNKNOWN
    assert note.finding.severity is Severity.GAP
    assert note.finding.what == "drift cannot be told"


def test_an_odd_tube_at_the_end_is_no_creep() -> None:
    table = places(4)
    table[7, 1, 1] -= 0.15
    assert [note.kind for note in notes(table)] == [Kind.REAGENT]


def test_tubes_of_one_day_have_no_creep() -> None:
    tubes = tuple(replace(tube, day=3.0) for tube in series(places(1)))
    assert drift(tubes, limit=4.0, floor=0.01) == ()


def test_a_channel_that_a_tube_lacks_is_no_drift() -> None:
    tubes = series(places(1))
    without = replace(tubes[4], positions=tubes[4].positions[1:])
    assert drift((*tubes[:4], without, *tubes[5:]), limit=4.0, floor=0.01) == ()


def test_positions_are_medians_on_both_sides_and_nan_for_a_few_events() -> None:
    values = {"CD3": np.concatenate([np.full(300, 0.3), np.full(40, 0.7)])}
    (seen,) = positions(values, {"CD3": 0.5}, fewest=40)
    assert (seen.negative, seen.positive) == (0.3, 0.7)
    (seen,) = positions(values, {"CD3": 0.5}, fewest=41)
    assert math.isnan(seen.positive)
