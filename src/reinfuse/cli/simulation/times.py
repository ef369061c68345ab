"""At which times a simulation is looked at."""

from __future__ import annotations

import math

from reinfuse.cli.simulation.cells import number_in
from reinfuse.engine.language import Model

MOST_TIMES = 100_000
# How far a default grid goes after the start, by unit of time.
_REACH = {"d": 365.0, "wk": 52.0, "mo": 12.0, "a": 5.0, "h": 168.0, "min": 1440.0, "s": 3600.0}
_OTHER_REACH = 100.0
_FEWEST = 40  # times of a default grid; at most two and a half as many


def times_in(text: str, model: Model, problems: list[str]) -> tuple[float, ...]:
    """The times of a list such as `0,1,7:28:7` in order, each once."""
    found: set[float] = set()
    for part in text.split(","):
        try:
            numbers = [number_in(one) for one in part.split(":")]
            found.update(_spread_out(numbers))
        except ValueError as error:
            said = str(error) if "times" in str(error) else "it is not a number or from:to:step"
            problems.append(f"--times {part.strip()!r}: {said}")
    times = tuple(sorted(found))
    if times and times[0] < model.start:
        problems.append(f"--times: {times[0]:g} is before the start of the model, {model.start:g}")
    elif times and times[-1] <= model.start:
        problems.append(f"--times: no time is after the start of the model, {model.start:g}")
    return times


def usual_times(model: Model, until: float | None, problems: list[str]) -> tuple[float, ...]:
    """A grid of round times from the start to `until`, or as far as its unit suggests."""
    reach = _REACH.get(model.time_unit, _OTHER_REACH)
    last = max(model.start, 0.0) + reach if until is None else until
    if last <= model.start:
        problems.append(f"--until {last:g} is not after the start of the model, {model.start:g}")
        return ()
    step = _round_step((last - model.start) / _FEWEST)
    count = math.floor((last - model.start) / step + 1e-9)
    grid = [_plain(model.start + number * step) for number in range(count + 1)]
    return tuple(grid) if math.isclose(grid[-1], last) else (*grid, last)


def _spread_out(numbers: list[float]) -> list[float]:
    if len(numbers) == 1:
        return numbers
    first, last, step = numbers  # ValueError where these are not three
    if step <= 0 or last < first:
        raise ValueError("times go from the earlier to the later by a step above 0")
    count = math.floor((last - first) / step + 1e-9) + 1
    if count > MOST_TIMES:
        raise ValueError(f"more than {MOST_TIMES} times")
    return [_plain(first + number * step) for number in range(count)]


def _round_step(widest: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not wider."""
    power = 10.0 ** math.floor(math.log10(widest))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= widest * (1 + 1e-9))


def _plain(time: float) -> float:
    """A time without what adding of binary numbers leaves behind."""
    return float(f"{time:.12g}")
