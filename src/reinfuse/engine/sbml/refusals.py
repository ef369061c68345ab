"""What of a file cannot be read, gathered so that a reader hears all of it at once."""

from __future__ import annotations

from reinfuse.engine.language.tree import Place
from reinfuse.errors import ReinfuseError

_MOST_SHOWN = 50


class Refusals:
    """Reasons not to read a file, each with its line."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.found: list[tuple[Place, str]] = []

    def add(self, what: str, at: Place) -> None:
        """One more reason; said once for one line."""
        if (at, what) not in self.found:
            self.found.append((at, what))

    def raise_any(self) -> None:
        """An error that lists every reason by line, if there is one."""
        if not self.found:
            return
        lines = [
            f"  line {at.line}: {what}" if at.line else f"  {what}"
            for at, what in sorted(self.found)[:_MOST_SHOWN]
        ]
        if len(self.found) > _MOST_SHOWN:
            lines.append(f"  and {len(self.found) - _MOST_SHOWN} more")
        many = "1 reason" if len(self.found) == 1 else f"{len(self.found)} reasons"
        raise ReinfuseError(
            "\n".join((f"the SBML model cannot be read, for {many}:", *lines)),
            where=self.source,
            fix="change the model at these lines; no part of it was read",
        )
