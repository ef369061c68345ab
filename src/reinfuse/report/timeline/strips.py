"""Long series, folded into one row of ticks each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reinfuse.report.timeline.reach import Reach, reach_of
from reinfuse.report.timeline.scale import Scale
from reinfuse.report.timeline.spans import Span
from reinfuse.report.timeline.vocabulary import Lane, Told
from reinfuse.timeline import Ending

_MOST_STRIPS = 8  # in one lane; what is left shares one more


@dataclass(frozen=True, slots=True)
class Strip:
    """A long series as one row of ticks."""

    name: str
    told: tuple[Told, ...]
    ticks: tuple[float, ...]  # where the day is known
    ranges: tuple[Reach, ...]  # where it is not


def long_series(told: Iterable[Told]) -> dict[tuple[Lane, str], list[Told]]:
    """The series that are too long to be drawn mark by mark, by lane and name."""
    groups: dict[tuple[Lane, str], list[Told]] = defaultdict(list)
    for one in told:
        if one.series:
            groups[one.lane, one.series].append(one)
    return {key: group for key, group in groups.items() if len(group) >= group[0].fewest}


def make_strip(name: str, told: list[Told], spans: Mapping[str, Span], scale: Scale) -> Strip:
    """One series as ticks."""
    ticks: set[float] = set()
    ranges: set[Reach] = set()
    in_order = sorted(told, key=lambda one: reach_of(spans[one.entry.id].start, scale))
    for one in in_order:
        span = spans[one.entry.id]
        left, right = reach_of(span.start, scale)
        if span.start.exact:
            ticks.add(round(left * 2) / 2)
        if span.ending is Ending.KNOWN:
            right = max(right, reach_of(span.end, scale)[1])
        if right > left:
            ranges.add((round(left), round(right)))
    return Strip(name, tuple(in_order), tuple(sorted(ticks)), tuple(sorted(ranges)))


def fewer_strips(strips: list[tuple[Lane, Strip]]) -> Iterator[tuple[Lane, Strip]]:
    """The longest series of each lane, and the others of a lane together."""
    for lane in Lane:
        found = [strip for one, strip in strips if one is lane]
        found.sort(key=lambda strip: -len(strip.told))
        rest = found[_MOST_STRIPS:]
        yield from ((lane, strip) for strip in found[:_MOST_STRIPS])
        if rest:
            told = tuple(one for strip in rest for one in strip.told)
            ticks = sorted({x for strip in rest for x in strip.ticks})
            ranges = sorted({reach for strip in rest for reach in strip.ranges})
            yield lane, Strip(f"{len(rest)} other series", told, tuple(ticks), tuple(ranges))
