"""A virtual trial run to its end, and its files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reinfuse import __version__
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole
from reinfuse.trials.design import Design
from reinfuse.trials.running.differences import Difference, differences_of
from reinfuse.trials.running.estimates import Estimate, estimates_of
from reinfuse.trials.running.plain import as_plain
from reinfuse.trials.running.rows import header_of, text_of
from reinfuse.trials.running.said import said_of, words_of
from reinfuse.trials.running.table import ArmTable, tables_of
from reinfuse.trials.running.work import plan_of, warm
from reinfuse.trials.work import Executor, joined, run_plan

PATIENTS, ENDPOINTS, DESIGN, SUMMARY, RUN = (
    "patients.csv", "endpoints.csv", "design.yaml", "trial.json", "run",
)  # fmt: skip
_ENDPOINT_COLUMNS = (
    "kind", "endpoint", "arm", "against", "unit", "patients", "left_out", "surely", "possibly",
    "low_95", "high_95", "as_seen", "as_seen_low_95", "as_seen_high_95", "spread_5", "spread_95",
    "method", "said",
)  # fmt: skip
_NONE = (math.nan, math.nan, math.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """A finished trial: all that a page or a summary of it needs.

    `digest` is the hash of its plan: design without title, seed, patients and version. `tables`
    hold what `patients.csv` does, by arm. `unsolved` counts patients by arm whom the model could
    not be solved for; they are in no endpoint. `found` and `made` count chunks of this run.
    """

    design: Design
    digest: str
    tables: dict[str, ArmTable]
    estimates: tuple[Estimate, ...]
    differences: tuple[Difference, ...]
    words: tuple[str, ...]
    unsolved: dict[str, int]
    files: tuple[Path, ...]
    found: int
    made: int

    def of(self, column: str, arm: str) -> Estimate:
        """The estimate of an endpoint, by the name of its column, in an arm; or KeyError."""
        for one in self.estimates:
            if (one.endpoint.column, one.arm) == (column, arm):
                return one
        raise KeyError(column, arm)


def run_trial(
    design: Design,
    text: str,
    folder: Path,
    executor: Executor,
    *,
    resume: bool = False,
    watch: Callable[[int, int], None] = lambda done, of: None,
) -> TrialResult:
    """Run a design whose file holds `text`, and write its files into a folder.

    Ended at any moment it goes on with `resume`, and the files come out the same, byte by byte,
    whoever did the work. Raises ReinfuseError for a folder that holds anything else, and what
    `run_plan` raises.
    """
    _refuse_foreign(folder)
    plan = plan_of(design)
    folder.mkdir(parents=True, exist_ok=True)
    warm(design)
    finished = run_plan(plan, folder / RUN, executor, resume=resume, watch=watch)
    parts = list(joined(folder / RUN))
    write_whole(folder / PATIENTS, text_of([header_of(design)]).encode() + b"".join(parts))
    tables = tables_of(design, parts)
    estimates = estimates_of(design, tables)
    differences = differences_of(design, tables, estimates)
    result = TrialResult(
        design=design, digest=plan.digest, tables=tables, estimates=estimates,
        differences=differences, words=words_of(design),
        unsolved={name: int((~table.solved).sum()) for name, table in tables.items()},
        files=tuple(folder / name for name in (PATIENTS, ENDPOINTS, DESIGN, SUMMARY)),
        found=finished.found, made=finished.made,
    )  # fmt: skip
    write_whole(folder / ENDPOINTS, endpoints_text(result))
    write_whole(folder / DESIGN, text)
    write_whole(folder / SUMMARY, _summary(result, folder))
    return result


def endpoints_text(result: TrialResult) -> str:
    """The table of endpoints: each arm, then differences, as CSV."""
    lines: list[tuple[str, ...]] = [_ENDPOINT_COLUMNS]
    for one in result.estimates:
        spread, seen = one.spread or _NONE[:2], one.as_seen or _NONE
        numbers = (one.surely, one.possibly, one.low, one.high, *seen, *spread)
        lines.append((
            "estimate", one.endpoint.name, one.arm, "", one.endpoint.unit, str(one.n),
            str(one.left_out), *map(shown, numbers), one.method, "",
        ))  # fmt: skip
    for other in result.differences:
        seen = other.as_seen or _NONE
        numbers = (other.surely, other.possibly, other.low, other.high, *seen, *_NONE[:2])
        lines.append((
            "ratio" if other.ratio else "difference", other.endpoint.name, other.arm,
            other.against, "1" if other.ratio else other.endpoint.unit, str(other.n), "",
            *map(shown, numbers), other.method, said_of(other),
        ))  # fmt: skip
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(lines)
    return stream.getvalue()


def shown(number: float) -> str:
    """A number of a table; nothing for nan."""
    return "" if math.isnan(number) else f"{number:.5g}"


def _summary(result: TrialResult, folder: Path) -> str:
    hashes = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (PATIENTS, ENDPOINTS, DESIGN)
    }
    tree = {"reinfuse": __version__, **as_plain(result), "sha256": hashes}
    return json.dumps(tree, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ReinfuseError("not a folder", where=folder.name, fix="give another folder")
    if folder.is_dir() and not (folder / RUN).exists():
        others = sorted(one.name for one in folder.iterdir() if not one.name.startswith("."))
        if others:
            raise ReinfuseError(
                f"the folder holds other files, such as {others[0]}", where=folder.name,
                fix="give an empty folder, or one that does not exist",
            )  # fmt: skip
