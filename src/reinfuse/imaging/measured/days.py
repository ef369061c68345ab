"""Scans in order of time, each with its day: as stated, or counted from the date in its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.imaging.measured.doubts import doubts_of
from reinfuse.imaging.measured.scanning import Scan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ordered:
    """Scans by time with their days on one clock, by name.

    Days count from the first infusion that a scan counts from, or else from the first scan.
    """

    scans: tuple[Scan, ...]
    days: Mapping[str, int]
    from_infusion: bool
    findings: tuple[Finding, ...]


def in_order(read: Sequence[Scan], infusions: Mapping[int, date]) -> Ordered:
    """The scans by time; `infusions` are dates by number, from which a scan without `day` counts.

    A stated day stands, also where the dates say another, which is told as a contradiction. Raises
    ReinfuseError where the order is not known, or two scans are of one day.
    """
    scans = [_counted(one, infusions) for one in read]
    days, from_infusion = _days(scans, infusions)
    if len(set(days.values())) < len(days):
        raise ReinfuseError(
            "two scans are of one day", fix="write `day` for every scan, or leave one out"
        )
    told = [
        _told(now) for now, before in zip(scans, read, strict=True) if now.wanted != before.wanted
    ]
    return Ordered(
        scans=tuple(sorted(scans, key=lambda one: days[one.name])),
        days=days,
        from_infusion=from_infusion,
        findings=(
            *told,
            *_partly_stated(scans, days, from_infusion),
            *_contradictions(read, infusions),
            *doubts_of(read, infusions),
        ),
    )


def _counted(scan: Scan, infusions: Mapping[int, date]) -> Scan:
    """The scan with a day from the last infusion at or before it, or from the first of all."""
    number = scan.wanted.infusion
    if scan.wanted.day is not None or scan.date is None or not infusions:
        return scan
    if number is None:
        past = [one for one, when in infusions.items() if when <= scan.date]
        if past:
            number = max(past, key=lambda one: (infusions[one], one))
        else:
            number = min(infusions, key=lambda one: (infusions[one], one))
    if number not in infusions:
        return scan
    day = (scan.date - infusions[number]).days
    return replace(scan, wanted=replace(scan.wanted, day=day, infusion=number))


def _contradictions(scans: Sequence[Scan], infusions: Mapping[int, date]) -> Iterator[Finding]:
    """Stated days that no infusion they may count from makes of the dates in the files."""
    for scan in scans:
        wanted = scan.wanted
        if wanted.day is None or scan.date is None:
            continue
        meant = infusions if wanted.infusion is None else {wanted.infusion}
        by_date = {one: (scan.date - infusions[one]).days for one in meant if one in infusions}
        if by_date and wanted.day not in by_date.values():
            counted = " or ".join(f"{day} from infusion {one}" for one, day in by_date.items())
            yield Finding(
                severity=Severity.CONTRADICTION,
                rule="petct-day-contradicted",
                what=f"its day is stated as {wanted.day}, and by the date in its files it is "
                f"{counted}; the stated day is kept",
                where=scan.name,
                fix="correct `day` or the date of the infusion; dates of de-identified files may "
                "have been moved",
            )


def _partly_stated(
    scans: Sequence[Scan], days: Mapping[str, int], from_infusion: bool
) -> Iterator[Finding]:
    """Stated days that are not those on the common clock, which a course has all the same."""
    for scan in scans:
        day, number = scan.wanted.day, scan.wanted.infusion
        if from_infusion or day is None or day == days[scan.name]:
            continue
        infusion = "the infusion" if number is None else f"infusion {number}"
        yield Finding(
            severity=Severity.AMBIGUITY,
            rule="petct-days-partly-stated",
            what=f"its day is stated as {day} from {infusion}, as an entry in a course has it; "
            f"here it is {days[scan.name]}, from the first scan, since the days of others are not "
            "stated on that clock",
            where=scan.name,
            fix="write `day` and `infusion` for every scan, or give a course that dates the "
            "infusions",
        )


def _days(scans: Sequence[Scan], infusions: Mapping[int, date]) -> tuple[dict[str, int], bool]:
    stated = {one.name: one.wanted.day for one in scans if one.wanted.day is not None}
    numbers = {one.wanted.infusion for one in scans} - {None}
    dates = {one.name: one.date.toordinal() for one in scans if one.date is not None}
    if len(stated) == len(scans):
        if len(numbers) <= 1:
            return stated, True
        # Days from two infusions are no order before they count from one.
        begun = {
            one.name: infusions[one.wanted.infusion].toordinal()
            for one in scans
            if one.wanted.infusion is not None and one.wanted.infusion in infusions
        }
        if len(begun) == len(scans):
            first = min(begun.values())
            return {name: begun[name] - first + day for name, day in stated.items()}, True
    if len(dates) == len(scans):
        first = min(dates.values(), default=0)
        return {name: day - first for name, day in dates.items()}, False
    if len(scans) == 1:
        return {scans[0].name: 0}, False
    if len(stated) == len(scans):
        raise ReinfuseError(
            "days count from several infusions, and how far apart those are is not known",
            fix="count the days of all scans from one infusion, or give the course with its dates",
        )
    unknown = [one.name for one in scans if one.name not in stated]
    raise ReinfuseError(
        f"the day of {', '.join(unknown)} is not known, and not every file has a date",
        fix="write `day` for every scan under `scans` in the boxes",
    )


def _told(scan: Scan) -> Finding:
    wanted = scan.wanted
    return Finding(
        severity=Severity.NOTE,
        rule="petct-day-by-date",
        what=f"its day, {wanted.day} from infusion {wanted.infusion}, is counted from the date in "
        "its files",
        where=scan.name,
        fix="write `day` and `infusion` if that is wrong",
    )
