"""The page of a fit as somebody opens it: in a browser, without a network, on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reinfuse.estimation.population.checking import Asked
from reinfuse.report.fit_page import FitInputs, VpcInputs, render_fit, render_vpc
from reinfuse.report.page.inputs import Provenance
from tests.journey.page_checks import (
    check_drawings_have_tables_and_words,
    check_fits_a_phone,
    check_quiet_alone_and_accessible,
    check_sections_and_headings,
    opened,
    written,
)
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
    return written(folder, texts)


@pytest.mark.parametrize("name", ["fit", "vpc"])
def test_the_page_is_quiet_alone_and_accessible(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    check_quiet_alone_and_accessible(browser, pages[name])


def test_every_section_is_there_with_headings_in_order(
    browser: Browser, pages: dict[str, Path]
) -> None:
    check_sections_and_headings(browser, pages["fit"], SECTIONS)


def test_every_drawing_has_its_table_and_its_words(
    browser: Browser, pages: dict[str, Path]
) -> None:
    check_drawings_have_tables_and_words(browser, pages["fit"], least=10)


def test_the_table_can_be_copied_as_it_stands(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["fit"]) as page:
        text = page.locator("section#parameters pre").first.text_content() or ""
        assert text.splitlines()[0].split("\t")[:3] == ["Parameter", "Unit", "Estimate"]
        assert text.splitlines()[1].split("\t")[0] == "start"


@pytest.mark.parametrize("name", ["fit", "vpc"])
def test_the_page_fits_a_phone(browser: Browser, pages: dict[str, Path], name: str) -> None:
    check_fits_a_phone(browser, pages[name])
