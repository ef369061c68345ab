"""The pooled answer in sentences, and numbers as a reader knows them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reinfuse.cli.pool_comparing import CHANCE, Compared
from reinfuse.cli.pool_result import Result
from reinfuse.cli.pool_rows import MethodRow
from reinfuse.pooling.comparing_more import Settles
from reinfuse.pooling.effects.measure import TWO_ARMS

_SIGNS = 3  # significant digits of what is no rate


def answer_words(result: Result) -> str:
    """The leading answer in one sentence, with its intervals, or why there is none."""
    level = f"{100 * result.asked.level:g} %"
    head = f"{result.outcome}, {sized(result)}"
    given = [one for one in result.rows if one.estimate is not None]
    if not result.rows:
        return f"{head}: not pooled."
    lead = result.rows[0]
    if lead.estimate is None:
        other = f" {given[0].method} gives {estimate_words(result, given[0])}." if given else ""
        return f"{head}: not pooled by {lead.method}, because {lead.why}.{other}"
    kind = "" if result.rates else f"{result.of} "
    middle = number(result, lead.estimate)
    text = f"{head}: {kind}{middle} ({level} {span(result, lead.low, lead.high)})"
    if lead.predicted_low is not None:
        ends = span(result, lead.predicted_low, lead.predicted_high)
        text += f"; that of a new cohort {ends}"
    return f"{text}. By {lead.method}."


def sized(result: Result) -> str:
    """`3 cohorts, 31 of 51 patients`."""
    cohorts = f"{result.k} cohort{'' if result.k == 1 else 's'}"
    if result.pooling is None:
        arms = ("n", "n_control") if _two_arms(result) else ("n",)
        sizes = [getattr(one, arm) for one in result.chosen for arm in arms]
        if None in sizes:
            return cohorts
        return f"{cohorts}, {sum(sizes)} patients{' in both arms' if _two_arms(result) else ''}"
    kinds = {one.counted for one in result.chosen}
    unit = " and ".join(sorted(f"{one}s" for one in kinds))
    return f"{cohorts}, {sum(result.pooling.events)} of {sum(result.pooling.n)} {unit}"


def _two_arms(result: Result) -> bool:
    return result.effects is not None and result.effects.measure in TWO_ARMS


def number(result: Result, value: float | None) -> str:
    """A rate in percent, anything else with three digits; `-` where there is none."""
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if result.rates else _digits(value)


def span(result: Result, low: float | None, high: float | None) -> str:
    """Two limits, the unit once."""
    if low is None or high is None:
        return "-"
    if result.rates:
        return f"{100 * low:.1f} to {100 * high:.1f} %"
    return f"{_digits(low)} to {_digits(high)}"


def estimate_words(result: Result, row: MethodRow) -> str:
    """`61.3 % (32.4 to 84.1 %)`."""
    return f"{number(result, row.estimate)} ({span(result, row.low, row.high)})"


def compared_words(compared: Compared, level: float) -> Iterator[str]:
    """Where the arm or the course lies, each assumption with it."""
    if compared.course is not None:
        course = compared.course
        answer = {True: "yes", False: "no", None: "left open by the grades"}[course.answered]
        yield f"This course, after {course.infusion}: {course.outcome}, {answer}."
        yield from (f"  by {reason}" for reason in course.because)
        yield from (f"  as reported: {one}" for one in course.reported)
    if compared.why:
        yield f"Nothing is compared: {compared.why}."
    placed = compared.placed
    if placed is not None and compared.course is not None:
        chance = placed.expected if placed.events else 1 - placed.expected
        yield (
            "One patient of a new cohort would answer so with a probability of"
            f" {_chance(chance)}. One patient cannot contradict a rate."
        )
    elif placed is not None:
        yield (
            f"{placed.events} of {placed.n}: a new cohort of {placed.n} would show"
            f" {placed.expected:.1f} on average, {placed.likely.low:g} to {placed.likely.high:g}"
            f" ({100 * level:g} %); as many or fewer with a probability of"
            f" {_chance(placed.at_most)}, as many or more {_chance(placed.at_least)}."
        )
    if placed is not None:
        yield f"  assumed: {placed.assumption}"
    if compared.better is not None:
        one = compared.better
        more = f" by more than {100 * one.margin:g} points" if one.margin else ""
        yield (
            f"The arm's rate is {one.wanted} than the middle cohort's{more} with a probability of"
            f" {_chance(one.chance)}."
        )
        yield f"  assumed: {one.assumption}"
    yield from _settled(compared)
    if compared.prior:
        yield f"  under the prior {compared.prior}"


def _settled(compared: Compared) -> Iterator[str]:
    found = compared.settled
    if found is None:
        return
    if isinstance(found, Settles):
        power = found.power
        if found.more == 0:
            answer = "better" if power.better > power.not_better else "not better"
            yield f"It is settled without more patients: {answer}."
            return
        yield (
            f"{found.more} more patients settle it in {_chance(CHANCE)} of such arms:"
            f" {_chance(power.better)} better, {_chance(power.not_better)} not better."
        )
        yield f"  assumed: {power.assumption}"
    else:
        yield f"Not settled: {found.why}; {found.fix}."


def _digits(value: float) -> str:
    """Three digits with the zeros that were counted: `0.300`, `1.00`, `123`."""
    return f"{value:#.{_SIGNS}g}".removesuffix(".")


def _chance(share: float) -> str:
    """A probability that is never rounded to none or to certainty."""
    least = 0.001
    if share < least:
        return "below 0.1 %"
    return "above 99.9 %" if share > 1 - least else f"{100 * share:.1f} %"


def spread_words(result: Result) -> Iterator[str]:
    """How far cohorts lie apart, by maximum likelihood on the counts."""
    from reinfuse.pooling.rates_pooled import PooledRates

    found = None if result.pooling is None else result.pooling.likelihood
    if not isinstance(found, PooledRates):
        return
    low, high = math.sqrt(found.tau2_low), math.sqrt(found.tau2_high)
    upper = f"{high:.2f}" if math.isfinite(high) else "no limit"
    yield (
        f"Spread between cohorts, by maximum likelihood: tau {math.sqrt(found.tau2):.2f} log odds"
        f" ({100 * found.level:g} % {low:.2f} to {upper}), I2 {found.i2:.0f} %,"
        f" p of one rate for all {found.q_lrt_p:.2g}; {found.points} points."
    )
