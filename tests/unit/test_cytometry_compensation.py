"""Compensation: what is undone, for whom, and what cannot be."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from reinfuse.cytometry.compensation import compensated, unmixing
from reinfuse.cytometry.sample import Channel, Sample, Spill
from reinfuse.errors import ReinfuseError

NAMES = ("FSC-A", "FITC-A", "PE-A", "APC-A", "Time")
STAINED = NAMES[1:4]
SHARES = np.array([[1.0, 0.2, 0.0], [0.1, 1.0, 0.05], [0.0, 0.3, 1.0]])
SPILL = Spill(channels=STAINED, matrix=SHARES)


def tube(
    events: np.ndarray, *, names: tuple[str, ...] = NAMES, spill: Spill | None = None
) -> Sample:
    return Sample(
        file="tube.fcs",
        sha256="",
        version="3.1",
        channels=tuple(Channel(name=name) for name in names),
        events=events,
        spill=spill,
    )


def mixed(count: int = 50_000) -> tuple[np.ndarray, np.ndarray]:
    """True values `"dyes events"` of three dyes, and what five channels saw of them."""
    random = np.random.default_rng(3)
    true = random.lognormal(6, 2, (3, count))
    other = random.uniform(0, 1e5, (2, count))
    return true, np.vstack([other[:1], SHARES.T @ true, other[1:]])


def test_what_was_mixed_comes_apart_again() -> None:
    true, events = mixed()
    found = compensated(tube(events), STAINED, SPILL)
    assert tuple(found) == STAINED
    np.testing.assert_allclose(list(found.values()), true, rtol=1e-9, atol=1e-7)


def test_only_what_is_asked_for_is_given_in_the_order_asked() -> None:
    true, events = mixed(100)
    found = compensated(tube(events), ["Time", "APC-A", "Time"], SPILL)
    assert list(found) == ["Time", "APC-A"]
    np.testing.assert_array_equal(found["Time"], events[4])
    np.testing.assert_allclose(found["APC-A"], true[2], rtol=1e-9)


def test_without_a_matrix_nothing_is_undone() -> None:
    _, events = mixed(100)
    found = compensated(tube(events.astype(np.float32)), ["PE-A"], None)
    assert found["PE-A"].dtype == np.float64
    np.testing.assert_array_equal(found["PE-A"], events[2].astype(np.float32))


def test_the_events_of_a_sample_are_left_as_they_are() -> None:
    _, events = mixed(100)
    before = events.copy()
    found = compensated(tube(events), NAMES, SPILL)
    for values in found.values():
        values[:] = -1.0
    np.testing.assert_array_equal(events, before)


def test_a_dye_is_found_by_its_own_name_and_by_its_detector() -> None:
    true, events = mixed(100)
    spill = Spill(channels=STAINED, dyes=("CD19", "CAR", "CD3"), matrix=SHARES)
    found = compensated(tube(events), ["CAR", "PE-A"], spill)
    np.testing.assert_allclose(found["CAR"], true[1], rtol=1e-9)
    np.testing.assert_array_equal(found["CAR"], found["PE-A"])


def test_detectors_stand_where_the_file_has_them_not_where_the_matrix_has_them() -> None:
    true, events = mixed(100)
    turned = Spill(channels=STAINED[::-1], matrix=SHARES[::-1, ::-1])
    found = compensated(tube(events), STAINED, turned)
    np.testing.assert_allclose(list(found.values()), true, rtol=1e-9)


def test_more_detectors_than_dyes_give_the_least_squares_answer() -> None:
    random = np.random.default_rng(5)
    matrix = np.array([[1.0, 0.3, 0.1, 0.2], [0.2, 1.0, 0.4, 0.1]])
    observed = random.uniform(0, 1000, (4, 300))
    spectral = Spill(channels=("A", "B", "C", "D"), dyes=("one", "two"), matrix=matrix)
    found = compensated(tube(observed, names=spectral.channels), ["one", "B"], spectral)
    fitted = np.linalg.lstsq(matrix.T, observed, rcond=None)[0]
    np.testing.assert_allclose(list(found.values()), fitted, rtol=1e-9)
    # A detector without a dye of its own stays as it was acquired.
    rest = compensated(tube(observed, names=spectral.channels), ["C"], spectral)
    np.testing.assert_array_equal(rest["C"], observed[2])


def test_memory_holds_what_is_asked_for_and_little_more() -> None:
    _, events = mixed(400_000)
    sample = tube(events.astype(np.float32))
    tracemalloc.start()
    compensated(sample, ["PE-A"], SPILL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * 8 * 400_000  # the answer, and half as much again


@pytest.mark.parametrize(
    ("spill", "said"),
    [
        (Spill(channels=STAINED, matrix=np.ones((3, 3))), "singular: .*cannot be told apart"),
        (
            Spill(channels=STAINED, matrix=np.array([[1, 1, 0], [1, 1 + 1e-9, 0], [0, 0, 1.0]])),
            "singular: FITC-A, PE-A cannot be told apart",
        ),
        (Spill(channels=STAINED, matrix=np.zeros((3, 3))), "singular"),
        (Spill(channels=("FITC-A", "BV421-A"), matrix=np.eye(2)), "file lacks: BV421-A"),
        (Spill(channels=STAINED, matrix=np.eye(2)), "is 2 x 2, with names for 2 dyes and 3"),
        (Spill(channels=STAINED, matrix=np.ones(3)), "is 3, with names"),
        (
            Spill(channels=("PE-A",), dyes=("one", "two"), matrix=np.ones((2, 1))),
            "has 2 dyes and only 1 detectors",
        ),
        (Spill(channels=("PE-A", "PE-A"), matrix=np.eye(2)), "names a detector twice"),
        (Spill(channels=STAINED, matrix=SHARES * np.nan), "no numbers"),
    ],
)
def test_a_matrix_that_cannot_be_undone_is_refused_by_file_and_name(
    spill: Spill, said: str
) -> None:
    _, events = mixed(10)
    with pytest.raises(ReinfuseError, match=said) as refused:
        compensated(tube(events), ["FITC-A", "PE-A"], spill, matrix="matrix day7.csv")
    assert refused.value.where == "tube.fcs, matrix day7.csv"
    assert refused.value.fix


def test_the_matrix_of_the_file_is_called_its_keyword() -> None:
    _, events = mixed(10)
    spill = Spill(channels=STAINED, matrix=np.zeros((3, 3)))
    with pytest.raises(ReinfuseError) as refused:
        compensated(tube(events, spill=spill), ["PE-A"], spill)
    assert refused.value.where == "tube.fcs, spill keyword"


def test_a_channel_that_is_nowhere_is_named() -> None:
    _, events = mixed(10)
    with pytest.raises(ReinfuseError, match="there is no channel BV421-A") as refused:
        compensated(tube(events), ["BV421-A"], SPILL)
    assert refused.value.where == "tube.fcs"


def test_a_matrix_alone_is_inverted() -> None:
    np.testing.assert_allclose(unmixing(SPILL) @ SHARES, np.eye(3), atol=1e-12)


def test_matrices_are_equal_when_they_say_the_same() -> None:
    same = Spill(channels=STAINED, dyes=STAINED, matrix=SHARES.copy())
    zeros = Spill(channels=STAINED, matrix=np.where(SHARES == 0, -0.0, SHARES))
    assert SPILL == same == zeros
    assert len({SPILL, same, zeros}) == 1
    others = (
        Spill(channels=STAINED[::-1], matrix=SHARES),
        Spill(channels=STAINED, dyes=("CD19", "CAR", "CD3"), matrix=SHARES),
        Spill(channels=STAINED, matrix=np.nextafter(SHARES, 2)),
        Spill(channels=STAINED, matrix=SHARES[:2]),
        STAINED,
    )
    assert all(other != SPILL for other in others)
    nothing = Spill(channels=STAINED, matrix=SHARES * np.nan)
    assert nothing == Spill(channels=STAINED, matrix=SHARES * np.nan)
