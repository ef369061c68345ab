"""What studies, outside judges and timings say of flow cytometry, as parts of a page."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from docs.markdown import table
from docs.populations import _rows
from reinfuse.evidence import bound_rate

HOME = Path(__file__).resolve().parent.parent
JUDGES = HOME / "tests" / "judge"
ASKED_COVERAGE, ASKED_FALSE = 0.93, 0.05
_RATIOS = re.compile(r"Ratios: ([0-9.]+) of the time, ([0-9.]+) of the memory")

Row = dict[str, str]


def events_of(row: Row, name: str) -> int:
    """How many runs a share of a row stands for."""
    return round(float(row[name]) * int(row["runs"]))


def by_gate(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows of each gate and control, in the order of the table."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["gate"], []).append(row)
    return found


def spike_in() -> Iterator[str]:
    """What was asked of intervals and calls, and what the study found."""
    rows = _rows("flow_spike_in")
    least = min(float(row["coverage"]) for row in rows)
    blanks = [row for row in rows if row["true_cells"] == "0"]
    most = max(float(row["detected"]) for row in blanks)
    runs = "every row" if len({row["runs"] for row in rows}) == 1 else "the first row"
    yield from (
        "No file of a patient with known residual disease was to be had. Instead, cells of a real",
        "file (65,016 of one donor's blood) were labelled by gates, those between the two kinds",
        "left out, and drawn again with noise, so that the two kinds overlap and the chance of",
        "each to be gated is known exactly: a **smoothed resampling, not patients**. Target cells,",
        f"`true cells` of them on average, stood in {_total(rows):,}; control and sample",
        f"were drawn anew in each run ({int(rows[0]['runs']):,} of {runs}). `background` is the",
        "mean of false events in so many cells, `recovery` the share of target cells in the gate.",
        "",
        f"- Asked: at least {100 * ASKED_COVERAGE:g} % of 95 % intervals hold the truth. The least "
        f"is {100 * least:.1f} %: {_met(least >= ASKED_COVERAGE)}.",
        f"- Asked: at most {100 * ASKED_FALSE:g} % of blanks are called detected. The most is "
        f"{100 * most:.1f} %: {_met(most <= ASKED_FALSE)}.",
        "",
        "![Intervals that hold the truth, and calls, by true cells](../images/flow-spike-in.svg)",
        "",
        *table(
            ("gate", "cells of the control", "background", "recovery", "true cells",
             "intervals that hold", "of all target cells", "detected", "quantified",
             "not evaluable", "mean estimate (interval), cells", "LoD, cells"),
            (_spiked(row) for row in rows),
        ),
        "",
        "*Intervals that hold*: for target cells in the gate; *of all target cells*: also those",
        "that the gate loses, which the interval does not claim. *Detected*: any state that says",
        "so. *Not evaluable*: a guard objected.",
    )  # fmt: skip


def _total(rows: Sequence[Row]) -> int:
    """The cells of a sample: those of the largest control."""
    return max(int(row["control_cells"]) for row in rows)


def _met(met: bool) -> str:
    return "met" if met else "**not met**"


def _spiked(row: Row) -> tuple[str, ...]:
    spread = f"{row['mean_cells']} ({row['mean_low']} to {row['mean_high']})"
    return (
        row["gate"], f"{int(row['control_cells']):,}", row["background"], row["recovery"],
        row["true_cells"], _share(row, "coverage"), f"{100 * float(row['coverage_ungated']):.1f} %",
        _share(row, "detected"), f"{100 * float(row['quantified']):.1f} %",
        f"{100 * float(row['not_evaluable']):.1f} %", spread, row["mean_lod_cells"],
    )  # fmt: skip


def _share(row: Row, name: str) -> str:
    found = bound_rate(events_of(row, name), int(row["runs"]))
    return f"{100 * float(row[name]):.1f} % ({100 * found.low:.1f} to {100 * found.high:.1f})"


def damage() -> Iterator[str]:
    """What became of damaged files."""
    rows = _rows("fcs_mutations")
    heads = [name for name in rows[0] if name != "chunk"]
    sums = {name: sum(int(row[name]) for row in rows) for name in heads}
    wrong = [name for name in heads if name not in ("files", "read", "refused") and sums[name]]
    verdict = f"**Not so: {', '.join(wrong)}.**" if wrong else "So it was."
    yield from (
        f"{sums['files']:,} files with one to three injuries each (bits flipped, pieces cut,",
        "doubled or replaced; keywords, places and delimiters made to lie) were read. Each had to",
        "be read, or refused with a reason, place and fix; within 5 s and 1 GiB; without events",
        "missing silently, and without the name of the operator that each file carried.",
        verdict,
        "",
        *table([name.replace("_", " ") for name in heads], [[f"{sums[n]:,}" for n in heads]]),
    )


def agreement() -> Iterator[str]:
    """What others give for the same files."""
    flowjo = _judged("flowjo/flowkit.csv")
    scales = _judged("flow_scales/scales.csv")
    counts = _judged("flow_strategy/counts.csv")
    read = {row["file"] for row in _judged("fcs_files/expected.csv")}
    compliance = len(_judged("gatingml/counts.csv"))
    yield from (
        "Expected numbers were written by other programs, once; the tests need none of them.",
        "Each folder of `tests/judge` says who, how, and why its tolerance is what it is.",
        "",
        *table(
            ("what", "judge", "result", "folder"),
            (
                (f"events of {len(read)} files that break readers", "FlowIO 1.4.0, FlowCal 1.3.1",
                 "equal; to 1e-6 where an amplifier was undone", "`fcs_files`"),
                ("compensation of 13 detectors; "
                 f"{len(scales[0]) - 1} scales at {len(scales)} values",
                 "FlowKit 1.3.2, FlowUtils 1.2.2",
                 "to 1e-6 of the value; FlowJo's biexponential to 1e-5 of the axis. Where FlowKit "
                 "gives -1 for a root that it did not find, we give the root", "`flow_scales`"),
                ("Gating-ML 2.0 compliance set", "ISAC", f"{compliance} of {compliance} gates, no "
                 "event on the wrong side", "`gatingml`"),
                (f"{len({row['workspace'] for row in flowjo})} FlowJo workspaces, {len(flowjo)} "
                 "gates", "FlowJo 10's own counts; FlowKit 1.3.2",
                 "equal for all gates but one (by FlowKit alone, on invented events, where FCS "
                 "files are not to be had): a polygon made to show FlowJo's grid, whose 50 "
                 "events lie on a border of it (FlowJo 0, exact borders and FlowKit 50)",
                 "`flowjo`"),
                ("a real workspace that may not be kept here, 15 gates", "FlowJo 10",
                 "6 equal; the others off by at most 13 events or 0.07 %, or by one event of 266: "
                 "FlowJo counts polygons on a grid", "`flowjo`"),
                (f"the shipped strategies on invented tubes, {len(counts)} counts",
                 "FlowKit 1.3.2", "equal", "`flow_strategy`"),
                ("valleys and clusters on real events", "SciPy, scikit-learn, FlowCal",
                 "valleys within 0.005 of the scale, clusters within 0.02", "`flow_placing`"),
                ("limits, intervals", "SciPy; sums of Poisson probabilities worked out beforehand",
                 "to the printed digits; Clopper-Pearson to 1e-9", "`flow_limits`, "
                 "`clopper_pearson`"),
            ),
        ),
    )  # fmt: skip


def _judged(place: str) -> list[Row]:
    with (JUDGES / place).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def speed() -> Iterator[str]:
    """Ratios of the benchmark, as they were written down there."""
    text = (HOME / "benchmarks" / "flow.md").read_text(encoding="utf-8")
    found = _RATIOS.search(text)
    assert found is not None, "benchmarks/flow.md tells no ratios"
    yield from (
        "Read, compensate, transform what is gated and gate 8 levels of 1,000,000 events in 16",
        f"channels: **{found[1]} of FlowKit's time and {found[2]} of its memory** in the same run,",
        "with equal counts. [How it was measured](../../benchmarks/flow.md).",
    )
