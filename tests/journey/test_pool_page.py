"""The page of one outcome as somebody opens it: in a browser, without a network, on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reinfuse.report.pool_page import render_pool
from tests.journey.page_checks import (
    check_drawings_have_tables_and_words,
    check_fits_a_phone,
    check_quiet_alone_and_accessible,
    check_sections_and_headings,
    covered_letters,
    opened,
    width_of,
    written,
)
from tests.unit.pooled_pages import chosen_few, chosen_many, counted, hazard_ratios, inputs_of

NAMES = ("few", "many", "one", "ratios")
SECTIONS = (
    "answer", "cohorts", "methods", "priors", "influence", "studies", "left-out", "findings",
    "provenance",
)  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pooled")
    texts = {
        "few": render_pool(inputs_of(chosen_few())),
        "many": render_pool(inputs_of(chosen_many())),
        "one": render_pool(counted((35, 40))),
        "ratios": render_pool(hazard_ratios()),
    }
    return written(folder, texts)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_quiet_alone_and_accessible(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    check_quiet_alone_and_accessible(browser, pages[name])


def test_every_section_is_there_with_headings_in_order(
    browser: Browser, pages: dict[str, Path]
) -> None:
    check_sections_and_headings(browser, pages["few"], SECTIONS)


def test_the_answer_is_seen_without_scrolling(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["few"], high=800) as page:
        box = page.locator(".answer").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 800


@pytest.mark.parametrize("name", NAMES)
def test_every_drawing_has_its_table_and_its_words(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    check_drawings_have_tables_and_words(browser, pages[name], least=1)


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_a_drawing_covers_another(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    with opened(browser, pages[name]) as page:
        assert covered_letters(page, "#chart-forest svg, #chart-priors svg") == []


@pytest.mark.parametrize("name", NAMES)
def test_the_page_fits_a_phone(browser: Browser, pages: dict[str, Path], name: str) -> None:
    check_fits_a_phone(browser, pages[name])


def test_on_paper_every_table_is_open(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["few"], wide=703, high=1000, media="print") as page:
        assert width_of(page) <= 760
        assert page.locator("#chart-forest details table").first.is_visible()
        assert not page.locator("nav").is_visible()
