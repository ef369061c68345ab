"""The ledger of finished parts, and the parts that are worth what it says of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole
from reinfuse.trials.work.ended import Ended, Receipt, line_of, read_line, receipt_of
from reinfuse.trials.work.place import Place, plan_in
from reinfuse.trials.work.plan import Chunk, Plan


def write_part(place: Place, chunk: Chunk, content: bytes) -> Receipt:
    """Put a part in its place, whole; its receipt, which is not in the ledger yet."""
    write_whole(place.part(chunk.number), content)
    return receipt_of(chunk, content)


def leave_note(place: Place, ended: Ended) -> None:
    """Leave word to the head, now or later, of how a chunk ended."""
    write_whole(place.note(ended.chunk), line_of(ended))


def read_note(place: Place, number: int) -> Ended | None:
    """The word that was left of a chunk."""
    try:
        return read_line(place.note(number).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def enter(place: Place, receipt: Receipt) -> None:
    """Add a line to the ledger; it is on the disk when this returns, and its note is gone."""
    with place.ledger.open("ab") as file:
        file.write(f"{line_of(receipt)}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    place.note(receipt.chunk).unlink(missing_ok=True)


def kept(place: Place, plan: Plan) -> dict[int, Receipt]:
    """The chunks whose part is here and has the hash the ledger, or a note, says it has.

    Notes that nobody entered come into the ledger; others are thrown away. Call it with the
    lock held.
    """
    entered = _entered(place, plan)
    found = {number: one for number, one in entered.items() if fits(place.part(number), one)}
    for chunk in _noted(place, plan):
        note = read_note(place, chunk.number)
        if isinstance(note, Receipt) and _of(chunk, note) and fits(place.part(chunk.number), note):
            if found.get(chunk.number) != note:
                enter(place, note)
            found[chunk.number] = note
        place.note(chunk.number).unlink(missing_ok=True)
    return dict(sorted(found.items()))


def mend(place: Place) -> None:
    """Cut a last line off the ledger that a kill or a full disk left unfinished."""
    if place.ledger.exists():
        content = place.ledger.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(place.ledger, whole)


def fits(part: Path, receipt: Receipt) -> bool:
    """Whether a part is what its receipt says."""
    try:
        content = part.read_bytes()
    except FileNotFoundError:
        return False
    return _same(content, receipt)


def joined(folder: Path) -> Iterator[bytes]:
    """The parts of a finished run in the order of their chunks.

    The bytes are the same whoever made them. Raises ReinfuseError at once if parts are missing,
    and on the way if one is not what the ledger says.
    """
    plan, place = plan_in(folder), Place(folder)
    entered = _entered(place, plan)
    there = {number for number in entered if place.part(number).exists()}
    missing = [chunk for chunk in plan.chunks if chunk.number not in there]
    if missing:
        raise ReinfuseError(
            f"{len(missing)} of {len(plan.chunks)} parts are not made yet", where=str(folder),
            fix="finish the run with --resume",
        )  # fmt: skip
    return _checked(place, entered)


def _checked(place: Place, entered: dict[int, Receipt]) -> Iterator[bytes]:
    for number, receipt in sorted(entered.items()):
        content = place.part(number).read_bytes()
        if not _same(content, receipt):
            raise ReinfuseError(
                f"part {number} was changed after it was made", where=str(place.folder),
                fix="make it again with --resume",
            )  # fmt: skip
        yield content


def _noted(place: Place, plan: Plan) -> list[Chunk]:
    # One listing for all of them: asking a network file system for each would be slow.
    there = {path.name for path in place.parts.glob("*.ended")}
    return [chunk for chunk in plan.chunks if place.note(chunk.number).name in there]


def _same(content: bytes, receipt: Receipt) -> bool:
    return len(content) == receipt.bytes and hashlib.sha256(content).hexdigest() == receipt.sha256


def _entered(place: Place, plan: Plan) -> dict[int, Receipt]:
    """The last line of each chunk of this plan; a line that cannot be read counts for nothing."""
    chunks = {chunk.number: chunk for chunk in plan.chunks}
    return {
        line.chunk: line
        for line in _lines(place.ledger)
        if line.chunk in chunks and _of(chunks[line.chunk], line)
    }


def _lines(ledger: Path) -> Iterable[Receipt]:
    if not ledger.exists():
        return
    with ledger.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            read = read_line(line)
            if isinstance(read, Receipt) and line.endswith("\n"):
                yield read


def _of(chunk: Chunk, receipt: Receipt) -> bool:
    return (receipt.chunk, receipt.first, receipt.last) == (chunk.number, chunk.first, chunk.last)
