"""`reinfuse report`: one self-contained page."""

from __future__ import annotations

import hashlib
import time
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reinfuse import __version__
from reinfuse.checks import check_course
from reinfuse.cli.loading import Loaded, load
from reinfuse.cli.needed import ALL, check_needed
from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.progress import say
from reinfuse.errors import ReinfuseError
from reinfuse.estimation import fit_course
from reinfuse.exchange.course_file import write_whole
from reinfuse.grading import grade_course
from reinfuse.report import (
    ForecastInputs,
    NoForecast,
    Provenance,
    ReportInputs,
    render_page,
    render_pdf,
)

if TYPE_CHECKING:
    from reinfuse.imaging.pictures import Figures

PICTURES = "pictures.json"
_NEEDED_FOR_PICTURES = ("numpy", "scipy", "pydicom", "skimage")


def run(options: Namespace) -> int:
    """Compute, draw and write the report; say where it is."""
    started = time.monotonic()
    loaded = load(options.course)
    output: Path = options.output or options.course.with_suffix(".html")
    asked: Path | None = options.options_file
    pictures = None if options.petct is None else options.petct / PICTURES
    check_outputs((output,), [one for one in (options.course, asked, pictures) if one is not None])
    petct = None if pictures is None else _figures(pictures)
    forecast = _forecast(loaded, options) if asked else None
    say("grading")
    grades = grade_course(loaded.course)
    findings = check_course(loaded.course, grades)
    say("fitting CAR-T curves")
    curves = fit_course(loaded.course, seed=options.seed)
    say("drawing")
    page = render_page(
        ReportInputs(
            course=loaded.course,
            grades=grades,
            findings=findings,
            curves=curves,
            provenance=Provenance(
                version=__version__,
                file=loaded.file,
                sha256=loaded.sha256,
                command=_command(loaded, options),
                seed=options.seed,
                made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            ),
            lines=loaded.lines,
            forecast=forecast,
            petct=petct,
        )
    )
    write_whole(output, page)
    written = [output]
    if options.pdf:
        say("setting the PDF")
        write_whole(output.with_suffix(".pdf"), render_pdf(page))
        written.append(output.with_suffix(".pdf"))
    say("")
    if options.json:
        import json

        print(json.dumps({"written": [str(path) for path in written], "findings": len(findings)}))
        return 0
    for path in written:
        print(f"wrote {path} ({path.stat().st_size / 1000:.0f} kB)")
    if isinstance(forecast, NoForecast):
        print(f"without options: {forecast.why}")
    print(f"{len(grades)} grades, {len(findings)} findings, {time.monotonic() - started:.1f} s")
    return 0


def _figures(pictures: Path) -> Figures:
    """The pictures that `reinfuse petct` wrote into a folder."""
    check_needed("report --petct", _NEEDED_FOR_PICTURES, ALL)
    from reinfuse.imaging.pictures import read_figures

    if not pictures.is_file():
        raise ReinfuseError(
            f"there is no {PICTURES} in the folder of --petct",
            fix="name the folder that `reinfuse petct ... -o DIR` wrote",
        )
    return read_figures(pictures)


def _forecast(loaded: Loaded, options: Namespace) -> ForecastInputs | NoForecast:
    """Options replayed in the mechanism, by the same steps as `reinfuse forecast`.

    A fit that was ended before its first draw costs the section, and not the page.
    """
    from reinfuse.cli.commands import forecast as command

    command.check_installed()
    asked = command.asked_of(options.options_file, loaded)
    try:
        fit = command.fitted(loaded, options)
    except ReinfuseError as error:
        return NoForecast(why=error.what)
    result = command.forecast_of(loaded, fit, asked, options)
    return ForecastInputs(
        fit=fit,
        result=result,
        options_file=options.options_file.name,
        options_sha256=hashlib.sha256(options.options_file.read_bytes()).hexdigest(),
    )


def _command(loaded: Loaded, options: Namespace) -> str:
    """What was typed, files by their names alone."""
    words = f"reinfuse report {loaded.file} --seed {options.seed}"
    if options.petct is not None:
        words += " --petct DIR"  # the name of a folder may be that of a person
    if options.options_file is None:
        return words
    return f"{words} --options {options.options_file.name} --seconds {options.seconds}"
