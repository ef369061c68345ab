"""Where the events lie and how many there are: what HEADER, TEXT and the file itself say.

The place is said twice, in HEADER and by $BEGINDATA and $ENDDATA, and the number of events twice,
by $TOT and by the length of the place. Files disagree with themselves in every way. The place
that holds $TOT events exactly is taken; nothing is read beyond the end of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reinfuse.cytometry.fcs.header import HEADER_BYTES, Header, Span
from reinfuse.cytometry.fcs.opened import Opened
from reinfuse.cytometry.fcs.words import whole
from reinfuse.errors import Finding, Severity

# The largest number that HEADER has room for; some writers put it for a larger one.
HEADER_FULL = 99_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """From which byte of the data set how many events lie, and what did not agree."""

    begin: int
    events: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A place of DATA and who says so; `closed` where its end is said too."""

    who: str
    span: Span

    @property
    def closed(self) -> bool:
        """Whether the end is said."""
        return self.span.end >= self.span.begin


def place_events(
    header: Header, keywords: Mapping[str, str], event_bytes: int, opened: Opened
) -> Placed:
    """Where the events are; ReinfuseError where the file ends before they do or nobody says."""
    said = _places(header, keywords)
    total = whole(keywords.get("$TOT", ""))
    if not said:
        if total == 0:
            return Placed(begin=HEADER_BYTES, events=0)
        raise opened.refuse("neither HEADER nor $BEGINDATA says where the events (DATA) are")
    if not total:
        return _count(said, event_bytes, opened, told_none=total == 0)
    needed = total * event_bytes
    there = [one for one in said if one.span.begin + needed <= opened.room]
    for misses in (_misses_by_none, _misses_by_one, _is_open):
        fitting = [one for one in there if misses(one, needed)]
        if fitting:
            chosen = fitting[0]
            findings = (*_off_by_one(chosen, needed, opened), *_disagreement(said, chosen, opened))
            return Placed(begin=chosen.span.begin, events=total, findings=findings)
    return _settle(said[0], total, event_bytes, opened)


def _places(header: Header, keywords: Mapping[str, str]) -> list[Said]:
    """Who says where DATA is, the more trusted first: FCS 2.0 knows the HEADER alone."""
    begin, end = (whole(keywords.get(name, "")) or 0 for name in ("$BEGINDATA", "$ENDDATA"))
    ends = header.data.end if header.data.end < HEADER_FULL else 0
    places = [
        Said(who="TEXT", span=Span(begin=begin, end=end)),
        Said(who="HEADER", span=Span(begin=header.data.begin, end=ends)),
    ]
    if header.version == "2.0":
        places.reverse()
    return [one for one in places if one.span.begin >= HEADER_BYTES]


def _misses_by_none(one: Said, needed: int) -> bool:
    return one.closed and one.span.length == needed


def _misses_by_one(one: Said, needed: int) -> bool:
    return one.closed and abs(one.span.length - needed) == 1


def _is_open(one: Said, needed: int) -> bool:
    return not one.closed and needed > 0


def _off_by_one(chosen: Said, needed: int, opened: Opened) -> tuple[Finding, ...]:
    if not _misses_by_one(chosen, needed):
        return ()
    return (
        opened.tell(
            Severity.NOTE,
            "fcs-end-off-by-one",
            f"{chosen.who} places the end of the events one byte off; $TOT was believed",
        ),
    )


def _disagreement(said: Sequence[Said], chosen: Said, opened: Opened) -> tuple[Finding, ...]:
    others = [one for one in said if one.closed and one.span != chosen.span]
    if not others:
        return ()
    taken, other = chosen.span, others[0].span
    return (
        opened.tell(
            Severity.CONTRADICTION,
            "fcs-places-disagree",
            f"{chosen.who} places the events at bytes {taken.begin} to {taken.end}, "
            f"{others[0].who} at {other.begin} to {other.end}; {chosen.who} was taken, which "
            "has room for $TOT events",
        ),
    )


def _count(said: Sequence[Said], event_bytes: int, opened: Opened, *, told_none: bool) -> Placed:
    """As many events as the place holds, where $TOT does not say how many there are."""
    closed = [one for one in said if one.closed and one.span.end < opened.room + 1]
    whole_ones = [one for one in closed if one.span.length % event_bytes in (0, 1)]
    if not whole_ones:
        if told_none and not closed:
            return Placed(begin=said[0].span.begin, events=0)
        raise opened.refuse("$TOT does not say how many events there are, and DATA no whole number")
    chosen = whole_ones[0]
    events = min(chosen.span.length, opened.room - chosen.span.begin) // event_bytes
    if told_none and not events:
        return Placed(begin=chosen.span.begin, events=0)
    told = opened.tell(
        Severity.CONTRADICTION if told_none else Severity.GAP,
        "fcs-number-of-events-not-said",
        f"$TOT does not say how many events there are; {chosen.who} has room for {events}",
    )
    return Placed(begin=chosen.span.begin, events=events, findings=(told,))


def _settle(said: Said, total: int, event_bytes: int, opened: Opened) -> Placed:
    """The lower of $TOT and what the place holds, where both lie within the file."""
    begin = said.span.begin
    there = min(opened.room - begin, said.span.length if said.closed else total * event_bytes)
    holds, rest = divmod(max(there, 0), event_bytes)
    cut_short = said.closed and said.span.end >= opened.room + 1
    if not said.closed or cut_short or holds == 0 or (holds < total and rest > 1):
        raise opened.refuse(
            f"the file is cut short: $TOT says {total} events of {event_bytes} bytes from byte "
            f"{begin} on, and the data set has {opened.room} bytes",
            fix="copy the file again from the cytometer; compare its size there",
        )
    events = min(total, holds)
    told = opened.tell(
        Severity.CONTRADICTION,
        "fcs-number-of-events-disagrees",
        f"$TOT says {total} events, and {said.who} has room for {holds}; {events} were read",
        fix="compare the number of events with what the cytometer reports",
    )
    return Placed(begin=begin, events=events, findings=(told,))
