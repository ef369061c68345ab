"""`reinfuse cohort`: many patients on one page, with tidy tables beside it."""

from __future__ import annotations

import shlex
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from reinfuse import __version__
from reinfuse.cli.gathering import Gathered, gather
from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.parser import BAD_INPUT
from reinfuse.cli.progress import say
from reinfuse.cli.tidy import GRADE_COLUMNS, csv_text
from reinfuse.cohort.endpoint_curves import EndpointCurves, curves_of
from reinfuse.cohort.members import Member, definitions_from, read_day_0, recalled_from
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole
from reinfuse.grading.endpoints import Definition, EndpointTime

TIME_COLUMNS = (
    "patient", "endpoint", "from", "status", "cause", "day_low", "day_high", "missing"
)  # fmt: skip


def run(options: Namespace) -> int:
    """Write the page and its tables; 2 where a file or a row was refused."""
    started = time.monotonic()
    day_0 = read_day_0(options.day0)
    output: Path = options.output
    outputs = (output, *_tables_beside(output))
    check_outputs(outputs, options.files)
    definitions = definitions_from(day_0, options.endpoint or ())
    gathered = gather(options, day_0, definitions, outputs)
    if not gathered.members:
        reasons = "\n\n".join(why for _, why in gathered.refused)
        raise ReinfuseError(
            reasons or f"no patient can be counted from {day_0}: none is recorded",
            fix="" if reasons else "choose another with --day0",
        )
    curves = _curves(gathered.members, definitions)
    say("drawing")
    page = _page(gathered, curves, day_0, options)
    say("")
    written = [*_write_tables(output, gathered), output]
    write_whole(output, page)
    for path in written:
        print(f"wrote {path} ({path.stat().st_size / 1000:.0f} kB)")
    count = len(gathered.members)
    plural = "" if count == 1 else "s"
    print(f"{count} patient{plural} from {day_0}, {time.monotonic() - started:.1f} s")
    if gathered.without:
        print(f"no {day_0}, and left out: {len(gathered.without)} (the page lists them)")
    for _, why in gathered.refused:
        print(f"reinfuse: {why}", file=sys.stderr)
    return BAD_INPUT if gathered.refused else 0


def _tables_beside(output: Path) -> tuple[Path, Path]:
    """The tidy tables of grades and of endpoints that a page has beside it."""
    return (
        output.with_name(f"{output.stem}-grades.csv"),
        output.with_name(f"{output.stem}-endpoints.csv"),
    )


def _curves(
    members: Sequence[Member], definitions: Sequence[Definition]
) -> tuple[EndpointCurves, ...]:
    """Every endpoint that anybody can be counted in, in the order of the definitions."""
    found = []
    for definition in definitions:
        times = [time for member in members if (time := member.time_of(definition)) is not None]
        curves = curves_of(definition, times)
        if curves.counted:
            found.append(curves)
    return tuple(found)


def _write_tables(output: Path, gathered: Gathered) -> tuple[Path, Path]:
    grades, times = _tables_beside(output)
    write_whole(grades, csv_text(GRADE_COLUMNS, gathered.grade_rows))
    lines = (_time_row(one.name, time) for one in gathered.members for time in one.endpoints)
    write_whole(times, csv_text(TIME_COLUMNS, lines))
    return grades, times


def _time_row(name: str, time: EndpointTime) -> list[str]:
    days = ("", "") if time.days is None else (f"{time.days.low:g}", f"{time.days.high:g}")
    missing = "; ".join(time.missing)
    return [name, time.definition.name, time.start, str(time.status), time.cause, *days, missing]


def _page(
    gathered: Gathered, curves: tuple[EndpointCurves, ...], day_0: str, options: Namespace
) -> str:
    from reinfuse.report import CohortInputs, Provenance, Refused, render_cohort

    files = [path.name for path in options.files]
    return render_cohort(
        CohortInputs(
            title=options.title or f"{len(gathered.members)} patients after CAR-T cells",
            anchor=f"the {day_0}",
            lanes=gathered.lanes,
            distributions=tuple(one for one in gathered.distributions if one.graded),
            endpoints=curves,
            recalled=() if options.endpoint else tuple(one.name for one in recalled_from(day_0)),
            refused=tuple(Refused(file, why) for file, why in gathered.refused),
            without_anchor=gathered.without,
            provenance=Provenance(
                version=__version__,
                file=", ".join(files),
                sha256=gathered.sha256,
                command=_command(options, day_0),
                seed=0,
                made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            ),
        )
    )


def _command(options: Namespace, day_0: str) -> str:
    """What makes the page again, of files that lie beside it."""
    parts = ["reinfuse", "cohort", *(path.name for path in options.files)]
    parts += ["--day0", day_0]
    for name in options.endpoint or ():
        parts += ["--endpoint", name]
    parts += ["--title", options.title] if options.title else []
    parts += ["--keep-going"] if options.keep_going else []
    return shlex.join([*parts, "-o", options.output.name])
