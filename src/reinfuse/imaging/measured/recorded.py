"""From looks to entries of a course, each with how its border was drawn and from which files."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.following import State
from reinfuse.imaging.measured.boxes import slug
from reinfuse.imaging.measured.recorded_gaps import not_recorded, out_of_order
from reinfuse.imaging.measured.recorded_order import placed
from reinfuse.imaging.measured.results import Look, Results, Trend
from reinfuse.imaging.measured.scanning import Scan
from reinfuse.imaging.measures import InSlice, Uptake
from reinfuse.quantity import Quantity
from reinfuse.record import Change, Course, Infusion, Lesion, LesionLook
from reinfuse.timeline import NOT_STATED, When, read_when

MODALITY, ON_CT = "PET/CT", "CT"
HASH_DIGITS = 12
FROM_FILE = ", mask read from a file"
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

    A lesion below the threshold has its SUVmax and no axes, and is called that, never resolved: for
    that a person must say; an uptake that may be a neighbour's is left out. A course knows no word
    for what is as hot as before and was not drawn, so that such a look is told and left out, too.
    What was sized on CT alone is a look at the CT. Another change is said where both intervals of
    volume leave no doubt, against the look before among these scans. A size on CT is told in the
    note, since axes are calipers of the uptake, and so is uptake by another size than body weight.
    Days count from the infusion; a course names its infusions, without one they are `infusion-1`,
    `infusion-2`, ...
    """
    findings: list[Finding] = []
    moments: dict[str, When] = {}
    for scan in results.scans if results.lesions else ():
        when, told = _when(scan, results, course)
        findings += told
        if when is not None:
            moments[scan.name] = when
    scans = {scan.name: scan for scan in results.scans}
    parts = _parts(results)
    lesions = []
    for lesion in results.lesions:
        name = lesion.wanted.name
        ident = name if _has(course, name) else slug(name)
        looks = tuple(
            _look(
                f"{ident}-{parts[look.scan]}",
                look,
                scans[look.scan],
                moments[look.scan],
                results.on_ct.get((name, look.scan)),
            )
            for look in lesion.looks
            if look.scan in moments and _is_recorded(look, (name, look.scan) in results.on_ct)
        )
        if looks:
            lesions.append(Lesion(id=ident, site=lesion.wanted.site, looks=looks))
    findings += not_recorded(results)
    if course is not None:
        findings += out_of_order(course, lesions)
    return Recorded(lesions=tuple(lesions), findings=tuple(findings))


def merged(course: Course, found: Recorded) -> Course:
    """The course with the looks in order of time among those that it has, and its new lesions."""
    return placed(course, found.lesions)[0]


def _has(course: Course | None, name: str) -> bool:
    return course is not None and any(lesion.id == name for lesion in course.lesions)


def _is_recorded(look: Look, on_ct: bool) -> bool:
    return on_ct or _shows_uptake(look)


def _shows_uptake(look: Look) -> bool:
    """Whether the PET says something of it that a course has a word for."""
    if look.measured is not None:
        return isinstance(look.measured.uptake, Uptake)
    return look.left is not None and look.state == State.BELOW


def _parts(results: Results) -> dict[str, str]:
    """How the id of a look tells its scan: by day, with the infusion where days alone are alike."""
    found: dict[str, str] = {}
    for scan in results.scans:
        day = _day(scan, results)
        part = slug(scan.name) if day is None else f"day-{f'minus-{-day}' if day < 0 else day}"
        if part in found.values():
            part = f"{part}-{slug(scan.name)}"
        found[scan.name] = part
    return found


def _look(ident: str, look: Look, scan: Scan, when: When, on_ct: InSlice | None) -> LesionLook:
    measured = look.measured
    axes: tuple[Quantity, ...] = ()
    below = look.left if look.state == State.BELOW else None
    hottest = None if below is None or below.may_be_neighbours else below.max
    if measured is not None:
        axes = tuple(Quantity(round(mm / 10, 1), "cm") for mm in measured.calipers.mm)
        hottest = measured.uptake.max if isinstance(measured.uptake, Uptake) else None
    if not scan.suv.by_body_weight:
        hottest = None  # a course holds SUV by body weight; the note tells the other
    return LesionLook(
        id=ident,
        when=when,
        modality=MODALITY if _shows_uptake(look) else ON_CT,
        axes=axes,
        change=_change(look),
        suv_max=None if hottest is None else Quantity(float(f"{hottest:.3g}"), "{SUV}"),
        note=_note(look, scan, on_ct),
    )


def _change(look: Look) -> Change | None:
    if look.state == State.BELOW:
        return Change.BELOW
    return None if look.trend is None else CHANGES[look.trend]


def _note(look: Look, scan: Scan, on_ct: InSlice | None) -> str:
    """How it was drawn, on which voxels, what speaks against it, and which files it rests on."""
    voxel = " x ".join(f"{mm:.3g}" for mm in scan.suv.grid.spacing)
    parts = [look.words]
    if look.measured is not None and isinstance(look.measured.uptake, Uptake):
        parts.append(look.measured.uptake.words)
    if look.measured is not None and look.method is not None:
        border = look.method.threshold
        at = f", border at {scan.suv.short_unit} {border:.3g}" if border is not None else FROM_FILE
        parts.append(f"{look.method.name}{at}")
    if on_ct is not None:
        size = f"{on_ct.longest_mm / 10:.1f} x {on_ct.perpendicular_mm / 10:.1f} cm"
        parts.append(f"{on_ct.name}, LDi x SDi: {size}")
    parts.append(f"{scan.suv.unit}, voxels {voxel} mm")
    rules = ", ".join(dict.fromkeys(one.rule for one in look.findings))
    parts.append(f"guards tripped: {rules}" if rules else "no guard tripped")
    parts.append(f"PET {scan.sha256[:HASH_DIGITS]}")
    return "; ".join(parts)


def _day(scan: Scan, results: Results) -> int | None:
    """The day from an infusion: of the boxes, or by the dates in the files; None for neither."""
    if scan.wanted.day is not None:
        return scan.wanted.day
    return results.days[scan.name] if results.days_from_infusion else None


def _when(scan: Scan, results: Results, course: Course | None) -> tuple[When | None, list[Finding]]:
    """The day in the words of a course; None where the boxes name an infusion that it lacks."""
    day, number = _day(scan, results), scan.wanted.infusion
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
