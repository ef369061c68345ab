"""One run in a folder at a time; the lock of a dead process is nobody's."""

from __future__ import annotations

import errno
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO

from reinfuse.errors import ReinfuseError

_TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold a lock while the body runs; raises ReinfuseError if another run holds it.

    The system takes the lock from a process that dies, however it dies. Where a file system
    knows no locks, the process that the file names counts as the holder while it lives.
    """
    with lock.open("a+", encoding="utf-8") as file:
        if not _locked(file):
            _refuse(lock, _holder(file))
        _write(file, {"process": os.getpid(), "host": socket.gethostname()})
        try:
            yield
        finally:
            _write(file, {})  # the file stays: taking it away would let two runs lock two files


def _locked(file: IO[str]) -> bool:
    try:
        fcntl = import_module("fcntl")
    except ImportError:
        return not _lives(_holder(file))
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _TAKEN and not _lives(_holder(file))
    return True


def _lives(holder: dict[str, str | int]) -> bool:
    """Whether a holder may be at work; one on another machine cannot be asked, and may."""
    if not holder:
        return False
    if holder["host"] != socket.gethostname():
        return True
    try:
        os.kill(int(holder["process"]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _holder(file: IO[str]) -> dict[str, str | int]:
    file.seek(0)
    try:
        found = json.loads(file.read() or "{}")
    except ValueError:
        return {}
    whole = isinstance(found, dict) and found.keys() == {"process", "host"}
    return found if whole else {}


def _write(file: IO[str], holder: dict[str, str | int]) -> None:
    file.seek(0)
    file.truncate()
    file.write(json.dumps(holder))
    file.flush()


def _refuse(lock: Path, holder: dict[str, str | int]) -> None:
    who = f" (process {holder['process']} on {holder['host']})" if holder else ""
    raise ReinfuseError(
        f"another run works in this folder{who}", where=str(lock.parent),
        fix=f"wait for it or stop it; if it is long dead, delete the file {lock.name}",
    )  # fmt: skip
