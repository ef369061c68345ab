"""The page of a fit as somebody opens it: in a browser, without a network, on a phone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from reinfuse.estimation.population.checking import Asked
from reinfuse.report.fit_page import FitInputs, VpcInputs, render_fit, render_vpc
from reinfuse.report.page.inputs import Provenance
from tests.unit.population_decay import design
from tests.unit.population_fits import check_of

SECTIONS = (
    "outcome", "parameters", "likelihood", "convergence", "goodness-of-fit", "individual-fits",
    "vpc-1", "vpc-2", "vpc-3", "prediction-errors", "random-effects", "estimates", "provenance",
)  # fmt: skip
PROVENANCE = Provenance(version="0", file="set.csv", sha256="abc", command="reinfuse fit", seed=1)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("fits")
    asked = (Asked(), Asked(corrected=True), Asked(by="sex"))
    check = check_of(design(10, limit=2.0), asked=asked)
    texts = {
        "fit": render_fit(FitInputs(title="Ten patients", check=check, provenance=PROVENANCE)),
        "vpc": render_vpc(VpcInputs(title="Checks", vpcs=check.vpcs, provenance=PROVENANCE)),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.parametrize("name", ["fit", "vpc"])
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


def test_every_section_is_there_with_headings_in_order(
    browser: Browser, pages: dict[str, Path]
) -> None:
    page = browser.new_page()
    page.goto(pages["fit"].as_uri())
    assert page.eval_on_selector_all("section", "all => all.map(one => one.id)") == list(SECTIONS)
    levels = page.eval_on_selector_all(
        "h1, h2, h3", "found => found.map(one => Number(one.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    page.close()


def test_every_drawing_has_its_table_and_its_words(
    browser: Browser, pages: dict[str, Path]
) -> None:
    page = browser.new_page()
    page.goto(pages["fit"].as_uri())
    figures = page.locator("figure.chart:not(.no-chart)")
    assert figures.count() >= 10
    for place in range(figures.count()):
        figure = figures.nth(place)
        assert figure.locator("svg[role=img]").count() == 1
        assert figure.locator("details table").count() == 1
    page.close()


def test_the_table_can_be_copied_as_it_stands(browser: Browser, pages: dict[str, Path]) -> None:
    page = browser.new_page()
    page.goto(pages["fit"].as_uri())
    text = page.locator("section#parameters pre").first.text_content() or ""
    assert text.splitlines()[0].split("\t")[:3] == ["Parameter", "Unit", "Estimate"]
    assert text.splitlines()[1].split("\t")[0] == "start"
    page.close()


@pytest.mark.parametrize("name", ["fit", "vpc"])
def test_the_page_fits_a_phone(browser: Browser, pages: dict[str, Path], name: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(pages[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
