"""Files are short, named for what they hold, light, and tied to no machine."""

from __future__ import annotations

import re
from pathlib import Path

CODE = ("src", "tests", "studies", "benchmarks")
LONGEST = 400
HEAVIEST_BYTES = 5_000_000
SAY_NOTHING = {"utils", "util", "common", "core", "helpers", "helper", "manager", "service"}

# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "deb.debian" + ".org")
ROOTS = ("work", "root", "home", "Users", "tmp")
MACHINE_PATH = re.compile(r"(?<![\w.)}>*$-])/(?:" + "|".join(ROOTS) + r")/[\w.~-]|[A-Z]:\\Users\\")


def test_no_python_file_is_too_long(home: Path, files: tuple[Path, ...]) -> None:
    long = {
        str(path): lines
        for path in _python(files)
        if (lines := len((home / path).read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long, f"over {LONGEST} lines; one file, one idea: {long}"


def test_no_module_has_a_name_that_says_nothing(files: tuple[Path, ...]) -> None:
    vague = [str(path) for path in _python(files) if SAY_NOTHING & {*path.parts, path.stem}]
    assert not vague, f"name the module after what it holds: {vague}"


def test_no_file_is_too_heavy(home: Path, files: tuple[Path, ...]) -> None:
    heavy = [str(path) for path in files if (home / path).stat().st_size > HEAVIEST_BYTES]
    assert not heavy, f"over {HEAVIEST_BYTES} bytes: {heavy}"


def test_no_file_names_a_package_registry(home: Path, files: tuple[Path, ...]) -> None:
    named = [
        f"{path}:{number}"
        for path, number, line in _lines(home, files)
        if any(host in line for host in REGISTRIES)
    ]
    assert not named, f"installation works with whatever registry pip is set to: {named}"


def test_no_file_names_a_place_on_one_machine(home: Path, files: tuple[Path, ...]) -> None:
    named = [
        f"{path}:{number}: {line.strip()[:80]}"
        for path, number, line in _lines(home, files)
        if MACHINE_PATH.search(line)
    ]
    assert not named, f"a path that exists on one machine only: {named}"


def test_the_machine_path_pattern_finds_what_it_should() -> None:
    for root in ROOTS:
        assert MACHINE_PATH.search(f'open("/{root}/x")'), root
        assert MACHINE_PATH.search(f"file:///{root}/x"), root
        assert not MACHINE_PATH.search(f"https://example.org/{root}/x"), root


def _python(files: tuple[Path, ...]) -> list[Path]:
    return [path for path in files if path.suffix == ".py" and path.parts[0] in CODE]


def _lines(home: Path, files: tuple[Path, ...]) -> list[tuple[Path, int, str]]:
    """Path, line number and text of every line that is text."""
    found: list[tuple[Path, int, str]] = []
    for path in files:
        content = (home / path).read_bytes()
        if b"\0" in content:
            continue
        lines = content.decode("utf-8", errors="replace").splitlines()
        found += [(path, number, line) for number, line in enumerate(lines, start=1)]
    return found
