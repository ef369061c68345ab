"""Progress on one line of a terminal."""

from __future__ import annotations

import sys


def say(step: str) -> None:
    """What is being done, in place of what was said before; nothing where nobody watches."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{step}{'...' if step else ''}", end="", file=sys.stderr, flush=True)


def say_patients(done: int, of: int) -> None:
    """How many patients are done; the line is cleared with the last of them."""
    say("" if done == of else f"{done} of {of} patients")
