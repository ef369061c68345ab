"""The rows behind a pooled number: who counted what, where it was published, in what words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reinfuse.evidence import Counted, LeftOut, Study, bound_rate
from reinfuse.source import Standing

_FIELDS = ("disease", "population", "site", "infusion", "product", "costimulation", "age_group")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRow:
    """A row of the study table as the page shows it; all cells are words."""

    id: str
    label: str
    counts: str
    rate: str
    who: str
    outcome: str
    cite: str
    doi: str
    place: str
    standing: str
    recalled: bool
    quote: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutRow:
    """A row that was not chosen."""

    id: str
    label: str
    counts: str
    why: str


def study_rows(studies: Sequence[Study], *, level: float) -> tuple[StudyRow, ...]:
    """A row for each study, in the order in which they were pooled."""
    return tuple(_row(one, level) for one in studies)


def left_out_rows(left_out: Sequence[LeftOut]) -> tuple[LeftOutRow, ...]:
    """A row for each that was left out, in the order of the table."""
    return tuple(
        LeftOutRow(
            id=one.study.id, label=one.study.label, counts=counts_words(one.study), why=one.why
        )
        for one in left_out
    )


def counts_words(study: Study) -> str:
    """As `35/40`, `7/18 infusions`, or the number as printed."""
    if study.events is None or study.n is None:
        return study.quote
    per = "" if study.counted is Counted.PATIENT else f" {study.counted}s"
    return f"{study.events}/{study.n}{per}"


def _row(study: Study, level: float) -> StudyRow:
    source = study.source
    definition = f" ({study.outcome_definition})" if study.outcome_definition else ""
    scale = f", {study.scale}" if study.scale else ""
    return StudyRow(
        id=study.id,
        label=study.label,
        counts=counts_words(study),
        rate=_rate(study, level),
        who=", ".join(str(words) for field in _FIELDS if (words := getattr(study, field))),
        outcome=f"{study.outcome}{scale}{definition}",
        cite=source.cite,
        doi=source.doi,
        place=source.place,
        standing=str(source.standing),
        recalled=source.standing is Standing.RECALLED,
        quote=study.quote,
        note=study.note or "",
    )


def _rate(study: Study, level: float) -> str:
    if study.events is None or not study.n:
        return _given(study)
    exact = bound_rate(study.events, study.n, level=level)
    rate = 100 * study.events / study.n
    return f"{rate:.1f} % ({100 * exact.low:.1f} to {100 * exact.high:.1f} %)"


def _given(study: Study) -> str:
    """An estimate as printed."""
    if study.estimate is None:
        return "" if study.mean is None else f"{study.mean:g} (sd {study.sd:g})"
    if study.low is not None and study.high is not None:
        return f"{study.estimate:g} ({study.low:g} to {study.high:g})"
    return f"{study.estimate:g}" if study.se is None else f"{study.estimate:g} (se {study.se:g})"
