"""Says which packages a command wants and does not find, before it begins."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from reinfuse.errors import ReinfuseError

ALL = "install reinfuse with all that it depends on"
ENGINE_AND_POPULATION = "install reinfuse with the extras `engine` and `population`"


def check_needed(command: str, packages: Iterable[str], fix: str) -> None:
    """Raise ReinfuseError that names the packages which are not installed."""
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        raise ReinfuseError(f"{command} needs {', '.join(missing)}", fix=fix)
