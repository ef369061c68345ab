"""What every page must stand: no network, no complaint, every reader, a phone, and paper.

A check opens the page by itself, asserts, and closes it; `covered_letters` and its neighbours
look at a page that is open, and give what they saw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

WIDE, HIGH = 1200, 900  # CSS pixels of a laptop
PHONE_WIDE, PHONE_HIGH = 390, 844


def written(folder: Path, texts: Mapping[str, str]) -> dict[str, Path]:
    """Each text as `<name>.html` in the folder, by its name."""
    paths = {name: folder / f"{name}.html" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text, encoding="utf-8")
    return paths


@contextmanager
def opened(
    browser: Browser,
    path: Path,
    *,
    wide: int = WIDE,
    high: int = HIGH,
    media: Literal["screen", "print"] = "screen",
) -> Iterator[Page]:
    """The page in a window of so many CSS pixels; it is closed even if a check fails."""
    with closing(browser.new_page(viewport={"width": wide, "height": high})) as page:
        page.emulate_media(media=media)
        page.goto(path.as_uri())
        yield page


def width_of(page: Page) -> int:
    """How wide the page is in CSS pixels; wider than its window, it must be moved sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def check_quiet_alone_and_accessible(browser: Browser, path: Path) -> None:
    """Nothing on the console, no request to a network, nothing that axe finds, nothing cut off."""
    said: list[str] = []
    asked: list[str] = []
    with closing(browser.new_page(viewport={"width": WIDE, "height": HIGH})) as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        # What is folded away must be accessible too.
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert said == []
        assert path.as_uri() in asked  # else nothing was listened to
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert width_of(page) <= WIDE


def check_fits_a_phone(browser: Browser, path: Path) -> None:
    with opened(browser, path, wide=PHONE_WIDE, high=PHONE_HIGH) as page:
        assert width_of(page) <= PHONE_WIDE


def check_sections_and_headings(
    browser: Browser, path: Path, sections: Sequence[str], *, elsewhere: Sequence[str] = ()
) -> None:
    """These sections in this order; a menu of them, then of pages elsewhere; headings in order."""
    with opened(browser, path) as page:
        ids = page.eval_on_selector_all("section", "all => all.map(one => one.id)")
        assert ids == list(sections)
        links = page.eval_on_selector_all(
            "nav a", "all => all.map(one => one.getAttribute('href'))"
        )
        assert links == [*(f"#{name}" for name in sections), *elsewhere]
        levels = page.eval_on_selector_all(
            "h1, h2, h3", "found => found.map(one => Number(one.tagName[1]))"
        )
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def check_drawings_have_tables_and_words(browser: Browser, path: Path, *, least: int) -> None:
    """At least so many drawings, each one image with a description and the table behind it."""
    with opened(browser, path) as page:
        figures = page.locator("figure.chart:not(.no-chart)")
        assert figures.count() >= least
        for place in range(figures.count()):
            figure = figures.nth(place)
            assert figure.locator("svg[role=img]").count() == 1
            assert figure.locator("svg[role=img] desc").count() == 1
            assert figure.locator("details table").count() == 1


def check_keyboard_reaches(browser: Browser, path: Path, wanted: str) -> None:
    """Tab comes first to the link over the menu, then to everything of this selector."""
    with opened(browser, path) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        count = page.locator(wanted).count()
        place = "wanted => [...document.querySelectorAll(wanted)].indexOf(document.activeElement)"
        reached = set()
        for _ in range(count + 5):
            page.keyboard.press("Tab")
            reached.add(page.evaluate(place, wanted))
        assert reached - {-1} == set(range(count))


def image_sizes(page: Page, images: str) -> list[int]:
    """Pixels of every image of a selector; one that its page forbids, or is no image, fails."""
    return list(
        page.evaluate(
            """async (images) => Promise.all([...document.querySelectorAll(images)].map(
                async (one) => {
                    const image = new Image();
                    image.src = one.getAttribute('href');
                    await image.decode();
                    return image.naturalWidth * image.naturalHeight;
                }))""",
            images,
        )
    )


def letters_off_paper(page: Page, drawings: str) -> list[str]:
    """Texts that reach more than a pixel over the edge of their drawing."""
    assert page.locator(drawings).count() > 0  # else nothing was looked at
    return list(
        page.evaluate(
            """(drawings) => [...document.querySelectorAll(drawings)].flatMap((svg) => {
                const paper = svg.getBoundingClientRect();
                return [...svg.querySelectorAll('text')].filter((one) => {
                    const box = one.getBoundingClientRect();
                    return box.left < paper.left - 1 || box.right > paper.right + 1
                        || box.top < paper.top - 1 || box.bottom > paper.bottom + 1;
                }).map((one) => one.textContent);
            })""",
            drawings,
        )
    )


def covered_letters(page: Page, drawings: str) -> list[str]:
    """Pairs of texts of one drawing that lie over each other by more than 1 by 2 pixels."""
    assert page.locator(drawings).count() > 0  # else nothing was looked at
    return list(
        page.evaluate(
            """(drawings) => [...document.querySelectorAll(drawings)].flatMap((svg) => {
                const boxes = [...svg.querySelectorAll('text')]
                    .map((one) => [one.textContent, one.getBoundingClientRect()]);
                return boxes.flatMap(([words, a], place) => boxes.slice(place + 1)
                    .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1
                        && a.top < b.bottom - 2 && b.top < a.bottom - 2)
                    .map(([other]) => words + ' / ' + other));
            })""",
            drawings,
        )
    )
