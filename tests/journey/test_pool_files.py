"""The page that `reinfuse pool` writes, and the tables that are there to be copied."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.journey.pool_tables import (
    EXAMPLES,
    HOME,
    OUTSIDE,
    Said,
    Write,
    asking,
    write_bcg,
    writing,
)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    return asking(monkeypatch, capsys)


@pytest.fixture
def counts(tmp_path: Path) -> Write:
    return writing(tmp_path)


@pytest.fixture
def bcg(tmp_path: Path) -> str:
    return write_bcg(tmp_path / "bcg.csv")


def test_the_page_holds_what_the_terminal_says(said: Said, tmp_path: Path) -> None:
    page = tmp_path / "pooled.html"
    code, out, _ = said(*OUTSIDE, "--compare", "3/9", "--wanted", "higher", "-o", str(page))
    assert code == 0
    assert f"wrote {page}" in out
    text = page.read_text(encoding="utf-8")
    for words in ("61.3 %", "Holland 2022", "32.4 to 84.1 %", "For research", "--compare 3/9"):
        assert words in text, words
    assert str(tmp_path) not in text
    assert str(HOME) not in text


def test_the_page_is_drawn_for_a_measure_and_for_one_cohort(
    said: Said, bcg: str, counts: Write, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    assert said(bcg, "--measure", "RR", "--moderator", "latitude", "-o", str(page))[0] == 0
    assert "By latitude" in page.read_text(encoding="utf-8")
    assert said(counts((10, 15)), "-o", str(page))[0] == 0
    assert "38.4 to 88.2 %" in page.read_text(encoding="utf-8")


def test_the_examples_do_what_their_page_says(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HOME)
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    block = text.split("```sh\n")[1].split("```")[0].replace("\\\n", " ")
    commands = [line for line in block.splitlines() if line.strip()]
    assert len(commands) == 3
    for line in commands:
        words = next(csv.reader([line], delimiter=" ", skipinitialspace=True))
        assert words[:2] == ["reinfuse", "pool"]
        code, out, _ = said(*words[2:])
        assert code == 0
        assert "From " in out
