"""Puts measured scans into one self-contained page."""

from __future__ import annotations

from importlib.resources import files

from markupsafe import Markup

from reinfuse.imaging.measured import Results
from reinfuse.report.charts import chart_css
from reinfuse.report.page.templating import environment, own_text
from reinfuse.report.petct_page.facts import scan_facts
from reinfuse.report.petct_page.findings import findings_of
from reinfuse.report.petct_page.inputs import PetctInputs
from reinfuse.report.petct_page.looks import has_ct, lesion_rows
from reinfuse.report.petct_page.over_time import lesions_chart
from reinfuse.report.petct_page.picture_words import day_words, pictures_notes
from reinfuse.report.petct_page.pictures import scan_charts
from reinfuse.report.petct_page.said import SCORE_SOURCE, change_words, scan_rows


def render_petct(inputs: PetctInputs) -> str:
    """The page of the scans of one patient as one HTML text that asks nothing of a network."""
    results, figures = inputs.results, inputs.figures
    return (
        environment()
        .get_template("petct.html")
        .render(
            title=_title(results),
            days_from=figures.days_from,
            unit=figures.unit,
            scans=results.scans,
            charts=scan_charts(figures),
            notes=pictures_notes(figures),
            lesions_chart=lesions_chart(figures),
            lesions=lesion_rows(figures),
            on_ct=has_ct(figures.looks),
            rows=scan_rows(inputs.response, results.references) if results.lesions else (),
            changes=tuple(change_words(inputs.response, figures.unit)),
            score_source=SCORE_SOURCE,
            grades=inputs.grades,
            candidates=candidate_rows(results),
            left_out=[one.name for one in results.left_out],
            findings=findings_of(inputs),
            facts=scan_facts(results),
            boxes=results.boxes.file,
            provenance=inputs.provenance,
            css=Markup("\n".join([own_text("page.css"), chart_css(), petct_css()])),  # our own
        )
    )


def petct_css() -> str:
    """The styles of pictures and tables of scans."""
    return files("reinfuse.report.petct_page").joinpath("petct.css").read_text(encoding="utf-8")


def candidate_rows(results: Results) -> tuple[dict[str, str], ...]:
    """What may be lesions, scan by scan, for a person to accept."""
    return tuple(
        {
            "scan": scan,
            "number": str(one.number),
            "volume": f"{one.ml:.3g}",
            "max": f"{one.hottest:.3g}",
            "mean": f"{one.mean:.3g}",
            "place": ", ".join(f"{mm:.0f}" for mm in one.place).replace("-", "−"),
            "hints": "; ".join(f"{hint.organ}: {hint.why}" for hint in one.hints),
        }
        for scan, found in results.candidates.items()
        for one in found
    )


def _title(results: Results) -> str:
    days = [day_words(results.days[scan.name]) for scan in results.scans]
    if len(days) == 1:
        return f"PET/CT on {days[0]}"
    return f"PET/CT from {days[0]} to {days[-1]}"
