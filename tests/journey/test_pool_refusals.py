"""What `reinfuse pool` refuses, in one clear message, and what it never overwrites."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journey.pool_tables import CASE, HEADER, Said, Write, asking, writing


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    return asking(monkeypatch, capsys)


@pytest.fixture
def counts(tmp_path: Path) -> Write:
    return writing(tmp_path)


def test_a_refused_row_costs_the_zero_and_not_the_answer(said: Said, counts: Write) -> None:
    code, out, err = said(counts((3, 9), (12, 10), (5, 11)))
    assert code == 2
    assert "2 cohorts, 8 of 20 patients" in out
    assert "mine.csv row 3" in err
    assert "[more-events-than-n]" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "which outcome to pool is not said"),
        (("--outcome", "CRS"), "the nearest are: CRS grade >= 3"),
        (("--outcome", "CR", "--infusion", "third"), "has the infusion third"),
        (("--outcome", "CR"), "--mixing"),
        (("--outcome", "CR", "--mixing", "everything"), "mixing cannot be 'everything'"),
        (("--outcome", "chronic GVHD"), "none can be pooled: e12-gvhd"),
        (("--method", "GLMM", "--measure", "PLO"), "--method GLMM takes the counts as they are"),
        (("--knapp-hartung",), "--knapp-hartung belongs to methods by inverse variance"),
        (("--prior", "wide", "--measure", "PLO"), "--prior leads, and so does --measure"),
        (("--prior", "half-normal(-1)"), "a prior with tau scale -1"),
        (("--prior", "flat"), "--prior flat is not known"),
        (("--compare", "9/3"), "9 events among 3 cannot be"),
        (("--compare", "0/0"), "--compare 0/0 is an arm without patients"),
        (("--compare", "three"), "neither counts nor a course"),
        (("--compare", "3/9", "--settle", "0.9"), "what is better is not said"),
        (("--wanted", "higher"), "--wanted speaks of an arm, and none is given"),
        (("--compare", CASE, "--margin", "0.1"), "and --compare names one course"),
        (("--measure", "RR", "--compare", "3/9"), "--compare sets an arm against a rate"),
        (("--outcome", "CNS remission", "--measure", "RR", "--mixing", "definition"),
         "it has no counts of both arms"),
        (("--outcome", "CNS remission", "--mixing", "definition", "--moderator", "eye colour"),
         "none of the rows has a eye colour"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_one_clear_message(
    said: Said, words: tuple[str, ...], message: str
) -> None:
    code, out, err = said(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert "fix:" in err


@pytest.mark.parametrize(
    "words",
    [("--level", "1"), ("--level", "95"), ("--settle", "0.4"), ("--margin", "2"), ("--level", "x"),
     ("--measure", "XX"), ("--method", "MLE"), ("--wanted", "more")],
)  # fmt: skip
def test_a_number_or_word_that_cannot_be_is_refused_by_the_parser(
    said: Said, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        said("--outcome", "CR", *words)
    assert ended.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_an_empty_or_torn_table_is_one_clear_message(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "private" / "mine.csv"
    path.parent.mkdir()
    for text in ("", HEADER, HEADER + "\nonly,three,cells\n", "name,age\nx,1\n", "\0\0\0"):
        path.write_text(text, encoding="utf-8")
        code, out, err = said(str(path))
        assert (code, out) == (2, ""), text
        assert "mine.csv" in err
        assert "private" not in err


def test_nothing_that_is_read_is_overwritten(said: Said, counts: Write, tmp_path: Path) -> None:
    table = counts((3, 9), (4, 9))
    before = Path(table).read_bytes()
    code, _, err = said(table, "-o", table)
    assert code == 2
    assert "would overwrite a file that is read" in err
    assert Path(table).read_bytes() == before
    page = tmp_path / "kept.html"
    page.write_text("kept", encoding="utf-8")
    assert said(table, "--outcome", "nothing", "-o", str(page))[0] == 2
    assert page.read_text(encoding="utf-8") == "kept"
    assert said(table, "-o", str(tmp_path / "absent" / "page.html"))[0] == 2
