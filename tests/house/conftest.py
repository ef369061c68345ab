"""What the house tests look at: the files of the repository, as git would keep them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
MADE_BY_CHORES = {
    *(".git", ".venv", ".cache", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"),
    *(".import_linter_cache", "__pycache__", "out", "dist", "build"),
}


@pytest.fixture(scope="session")
def home() -> Path:
    """The root of the repository."""
    return HOME


@pytest.fixture(scope="session")
def files() -> tuple[Path, ...]:
    """Every file that is, or could next be, in git; paths from the root."""
    listed = _files_by_git()
    found = _files_by_walking() if listed is None else listed
    return tuple(sorted(path for path in found if (HOME / path).is_file()))


def _files_by_git() -> list[Path] | None:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None  # an unpacked archive, or no git here
    return [Path(name) for name in answer.stdout.split("\0") if name] or None


def _files_by_walking() -> list[Path]:
    found: list[Path] = []
    for folder, below, names in os.walk(HOME):
        below[:] = [name for name in below if name not in MADE_BY_CHORES]
        found += [(Path(folder) / name).relative_to(HOME) for name in names]
    return found
