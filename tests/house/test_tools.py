"""Every tool that is configured is run by a chore, and the pins agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

# What a table [tool.x] looks like when the Makefile runs its reader.
RUN_AS = {
    "hatch": "install -qq --no-deps --no-build-isolation",
    "importlinter": "lint-imports",
    "mypy": r"\$\(BIN\)/mypy",
    "pytest": "-m pytest",
    "ruff": r"\$\(BIN\)/ruff",
}
PIN = re.compile(r"^([a-z0-9.-]+)==([^ ;\\]+)", re.MULTILINE)


def test_every_configured_tool_is_run(home: Path) -> None:
    configured = tomllib.loads((home / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    chores = (home / "Makefile").read_text(encoding="utf-8")
    assert set(configured) == set(RUN_AS), "say in RUN_AS how the Makefile runs each tool"
    idle = [tool for tool in configured if not re.search(RUN_AS[tool], chores)]
    assert not idle, f"configured, and run by no chore: {idle}"


def test_both_requirement_files_pin_the_same_versions(home: Path) -> None:
    run, test = (_pins(home / "requirements" / name) for name in ("run.txt", "test.txt"))
    differ = {name: (run[name], test[name]) for name in run.keys() & test.keys()}
    assert all(one == other for one, other in differ.values()), differ


@pytest.mark.parametrize("extra", ["base", "fit", "report"])
def test_make_report_installs_what_the_package_asks_for(home: Path, extra: str) -> None:
    project = tomllib.loads((home / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {"base": project["dependencies"], **project["optional-dependencies"]}[extra]
    wanted = {_normal(re.split(r"[<>=~!\[; ]", one)[0]) for one in asked}
    assert wanted <= _pins(home / "requirements" / "run.txt").keys(), "run `make lock`"


def _pins(file: Path) -> dict[str, str]:
    return {_normal(name): version for name, version in PIN.findall(file.read_text("utf-8"))}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
