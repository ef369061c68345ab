"""The tubes of a series as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.cytometry.measured.values import NoResult, ShareResult, SplitResult, TubeMeasured
from reinfuse.report.charts.words import shown
from reinfuse.report.flow_page.inputs import FlowSeriesInputs
from reinfuse.report.flow_page.labels import Namer
from reinfuse.report.flow_page.results import per_ul_words, value_words

PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """A tube of the series as text, with where its page lies."""

    label: str
    page: str
    day: str
    site: str
    results: tuple[tuple[str, str, str], ...]  # name, what may be said, state
    viability: str
    moved: str


def series_rows(inputs: FlowSeriesInputs) -> tuple[SeriesRow, ...]:
    """A row for each tube."""
    namer = Namer(inputs.labels)
    return tuple(
        SeriesRow(
            label=namer.of(tube.file)
            + (f", data set {tube.data_set}" if tube.data_set > 1 else ""),
            page=inputs.pages.get((tube.sha256, tube.data_set), ""),
            day=_when(tube),
            site=tube.site,
            results=tuple(_said(tube)),
            viability="–" if tube.viability is None else f"{shown(PERCENT * tube.viability)} %",
            moved=str(sum(one.gate != one.template for one in tube.placed.values())),
        )
        for tube in inputs.measured.tubes
    )


def _when(tube: TubeMeasured) -> str:
    if tube.tube.infusion is None or tube.tube.day is None:
        return "day not given"
    return f"infusion {tube.tube.infusion}, day {tube.tube.day:g}"


def _said(tube: TubeMeasured) -> Iterator[tuple[str, str, str]]:
    for result in tube.results:
        if not result.wanted.analyte or isinstance(result, SplitResult):
            continue
        if isinstance(result, ShareResult):
            words = value_words(result.measured)
            more = per_ul_words(result.per_ul)[:1]
            yield result.wanted.name, "; ".join((words, *more)), str(result.measured.state)
        elif isinstance(result, NoResult):
            yield result.wanted.name, "no result", result.because
        else:
            yield result.wanted.name, shown(result.value), "a ratio"
