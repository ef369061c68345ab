"""No table of a study is older than the code it speaks about."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from studies import __main__ as runner


def test_no_table_is_stale() -> None:
    told = [runner.tell_staleness(name, runner.load(name)) for name in runner.names()]
    stale = [words for words in told if words]
    assert not stale, "\n".join([*stale, "  fix:   .venv/bin/python -m studies <name>"])


def test_every_table_belongs_to_a_study(home: Path) -> None:
    tables = {path.stem for path in (home / "studies" / "tables").glob("*.*")}
    assert tables <= set(runner.names()), "a table nobody makes"


@dataclass
class Doubling:
    """A study in memory; it breaks off before the chunk `breaks_at`."""

    INPUTS: tuple[str, ...] = ("src/*.py",)
    HEADER: tuple[str, ...] = ("number", "double")
    breaks_at: str = ""
    ran: list[str] = field(default_factory=list)

    def chunks(self) -> tuple[str, ...]:
        return ("1", "2", "3")

    def run(self, chunk: str) -> list[tuple[object, ...]]:
        if chunk == self.breaks_at:
            raise KeyboardInterrupt
        self.ran.append(chunk)
        return [(chunk, 2 * int(chunk))]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A small repository with one study, `doubling`, that rests on one file."""
    for file in ("studies/doubling.py", "src/arithmetic.py"):
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_text("first\n", encoding="utf-8")
    return tmp_path


def test_a_study_leaves_a_table_that_is_fresh(place: Path) -> None:
    table = runner.conduct("doubling", Doubling(), place)
    assert table.read_text(encoding="utf-8") == "number,double\n1,2\n2,4\n3,6\n"
    assert runner.tell_staleness("doubling", Doubling(), place) == ""


def test_a_study_goes_on_where_it_was_interrupted(place: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        runner.conduct("doubling", Doubling(breaks_at="3"), place)
    second = Doubling()
    runner.conduct("doubling", second, place)
    assert second.ran == ["3"]


@pytest.mark.parametrize("changed", ["src/arithmetic.py", "studies/doubling.py"])
def test_a_changed_input_makes_the_table_stale(place: Path, changed: str) -> None:
    runner.conduct("doubling", Doubling(), place)
    (place / changed).write_text("second\n", encoding="utf-8")
    assert "its inputs changed" in runner.tell_staleness("doubling", Doubling(), place)


def test_a_table_changed_by_hand_is_told(place: Path) -> None:
    table = runner.conduct("doubling", Doubling(), place)
    table.write_text("number,double\n1,3\n", encoding="utf-8")
    assert "not the table" in runner.tell_staleness("doubling", Doubling(), place)


def test_a_study_without_a_table_is_told(place: Path) -> None:
    assert "has no table" in runner.tell_staleness("doubling", Doubling(), place)


def test_an_input_that_matches_no_file_is_an_error(place: Path) -> None:
    with pytest.raises(SystemExit, match="no file matches 'docs/\\*'"):
        runner.conduct("doubling", Doubling(INPUTS=("docs/*",)), place)
