"""Which counts can hide behind printed whole-number percentages.

A report that says "22 % of CLL, 19 % of NHL and 21 % of ALL, 44 patients in all" has said more
than it printed: only a few sets of group sizes and counts round to those numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reinfuse.errors import ReinfuseError

WHOLE = 100  # percent

#: A list longer than this answers nothing; known group sizes shorten it.
MOST_SPLITS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`events` among `n` members of the group called `label`."""

    label: str
    events: int
    n: int


Split = tuple[Group, ...]


def counts_for(percent: int, n_max: int) -> tuple[tuple[int, int], ...]:
    """Every (events, n) with 1 <= n <= `n_max` that may be printed as `percent`, by rising n.

    Rounding is to the nearest whole number; an exact half may have gone either way, since some
    round it up and some to the even number. Cutting off is not rounding: 10/15 is 67, never 66.
    """
    _check_percent(percent)
    return tuple(pair for n in range(1, n_max + 1) for pair in _counts_of(percent, n))


def split_total(
    total: int, percents: Mapping[str, int], *, sizes: Mapping[str, int] | None = None
) -> tuple[Split, ...]:
    """Every way to share `total` among the labels so that all printed percentages come out.

    Each group has at least one member; `sizes` fixes the groups whose size is known. Groups come
    in the order of `percents`, splits by rising group sizes. No split at all means that total,
    percentages and sizes cannot all be as printed. Rounding is as in `counts_for`.
    """
    known = dict(sizes or {})
    for label, percent in percents.items():
        _check_percent(percent, label)
    unknown = sorted(set(known) - set(percents))
    if unknown:
        raise ReinfuseError(
            f"a size is given for {', '.join(unknown)}, without a percentage",
            fix="use the same labels for sizes and percentages",
        )
    choices = [_choices(label, percents[label], total, known) for label in percents]
    found: list[Split] = []
    for split in _fill(total, choices):
        if len(found) == MOST_SPLITS:
            raise ReinfuseError(
                f"more than {MOST_SPLITS:,} splits of {total} fit the percentages",
                fix="give the sizes of the groups that are known",
            )
        found.append(split)
    return tuple(found)


def _choices(label: str, percent: int, total: int, known: Mapping[str, int]) -> tuple[Group, ...]:
    sizes = (known[label],) if label in known else range(1, total + 1)
    return tuple(
        Group(label=label, events=events, n=n)
        for size in sizes
        for events, n in _counts_of(percent, size)
    )


def _fill(left: int, choices: list[tuple[Group, ...]]) -> Iterator[Split]:
    """Each choice of one group per label whose sizes add up to `left`."""
    if not choices:
        if left == 0:
            yield ()
        return
    first, *others = choices
    if not others:
        yield from ((group,) for group in first if group.n == left)
        return
    for group in first:
        if group.n + len(others) <= left:
            yield from ((group, *rest) for rest in _fill(left - group.n, others))


def _counts_of(percent: int, n: int) -> Iterator[tuple[int, int]]:
    """The events of n that round to `percent`: whole-number arithmetic, so halves stay exact."""
    if n < 1:
        return
    lowest = max(0, -((n - 2 * percent * n) // 200))  # ceiling of (percent - 1/2) n / 100
    highest = min(n, (2 * percent * n + n) // 200)
    yield from ((events, n) for events in range(lowest, highest + 1))


def _check_percent(percent: int, label: str = "") -> None:
    if not 0 <= percent <= WHOLE:
        raise ReinfuseError(
            f"{percent} % is not a share of a whole", where=label, fix="give 0 to 100"
        )
