"""Everything that is wrong with what was asked, in one message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from reinfuse.errors import ReinfuseError

MOST_SHOWN = 30
_FEW = 12


def refuse(problems: Sequence[str]) -> None:
    """Raise ReinfuseError with all of them, if there are any."""
    if not problems:
        return
    if len(problems) == 1:
        raise ReinfuseError(problems[0], fix="correct it; nothing was computed")
    shown = [f"  {line}" for line in problems[:MOST_SHOWN]]
    if len(problems) > MOST_SHOWN:
        shown.append(f"  and {len(problems) - MOST_SHOWN} more")
    raise ReinfuseError(
        "\n".join([f"{len(problems)} problems:", *shown]), fix="correct them; nothing was computed"
    )


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """That nothing goes by a name, with the nearest that does."""
    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    some = ", ".join(names[:_FEW]) + (", ..." if len(names) > _FEW else "")
    return f"no {kind} is called {name!r}; " + (
        f"did you mean {near[0]!r}?" if near else f"there are {some}"
    )
