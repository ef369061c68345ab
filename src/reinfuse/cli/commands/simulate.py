"""`reinfuse simulate`: many patients through a model of differential equations."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from reinfuse.cli.columns import width
from reinfuse.cli.needed import check_needed
from reinfuse.cli.parser import INTERRUPTED
from reinfuse.cli.plain import json_text
from reinfuse.cli.progress import say
from reinfuse.exchange.course_file import write_whole

if TYPE_CHECKING:
    from reinfuse.cli.simulation.pieces import Kept, Piece
    from reinfuse.cli.simulation.plan import Plan
    from reinfuse.cli.simulation.tally import Tally

NOBODY_SOLVED = 1
GO_ON = "the same command goes on from where it stopped"
_NEEDED = ("numpy", "llvmlite", "pyarrow")


def run(options: Namespace) -> int:
    """Simulate, write what was asked for, print what came out; 1 if no patient was solved."""
    check_needed("simulate", _NEEDED, "install reinfuse with the extra `engine`")
    from reinfuse.cli.simulation.pieces import Kept
    from reinfuse.cli.simulation.plan import plan_of
    from reinfuse.engine.status import Status

    begun = time.monotonic()
    plan = plan_of(options)
    beside = plan.table or plan.summary
    kept = None if beside is None else Kept.beside(beside, plan.key)
    try:
        tally = _finished(plan, kept)
    except KeyboardInterrupt:
        return _interrupted(kept)
    except BaseException:
        if kept is not None and not kept.holds_work:
            kept.remove()
        raise
    say("")
    seconds = time.monotonic() - begun
    _tell(plan, tally, seconds, json=options.json)
    return 0 if tally.ended[Status.OK] else NOBODY_SOLVED


def _finished(plan: Plan, kept: Kept | None) -> Tally:
    """The tally of all patients, once everything that was asked for is written."""
    from reinfuse.cli.simulation.pieces import pieces_of
    from reinfuse.cli.simulation.shown import summary_text
    from reinfuse.cli.simulation.tally import no_tally, with_piece

    # A table needs all pieces again; a summary alone goes on from what was counted.
    only_counted = plan.table is None
    summarised = only_counted or plan.summary is not None
    tally = no_tally((len(plan.times), len(plan.outputs)) if summarised else None)
    if kept is not None and only_counted:
        tally = kept.tally() or tally
    with ExitStack() as stack:
        write = _writer(plan, plan.table, stack)
        pieces = None if only_counted else kept
        for piece in pieces_of(plan, pieces, start=tally.done):
            write(piece)
            tally = with_piece(tally, piece.outputs, piece.status)
            if kept is not None and only_counted:
                kept.keep_tally(tally)
    if plan.summary is not None and tally.summary is not None:
        write_whole(plan.summary, summary_text(plan, tally.summary))
    if kept is not None:
        kept.remove()
    return tally


def _writer(plan: Plan, path: Path | None, stack: ExitStack) -> Callable[[Piece], None]:
    if path is None:
        return lambda _: None
    from reinfuse.cli.simulation.long_table import long_table

    return stack.enter_context(long_table(plan, path))


def _interrupted(kept: Kept | None) -> int:
    say("")
    if kept is None:
        raise KeyboardInterrupt
    if not kept.holds_work:
        kept.remove()
        raise KeyboardInterrupt
    print(f"reinfuse: interrupted; {GO_ON}", file=sys.stderr)
    return INTERRUPTED


def _tell(plan: Plan, tally: Tally, seconds: float, *, json: bool) -> None:
    from reinfuse.cli.simulation.precision import checked_against_64
    from reinfuse.cli.simulation.shown import as_plain, lines, notes_of

    files = [path for path in (plan.table, plan.summary) if path is not None]
    notes = notes_of(plan, checked_against_64(plan))
    if json:
        print(json_text(as_plain(plan, tally, seconds=seconds, files=files, notes=notes)))
        return
    for line in lines(plan, tally, seconds):
        print(line)
    for note in notes:
        print(fill(note, width(), initial_indent="  - ", subsequent_indent="    "))
    for path in files:
        print(f"wrote {path} ({path.stat().st_size / 1000:.0f} kB)")
