"""The front door opens quickly, and every package offers exactly what it says."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import reinfuse

HEAVY = {"jax", "jaxlib", "numpy", "scipy", "jinja2", "ruamel", "vl_convert", "weasyprint"}
DOORS = {
    "import reinfuse": ("-c", "import reinfuse"),
    "import reinfuse.cli": ("-c", "import reinfuse.cli"),
    "python -m reinfuse --help": ("-m", "reinfuse", "--help"),
}
FRONT = Path(reinfuse.__path__[0])
PACKAGES = sorted(
    ".".join(init.parent.relative_to(FRONT.parent).parts) for init in FRONT.rglob("__init__.py")
)


@pytest.mark.parametrize("door", DOORS)
def test_the_front_door_loads_nothing_heavy(door: str) -> None:
    command = [sys.executable, "-X", "importtime", *DOORS[door]]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    # Each line of the listing is "import time: self | cumulative | name".
    lines = [line for line in answer.stderr.splitlines() if line.startswith("import time:")]
    said = [line for line in answer.stderr.splitlines() if not line.startswith("import time:")]
    assert answer.returncode == 0, "\n".join(said)
    loaded = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines}
    assert "reinfuse" in loaded
    assert not loaded & HEAVY, f"{door} loads {sorted(loaded & HEAVY)}"


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_offers_exactly_what_it_says(name: str) -> None:
    """Every public name that `__init__` defines or imports is in `__all__`, and no other.

    That `__all__` is sorted is ruff's to say (RUF022).
    """
    package = importlib.import_module(name)
    assert package.__file__ is not None
    there = _public_names(Path(package.__file__))
    offered = getattr(package, "__all__", [])
    assert set(offered) == there, f"{name}.__all__ should be {sorted(there)}"
    assert len(offered) == len(set(offered)), f"{name}.__all__ names something twice"
    assert all(hasattr(package, one) for one in offered)


def _public_names(init: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(init.read_text(encoding="utf-8")).body:
        names |= _bound_by(node)
    return {name for name in names if not name.startswith("_")} - {"annotations"}


def _bound_by(node: ast.stmt) -> set[str]:
    """The names a statement at the top of a module makes part of its offer."""
    if isinstance(node, ast.ImportFrom):
        ours = node.level > 0 or (node.module or "").startswith("reinfuse")
        return {alias.asname or alias.name for alias in node.names} if ours else set()
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()
