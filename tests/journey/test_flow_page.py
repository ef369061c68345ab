"""The pages of flow cytometry as somebody opens them: in a browser, without a network."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from reinfuse.report.flow_page import FlowSeriesInputs, render_flow_series, render_flow_tube
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
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_quiet_alone_and_accessible(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages[name].as_uri())
    page.wait_for_load_state("networkidle")
    # What is folded away must be accessible too.
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1200
    page.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_page_fits_a_phone(browser: Browser, pages: dict[str, Path], name: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(pages[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_sections_and_headings_are_in_order(browser: Browser, pages: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto(pages["blood"].as_uri())
    assert page.eval_on_selector_all("section", "all => all.map(one => one.id)") == list(SECTIONS)
    levels = page.eval_on_selector_all(
        "h1, h2, h3", "found => found.map(one => Number(one.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    page.close()


def test_images_of_events_are_drawn_inside_their_plots(
    browser: Browser, pages: dict[str, Path]
) -> None:
    """A picture that its page forbids, or that is no image, has no size and no shade."""
    page = browser.new_page()
    page.goto(pages["blood"].as_uri())
    images = page.locator("figure.chart svg image")
    assert images.count() >= 4
    sizes = page.evaluate(
        """async () => Promise.all([...document.querySelectorAll('figure.chart svg image')].map(
            async (one) => {
                const image = new Image();
                image.src = one.getAttribute('href');
                await image.decode();
                return image.naturalWidth * image.naturalHeight;
            }))"""
    )
    assert all(size > 1000 for size in sizes)
    page.close()


def test_letters_of_a_picture_stay_on_their_paper(browser: Browser, pages: dict[str, Path]) -> None:
    for name in ("blood", "marrow"):
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(pages[name].as_uri())
        outside = page.evaluate(
            """() => [...document.querySelectorAll('.gates svg')].flatMap((svg) => {
                const paper = svg.getBoundingClientRect();
                return [...svg.querySelectorAll('text')].filter((one) => {
                    const box = one.getBoundingClientRect();
                    return box.left < paper.left - 1 || box.right > paper.right + 1
                        || box.top < paper.top - 1 || box.bottom > paper.bottom + 1;
                }).map((one) => one.textContent);
            })"""
        )
        assert outside == []
        page.close()


def test_the_series_leads_to_a_tube_and_back(browser: Browser, pages: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto(pages["series"].as_uri())
    page.locator("#tubes a").first.click()
    assert page.url == pages["blood"].as_uri()
    page.get_by_role("link", name="All tubes over days").click()
    assert page.url == pages["series"].as_uri()
    page.close()
