"""`reinfuse vpc`: replicates of a data set from a kept fit, against the data."""

from __future__ import annotations

import math
import shlex
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from textwrap import fill
from typing import TYPE_CHECKING, Any  # a tree of plain values

from reinfuse import __version__
from reinfuse.cli.columns import columns, width
from reinfuse.cli.data_loading import LoadedData, load_data, tell_notes
from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.plain import head_of, json_text
from reinfuse.cli.progress import say
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole

if TYPE_CHECKING:
    from reinfuse.estimation.population.checking import Asked, Bins, Vpc, VpcPanel
    from reinfuse.estimation.population.kept import KeptFit

FEWEST_REPLICATES = 20
OUTSIDE = "*"


def run(options: Namespace) -> int:
    """Simulate, print observed and simulated quantiles of every bin, write the page if named."""
    from reinfuse.estimation.population.checking import (
        check_numbers,
        design_of,
        visual_checks,
    )
    from reinfuse.estimation.population.kept import read_fit

    check_outputs([options.output], [options.fit, *options.data])
    if options.replicates < FEWEST_REPLICATES:
        raise ReinfuseError(
            f"{options.replicates} replicates are too few for a 95 % band",
            where="--replicates",
            fix=f"ask for at least {FEWEST_REPLICATES}, better 1000",
        )
    kept = read_fit(options.fit)
    loaded = load_data(options.data, options)
    tell_notes(loaded.notes)
    references = {name: float(value) for name, value in kept.content["references"].items()}
    design = design_of(loaded.data, kept.model, references=references)
    check_numbers(design, kept.population)
    say(f"{options.replicates} replicates")
    found = visual_checks(
        design, kept.population, seed=options.seed, asked=_asked(options), count=options.replicates
    )
    say("")
    notes = tuple(_notes(kept, loaded))
    if options.output is not None:
        write_whole(options.output, _page(options, found, loaded, notes))
    if options.json:
        print(json_text(_plain(found, loaded, notes)))
        return 0
    for line in _lines(found):
        print(line)
    for note in notes:
        print(fill(note, width(), initial_indent="  - ", subsequent_indent="    "))
    if options.output is not None:
        print(f"wrote {options.output} ({options.output.stat().st_size / 1000:.0f} kB)")
    return 0


def bins_of(text: str | None) -> Bins:
    """Nothing, a number of bins, or their edges; raises ReinfuseError for anything else."""
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise ReinfuseError(
            f"{text!r} are no bins",
            where="--bins",
            fix="give a number of bins, such as 8, or edges, such as 0,7,14,28",
        ) from None
    if len(numbers) == 1 and numbers[0] == int(numbers[0]):
        return int(numbers[0])
    return numbers


def _asked(options: Namespace) -> tuple[Asked, ...]:
    from reinfuse.estimation.population.checking import Asked

    bins = bins_of(options.bins)
    groups = ["", *(options.by or ())]
    return tuple(
        Asked(bins=bins, by=by, corrected=corrected)
        for by in groups
        for corrected in ((False, True) if options.corrected else (False,))
    )


def _notes(kept: KeptFit, loaded: LoadedData) -> Iterator[str]:
    if kept.data_sha256 and loaded.sha256 and kept.data_sha256 != loaded.sha256:
        yield "these are not the data that were fitted: the check is of the model on other data"
    outcome = str(kept.content["outcome"])
    yield f"the fit: {outcome}"
    yield "a model speaks as a model: bands are of replicates from the fitted population"


def _page(
    options: Namespace, found: tuple[Vpc, ...], loaded: LoadedData, notes: tuple[str, ...]
) -> str:
    from reinfuse.report.fit_page import VpcInputs, render_vpc
    from reinfuse.report.page.inputs import Provenance

    parts = ["reinfuse", "vpc", options.fit.name, *(path.name for path in options.data)]
    parts += ["--replicates", str(options.replicates), "--seed", str(options.seed)]
    parts += ["--bins", options.bins] if options.bins else []
    parts += ["--corrected"] if options.corrected else []
    for by in options.by or ():
        parts += ["--by", by]
    return render_vpc(
        VpcInputs(
            title=f"{options.fit.name} against {loaded.file}",
            vpcs=found,
            notes=notes,
            provenance=Provenance(
                version=__version__,
                file=f"{options.fit.name}, {loaded.file}",
                sha256=loaded.sha256,
                command=shlex.join([*parts, "-o", options.output.name]),
                seed=options.seed,
                made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            ),
        )
    )


def _lines(found: tuple[Vpc, ...]) -> Iterator[str]:
    heads = ("time", "n", "5 %", "replicates", "50 %", "replicates", "95 %", "replicates",
             "below", "replicates")  # fmt: skip
    for vpc in found:
        kind = "prediction-corrected, " if vpc.asked.corrected else ""
        for panel in vpc.panels:
            label = f"{panel.panel.label}; " if panel.panel.label else ""
            yield (
                f"{label}{kind}{vpc.replicates} replicates of {vpc.subjects} patients, seed"
                f" {vpc.seed}, {vpc.clock} in {vpc.time_unit}"
            )
            yield ""
            rows = [_row(panel, place) for place in range(len(panel.bins))]
            yield from (f"  {line}" for line in columns(heads, rows))
            yield ""
    yield f"{OUTSIDE} lies outside the 95 % band of the replicates"


def _row(panel: VpcPanel, place: int) -> tuple[str, ...]:
    one = panel.bins[place]
    cells = [f"{one.low:g}" if one.low == one.high else f"{one.low:g}-{one.high:g}",
             str(one.cells.size)]  # fmt: skip
    for number in range(len(panel.observed)):
        low, _, high = panel.simulated[number, :, place].tolist()
        value = float(panel.observed[number, place])
        cells += [_level(value) + OUTSIDE * (not low <= value <= high),
                  f"{_level(low)} to {_level(high)}"]  # fmt: skip
    low, _, high = panel.below_simulated[:, place].tolist()
    share = float(panel.below[place])
    cells += [f"{share:.0%}{OUTSIDE * (not low <= share <= high)}", f"{low:.0%} to {high:.0%}"]
    return tuple(cells)


def _level(value: float) -> str:
    if math.isinf(value):
        return "below" if value < 0 else "above"
    return f"{value:.3g}"


def _plain(found: tuple[Vpc, ...], loaded: LoadedData, notes: tuple[str, ...]) -> dict[str, Any]:
    return head_of(loaded.file, loaded.sha256) | {
        "kind": "visual predictive check",
        "notes": list(notes),
        "checks": [
            {
                "corrected": vpc.asked.corrected, "by": vpc.asked.by, "seed": vpc.seed,
                "replicates": vpc.replicates, "subjects": vpc.subjects,
                "time": vpc.clock, "time_unit": vpc.time_unit, "notes": list(vpc.notes),
                "panels": [_panel_as_plain(panel) for panel in vpc.panels],
            }
            for vpc in found
        ],
    }  # fmt: skip


def _panel_as_plain(panel: VpcPanel) -> dict[str, Any]:
    from reinfuse.estimation.population.checking import QUANTILES

    names = [f"{100 * share:g} %" for share in QUANTILES]
    return {
        "label": panel.panel.label,
        "unit": panel.panel.unit,
        "bins": [
            {
                "from": one.low, "to": one.high, "middle": one.middle, "count": one.cells.size,
                "limit": _number(float(panel.limit[place]), none=True),
                "quantiles": {
                    name: {
                        "observed": _number(float(panel.observed[number, place])),
                        "replicates": [_number(float(value))
                                       for value in panel.simulated[number, :, place]],
                    }
                    for number, name in enumerate(names)
                },
                "below": {"observed": float(panel.below[place]),
                          "replicates": panel.below_simulated[:, place].tolist()},
                "above": {"observed": float(panel.above[place]),
                          "replicates": panel.above_simulated[:, place].tolist()},
            }
            for place, one in enumerate(panel.bins)
        ],
    }  # fmt: skip


def _number(value: float, *, none: bool = False) -> float | str | None:
    """A level, or on which side of the limit it lies; None for no limit at all."""
    if math.isfinite(value):
        return value
    if none:
        return None
    return "below the limit" if value < 0 else "above the limit"
