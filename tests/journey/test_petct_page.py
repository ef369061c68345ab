"""The page of PET/CT, and its section in a report, as somebody opens them in a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reinfuse.cli.parser import run
from reinfuse.imaging.pictures import as_plain, figures_of
from reinfuse.report.petct_page import render_petct
from tests.journey.page_checks import (
    check_fits_a_phone,
    check_keyboard_reaches,
    check_quiet_alone_and_accessible,
    check_sections_and_headings,
    covered_letters,
    image_sizes,
    letters_off_paper,
    opened,
    written,
)
from tests.unit.report_petct_pages import candidates, figures, inputs_of, measured

NAMES = ("page", "candidates", "report")
SECTIONS = ("pictures", "lesions", "response", "findings", "scans", "provenance")
COURSE = """\
title: an invented course
kind: invented example
products:
  - {id: product-1, origin: autologous, target: [CD19]}
infusions:
  - {id: infusion-1, product: product-1, when: 2026-05-01}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course, and beside it what was measured: pictures and two pages."""
    there = tmp_path_factory.mktemp("petct")
    (there / "course.yaml").write_text(COURSE, encoding="utf-8")
    (there / "measured").mkdir()
    pictures = json.dumps(as_plain(figures(), version="0", notice="research"))
    (there / "measured" / "pictures.json").write_text(pictures, encoding="utf-8")
    texts = {
        "page": render_petct(inputs_of(measured()[0], figures())),
        "candidates": render_petct(inputs_of(candidates(), figures_of(candidates()))),
    }
    written(there, texts)
    return there


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, Path]:
    course, more = str(folder / "course.yaml"), ["--petct", str(folder / "measured")]
    assert run(["report", course, *more, "-o", str(folder / "report.html")]) == 0
    return {name: folder / f"{name}.html" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_quiet_alone_and_accessible(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    check_quiet_alone_and_accessible(browser, pages[name])


@pytest.mark.parametrize("name", NAMES)
def test_the_page_fits_a_phone(browser: Browser, pages: dict[str, Path], name: str) -> None:
    check_fits_a_phone(browser, pages[name])


def test_sections_and_headings_are_in_order(browser: Browser, pages: dict[str, Path]) -> None:
    check_sections_and_headings(browser, pages["page"], SECTIONS)


def test_a_keyboard_reaches_the_page_every_table_and_every_fold(
    browser: Browser, pages: dict[str, Path]
) -> None:
    check_keyboard_reaches(browser, pages["page"], "nav a, summary, .table[tabindex='0']")


@pytest.mark.parametrize("name", ["page", "report"])
def test_pictures_are_drawn_inside_their_frames(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    with opened(browser, pages[name]) as page:
        sizes = image_sizes(page, ".scans svg image")
    # A projection, a CT with the uptake over it, and a scale to each, in two scans.
    assert sorted(size > 5000 for size in sizes) == [False] * 4 + [True] * 6


@pytest.mark.parametrize("width", [390, 1200])
def test_letters_of_a_picture_stay_on_their_paper_and_off_each_other(
    browser: Browser, pages: dict[str, Path], width: int
) -> None:
    with opened(browser, pages["page"], wide=width) as page:
        assert letters_off_paper(page, "figure.chart svg") == []
        assert covered_letters(page, "figure.chart svg") == []


def test_the_report_shows_the_pictures_beside_the_lesions_and_doubts_their_patient(
    browser: Browser, pages: dict[str, Path]
) -> None:
    with opened(browser, pages["report"]) as page:
        names = page.eval_on_selector_all("section", "all => all.map(one => one.id)")
        assert names[names.index("lesions") + 1] == "petct"
        assert page.locator("#petct figure.chart").count() == 3
        doubt = page.locator("#petct .absent").text_content() or ""
        assert "No look of this course rests on these scans" in doubt
        assert "measured" not in (page.locator("#provenance").text_content() or "measured")


def test_without_pictures_the_report_has_no_such_section(folder: Path) -> None:
    course, plain = folder / "course.yaml", folder / "plain.html"
    assert run(["report", str(course), "-o", str(plain)]) == 0
    text = plain.read_text(encoding="utf-8")
    assert 'id="petct"' not in text
    assert "PET/CT" not in text
    assert ".scans" not in text


def test_pictures_that_cannot_be_used_are_one_clear_error(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = str(folder / "course.yaml")
    pictures = tmp_path / "pictures.json"
    for text, words in (
        (None, "there is no pictures.json"),
        ("{", "it is not JSON"),
        ('{"kind": "<script>alert(1)</script>"}', "it does not hold PET/CT pictures"),
    ):
        if text is not None:
            pictures.write_text(text, encoding="utf-8")
        code = run(["report", course, "--petct", str(tmp_path), "-o", str(tmp_path / "x.html")])
        told = capsys.readouterr().err
        assert (code, words in told, "Traceback" in told) == (2, True, False), told
        assert not (tmp_path / "x.html").exists()
    kept = pictures.read_text(encoding="utf-8")
    assert run(["report", course, "--petct", str(tmp_path), "-o", str(pictures)]) == 2
    assert "would overwrite a file that is read" in capsys.readouterr().err
    assert pictures.read_text(encoding="utf-8") == kept
