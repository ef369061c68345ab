"""The command line: parse, call, show."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code: 0, or 2 for input that cannot be used."""
    from reinfuse.cli.parser import run

    return run(arguments)


__all__ = ["main"]
