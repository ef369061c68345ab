"""Sums, references, scores and grades of the scans, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.imaging.following.deauville import SOURCE, Suggestion
from reinfuse.imaging.following.references import Pool, References
from reinfuse.imaging.measured.response import Response, Score
from reinfuse.imaging.measured.response_totals import Change, NoChange, ScanTotals
from reinfuse.imaging.measures import Totals, tlg_unit
from reinfuse.report.charts.words import listed, shown
from reinfuse.report.petct_page.picture_words import day_words

SCORE_SOURCE = f"{SOURCE.cite}, {SOURCE.place}; {SOURCE.standing}"
NONE = "–"


@dataclass(frozen=True, slots=True)
class ScanRow:
    """The sums of one scan and the uptake that its lesions are held against."""

    scan: str
    when: str
    lesions: str
    volume: str
    interval: str
    tlg: str
    hottest: str
    not_in: str
    liver: str
    mediastinum: str
    score: str
    score_why: str


def scan_rows(response: Response, references: Sequence[References]) -> tuple[ScanRow, ...]:
    """A row for each scan, in order of time."""
    scores = {one.scan: one for one in response.scores}
    held = {one.time_point: one for one in references}
    return tuple(_row(one, scores.get(one.scan), held.get(one.scan)) for one in response.totals)


def _row(one: ScanTotals, score: Score | None, held: References | None) -> ScanRow:
    sums = one.sums
    parts = (*(f"{name}: below threshold" for name in one.below), *one.not_in)
    lesions, volume, interval, tlg, hottest = "not summed up", NONE, "", NONE, NONE
    if isinstance(sums, Totals):
        lesions = str(sums.lesions)
        # A sum of nothing is 0, and a lesion below its threshold need not be.
        if sums.lesions:
            volume = shown(sums.volume_ml)
            interval = f"{shown(sums.interval_ml.low)} to {shown(sums.interval_ml.high)}"
            tlg = shown(sums.tlg_ml)
        hottest = NONE if sums.max is None else f"{sums.hottest}, {shown(sums.max)}"
    else:
        parts = (sums.reason, *parts)
    suggested, why = _score(score)
    return ScanRow(
        scan=one.scan,
        when=day_words(one.day).capitalize(),
        lesions=lesions,
        volume=volume,
        interval=interval,
        tlg=tlg,
        hottest=hottest,
        not_in="; ".join(parts),
        liver=_pool(None if held is None else held.liver),
        mediastinum=_pool(None if held is None else held.mediastinum),
        score=suggested,
        score_why=why,
    )


def _pool(pool: Pool | None) -> str:
    if pool is None:
        return NONE
    return f"max {shown(pool.max)}, mean {shown(pool.mean)}, SD {shown(pool.deviation)}"


def _score(score: Score | None) -> tuple[str, str]:
    if score is None:
        return NONE, ""
    known = score.suggestion
    if isinstance(known, Suggestion):
        without = f"without {'; '.join(score.without)}" if score.without else ""
        return known.words, without
    return NONE, f"{known.why}{f'; {known.fix}' if known.fix else ''}"


def change_words(response: Response, uptake: str) -> Iterator[str]:
    """How the sums of two scans differ; `uptake` is the unit of the scans."""
    for one in response.changes:
        between = f"{one.scan} against {one.since}"
        if isinstance(one, NoChange):
            yield f"{between}: not compared, {one.why}."
        else:
            yield f"{between}, of what is drawn: {listed(tuple(_changed(one, tlg_unit(uptake))))}."


def _changed(one: Change, glycolysis: str) -> Iterator[str]:
    for name, amount, unit, percent in (
        ("volume", one.volume_ml, "mL", one.volume_percent),
        ("TLG", one.tlg_ml, glycolysis, one.tlg_percent),
    ):
        sign = "+" if amount >= 0 else "−"
        share = "" if percent is None else f" ({percent:+.0f} %)".replace("-", "−")
        yield f"{name} {sign}{shown(abs(amount))} {unit}{share}"
