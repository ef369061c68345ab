"""Sums over the lesions of each scan, what they leave out, and how they differ between scans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reinfuse.imaging.following import State
from reinfuse.imaging.measured.results import Look, Results
from reinfuse.imaging.measures import Measured, NoTotals, Totals, total

MAY_NOT_BE_NEW = "petct-may-not-be-new"  # an earlier scan is as hot in the place of this lesion
WHOLE = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanTotals:
    """The sums of one scan, over all lesions that are drawn there.

    `below` are lesions that were put to a threshold there and lie below it, which adds nothing to
    a sum. `not_in` are those that the sum misses, each with the reason: what is left in the place
    of a lesion has no border and no volume, so that the sum is then the least that there is.
    """

    scan: str
    day: int
    unit: str
    sums: Totals | NoTotals
    below: tuple[str, ...]
    not_in: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of the sums from scan `since` to `scan`; a share of nothing is None."""

    scan: str
    since: str
    volume_ml: float
    volume_percent: float | None
    tlg_ml: float
    tlg_percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoChange:
    """Two scans whose sums cannot be set against each other, and why."""

    scan: str
    since: str
    why: str


def totals_of(results: Results) -> tuple[ScanTotals, ...]:
    """The sums of every scan in order of time."""
    return tuple(_of_scan(results, scan.name, scan.suv.unit) for scan in results.scans)


def changes_of(totals: Sequence[ScanTotals]) -> tuple[Change | NoChange, ...]:
    """Every scan after the first against the first one, and against the one before it.

    Sums that miss a lesion, or whose borders were drawn by other methods, are not compared.
    """
    found: list[Change | NoChange] = []
    for at in range(1, len(totals)):
        for since in dict.fromkeys((0, at - 1)):
            found.append(_between(totals[since], totals[at]))
    return tuple(found)


def undrawn(results: Results, scan: str) -> Iterator[tuple[str, str]]:
    """The lesions that may be there and have no border in a scan, by name, with why."""
    for lesion in results.lesions:
        look = next((one for one in lesion.looks if one.scan == scan), None)
        if look is None:
            yield lesion.wanted.name, "not looked at"
        elif look.measured is None and _is_open(look, lesion.looks):
            yield lesion.wanted.name, look.words


def spilled_into(results: Results, scan: str) -> Iterator[str]:
    """The lesions in whose place of a scan the highest uptake may be a neighbour's."""
    for lesion in results.lesions:
        for look in lesion.looks:
            left = look.left if look.scan == scan and look.state != State.EARLIER else None
            if left is not None and left.may_be_neighbours:
                yield lesion.wanted.name


def _of_scan(results: Results, scan: str, unit: str) -> ScanTotals:
    drawn, below = list[Measured](), list[str]()
    for lesion in results.lesions:
        for look in lesion.looks:
            if look.scan == scan and look.measured is not None:
                drawn.append(look.measured)
            elif look.scan == scan and _is_below(look):
                below.append(lesion.wanted.name)
    missing = tuple(undrawn(results, scan))
    return ScanTotals(
        scan=scan,
        day=results.days[scan],
        unit=unit,
        sums=_sums(results, drawn, missing),
        below=tuple(below),
        not_in=tuple(f"{name}: {why}" for name, why in missing),
    )


def _sums(
    results: Results, drawn: Sequence[Measured], missing: Sequence[tuple[str, str]]
) -> Totals | NoTotals:
    if not results.lesions:
        return NoTotals(reason="no lesion was asked for")
    if not drawn and missing:
        names = ", ".join(name for name, _ in missing)
        return NoTotals(reason=f"no lesion is drawn; without a border: {names}")
    return total(drawn)


def _is_open(look: Look, looks: Sequence[Look]) -> bool:
    """Whether a lesion that is not drawn may still be there."""
    if look.failed:
        return True
    if _is_below(look):
        return False
    if look.state == State.EARLIER:
        return any(one.rule == MAY_NOT_BE_NEW for other in looks for one in other.findings)
    return look.state != State.MERGED


def _is_below(look: Look) -> bool:
    """Whether somebody put it to a threshold here, and it is below that."""
    tried = look.method is not None and look.method.threshold is not None
    return look.measured is None and look.state == State.BELOW and tried and not look.failed


def _between(first: ScanTotals, last: ScanTotals) -> Change | NoChange:
    before, now = first.sums, last.sums
    why = ""
    for one in (first, last):
        if isinstance(one.sums, NoTotals):
            why = why or f"{one.scan}: {one.sums.reason}"
        elif one.not_in:
            why = why or f"{one.scan}: the sum misses {', '.join(one.not_in)}"
    if why or isinstance(before, NoTotals) or isinstance(now, NoTotals):
        return NoChange(scan=last.scan, since=first.scan, why=why)
    if first.unit != last.unit:
        why = f"one scan is in {first.unit}, the other in {last.unit}"
    elif before.methods and now.methods and set(before.methods) != set(now.methods):
        ways = (", ".join(one.methods) for one in (before, now))
        why = f"borders were drawn by other methods: {' and '.join(ways)}"
    if why:
        return NoChange(scan=last.scan, since=first.scan, why=why)
    return Change(
        scan=last.scan,
        since=first.scan,
        volume_ml=now.volume_ml - before.volume_ml,
        volume_percent=_percent(before.volume_ml, now.volume_ml),
        tlg_ml=now.tlg_ml - before.tlg_ml,
        tlg_percent=_percent(before.tlg_ml, now.tlg_ml),
    )


def _percent(before: float, now: float) -> float | None:
    return WHOLE * (now - before) / before if before > 0 else None
