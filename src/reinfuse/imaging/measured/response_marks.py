"""What was measured as marks of a chart, and as the long table that grading reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reinfuse.imaging.following import State
from reinfuse.imaging.following.inputs import LesionNumbers, marks_of, sul_peak_of
from reinfuse.imaging.measured.response_lean import NotGiven
from reinfuse.imaging.measured.response_left import peak_left
from reinfuse.imaging.measured.response_references import sound
from reinfuse.imaging.measured.results import Look, Results
from reinfuse.imaging.measures import Uptake
from reinfuse.imaging.suv import Tracer
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark, MarkValue

SUBJECT = "patient"  # nobody's name: a table of one
FIGURES = 4  # more are not known of an uptake, and a reason that quotes them is hard to read
MARK_COLUMNS = ("patient", "day", "item", "value", "unit", "site", "method")
# What scans are asked for. The other criteria that a few of these marks would feed, such as those
# of solid tumours by CT, are for a person to choose.
CRITERIA = (
    "Lugano-2014", "Lugano-2014 PET", "Lugano-2014 CT", "LYRIC-2016",
    "Deauville-5PS from SUVmax", "PERCIST-1.0",
)  # fmt: skip


def numbers_of_looks(
    results: Results, sul_per_suv: Mapping[str, float]
) -> tuple[LesionNumbers, ...] | NotGiven:
    """The numbers of every lesion in every scan that gave one, as criteria ask for them.

    A lesion goes by the name that the person gave it. It is new only where its place was seen and
    was cooler before; what was said of it by its place alone is no more than a finding.
    """
    for scan in results.scans:
        if not scan.suv.by_body_weight:
            return NotGiven(
                why=f"{scan.name} is in {scan.suv.unit}, and criteria ask for SUV by body weight",
                fix="measure by body weight; SULpeak is made of it where height and sex are known",
            )
        if scan.provenance.tracer is Tracer.OTHER:
            return NotGiven(
                why=f"{scan.name} is of another tracer than FDG, and criteria are made for FDG",
                fix="look up what was given; grade scans of FDG",
            )
    if not results.lesions:
        return NotGiven(why="no lesion was asked for", fix="name a boxes file with --lesions")
    return tuple(
        one
        for lesion in results.lesions
        for look in lesion.looks
        for one in _numbers(lesion.wanted.name, look, results, sul_per_suv)
    )


def chart_of(
    results: Results,
    numbers: tuple[LesionNumbers, ...] | NotGiven,
    sul_per_suv: Mapping[str, float],
) -> Chart | NotGiven:
    """The marks as a chart whose day 0 is the first infusion that a scan counts from, or why not.

    Nothing in it says that a lesion is gone, or that there is no new one: for that a person must
    look. A liver or mediastinum that is doubted is left out. Numbers have four figures, as in the
    table.
    """
    if isinstance(numbers, NotGiven):
        return numbers
    if not results.days_from_infusion:
        return NotGiven(
            why="the days count from the first scan, and criteria count from the infusion",
            fix="write `day` and `infusion` of every scan, or give a course that dates it",
        )
    references = [sound(one) for one in results.references]
    marks = marks_of(numbers, references, sul_per_suv=sul_per_suv)
    return Chart.of(SUBJECT, (_rounded(mark) for mark in marks))


def mark_rows(chart: Chart) -> Iterator[tuple[str, ...]]:
    """The marks as rows of a long table, under `MARK_COLUMNS`."""
    for mark in chart.marks:
        value, unit = _written(mark.value)
        yield (
            chart.subject,
            f"{mark.day:g}",
            mark.item,
            value,
            unit,
            mark.site or "",
            mark.method or "",
        )


def _numbers(
    lesion: str, look: Look, results: Results, sul_per_suv: Mapping[str, float]
) -> Iterable[LesionNumbers]:
    """One row, or a second one for a size on CT where the PET shows nothing yet."""
    on_ct = results.on_ct.get((lesion, look.scan))
    factor = sul_per_suv.get(look.scan)
    row = LesionNumbers(
        lesion=lesion,
        time_point=look.scan,
        day=results.days[look.scan],
        state=_state(look),
        drawn=look.measured is not None,
    )
    if look.measured is not None:
        uptake = look.measured.uptake if isinstance(look.measured.uptake, Uptake) else None
        yield replace(
            row,
            suv_max=uptake.max if uptake else None,
            sul_peak=sul_peak_of(uptake, factor),
            tlg_ml=uptake.tlg_ml if uptake else None,
            volume_ml=look.measured.volume_ml,
            in_slice=on_ct if on_ct is not None else look.measured.in_slice,
        )
        return
    if look.left is not None and look.left.may_be_neighbours:
        yield row
    elif look.left is not None:
        peak = peak_left(results, lesion, look)
        lean = None if peak is None or factor is None else peak * factor
        yield replace(row, suv_max=look.left.max, sul_peak=lean)
    if on_ct is not None:
        # Whatever the PET shows of it, somebody measured it on the CT.
        yield replace(row, state=State.BELOW, in_slice=on_ct)


def _state(look: Look) -> State:
    """The state that marks are made by; what is not drawn has its uptake and no status."""
    if look.measured is None:
        known = (State.EARLIER, State.NOT_SCANNED)
        return next((one for one in known if one == look.state), State.BELOW)
    return State.NEW if look.state == State.NEW else State.DRAWN


def _rounded(mark: Mark) -> Mark:
    if not isinstance(mark.value, Quantity):
        return mark
    number = float(f"{mark.value.value:.{FIGURES}g}")
    return replace(mark, value=replace(mark.value, value=number))


def _written(value: MarkValue) -> tuple[str, str]:
    if isinstance(value, Quantity):
        return f"{value.value:.{FIGURES}g}", value.unit
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    return value, ""
