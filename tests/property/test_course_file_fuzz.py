"""The small version of the study `course_file_fuzz`."""

from __future__ import annotations

from random import Random  # noqa: TID251  # what the study draws from

import pytest

from studies.course_file_fuzz import counts, damage, how_answered


@pytest.mark.parametrize("start", [101, 102])
def test_nothing_escapes_from_a_damaged_file(start: int) -> None:
    files, read, refused, escaped, slow = counts(start, 200)
    assert escaped == 0
    assert slow == 0
    assert read + refused == files
    assert refused > files / 2  # the injuries are real


def test_damage_is_the_same_every_time() -> None:
    assert damage(Random(1), "title: T\n") == damage(Random(1), "title: T\n")


def test_a_sound_text_is_read_and_a_broken_one_refused() -> None:
    assert how_answered("title: T\nkind: invented example\n") == ["read"]
    assert how_answered("title: T\nkind: [") == ["refused"]
