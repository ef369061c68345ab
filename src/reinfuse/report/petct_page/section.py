"""The section of a course report: figures of PET/CT that were measured apart from it."""

from __future__ import annotations

from reinfuse.imaging.pictures import Figures
from reinfuse.record import Course
from reinfuse.report.charts.words import listed
from reinfuse.report.petct_page.looks import has_ct, lesion_rows
from reinfuse.report.petct_page.over_time import lesions_chart
from reinfuse.report.petct_page.picture_words import HASH_DIGITS, pictures_notes
from reinfuse.report.petct_page.pictures import scan_charts


def petct_values(figures: Figures, course: Course) -> dict[str, object]:
    """What the template of the section shows."""
    return {
        "charts": scan_charts(figures),
        "notes": pictures_notes(figures),
        "lesions_chart": lesions_chart(figures),
        "lesions": lesion_rows(figures),
        "on_ct": has_ct(figures.looks),
        "days_from": figures.days_from,
        "unit": figures.unit,
        "absent": absent_words(figures, course),
    }


def absent_words(figures: Figures, course: Course) -> str:
    """Which scans no look of the course rests on, or nothing: the looks name their PET by hash."""
    notes = [look.note or "" for lesion in course.lesions for look in lesion.looks]
    absent = tuple(
        scan.scan
        for scan in figures.scans
        if not any(f"PET {scan.sha256[:HASH_DIGITS]}" in note for note in notes)
    )
    if not absent:
        return ""
    if len(absent) == len(figures.scans):
        return (
            "No look of this course rests on these scans: the pictures may be of another patient,"
            " or the looks were not added to the course."
        )
    return f"No look of this course rests on {listed(absent)}."
