"""Progress on one line of a terminal."""

from __future__ import annotations

import sys
import time


def say(step: str) -> None:
    """What is being done, in place of what was said before; nothing where nobody watches."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{step}{'...' if step else ''}", end="", file=sys.stderr, flush=True)


def say_patients(done: int, of: int) -> None:
    """How many patients are done; the line is cleared with the last of them."""
    say("" if done == of else f"{done} of {of} patients")


def say_left(done: int, of: int, *, begun: float, first: int) -> None:
    """How many patients are done, and how long the others take.

    Work began with patient `first` at the moment `begun` of the monotonic clock.
    """
    words = f"{done} of {of} patients"
    if done > first:
        seconds = (time.monotonic() - begun) / (done - first) * (of - done)
        words += f", {_lasting(seconds)} left"
    say(words)


def _lasting(seconds: float) -> str:
    minute, hour = 60, 3600
    if seconds < minute:
        return f"{seconds:.0f} s"
    if seconds < hour:
        return f"{seconds / minute:.0f} min"
    return f"{seconds / hour:.1f} h"
