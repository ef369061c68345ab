"""A long run that was interrupted goes on where it stopped, and never mixes two runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reinfuse.cli.resuming import Part, Unfinished

HEADER = ("patient", "grade")


def parts(first: int, last: int, stop_before: int | None = None) -> Iterator[Part]:
    for number in range(first, last):
        if number == stop_before:
            raise KeyboardInterrupt
        yield number + 1, [(f"P{number}", str(number)), (f"P{number}", "x")]


def test_an_interrupted_run_goes_on_after_the_last_whole_part(tmp_path: Path) -> None:
    output, written = tmp_path / "grades.csv", list[str]()
    unfinished = Unfinished.of(output, "table", "criteria")
    with pytest.raises(KeyboardInterrupt):
        unfinished.finish(HEADER, parts(0, 5, stop_before=3), written.append)
    assert written == []
    with unfinished.path.open("a", encoding="utf-8") as file:
        file.write("P3,half a r")  # a part that was cut off in its middle
    again = Unfinished.of(output, "table", "criteria")
    assert again.done() == 3
    assert again.finish(HEADER, parts(3, 5), written.append) == 10
    whole = list[str]()
    Unfinished.of(tmp_path / "other.csv", "t").finish(HEADER, parts(0, 5), whole.append)
    assert written == whole
    assert list(tmp_path.iterdir()) == []


def test_rows_of_another_table_are_not_gone_on_with(tmp_path: Path) -> None:
    output, written = tmp_path / "grades.csv", list[str]()
    with pytest.raises(KeyboardInterrupt):
        Unfinished.of(output, "one table").finish(HEADER, parts(0, 5, stop_before=3), print)
    other = Unfinished.of(output, "another table")
    assert other.done() == 0
    other.finish(HEADER, parts(0, 1), written.append)
    assert written == ["patient,grade\nP0,0\nP0,x\n"]
