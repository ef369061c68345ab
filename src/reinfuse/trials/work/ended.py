"""How a chunk ended: with a part that is on the disk, or with a reason why not."""

from __future__ import annotations

import hashlib
import json
import traceback
from dataclasses import asdict, dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work.plan import Chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A finished part: whose it is, how many bytes, and their SHA-256."""

    chunk: int
    first: int
    last: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A chunk that could not be done: `said` in a line or two, `trace` for who mends it."""

    chunk: int
    said: str
    trace: str = ""


Ended = Receipt | Failure


def receipt_of(chunk: Chunk, content: bytes) -> Receipt:
    """The receipt of a part's bytes."""
    return Receipt(
        chunk=chunk.number, first=chunk.first, last=chunk.last, bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def failure_of(chunk: Chunk, error: BaseException) -> Failure:
    """What an error says about a chunk."""
    own = isinstance(error, ReinfuseError)
    said = error.what if isinstance(error, ReinfuseError) else f"{type(error).__name__}: {error}"
    trace = str(error) if own else "".join(traceback.format_exception(error))
    return Failure(chunk=chunk.number, said=said, trace=trace)


def line_of(ended: Ended) -> str:
    """One line of JSON, without its end."""
    return json.dumps(asdict(ended), separators=(",", ":"))


def read_line(line: str) -> Ended | None:
    """What `line_of` wrote; None for anything else, such as a line that was cut off."""
    try:
        tree = json.loads(line)
        return Failure(**tree) if "said" in tree else Receipt(**tree)
    except (ValueError, TypeError):
        return None
