"""A process that does chunks of a run: those it is started with, or those it is told.

It writes each part itself and leaves a note beside it; the ledger is the head's.
"""

from __future__ import annotations

import argparse
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work.doing import do
from reinfuse.trials.work.ended import Ended, Failure, Receipt, line_of
from reinfuse.trials.work.ledger import fits, leave_note, read_note
from reinfuse.trials.work.place import Place, plan_in
from reinfuse.trials.work.plan import Plan

USAGE = 2  # the exit status of what cannot be begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Do chunks of the run in a folder; 1 if one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m reinfuse.trials.work", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the run")
    parser.add_argument("chunks", nargs="*", help="numbers of chunks, such as 3 or 10-19")
    parser.add_argument("--listen", action="store_true", help="read numbers from standard input")
    options = parser.parse_args(arguments)
    place = Place(options.folder)
    try:
        plan = plan_in(place.folder)
        if options.listen:
            return _listen(place, plan)
        ended = [_once(place, plan, number) for number in numbers_in(options.chunks, plan)]
    except ReinfuseError as error:
        print(f"reinfuse: {error}", file=sys.stderr)
        return USAGE
    return int(any(isinstance(one, Failure) for one in ended))


def numbers_in(chunks: Sequence[str], plan: Plan) -> list[int]:
    """The numbers that `3` and `10-19` stand for; raises ReinfuseError for what is no chunk."""
    numbers: list[int] = []
    for text in chunks:
        first, _, last = text.partition("-")
        if not (first.isdecimal() and (last or first).isdecimal()):
            raise ReinfuseError(f"{text!r} is not the number of a chunk", fix="write 3 or 10-19")
        numbers += range(int(first), int(last or first) + 1)
    if numbers and max(numbers) >= len(plan.chunks):
        raise ReinfuseError(
            f"chunk {max(numbers)} is not in a plan of {len(plan.chunks)}", fix="count from 0"
        )
    return numbers


def _once(place: Place, plan: Plan, number: int) -> Ended:
    """Do a chunk, unless it was done and only its process was begun again, as queues do."""
    before = read_note(place, number)
    if isinstance(before, Receipt) and fits(place.part(number), before):
        return before
    return _noted(place, plan, number)


def _noted(place: Place, plan: Plan, number: int) -> Ended:
    ended = do(place, plan, plan.chunks[number])
    if isinstance(ended, Failure):
        print(f"{plan.chunks[number].words}: {ended.trace}", file=sys.stderr, flush=True)
    leave_note(place, ended)
    return ended


def _listen(place: Place, plan: Plan) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the head is interrupted, and ends its workers
    with _answers() as answers:
        for number in _told():
            ended = do(place, plan, plan.chunks[number])
            leave_note(place, ended)
            print(line_of(ended), file=answers, flush=True)
    return 0


def _answers() -> IO[str]:
    """Standard output for answers alone: what the work prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _told() -> Iterator[int]:
    """The numbers from standard input; the process ends at once when the head is gone."""
    told: queue.SimpleQueue[int] = queue.SimpleQueue()

    def hear() -> None:
        for line in sys.stdin:
            told.put(int(line))
        os._exit(0)

    threading.Thread(target=hear, daemon=True).start()
    while True:
        yield told.get()
