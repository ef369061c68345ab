"""`reinfuse simulate-fit`: new patients from a kept fit, as a data set with a summary by time."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from reinfuse.cli.columns import columns, width
from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.plain import Plain, head_of, json_text
from reinfuse.cli.progress import say
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole

if TYPE_CHECKING:
    import numpy as np

    from reinfuse.estimation.population.kept import KeptFit
    from reinfuse.estimation.population.simulate import ByTime, Plan, Simulated

DAYS = (1.0, 3.0, 7.0, 11.0, 14.0, 21.0, 28.0, 60.0, 90.0, 180.0, 365.0)
HEADS = ("day", "level 5 %", "median", "95 %", "measured 5 %", "95 %", "below", "persisting")
NO_PATIENTS = "simulated patients are no patients: they say what the fit says"
QUANTILE_NAMES = ("5 %", "25 %", "50 %", "75 %", "95 %")
UNKNOWN = ("", ".", "NA", "nan", "NaN")
_LARGEST_BYTES = 10_000_000


def run(options: Namespace) -> int:
    """Simulate, write the data set if a file is named, print what is seen at each time."""
    from reinfuse.estimation.population.kept import read_fit
    from reinfuse.estimation.population.simulate import simulate

    inputs = [options.fit, *([options.covariates] if options.covariates else [])]
    check_outputs([options.output], inputs)
    plan = _plan(options)
    kept = read_fit(options.fit)
    vectors = _vectors(kept, options) if options.with_uncertainty else None
    say(f"{options.subjects} patients")
    found = simulate(kept, plan, seed=options.seed, vectors=vectors)
    say("")
    notes = (*found.notes, f"the fit: {kept.content.get('outcome', 'not kept')}", NO_PATIENTS)
    if options.output is not None:
        notes += _write(found, options.output)
    if options.json:
        print(json_text(_plain(found, options, notes)))
        return 0
    for line in columns(HEADS, [_row(one) for one in found.by_time]):
        print(line)
    for note in notes:
        print(fill(note, width(), initial_indent="  - ", subsequent_indent="    "))
    if options.output is not None:
        print(f"wrote {options.output} ({options.output.stat().st_size / 1000:.0f} kB)")
    return 0


def numbers_of(text: str, option: str) -> list[float]:
    """The finite numbers of a list such as `1,3,7`; raises ReinfuseError with all that are none."""
    found, wrong = [], []
    for part in text.split(","):
        try:
            number = float(part)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            found.append(number)
        else:
            wrong.append(repr(part.strip()))
    if wrong:
        raise ReinfuseError(
            f"not a number: {', '.join(wrong)}", where=option, fix="write it like 1,3,7,14"
        )
    return found


def days_of(text: str, option: str, *, first: float = 0.0) -> tuple[float, ...]:
    """The days of such a list in order, each once; raises ReinfuseError for one before `first`."""
    days = numbers_of(text, option)
    early = [f"{day:g}" for day in days if day < first]
    if early:
        raise ReinfuseError(
            f"before the infusion: day {', '.join(early)}", where=option,
            fix=f"days count from {first:g} on",
        )  # fmt: skip
    return tuple(sorted(set(days)))


def sha256_of(path: Path) -> str:
    """The hash of a file, which says what an answer was made from."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plan(options: Namespace) -> Plan:
    from reinfuse.estimation.population.simulate import Plan

    infusions = tuple(sorted(set(numbers_of(options.infusions, "--infusions"))))
    days = days_of(options.days, "--days", first=infusions[0]) if options.days else DAYS
    return Plan(
        subjects=options.subjects,
        times=days,
        infusions=infusions,
        amount=options.dose,
        covariates=tuple(_rows(options.covariates)) if options.covariates else (),
        limit=options.limit,
    )


def _vectors(kept: KeptFit, options: Namespace) -> np.ndarray:
    """Populations that the data allow, drawn from the uncertainty that the fit kept."""
    import numpy as np

    from reinfuse.estimation.population.simulate import parameter_draws

    said = kept.content.get("uncertainty")
    if not said or "vector_covariance" not in said:
        raise ReinfuseError(
            f"{options.fit.name} holds no uncertainty of its numbers",
            fix="fit again with --errors louis or sandwich",
        )
    return parameter_draws(
        np.asarray(said["vector"]), np.asarray(said["vector_covariance"]), seed=options.seed
    )


def _write(found: Simulated, path: Path) -> tuple[str, ...]:
    """Write the data set; what it could not hold, in words."""
    from reinfuse.exchange.data_set import write_data_set

    text, losses = write_data_set(found.data)
    write_whole(path, text)
    return tuple(losses)


def _row(one: ByTime) -> tuple[str, ...]:
    return (
        f"{one.time:g}",
        *(f"{one.levels[place]:.3g}" for place in (0, 2, 4)),
        *(f"{one.measured[place]:.3g}" for place in (0, 4)),
        "" if one.below is None else f"{one.below:.0%}",
        "" if one.persisting is None else f"{one.persisting:.0%}",
    )


def _plain(found: Simulated, options: Namespace, notes: Sequence[str]) -> Plain:
    return head_of(options.fit.name, sha256_of(options.fit)) | {
        "kind": "simulation", "seed": options.seed, "subjects": options.subjects,
        "percentiles": list(QUANTILE_NAMES), "notes": list(notes),
        "by_time": [
            {"time": one.time, "levels": list(one.levels), "measured": list(one.measured),
             "below": one.below, "persisting": one.persisting}
            for one in found.by_time
        ],
    }  # fmt: skip


def _rows(path: Path) -> list[dict[str, float | str]]:
    """Covariates, one patient a line; a cell that is no number is a word, an empty one nothing."""
    if path.stat().st_size > _LARGEST_BYTES:
        raise ReinfuseError(f"{path.name} is too large for covariates", fix="give fewer rows")
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = [
            {name.strip(): _cell(cell) for name, cell in row.items()
             if name and isinstance(cell, str) and cell.strip() not in UNKNOWN}
            for row in csv.DictReader(io.StringIO(text, newline=""))
        ]  # fmt: skip
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReinfuseError(
            f"{path.name} is not a table", fix="give CSV in UTF-8: a header, one line a patient"
        ) from error
    if not rows:
        raise ReinfuseError(
            f"{path.name} holds no row", fix="give a header and one line for each patient"
        )
    return rows


def _cell(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()
