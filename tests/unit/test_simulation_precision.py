"""How far two precisions are apart, told as a share that a reader can judge."""

from __future__ import annotations

import numpy as np

from reinfuse.cli.simulation.precision import Apart, note_of, shares_apart


def test_shares_are_of_the_value_or_of_a_millionth_of_the_largest() -> None:
    other = np.asarray([[[100.0], [1e-9], [50.0]]])
    one = np.asarray([[[101.0], [2e-9], [50.0]]])
    assert np.allclose(shares_apart(one, other).ravel(), [0.01, 1e-9 / 1e-4, 0.0])


def test_what_only_one_precision_has_is_apart_without_measure() -> None:
    other = np.asarray([[[1.0], [np.nan], [np.nan]]])
    one = np.asarray([[[np.inf], [1.0], [np.nan]]])
    assert shares_apart(one, other).ravel().tolist() == [np.inf, np.inf, 0.0]


def test_an_output_that_is_nothing_but_zero_is_not_apart() -> None:
    assert shares_apart(np.zeros((2, 3, 1)), np.zeros((2, 3, 1))).max() == 0.0


def test_the_note_says_when_to_leave_32_bits() -> None:
    assert note_of(Apart(0.0004, "level", 64)) == (
        "32 bits differ from 64 by at most 0.04 % on the first 64 patients (level)"
    )
    assert note_of(Apart(np.inf, "level", 1)) == (
        "32 bits do not hold this model: only one of 32 and 64 bits gave numbers on the only "
        "patient (level); use --bits 64"
    )
