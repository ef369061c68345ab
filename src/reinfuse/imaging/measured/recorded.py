"""From looks to entries of a course, each with how its border was drawn and from which files."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.following import State
from reinfuse.imaging.measured.boxes import slug
from reinfuse.imaging.measured.results import Look, Results, Trend
from reinfuse.imaging.measured.scanning import Scan
from reinfuse.imaging.measures import Uptake
from reinfuse.quantity import Quantity
from reinfuse.record import Change, Course, Infusion, Lesion, LesionLook
from reinfuse.timeline import NOT_STATED, When, read_when

MODALITY = "PET/CT"
HASH_DIGITS = 12
NOT_LOOKED_AT = (State.EARLIER, State.NOT_SCANNED)
CHANGES = {
    Trend.NEW: Change.NEW,
    Trend.REDUCED: Change.REDUCED,
    Trend.INCREASED: Change.INCREASED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Lesions with their looks as a course holds them; `findings` tell what is not there."""

    lesions: tuple[Lesion, ...]
    findings: tuple[Finding, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all looks."""
        return tuple(look.id for lesion in self.lesions for look in lesion.looks)


def record(results: Results, course: Course | None = None) -> Recorded:
    """Every look at every lesion that gave a number, as entries of a course.

    A lesion below the threshold has its SUVmax and no axes, and is never called resolved: for that
    a person must say. A change is said where both intervals of volume leave no doubt, against the
    look before among these scans. Days are those of the boxes; a course names its infusions,
    without one they are `infusion-1`, `infusion-2`, ...
    """
    findings: list[Finding] = []
    moments: dict[str, When] = {}
    for scan in results.scans if results.lesions else ():
        when, told = _when(scan, course)
        findings += told
        if when is not None:
            moments[scan.name] = when
    scans = {scan.name: scan for scan in results.scans}
    lesions = []
    for lesion in results.lesions:
        ident = lesion.wanted.name if _has(course, lesion.wanted.name) else slug(lesion.wanted.name)
        looks = tuple(
            _look(ident, look, scans[look.scan], moments[look.scan])
            for look in lesion.looks
            if look.scan in moments and _is_recorded(look)
        )
        if looks:
            lesions.append(Lesion(id=ident, site=lesion.wanted.site, looks=looks))
    return Recorded(lesions=tuple(lesions), findings=tuple(findings))


def merged(course: Course, found: Recorded) -> Course:
    """The course with the looks behind those of the lesions that it has, and its new lesions."""
    more = {lesion.id: lesion for lesion in found.lesions}
    known = tuple(
        replace(lesion, looks=(*lesion.looks, *more.pop(lesion.id).looks))
        if lesion.id in more
        else lesion
        for lesion in course.lesions
    )
    return replace(course, lesions=(*known, *more.values()))


def _has(course: Course | None, name: str) -> bool:
    return course is not None and any(lesion.id == name for lesion in course.lesions)


def _is_recorded(look: Look) -> bool:
    drawn = look.measured is not None and isinstance(look.measured.uptake, Uptake)
    return drawn or (look.left is not None and look.state not in NOT_LOOKED_AT)


def _look(ident: str, look: Look, scan: Scan, when: When) -> LesionLook:
    measured = look.measured
    axes: tuple[Quantity, ...] = ()
    hottest = look.left.max if look.left is not None else None
    if measured is not None:
        axes = tuple(Quantity(round(mm / 10, 1), "cm") for mm in measured.calipers.mm)
        hottest = measured.uptake.max if isinstance(measured.uptake, Uptake) else None
    day = scan.wanted.day
    part = slug(scan.name) if day is None else f"day-{f'minus-{-day}' if day < 0 else day}"
    return LesionLook(
        id=f"{ident}-{part}",
        when=when,
        modality=MODALITY,
        axes=axes,
        change=None if look.trend is None else CHANGES[look.trend],
        suv_max=None if hottest is None else Quantity(float(f"{hottest:.3g}"), "{SUV}"),
        note=_note(look, scan),
    )


def _note(look: Look, scan: Scan) -> str:
    """How it was drawn, on which voxels, what speaks against it, and which files it rests on."""
    voxel = " x ".join(f"{mm:.3g}" for mm in scan.suv.grid.spacing)
    parts = [look.words]
    if look.measured is not None and isinstance(look.measured.uptake, Uptake):
        parts.append(look.measured.uptake.words)
    if look.measured is not None and look.method is not None:
        border = look.method.threshold
        at = "" if border is None else f", border at SUV {border:.3g}"
        parts.append(f"{look.method.name}{at}")
    parts.append(f"{scan.suv.unit}, voxels {voxel} mm")
    rules = ", ".join(dict.fromkeys(one.rule for one in look.findings))
    parts.append(f"guards tripped: {rules}" if rules else "no guard tripped")
    parts.append(f"PET {scan.sha256[:HASH_DIGITS]}")
    return "; ".join(parts)


def _when(scan: Scan, course: Course | None) -> tuple[When | None, list[Finding]]:
    """The day in the words of a course; None where the boxes name an infusion that it lacks."""
    day, number = scan.wanted.day, scan.wanted.infusion
    if day is None:
        return NOT_STATED, [_unknown(scan, "its day is not known", "write `day` and `infusion`")]
    if course is None:
        if number is None:
            what = "its day counts from an infusion that the boxes do not name"
            return NOT_STATED, [_unknown(scan, what, "write `infusion: 1` beside `day`")]
        return read_when(f"infusion-{number} day {day}"), []
    infusions = [one for one in course.anchors() if isinstance(one, Infusion)]
    if number is None and len(infusions) == 1:
        number = 1
    if number is None:
        what = f"its day counts from one of {len(infusions)} infusions, and the boxes name none"
        return NOT_STATED, [_unknown(scan, what, "write `infusion` beside `day`")]
    if not 0 < number <= len(infusions):
        told = Finding(
            severity=Severity.ERROR,
            rule="petct-no-infusion",
            what=f"the boxes name infusion {number}, and the course has {len(infusions)}",
            where=scan.name,
            fix="correct `infusion` in the boxes",
        )
        return None, [told]
    return read_when(f"{infusions[number - 1].id} day {day}"), []


def _unknown(scan: Scan, what: str, fix: str) -> Finding:
    return Finding(
        severity=Severity.GAP, rule="petct-day-unknown", what=what, where=scan.name, fix=fix
    )
