"""`reinfuse kinetics`: the CAR-T curve after each infusion, and how the last compares."""

from __future__ import annotations

from argparse import Namespace
from textwrap import fill

from reinfuse.cli.columns import columns, width
from reinfuse.cli.loading import load
from reinfuse.cli.plain import document
from reinfuse.errors import ReinfuseError
from reinfuse.estimation import CourseCurves, CurveFit, NoRatio, as_plain, fit_course
from reinfuse.estimation.words import number_in_words, range_in_words

NO_DATA = "the course has no infusion to fit a curve to"


def run(options: Namespace) -> int:
    """Print the posterior of each curve's quantities and what the data narrowed."""
    loaded = load(options.course)
    if not loaded.course.infusions:
        raise ReinfuseError(NO_DATA, where=loaded.file, fix="add one under `infusions`")
    curves = fit_course(loaded.course, seed=options.seed)
    if options.json:
        infusions = [
            {
                "infusion": item.series.infusion,
                "left_out": list(item.left_out),
                "fit": as_plain(item.fit),
            }
            for item in curves.infusions
        ]
        comparisons = [as_plain(item) for item in curves.comparisons]
        print(document(loaded, seed=options.seed, infusions=infusions, comparisons=comparisons))
        return 0
    _print(curves)
    return 0


def _print(curves: CourseCurves) -> None:
    for item in curves.infusions:
        print(f"\n{item.series.label} ({item.series.infusion})")
        if not isinstance(item.fit, CurveFit):
            print(f"  no curve: {item.fit.why}; missing: {', '.join(item.fit.missing)}")
            continue
        rows = [
            (
                row.quantity.heading,
                row.quantity.unit,
                number_in_words(row.after.median),
                range_in_words(row.after),
                range_in_words(row.before),
                f"{row.narrowing:.2f}",
                "by the data" if row.informed else "assumed",
            )
            for row in item.fit.quantities
        ]
        heads = ("quantity", "unit", "median", "90 %", "prior 90 %", "SD ratio", "informed")
        for line in columns(heads, rows):
            print(f"  {line}")
        for words in (*item.fit.words, *item.fit.assumptions, *item.left_out):
            print(fill(words, width(), initial_indent="  - ", subsequent_indent="    "))
    for comparison in curves.comparisons:
        if isinstance(comparison, NoRatio):
            print(f"\nno ratio: {comparison.why}")
            continue
        print(f"\n{comparison.second} against {comparison.first}")
        ratios = [
            (row.name, number_in_words(row.ratio.median), range_in_words(row.ratio), row.words)
            for row in comparison.ratios
        ]
        for line in columns(("ratio of", "median", "90 %", "mind"), ratios):
            print(f"  {line}")
