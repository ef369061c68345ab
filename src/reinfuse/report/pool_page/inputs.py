"""What the page of one outcome is made from: rows that were chosen, and what was pooled of them."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.errors import Finding
from reinfuse.evidence import LeftOut, Selection, Study
from reinfuse.pooling.bayes import EffectPosterior
from reinfuse.pooling.effects import Effects
from reinfuse.pooling.inverse_variance import Method
from reinfuse.pooling.summary import Pooling
from reinfuse.report.charts.values import Table
from reinfuse.report.page.inputs import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodLine:
    """One method's number on the scale that a reader knows; rates are 0 to 1.

    None stands for what the method does not give; without `estimate`, `why` and `fix` say why.
    """

    method: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    predicted_low: float | None = None
    predicted_high: float | None = None
    tau: float | None = None
    why: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PooledEffects:
    """Numbers other than rates by counts: `number` is what they are, such as `hazard ratio`.

    `answers` stand in the order in which they should be read. `posteriors` are on the scale of
    `effects`. `words` say how far the methods lie apart. `counted` is there for rates: what each
    cohort showed is then its counts with their exact interval, whatever the scale of `effects`.
    """

    outcome: str
    number: str
    effects: Effects
    answers: tuple[MethodLine, ...]
    level: float = 0.95
    posteriors: tuple[EffectPosterior, ...] = ()
    words: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    counted: Pooling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolPart:
    """A further part of the page that somebody asked for, such as an arm held against the rate."""

    name: str
    title: str
    words: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PoolInputs:
    """Everything that the page shows.

    `studies` are the rows in the order in which they were pooled. `asked` is what was asked for,
    each with its words; `asked_of` makes it of a selection. `method` is the one that funnel and
    influence rest on.
    """

    title: str
    pooled: Pooling | PooledEffects
    provenance: Provenance
    studies: tuple[Study, ...] = ()
    asked: tuple[tuple[str, str], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    findings: tuple[Finding, ...] = ()
    method: Method = Method.REML
    parts: tuple[PoolPart, ...] = ()


def asked_of(selection: Selection) -> tuple[tuple[str, str], ...]:
    """What a selection was asked for, as the page shows it."""
    narrowed = tuple(
        (field.replace("_", " "), " or ".join(words)) for field, words in selection.narrowed
    )
    mixing = ", ".join(selection.mixing)
    return (
        ("outcome", " or ".join(selection.outcomes)),
        *narrowed,
        *((("allowed to differ", mixing),) if mixing else ()),
    )
