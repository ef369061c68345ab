"""Descriptors of one profile by plain loops: slow, and written without a look at the arrays.

A sample is (time, kind, level); kind is "value", "below" or "above", the level of "below" may be
None. Answers are numbers, or None where there is no value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from reinfuse.kinetics.descriptors import AreaMethod, Given, Rules

Sample = tuple[float, str, float | None]


@dataclass
class Point:
    time: float
    level: float
    measured: bool


@dataclass
class Line:
    slope: float
    r2: float
    adjusted: float | None
    first: float
    last: float
    points: int
    height: float  # of the logarithm at time 0

    @property
    def half_life(self) -> float:
        return math.log(2) / abs(self.slope)

    @property
    def span(self) -> float:
        return (self.last - self.first) / self.half_life


def plain(samples: list[Sample], rules: Rules, next_infusion: float = math.inf) -> dict:
    """Every default descriptor that has a value, by name, and a few more."""
    used = [one for one in samples if one[0] >= 0]
    found: dict[str, float | None] = {}
    _persistence(found, used)
    if not any(kind == "value" for _, kind, _ in used):
        return found
    points = _points(used, rules)
    _terminal(found, points, used, rules)
    if any(kind == "above" for _, kind, _ in used):
        return found
    measured = [point for point in points if point.measured]
    peak = next(point for point in measured if point.time == _peak_time(points))
    found["cmax"], found["tmax"] = peak.level, peak.time
    _phases(found, points, peak)
    before = [point for point in measured if point.time < peak.time]
    if before:
        low = min(point.level for point in before)
        found["fold_expansion"] = peak.level / low
        found["fold_from"] = next(point.time for point in before if point.level == low)
    if len(used) > 1:
        _areas(found, points, rules, next_infusion, max(time for time, _, _ in used))
    return found


def _terminal(
    found: dict[str, float | None], points: list[Point], used: list[Sample], rules: Rules
) -> None:
    tops = [time for time, kind, _ in used if kind == "above"]
    after = max(tops) if tops else _peak_time(points)
    late = [point for point in points if point.measured and point.time > after]
    windows = [late[start:] for start in range(len(late) - 2)]
    line = _best([line for one in windows if (line := _line(one)) and line.slope < 0])
    if line is None or line.span < rules.terminal.least_span - 1e-9:
        return
    _window(found, "terminal", line)
    found["half_life"], found["lambda_z"] = line.half_life, -line.slope
    found["clast_pred"] = math.exp(line.height + line.slope * late[-1].time)


def _points(used: list[Sample], rules: Rules) -> list[Point]:
    positive = [place for place, one in enumerate(used) if one[1] != "below"]
    points = []
    for place, (time, kind, level) in enumerate(used):
        if kind != "below":
            points.append(Point(time, level or 0.0, kind == "value"))
            continue
        given = rules.blq.middle
        if place < positive[0]:
            given = rules.blq.first
        elif place > positive[-1]:
            given = rules.blq.last
        if given is Given.DROP:
            continue
        shares = {Given.ZERO: 0.0, Given.HALF: 0.5, Given.LIMIT: 1.0}
        points.append(Point(time, shares[given] * (level or 0.0), measured=False))
    if points[0].time > 0:
        points.insert(0, Point(0.0, 0.0, measured=False))
    return points


def _line(points: list[Point]) -> Line | None:
    n = len(points)
    x, y = [point.time for point in points], [math.log(point.level) for point in points]
    mean_x, mean_y = sum(x) / n, sum(y) / n
    spread_x = sum((one - mean_x) ** 2 for one in x)
    spread_y = sum((one - mean_y) ** 2 for one in y)
    shared = sum((one - mean_x) * (two - mean_y) for one, two in zip(x, y, strict=True))
    if spread_y == 0:
        return None
    r2 = shared**2 / (spread_x * spread_y)
    adjusted = 1 - (1 - r2) * (n - 1) / (n - 2) if n > 2 else None
    slope = shared / spread_x
    return Line(slope, r2, adjusted, min(x), max(x), n, mean_y - slope * mean_x)


def _best(lines: list[Line]) -> Line | None:
    scored = [line for line in lines if line.adjusted is not None]
    if not scored:
        return lines[0] if lines else None
    best = max(line.adjusted for line in scored)
    return max((line for line in scored if line.adjusted > best - 1e-4), key=lambda one: one.points)


def _window(found: dict[str, float | None], phase: str, line: Line | None) -> None:
    if line is None:
        return
    found[f"{phase}_from"], found[f"{phase}_to"] = line.first, line.last
    found[f"{phase}_points"], found[f"{phase}_span"] = line.points, line.span
    found[f"{phase}_r2"], found[f"{phase}_adjusted_r2"] = line.r2, line.adjusted


def _phases(found: dict[str, float | None], points: list[Point], peak: Point) -> None:
    at = points.index(peak)
    fall = [peak]
    for point in points[at + 1 :]:
        if not point.measured or point.level >= fall[-1].level:
            break
        fall.append(point)
    lines = [_line(fall[:stop]) for stop in range(3, len(fall) + 1)]
    best = _best([line for line in lines if line and line.slope < 0])
    _window(found, "contraction", best)
    found["contraction_half_life"] = best.half_life if best else None
    rise = [peak]
    for point in reversed(points[:at]):
        if not point.measured or point.level >= rise[-1].level:
            break
        rise.append(point)
    lines = [_line(rise[:stop]) for stop in range(2, len(rise) + 1)]
    best = _best([line for line in lines if line and line.slope > 0])
    _window(found, "rise", best)
    found["doubling_time"] = best.half_life if best else None


def _bent(one: Point, two: Point, peak: float, method: AreaMethod) -> bool:
    if one.level <= 0 or two.level <= 0 or abs(math.log(one.level / two.level)) <= 1e-5:
        return False
    if method is AreaMethod.LINEAR:
        return False
    if method is AreaMethod.LINEAR_UP_LOG_DOWN:
        return one.level > two.level
    return one.time >= peak


def _between(one: Point, two: Point, time: float, bent: bool) -> float:
    share = (time - one.time) / (two.time - one.time)
    if bent:
        return one.level * (two.level / one.level) ** share
    return one.level + share * (two.level - one.level)


def _part(one: Point, two: Point, bent: bool) -> tuple[float, float]:
    width = two.time - one.time
    first, second = one.time * one.level, two.time * two.level
    if bent:
        rate = math.log(one.level / two.level) / width
        drop = one.level - two.level
        return drop / rate, (first - second) / rate + drop / rate**2
    return width * (one.level + two.level) / 2, width * (first + second) / 2


def _area(points: list[Point], method: AreaMethod, low: float, high: float) -> float:
    peak = _peak_time(points)
    total = 0.0
    for one, two in pairwise(points):
        start, stop = max(one.time, low), min(two.time, high)
        if stop <= start:
            continue
        bent = _bent(one, two, peak, method)
        ends = [Point(time, _between(one, two, time, bent), True) for time in (start, stop)]
        total += _part(*ends, bent=_bent(*ends, -1.0, method) if bent else False)[0]
    return total


def _peak_time(points: list[Point]) -> float:
    measured = [point for point in points if point.measured]
    highest = max(point.level for point in measured)
    return next(point.time for point in measured if point.level == highest)


def _areas(
    found: dict[str, float | None],
    points: list[Point],
    rules: Rules,
    next_infusion: float,
    until: float,
) -> None:
    method, rate = rules.method, found.get("lambda_z")
    last = [point for point in points if point.measured][-1]
    found["auc_last"] = _area(points, method, 0.0, last.time)
    following = [point.time for point in points if point.time > last.time]
    found["auc_all"] = _area(points, method, 0.0, min(following, default=last.time))
    peak = _peak_time(points)
    found["aumc_last"] = sum(
        _part(one, two, _bent(one, two, peak, method))[1]
        for one, two in pairwise(points)
        if two.time <= last.time
    )
    if rate is not None and next_infusion == math.inf:
        found["auc_inf"] = found["auc_last"] + last.level / rate
        found["auc_extrapolated"] = 100 * last.level / rate / found["auc_inf"]
    for high in (28.0, 90.0):
        if until <= rules.late_day or next_infusion < high:
            continue
        seen, end = _area(points, method, 0.0, high), points[-1]
        if end.time >= high or end.level == 0:
            found[f"auc_0_{high:g}"] = seen
        elif rate is not None:
            start, stop = end.time - last.time, high - last.time
            extra = last.level / rate * (math.exp(-rate * start) - math.exp(-rate * stop))
            if extra / (seen + extra) <= rules.most_extrapolated / 100:
                found[f"auc_0_{high:g}"] = seen + extra


def _persistence(found: dict[str, float | None], used: list[Sample]) -> None:
    positive = [place for place, one in enumerate(used) if one[1] != "below"]
    if not positive:
        return
    found["tlast"] = used[positive[-1]][0]
    if used[positive[-1]][1] == "value":
        # Where the last sample with cells is above the upper limit, its level is not known.
        found["clast"] = used[positive[-1]][2]
    rest = used[positive[-1] + 1 :]
    if len(rest) >= 2:
        found["lost_after"], found["lost_by"] = used[positive[-1]][0], rest[0][0]
    told = [one for one in used if one[2] is not None]
    days = []
    for place in range(1, len(told)):
        time, kind, level = told[place]
        earlier = [one[2] for one in told[:place] if one[1] != "below" and one[0] >= 5]
        before = told[place - 1][2]
        if kind != "below" and earlier and max(earlier) > before and level >= 10 * before:
            days.append(time)
    found["re_expansions"] = len(days)
    if days:
        found["re_expansion_day"] = days[0]


def time_above(samples: list[Sample], rules: Rules, threshold: float) -> float:
    """How long at or above a threshold, by halving steps: no formula for the crossing."""
    points = _points([one for one in samples if one[0] >= 0], rules)
    peak, total = _peak_time(points), 0.0
    for one, two in pairwise(points):
        bent = _bent(one, two, peak, rules.method)
        over = [one.level >= threshold, two.level >= threshold]
        if all(over):
            total += two.time - one.time
        elif any(over):
            low, high = one.time, two.time
            for _ in range(200):
                middle = (low + high) / 2
                if (_between(one, two, middle, bent) >= threshold) == over[0]:
                    low = middle
                else:
                    high = middle
            total += low - one.time if over[0] else two.time - high
    return total
