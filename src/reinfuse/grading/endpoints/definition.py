"""What defines an endpoint: its start, its events, what competes, what ends the watch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from reinfuse.grading.endpoints.happening import Happening, What
from reinfuse.grading.grade import Reason
from reinfuse.source import Source
from reinfuse.timeline import DayRange


class Start(StrEnum):
    """From where an endpoint counts its days."""

    DAY_0 = "the infusion or transplant"
    TRANSPLANT = "the transplant"
    REMISSION = "the first complete remission after the infusion or transplant"


class Status(StrEnum):
    """How the watch ended."""

    EVENT = "event"
    COMPETING = "competing"
    CENSORED = "censored"
    NOT_EVALUABLE = "not evaluable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Something that counts: all of its kind, those `only` of some detail, or all `save` some."""

    what: What
    only: frozenset[str] = frozenset()
    save: frozenset[str] = frozenset()

    def holds(self, happening: Happening) -> bool | None:
        """Whether something counts; None where its detail was not recorded or it is not sure."""
        if happening.what is not self.what:
            return False
        if not self.only and not self.save:
            return True if happening.sure else None
        if happening.detail is None:
            return None
        met = happening.detail in self.only if self.only else happening.detail not in self.save
        return (True if happening.sure else None) if met else False

    def __str__(self) -> str:
        """The line as a reader sees it: `death (leukemia)`."""
        if self.only:
            return f"{self.what} ({' or '.join(sorted(self.only))})"
        return f"{self.what} (not {' or '.join(sorted(self.save))})" if self.save else self.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """By when a remission must have been reached, and the day of the event if it was not."""

    day: int
    event_day: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One endpoint as it was published, named with its version.

    Without event, competing event or reason to end the watch, the patient is censored on the
    last day on which any of `watched` was looked for; None means the last day seen alive. What is
    in `asks` must have been looked for at least once, or its absence says nothing.
    """

    name: str
    title: str
    start: Start
    events: tuple[Counts, ...]
    competing: tuple[Counts, ...] = ()
    ends: tuple[Counts, ...] = ()
    watched: tuple[What, ...] | None = None
    asks: tuple[What, ...] = ()
    landmark: Landmark | None = None
    source: Source
    notes: tuple[str, ...] = ()

    def outcomes(self, happening: Happening) -> frozenset[Status | None]:
        """What something can be to this endpoint: None where it can be nothing to it."""
        roles = (
            (Status.EVENT, self.events),
            (Status.COMPETING, self.competing),
            (Status.CENSORED, self.ends),
        )
        open_roles: list[Status] = []
        for status, lines in roles:
            truths = [line.holds(happening) for line in lines]
            if True in truths:
                return frozenset({status, *open_roles})
            if None in truths:
                open_roles.append(status)
        # A death of unknown cause is one of two things, both named; an unknown grade may be none.
        divided = happening.sure and len(open_roles) > 1
        return frozenset(open_roles) if divided else frozenset({None, *open_roles})

    def with_landmark(self, day: int) -> Definition:
        """The same with another day by which a remission must have been reached."""
        landmark = Landmark(day=day, event_day=self.landmark.event_day if self.landmark else 1)
        return replace(self, name=f"{self.name} (day {day})", landmark=landmark)

    def from_day_0(self) -> Definition:
        """The same counted from the infusion or transplant, for who is in remission on that day."""
        return replace(self, name=f"{self.name} (from day 0)", start=Start.DAY_0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointTime:
    """How long one patient was watched for an endpoint, and how that ended.

    `days` runs from `start`, an entry or mark, to the event or the end of the watch; it stays an
    interval where a date is known only as one. `cause` is what ended it. `missing` says what
    would settle the status or narrow the days; with a status that is not evaluable `days` is how
    long the watch can have been, None where nothing bounds it.
    """

    definition: Definition
    subject: str
    start: str
    days: DayRange | None
    status: Status
    cause: str = ""
    because: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def as_published(self) -> float | None:
        """The day itself where it is known; None for an interval: no definition chooses in it."""
        if self.days is None or not self.days.exact or self.status is Status.NOT_EVALUABLE:
            return None
        return self.days.low

    def shown(self) -> str:
        """The result on one line: `event (relapse), day 57`."""
        cause = f" ({self.cause})" if self.cause else ""
        return f"{self.status}{cause}, {self.days or 'day not known'}"
