"""The pages of flow cytometry as somebody opens them: in a browser, without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reinfuse.report.flow_page import FlowSeriesInputs, render_flow_series, render_flow_tube
from tests.journey.page_checks import (
    check_fits_a_phone,
    check_quiet_alone_and_accessible,
    check_sections_and_headings,
    image_sizes,
    letters_off_paper,
    opened,
    written,
)
from tests.unit.report_flow_pages import PROVENANCE, blood, inputs_of, marrow

NAMES = ("blood", "marrow", "series")
SECTIONS = ("results", "guards", "tree", "gates", "findings", "provenance")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("flow")
    measured, _ = blood()
    links = {(one.sha256, one.data_set): "blood.html" for one in measured.tubes}
    texts = {
        "blood": render_flow_tube(inputs_of(*blood(), series_page="series.html")),
        "marrow": render_flow_tube(inputs_of(*marrow())),
        "series": render_flow_series(
            FlowSeriesInputs(measured=measured, provenance=PROVENANCE, pages=links)
        ),
    }
    return written(folder, texts)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_quiet_alone_and_accessible(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    check_quiet_alone_and_accessible(browser, pages[name])


@pytest.mark.parametrize("name", NAMES)
def test_the_page_fits_a_phone(browser: Browser, pages: dict[str, Path], name: str) -> None:
    check_fits_a_phone(browser, pages[name])


def test_sections_and_headings_are_in_order(browser: Browser, pages: dict[str, Path]) -> None:
    check_sections_and_headings(browser, pages["blood"], SECTIONS, elsewhere=["series.html"])


def test_images_of_events_are_drawn_inside_their_plots(
    browser: Browser, pages: dict[str, Path]
) -> None:
    with opened(browser, pages["blood"]) as page:
        sizes = image_sizes(page, "figure.chart svg image")
        assert len(sizes) >= 4
        assert all(size > 1000 for size in sizes)


@pytest.mark.parametrize("name", ["blood", "marrow"])
def test_letters_of_a_picture_stay_on_their_paper(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    with opened(browser, pages[name]) as page:
        assert letters_off_paper(page, ".gates svg") == []


def test_the_series_leads_to_a_tube_and_back(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["series"]) as page:
        page.locator("#tubes a").first.click()
        assert page.url == pages["blood"].as_uri()
        page.get_by_role("link", name="All tubes over days").click()
        assert page.url == pages["series"].as_uri()
