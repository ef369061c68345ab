"""Everything that a run of `reinfuse petct` found, before any of it is shown or written."""

from __future__ import annotations

import time
from argparse import Namespace
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reinfuse.cli.loading import Loaded
from reinfuse.cli.parser_petct import NORMALISED
from reinfuse.cli.petct_course import infusion_dates
from reinfuse.cli.petct_grades import grades_of
from reinfuse.cli.progress import say
from reinfuse.grading import Grade

if TYPE_CHECKING:
    from reinfuse.imaging.measured import Boxes, Recorded, Results
    from reinfuse.imaging.measured.response import Response

_QUIET_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What was measured, what of it enters a course, and what criteria of response make of it."""

    results: Results
    recorded: Recorded
    response: Response
    grades: tuple[Grade, ...]


def outcome_of(options: Namespace, boxes: Boxes, loaded: Loaded | None) -> Outcome:
    """Measure everything that was asked for; the steps are told as they are taken."""
    from reinfuse.imaging.measured import record
    from reinfuse.imaging.measured.response import respond

    results = _measured(options, boxes, loaded)
    response = respond(results)
    return Outcome(
        results=results,
        recorded=record(results, None if loaded is None else loaded.course),
        response=response,
        grades=grades_of(response),
    )


def _measured(options: Namespace, boxes: Boxes, loaded: Loaded | None) -> Results:
    from reinfuse.imaging.measured import measure_scans
    from reinfuse.imaging.suv.body import normaliser_called

    begun = time.monotonic()
    say(f"reading {len(options.folders)} scans")

    def progress(step: str) -> None:
        if time.monotonic() - begun > _QUIET_SECONDS:
            say(step)

    try:
        return measure_scans(
            options.folders,
            boxes,
            seed=options.seed,
            normaliser=normaliser_called(NORMALISED[options.suv]),
            infusions={} if loaded is None else infusion_dates(loaded.course),
            progress=progress,
        )
    finally:
        say("")
