"""Whether scans are what they are taken for: of one patient, each once, and in the stated order.

Folders in another order than the boxes have them, one folder given twice, or the scan of somebody
else give numbers without a fault in any of them, and a response that never was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations, pairwise

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.measured.scanning import Scan

HEIGHT = "height"  # as the provenance of an SUV calls it
TALLER_CM = 5.0  # ours: heights are asked for and rounded, and adults hardly shrink that fast


def doubts_of(scans: Sequence[Scan], infusions: Mapping[int, date]) -> tuple[Finding, ...]:
    """What speaks against scans, in the order in which they were given; nothing of it is changed.

    `infusions` are dates by number: a day that they can be held against is told elsewhere.
    """
    return (*_moved(scans, infusions), *_twice(scans), *_others(scans), *_otherwise_named(scans))


def _moved(scans: Sequence[Scan], infusions: Mapping[int, date]) -> Iterator[Finding]:
    """Stated days of one clock that lie otherwise apart than the dates in the files."""
    # A de-identified patient's dates are moved together as a rule, so that what is between stays.
    clocks: dict[int | None, list[tuple[int, date, str]]] = {}
    for one in scans:
        day, number = one.wanted.day, one.wanted.infusion
        if day is not None and one.date is not None and number not in infusions:
            clocks.setdefault(number, []).append((day, one.date, one.name))
    for known in clocks.values():
        for (day, when, name), (later, then, other) in pairwise(sorted(known)):
            stated, filed = later - day, (then - when).days
            if stated != filed:
                yield Finding(
                    severity=Severity.CONTRADICTION,
                    rule="petct-days-apart-contradicted",
                    what=f"by the stated days {other} is {stated} days after {name}, and by the "
                    f"dates in their files {_apart(filed)}; the stated days are kept",
                    where=other,
                    fix="look whether each folder is the scan that it is named; correct `day`, or "
                    "the order of the folders; dates of de-identified files may have been moved",
                )


def _twice(scans: Sequence[Scan]) -> Iterator[Finding]:
    """Scans that are one series."""
    for one, other in combinations(scans, 2):
        if one.key == other.key or one.sha256 == other.sha256:
            yield Finding(
                severity=Severity.CONTRADICTION,
                rule="petct-same-series",
                what=f"{one.name} and {other.name} are the same PET series",
                where=other.name,
                fix="give each time point its own folder",
            )


def _others(scans: Sequence[Scan]) -> Iterator[Finding]:
    """Scans whose sex or height is not that of the first scan which says it."""
    for what, known in (
        ("sex", [(_sex(one), one.name) for one in scans]),
        ("height", [(_height(one), one.name) for one in scans]),
    ):
        said = [(value, name) for value, name in known if value]
        for value, name in said[1:]:
            first, since = said[0]
            if _differ(first, value):
                yield Finding(
                    severity=Severity.CONTRADICTION,
                    rule="petct-other-patient",
                    what=f"the {what} in {name} is not that in {since}: it may be of another "
                    "patient",
                    where=name,
                    fix="look whose scans these are, and leave out what is of somebody else",
                )


def _otherwise_named(scans: Sequence[Scan]) -> Iterator[Finding]:
    """Scans whose files name another patient than those of the first scan which name one."""
    known = [(one.series.patient, one.name) for one in scans if one.series.patient]
    for patient, name in known[1:]:
        first, since = known[0]
        if patient != first:
            yield Finding(
                severity=Severity.AMBIGUITY,
                rule="petct-other-identity",
                what=f"the files of {name} name another patient than those of {since}, or were "
                "de-identified apart from them",
                where=name,
                fix="look whose scans these are, and leave out what is of somebody else",
            )


def _sex(scan: Scan) -> str:
    """`M` or `F`; nothing where the files say neither."""
    sex = "" if scan.series.facts is None else scan.series.facts.sex
    return sex if sex in {"M", "F"} else ""


def _height(scan: Scan) -> float:
    """Height as it was used, cm; 0 where it is not known."""
    found = (one.value for one in scan.provenance.inputs if one.name == HEIGHT)
    return next(found, None) or 0.0


def _differ(one: str | float, other: str | float) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) > TALLER_CM
    return one != other


def _apart(days: int) -> str:
    if days < 0:
        return f"{-days} days before it"
    return f"{days} days after it" if days else "of the same day"
