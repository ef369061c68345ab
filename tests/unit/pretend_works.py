"""Small works for the tests of plans: what they do to patients is written into a log."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reinfuse.trials.work import generator_of, work_threads

HERE = "tests.unit.pretend_works"


def drawn(payload: Mapping[str, Any], first: int, last: int) -> bytes:
    """A line for each patient; it says in `log` that it begins, and who, and takes `seconds`."""
    if "log" in payload:
        say(payload, f"{first} {os.getpid()}\n")
    time.sleep(payload.get("seconds", 0))
    lines = [
        f"{patient},{generator_of(payload['seed'], patient).standard_normal():.17g}\n"
        for patient in range(first, last)
    ]
    return "".join(lines).encode()


def failing(payload: Mapping[str, Any], first: int, last: int) -> bytes:
    """As `drawn`, but patients of `wrong` have no result while the file `until` is missing."""
    if first in payload["wrong"] and not Path(payload["until"]).exists():
        raise ValueError(f"nothing for {first}")
    return drawn(payload, first, last)


def deadly(payload: Mapping[str, Any], first: int, last: int) -> bytes:
    """As `drawn`, but the process dies in each of `deaths`; once, if `once` names a file."""
    mark = Path(payload["once"]) if "once" in payload else None
    if first in payload["deaths"] and not (mark and mark.exists()):
        if mark:
            mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return drawn(payload, first, last)


def talking(payload: Mapping[str, Any], first: int, last: int) -> bytes:
    """As `drawn`, but it prints, and says how many threads it may use."""
    print("a work that prints")
    say(payload, f"{work_threads()} {os.environ.get('OMP_NUM_THREADS')}\n")
    return drawn(payload | {"log": os.devnull}, first, last)


def wordy(payload: Mapping[str, Any], first: int, last: int) -> str:
    """What is no bytes."""
    return f"{payload}{first}{last}"


def say(payload: Mapping[str, Any], line: str) -> None:
    log = os.open(payload["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, line.encode())
    os.close(log)
