"""Immune effector cell-associated neurotoxicity by the ASTCT consensus of 2019, as an interval."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reinfuse.grading.crs_signs import Bounds, numbers_on
from reinfuse.grading.fate import fate_of
from reinfuse.grading.grade import Criterion, DayGrade, Grade, Reason, peak_of, trust_of
from reinfuse.grading.reported import reported_for
from reinfuse.grading.series import episodes
from reinfuse.grading.window import (
    Held,
    age_years,
    is_present,
    last_day,
    least_peak,
    measured,
    number,
    pinned,
    signs_of,
    unplaced,
)
from reinfuse.record import Course, Infusion, Sign, Topic
from reinfuse.source import Source, Standing

ASTCT_ICANS_2019 = Criterion(
    name="ASTCT-ICANS-2019",
    title="Neurotoxicity (ICANS), ASTCT 2019",
    levels=(0, 1, 2, 3, 4, 5),
    source=Source(
        cite="Lee 2019",
        doi="10.1016/j.bbmt.2018.12.758",
        place="Tables 4 to 7, as adapted in PMC8403007",
        standing=Standing.SECONDARY,
    ),
)
WATCHED_DAYS = 14
CHILD_YEARS = 12
CAPD_HIGH, CAPD_HIGH_GRADE, SLEEPY_GRADE, WORST = 9, 3, 2, 4
AWAKE = "reduced consciousness"
CAUSE = re.compile(r"\bICANS\b|neurotoxicity", re.IGNORECASE)
# The lowest ICE score that each grade of an awake patient reaches down to.
ICE_FLOOR = ((10, 0), (7, 1), (3, 2), (0, 3))
# Each sign with the grade that it sets when it is there.
SIGN_GRADE = {
    "wakes to voice": 2,
    "wakes to touch": 3,
    "seizure": 3,
    "focal cerebral oedema": 3,
    "unarousable": 4,
    "prolonged seizure": 4,
    "deep focal weakness": 4,
    "raised intracranial pressure": 4,
    "diffuse cerebral oedema": 4,
}


def grade_icans(course: Course, infusion: Infusion) -> Grade:
    """Grade ICANS after one infusion: the worst of ICE or CAPD and the neurological signs.

    From 12 years on by ICE, below by CAPD, where 9 and more is grade 3, and 1 to 8 grade 1 or 2
    by wakefulness; that a CAPD of 0 in an awake child is grade 0 is our reading. A day without
    an assessment could be anything.

    Source: ASTCT consensus 2019, doi:10.1016/j.bbmt.2018.12.758, Tables 4 to 7.
    """
    until = int(min(WATCHED_DAYS, last_day(course, infusion)))
    age = age_years(course, infusion)
    signs = IcansSigns(
        ice=measured(course, infusion, "ICE score", until),
        capd=measured(course, infusion, "CAPD score", until),
        signs=signs_of(course, infusion, (*SIGN_GRADE, AWAKE), until),
        may_be_child=age is None or age[0] < CHILD_YEARS,
        may_be_older=age is None or age[1] >= CHILD_YEARS,
    )
    series = tuple(_day_grade(signs, day) for day in range(until + 1))
    present = [item for item in signs.signs if is_present(item)]
    loose = unplaced([*present, *signs.ice, *signs.capd], until)
    low = max(peak_of(series), *(_least(signs, item, until) for item in loose), 0)
    high = max(low, *(int(day.high) for day in series))
    fate = fate_of(course, infusion, CAUSE, until)
    low, high = fate.bounds(low, high)
    known = bool(signs.ice or signs.capd or signs.signs or fate.certain)
    reported, by = reported_for(course, Topic.ICANS, infusion.id)
    missing: tuple[str, ...] = ()
    if low != high and not fate.certain:
        days = [day.day for day in series if int(day.high) > low]
        score = "ICE score" if not signs.may_be_child else "CAPD score"
        score = "ICE or CAPD score" if signs.may_be_child and signs.may_be_older else score
        missing = (f"{score} and consciousness on {_listed(days)}",) if days else ()
    return Grade(
        criterion=ASTCT_ICANS_2019,
        topic="ICANS",
        subject=infusion.id,
        when=f"{infusion.id} day 0 to {until}",
        low=low,
        high=high,
        trust=trust_of(known, low == high),
        reported=reported,
        reported_by=by,
        because=(*_reasons(signs), *fate.reasons()),
        missing=missing,
        series=series if known else (),
        episodes=episodes(ASTCT_ICANS_2019, series),
    )


@dataclass(frozen=True, slots=True)
class IcansSigns:
    """Everything recorded after one infusion that ICANS grading looks at."""

    ice: list[Held]
    capd: list[Held]
    signs: list[Held]
    may_be_child: bool
    may_be_older: bool

    def supposing(self, item: Held, day: int) -> IcansSigns:
        """The same with one of them supposed to have been on a certain day."""

        def placed(items: list[Held]) -> list[Held]:
            return [pinned(one, day) if one is item else one for one in items]

        parts = placed(self.ice), placed(self.capd), placed(self.signs)
        return IcansSigns(*parts, self.may_be_child, self.may_be_older)


def _least(signs: IcansSigns, item: Held, until: int) -> int:
    """The lowest peak over the days on which the sign can have been."""

    def peak_if(day: int) -> int:
        supposed = signs.supposing(item, day)
        return peak_of(tuple(_day_grade(supposed, one) for one in range(until + 1)))

    return least_peak(item, peak_if)


def ice_grade(score: float) -> int:
    """The grade that an ICE score of an awake patient sets: 10, 7-9, 3-6, 0-2 make 0, 1, 2, 3."""
    return next((grade for floor, grade in ICE_FLOOR if score >= floor), 3)


def _day_grade(signs: IcansSigns, day: int) -> DayGrade:
    surely = _sign_grade(item for item in signs.signs if item.surely_on(day))
    possibly = _sign_grade(item for item in signs.signs if item.possibly_on(day))
    score = _score_grade(signs, day)
    low = max(surely, score.low)
    return DayGrade(day=day, low=low, high=max(low, possibly, score.high))


def _sign_grade(items: Iterable[Held]) -> int:
    present = [item.entry for item in items if is_present(item)]
    grades = (SIGN_GRADE.get(entry.what.casefold(), 1) for entry in present
              if isinstance(entry, Sign))  # fmt: skip
    return max(grades, default=0)


def _score_grade(signs: IcansSigns, day: int) -> Bounds:
    """What ICE or CAPD allow; without either, anything."""
    ice = numbers_on(signs.ice, "{score}", day)
    if ice and signs.may_be_older:
        # ICE can be done only by an arousable patient, so the score bounds consciousness too.
        grade = max(ice_grade(value) for value in ice)
        return Bounds(grade, grade if min(ice) > 0 else WORST)
    capd = numbers_on(signs.capd, "{score}", day)
    if capd and signs.may_be_child:
        if max(capd) >= CAPD_HIGH:
            return Bounds(CAPD_HIGH_GRADE, CAPD_HIGH_GRADE)
        least = 1 if max(capd) > 0 else 0
        return Bounds(least, least if _awake_on(signs, day) else SLEEPY_GRADE)
    return Bounds(0, WORST)


def _awake_on(signs: IcansSigns, day: int) -> bool:
    return any(
        item.surely_on(day)
        and not is_present(item)
        and isinstance(item.entry, Sign)
        and item.entry.what.casefold() == AWAKE
        for item in signs.signs
    )


def _reasons(signs: IcansSigns) -> list[Reason]:
    found = []
    for name, items, extreme in (("ICE score", signs.ice, min), ("CAPD score", signs.capd, max)):
        values = [(value, item) for item in items if (value := number(item, "{score}")) is not None]
        if values:
            value, item = extreme(values, key=lambda pair: pair[0])
            side = "lowest" if extreme is min else "highest"
            times = "once," if len(values) == 1 else f"{len(values)} times, {side}"
            text = f"{name} recorded {times} {value:g}"
            found.append(Reason(text=text, entries=(item.entry.id,)))
    found += [
        Reason(text=f"{getattr(item.entry, 'what', '')} recorded", entries=(item.entry.id,))
        for item in signs.signs
        if is_present(item)
    ]
    return found


def _listed(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "day " + ", ".join(
        f"{run[0]} to {run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs
    )
