"""No page is older than the code, no link leads nowhere, and every example runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from docs.pages import HOME, PAGES
from reinfuse.exchange.course_file import read_course

FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
ELSEWHERE = ("http://", "https://", "mailto:", "#")
FRAME = """title: a frame for one example
kind: invented example
products:
  - {id: product-1, origin: autologous}
infusions:
  - {id: infusion-1, when: 2024-05-06, product: product-1}
"""


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    kind: str
    text: str


def blocks_of(page: str, *kinds: str) -> list[Block]:
    text = (HOME / page).read_text(encoding="utf-8")
    found = [Block(match["kind"], match["text"]) for match in FENCE.finditer(text)]
    return [block for block in found if block.kind in kinds]


def run_block(block: Block, folder: Path) -> str:
    """What the block prints in that folder; a failure shows what it said."""
    command = (
        [sys.executable, "-c"] if block.kind == "python" else ["bash", "-euo", "pipefail", "-c"]
    )
    surroundings = os.environ | {"COLUMNS": "100", "PYTHONUTF8": "1"}
    answer = subprocess.run(
        [*command, block.text],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, f"{block.text}\n{answer.stderr}"
    return answer.stdout


@pytest.mark.parametrize("place", PAGES)
def test_a_page_is_as_fresh_as_the_code(place: str) -> None:
    kept = HOME / place
    assert kept.is_file(), f"{place} is missing: run `make docs`"
    assert kept.read_text(encoding="utf-8") == PAGES[place](), f"{place} is stale: run `make docs`"


def test_every_link_leads_somewhere(home: Path, files: tuple[Path, ...]) -> None:
    dead = [
        f"{page}: {target}"
        for page in files
        if page.suffix == ".md"
        for target in _targets(home / page)
        if not (home / page.parent / target.partition("#")[0]).exists()
    ]
    assert not dead, f"links to what is not there: {dead}"


def test_every_page_is_listed(home: Path) -> None:
    listed = {
        (home / "docs" / target).resolve() for target in _targets(home / "docs" / "README.md")
    }
    pages = {page.resolve() for page in (home / "docs").rglob("*.md")} - {home / "docs/README.md"}
    assert pages <= listed, f"docs/README.md names no {sorted(pages - listed)}"


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "docs/how-to.md",
        "docs/how-to/simulate.md",
        "docs/how-to/mechanism.md",
        "docs/how-to/forecast.md",
        "docs/how-to/flow.md",
        "docs/how-to/petct.md",
        "docs/how-to/evidence.md",
        "docs/reference/model-language.md",
    ],
)
def test_every_python_example_runs(page: str) -> None:
    examples = blocks_of(page, "python")
    assert examples, f"{page} has no Python example"
    for example in examples:
        assert run_block(example, HOME), "an example prints what it found"


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    """The course is written, every block is run in turn, and what is shown is printed."""
    _lend_program(tmp_path)
    printed = ""
    for block in blocks_of("docs/tutorial.md", "yaml", "sh", "python", "text"):
        if block.kind == "yaml":
            (tmp_path / "first-course.yaml").write_text(block.text, encoding="utf-8")
        elif block.kind == "text":
            absent = [line for line in block.text.splitlines() if line.strip() not in printed]
            assert not absent, f"shown and not printed: {absent}\nprinted:\n{printed}"
        else:
            printed = run_block(block, tmp_path)
    assert (tmp_path / "first-course.html").is_file()


@pytest.mark.parametrize("number", range(len(blocks_of("docs/how-to.md", "yaml"))))
def test_every_piece_of_a_course_can_be_read(number: int, tmp_path: Path) -> None:
    for table in blocks_of("docs/how-to.md", "csv"):
        (tmp_path / "counts.csv").write_text(table.text, encoding="utf-8")
    course = tmp_path / "course.yaml"
    course.write_text(FRAME + blocks_of("docs/how-to.md", "yaml")[number].text, encoding="utf-8")
    reading = read_course(course)
    assert reading.course is not None, reading.problems


@pytest.mark.parametrize(
    "block",
    [
        block
        for page in (
            "how-to.md",
            "how-to/simulate.md",
            "how-to/mechanism.md",
            "how-to/forecast.md",
            "how-to/trials.md",
            "how-to/flow.md",
            "how-to/petct.md",
            "how-to/evidence.md",
        )
        for block in blocks_of(f"docs/{page}", "sh")
    ],
    ids=lambda one: one.text[:40],
)
def test_every_command_of_the_how_to_runs(block: Block, tmp_path: Path) -> None:
    _lend_program(tmp_path)
    (tmp_path / "examples").symlink_to(HOME / "examples")
    assert run_block(block, tmp_path)


def _targets(page: Path) -> list[str]:
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    found = [match["target"] for match in LINK.finditer(prose)]
    return [target for target in found if not target.startswith(ELSEWHERE)]


def _lend_program(folder: Path) -> None:
    """Make `.venv` in the folder mean the environment of this Python, so that it finds itself."""
    (folder / ".venv").symlink_to(sys.prefix)
