"""A published scale as data, and the levels that it allows for one set of findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from reinfuse.grading.grade import Criterion, Level
from reinfuse.grading.rules.condition import Condition
from reinfuse.grading.rules.finding import Finding, Findings, Span
from reinfuse.grading.rules.judge import holds, leaves, met, unsettled
from reinfuse.source import Standing


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: the level, the words that a reader sees, and what it asks for.

    A line less sure than its table carries its own `standing`.
    """

    level: Level
    words: str
    when: Condition
    standing: Standing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One column or organ of a scale: its stages, mildest first; no line met is stage 0.

    The stage becomes a number that the rows of the scale can ask for, by the part's `name`.
    `instead` is a second way to tell the same stage: it serves where the first cannot tell, and
    where both can and differ, both stay possible.
    """

    name: str
    rows: tuple[Row, ...]
    instead: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A criterion whose level is that of the last of its rows that holds, `otherwise` if none.

    `rows` stand in the order of `criterion.levels`; where several hold, the later one counts.
    `opens`, if given, must hold for any row to count. `pool_days` is how many days back findings
    are gathered for one assessment; 1 means the day itself. With `minds_cause`, a sign that
    somebody put down to another cause does not count. `notes` are the rules that stand under the
    table.
    """

    criterion: Criterion
    rows: tuple[Row, ...]
    otherwise: Level = 0
    parts: tuple[Part, ...] = ()
    opens: Condition | None = None
    pool_days: int = 1
    minds_cause: bool = False
    notes: tuple[str, ...] = ()

    def keys(self) -> tuple[str, ...]:
        """The keys of the findings that the scale looks at, each once, in reading order."""
        names = {part.name for part in self.parts}
        return tuple(key for key in dict.fromkeys(self._leaves()) if key not in names)

    def _leaves(self) -> Iterator[str]:
        if self.opens is not None:
            yield from leaves(self.opens)
        for part in self.parts:
            for row in (*part.rows, *part.instead):
                yield from leaves(row.when)
        for row in self.rows:
            yield from leaves(row.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The levels that a scale or score allows for one set of findings.

    `because` holds the keys of the findings that made `low`, `missing` those that would narrow
    the interval. `stages` are the spans of the parts.
    """

    low: Level
    high: Level
    because: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    stages: dict[str, Span] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        """Whether one level is left."""
        return self.low == self.high


def assess(scale: Scale, findings: Findings) -> Verdict:
    """The levels that the scale allows; what was not recorded could be anything."""
    stages: dict[str, Span] = {}
    because: dict[str, tuple[str, ...]] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for part in scale.parts:
        stages[part.name], because[part.name], missing[part.name] = _stage(part, findings)
    known: dict[str, Finding] = {**findings, **stages}
    opened = True if scale.opens is None else holds(scale.opens, known)
    if opened is False:
        return Verdict(low=scale.otherwise, high=scale.otherwise, stages=stages)
    truths = [holds(row.when, known) for row in scale.rows]
    surely = max((place for place, truth in enumerate(truths) if truth), default=-1)
    possibly = max((place for place, truth in enumerate(truths) if truth is not False), default=-1)
    low = _level(scale, surely if opened else -1)
    why = met(scale.rows[surely].when, known) if surely >= 0 and opened else ()
    open_keys = [key for row in scale.rows[surely + 1 :] for key in unsettled(row.when, known)]
    if opened is None and scale.opens is not None:
        open_keys = [*unsettled(scale.opens, known), *open_keys]
    return Verdict(
        low=low,
        high=_level(scale, possibly),
        because=_spelled(why, because),
        missing=_spelled(open_keys, missing),
        stages=stages,
    )


def _stage(part: Part, findings: Findings) -> tuple[Span, tuple[str, ...], tuple[str, ...]]:
    span, why, missing = _rows_met(part.rows, findings)
    if not part.instead:
        return span, why, missing
    other, other_why, other_missing = _rows_met(part.instead, findings)
    if span.exact and other.exact:
        return span.with_(other), (*why, *other_why), ()
    if span.exact:
        return span, why, ()
    if other.exact:
        return other, other_why, ()
    narrowed = Span(max(span.low, other.low), min(span.high, other.high))
    agree = narrowed.low <= narrowed.high
    return narrowed if agree else span.with_(other), (*why, *other_why), (*missing, *other_missing)


def _rows_met(
    rows: tuple[Row, ...], findings: Findings
) -> tuple[Span, tuple[str, ...], tuple[str, ...]]:
    truths = [holds(row.when, findings) for row in rows]
    surely = max((place for place, truth in enumerate(truths) if truth), default=-1)
    possibly = max((place for place, truth in enumerate(truths) if truth is not False), default=-1)
    low = float(rows[surely].level) if surely >= 0 else 0.0
    high = float(rows[possibly].level) if possibly >= 0 else 0.0
    why = tuple(met(rows[surely].when, findings)) if surely >= 0 else ()
    missing = tuple(key for row in rows[surely + 1 :] for key in unsettled(row.when, findings))
    return Span(low, high), why, missing


def _level(scale: Scale, place: int) -> Level:
    return scale.rows[place].level if place >= 0 else scale.otherwise


def _spelled(keys: Iterable[str], parts: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys, each part replaced by the keys that its stage rests on; each once."""
    found: dict[str, None] = {}
    for key in keys:
        for name in parts.get(key, (key,)):
            found[name] = None
    return tuple(found)
