"""The report as somebody opens it: in a browser, without a network, with a keyboard."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
COURSES = sorted((ROOT / "examples").glob("*.yaml"))
SECTIONS = (
    "summary", "timeline", "curves", "series", "lesions", "grades", "findings", "gaps", "forecast",
    "literature", "care", "registry", "sources", "provenance",
)  # fmt: skip


@dataclass
class Opened:
    """A page with everything that it said and asked for."""

    page: Page
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    written = {}
    for course in COURSES:
        path = folder / f"{course.stem}.html"
        command = [sys.executable, "-m", "reinfuse", "report", str(course), "-o", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        written[course.stem] = path
    return written


def opened(browser: Browser, path: Path) -> Opened:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    seen = Opened(page)
    page.on("console", lambda message: seen.console.append(message.text))
    page.on("pageerror", lambda error: seen.console.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.goto(path.as_uri())
    return seen


@pytest.mark.parametrize("name", [course.stem for course in COURSES])
def test_the_page_is_quiet_alone_and_accessible(
    browser: Browser, reports: dict[str, Path], name: str
) -> None:
    seen = opened(browser, reports[name])
    seen.page.wait_for_load_state("networkidle")
    # What is folded away must be accessible too.
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(seen.page)
    assert found.violations_count == 0, found.generate_report()
    assert seen.console == []
    assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 1200
    seen.page.close()


def test_every_section_of_the_founding_case_is_there(
    browser: Browser, reports: dict[str, Path]
) -> None:
    page = opened(browser, reports["founding-case"]).page
    for name in SECTIONS:
        assert page.locator(f"section#{name} h2").count() == 1, name
    assert page.locator("#summary li").count() == 5
    for words in (
        "below an unknown limit by day 40",
        "assumed, not learned from this patient",
        "removed by operation, which is not resolved",
        "For research",
        "its values are not printed",
    ):
        assert page.get_by_text(words).count() > 0, words
    page.close()


def test_every_drawing_has_its_table_and_its_words(
    browser: Browser, reports: dict[str, Path]
) -> None:
    page = opened(browser, reports["founding-case"]).page
    figures = page.locator("figure.chart:not(.no-chart):not(.matrix)")
    assert figures.count() >= 4
    for place in range(figures.count()):
        figure = figures.nth(place)
        assert figure.locator("svg[role=img]").count() == 1
        assert figure.locator("details table").count() == 1
    assert page.locator("section#timeline details table tbody tr").count() > 80
    page.close()


def test_any_infusion_or_transplant_can_be_taken_as_day_0_by_keyboard(
    browser: Browser, reports: dict[str, Path]
) -> None:
    page = opened(browser, reports["founding-case"]).page
    buttons = page.locator("section#timeline button")
    assert buttons.count() == 3
    first = buttons.first
    first.focus()
    page.keyboard.press("Enter")
    assert first.get_attribute("aria-pressed") == "true"
    assert page.locator("section#timeline button[aria-pressed=true]").count() == 1
    page.close()


def test_the_timeline_is_one_tab_stop_and_arrows_move_in_it(
    browser: Browser, reports: dict[str, Path]
) -> None:
    page = opened(browser, reports["founding-case"]).page
    stops = page.locator('.tl-event[tabindex="0"]')
    assert stops.count() == 1
    stops.first.focus()
    before = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    after = page.evaluate("document.activeElement.getAttribute('href')")
    assert before != after
    assert page.locator('.tl-event[tabindex="0"]').count() == 1
    page.close()


@pytest.mark.parametrize("name", [course.stem for course in COURSES])
def test_the_page_fits_a_phone(browser: Browser, reports: dict[str, Path], name: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(reports[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_a_screen_reader_hears_the_headings_in_order(
    browser: Browser, reports: dict[str, Path]
) -> None:
    page = opened(browser, reports["founding-case"]).page
    levels = page.eval_on_selector_all(
        "h1, h2, h3", "found => found.map(one => Number(one.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    page.close()


def test_every_link_inside_the_page_leads_somewhere(reports: dict[str, Path]) -> None:
    for path in reports.values():
        text = path.read_text(encoding="utf-8")
        names = set(re.findall(r'\bid="([^"]+)"', text))
        wanted = set(re.findall(r'href="#([^"]+)"', text))
        assert wanted - names == set()


def test_no_id_stands_twice_on_a_page(reports: dict[str, Path]) -> None:
    for path in reports.values():
        found = re.findall(r'\bid="([^"]+)"', path.read_text(encoding="utf-8"))
        assert sorted(found) == sorted(set(found))


def test_the_same_course_gives_the_same_page_but_for_the_time(
    reports: dict[str, Path], tmp_path: Path
) -> None:
    again = tmp_path / "again.html"
    course = ROOT / "examples" / "founding-case.yaml"
    command = [sys.executable, "-m", "reinfuse", "report", str(course), "-o", str(again)]
    subprocess.run(command, capture_output=True, timeout=120, check=True)

    def timeless(path: Path) -> str:
        return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "", path.read_text(encoding="utf-8"))

    assert timeless(again) == timeless(reports["founding-case"])


def test_the_pdf_is_written_beside_the_page(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    course = ROOT / "examples" / "founding-case.yaml"
    command = [sys.executable, "-m", "reinfuse", "report", str(course), "-o", str(path), "--pdf"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    data = path.with_suffix(".pdf").read_bytes()
    assert data.startswith(b"%PDF-1.7")
    assert len(data) > 100_000
    assert path.exists()


def test_a_hostile_course_cannot_put_markup_on_the_page(browser: Browser, tmp_path: Path) -> None:
    bad = '</script><script>document.title="taken"</script><img src=x onerror=alert(1)>'
    course = tmp_path / "hostile.yaml"
    quoted = bad.replace('"', '\\"')
    course.write_text(
        f'title: "{quoted}"\nkind: invented example\nquestion: "{quoted}"\n'
        f'products:\n  - id: p\n    origin: autologous\n    target: ["{quoted}"]\n'
        f'infusions:\n  - id: one\n    when: 2024-02-01\n    product: p\n    note: "{quoted}"\n'
        f'observations:\n  - analyte: "{quoted}"\n    when: one day 3\n    value: 3 %\n'
        f'    site: "{quoted}"\n    note: "{quoted}"\n'
        f'signs:\n  - what: "{quoted}"\n    when: one day 2\n    extent: "{quoted}"\n'
        f'lesions:\n  - id: lesion\n    site: "{quoted}"\n    looks:\n'
        f'      - when: one day 1\n        modality: "{quoted}"\n        axes: 1 x 2 x 3 cm\n'
        f"assessments:\n  - when: one day 2\n    topic: CRS grade\n    of: one\n"
        f'    value: "{quoted}"\n    by: "{quoted}"\n',
        encoding="utf-8",
    )
    path = tmp_path / "hostile.html"
    command = [sys.executable, "-m", "reinfuse", "report", str(course), "-o", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    seen = opened(browser, path)
    assert seen.page.title() == bad
    assert seen.page.locator("img").count() == 0
    assert seen.console == []
    seen.page.close()


def test_options_are_shown_on_the_page_and_a_fit_of_nothing_is_called_prior_only(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "course.yaml").write_text(
        "title: a course of which nothing was measured\nkind: invented example\n"
        "products:\n  - {id: product-1, origin: autologous, target: [CD19]}\n"
        "infusions:\n  - {id: one, when: 2024-05-06, product: product-1, dose: 2e6 cells/kg}\n",
        encoding="utf-8",
    )
    (tmp_path / "options.yaml").write_text(
        "horizon: 6 months\noptions:\n  - {name: zz as it was given}\n"
        "  - {name: dose x3, dose: x3}\n",
        encoding="utf-8",
    )
    path = tmp_path / "page.html"
    command = [sys.executable, "-m", "reinfuse", "report", "course.yaml", "-o", str(path)]
    command += ["--options", "options.yaml", "--seconds", "1"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")
    seen = opened(browser, path)
    section = seen.page.locator("section#forecast")
    assert "Prior only" in section.inner_text()
    assert section.locator("table.options tbody th").first.inner_text().startswith("zz as it was")
    seen.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert Axe().run(seen.page).violations_count == 0
    assert seen.console == []
    assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
    seen.page.set_viewport_size({"width": 390, "height": 844})
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    seen.page.close()
