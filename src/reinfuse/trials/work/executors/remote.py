"""What a machine elsewhere does with a chunk: it gives the bytes back, and the head keeps them.

So the folder need not be seen there, a worker that was given up for dead cannot write into a run
that went on without it, and bytes that changed on the way are noticed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.trials.work.doing import part_of, surroundings
from reinfuse.trials.work.ended import Ended, Failure, Receipt, failure_of, receipt_of
from reinfuse.trials.work.executors.executor import Job
from reinfuse.trials.work.ledger import write_part
from reinfuse.trials.work.plan import Chunk, Plan


@dataclass(frozen=True, slots=True)
class Sent:
    """A part on its way, with the receipt from where it was made."""

    content: bytes
    receipt: Receipt


def sent(plan: str, number: int, threads: int) -> Sent | Failure:
    """Do a chunk of a plan, given as its text; an error comes back as words."""
    read = Plan.read(plan)
    chunk = read.chunks[number]
    os.environ.update(surroundings(threads))
    try:
        content = part_of(read, chunk)
    except (Exception, SystemExit) as error:
        return failure_of(chunk, error)
    return Sent(content, receipt_of(chunk, content))


def received(job: Job, chunk: Chunk, came: Sent | Failure) -> Ended:
    """Keep what came back."""
    if isinstance(came, Failure):
        return came
    if receipt_of(chunk, came.content) != came.receipt:
        return Failure(chunk=chunk.number, said="its bytes changed on the way here")
    try:
        return write_part(job.place, chunk, came.content)
    except OSError as error:
        return failure_of(chunk, error)


def turns(chunks: Sequence[Chunk], at_once: int) -> tuple[list[Chunk], list[Chunk]]:
    """Who goes now, and who waits, last first: bytes must not heap up while the head writes."""
    return list(chunks[:at_once]), list(reversed(chunks[at_once:]))
