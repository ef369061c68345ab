"""An arm, or one course, set against the cohorts that were pooled."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.cli.loading import load
from reinfuse.cli.pool_asked import Asked
from reinfuse.cli.pool_course import CourseAnswer, answer_of
from reinfuse.pooling.bayes import RatePosterior
from reinfuse.pooling.comparing import (
    Better,
    PlacedCounts,
    Wanted,
    chance_better,
    place_answer,
    place_counts,
)
from reinfuse.pooling.comparing_more import NotSettled, Question, Settles, patients_to_settle

#: How often the further patients are to settle the question. Ours, and the usual power.
CHANCE = 0.8
FIRST_OF_INFUSIONS = ("first", "second")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was set against a new cohort's rate under the leading prior; None: not asked or open.

    `why` says what stands in place of `placed`.
    """

    prior: str
    course: CourseAnswer | None = None
    file: str | None = None
    placed: PlacedCounts | None = None
    better: Better | None = None
    settled: Settles | NotSettled | None = None
    why: str = ""


def compare(asked: Asked, outcome: str, posterior: RatePosterior | None) -> Compared | None:
    """The comparison that was asked for; None if none was."""
    if asked.arm is None and asked.course is None:
        return None
    course, file = None, None
    if asked.course is not None:
        loaded = load(asked.course)
        after = asked.narrowed.get("infusion", ())
        named = after[0] if len(after) == 1 and after[0] in FIRST_OF_INFUSIONS else None
        course, file = answer_of(loaded, outcome, named), loaded.file
    if posterior is None:
        why = "one cohort says nothing of how the next would fare: nothing can be set against it"
        return Compared(prior="", course=course, file=file, why=why)
    prior = str(posterior.prior)
    if course is not None:
        return _course(course, file, posterior, prior, asked.level)
    return _arm(asked, posterior, prior)


def _course(
    course: CourseAnswer, file: str | None, posterior: RatePosterior, prior: str, level: float
) -> Compared:
    if course.answered is None:
        why = "the grades of the course leave the answer open"
        return Compared(prior=prior, course=course, file=file, why=why)
    placed = place_answer(course.answered, posterior, level=level)
    return Compared(prior=prior, course=course, file=file, placed=placed)


def _arm(asked: Asked, posterior: RatePosterior, prior: str) -> Compared:
    assert asked.arm is not None
    events, n = asked.arm
    placed = place_counts(events, n, posterior, level=asked.level) if n else None
    if asked.wanted is None:
        return Compared(prior=prior, placed=placed)
    wanted = Wanted(asked.wanted)
    better = None
    if n:
        better = chance_better(events, n, posterior, margin=asked.margin, wanted=wanted)
    settled = None
    if asked.settle is not None:
        question = Question(
            events=events, n=n, margin=asked.margin, bound=asked.settle, wanted=wanted
        )
        settled = patients_to_settle(question, posterior, chance=CHANCE)
    return Compared(prior=prior, placed=placed, better=better, settled=settled)
