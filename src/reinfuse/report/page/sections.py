"""The sections of a report, in reading order, with what each template shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reinfuse.errors import Severity
from reinfuse.estimation import CourseCurves, CurveFit
from reinfuse.estimation.words import number_in_words, range_in_words
from reinfuse.grading import Criterion, Grade
from reinfuse.record import Course, Infusion
from reinfuse.report.charts import (
    COUNTS,
    CYTOKINES,
    VITALS,
    Drawable,
    chart_css,
    draw_series,
)
from reinfuse.report.forecast import ForecastInputs, NoForecast
from reinfuse.report.page.figures import (
    curves_chart,
    forest_chart,
    is_drawn,
    lesions_chart,
    narrowing_chart,
)
from reinfuse.report.page.inputs import ReportInputs
from reinfuse.report.page.matrix import burden_matrix
from reinfuse.report.timeline import draw_timeline
from reinfuse.synopsis import (
    Completeness,
    Form,
    RegistryField,
    check_care,
    count_fields,
    registry_forms,
    registry_view,
    summarise,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: its anchor name, heading, template, what the template shows, a count."""

    name: str
    title: str
    template: str
    values: Mapping[str, object]
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All sections of a page, and the styles and scripts that its figures need."""

    sections: tuple[Section, ...]
    css: tuple[str, ...]
    scripts: tuple[str, ...]


def make_sections(inputs: ReportInputs) -> Content:
    """Every section of the report of one course."""
    course = inputs.course
    timeline = draw_timeline(course)
    summary = summarise(course, inputs.grades, findings=len(inputs.findings))
    sections = (
        Section(
            name="summary",
            title="Summary",
            template="summary.html",
            values={"sentences": summary.sentences},
        ),
        Section(
            name="timeline",
            title="Course",
            template="timeline.html",
            values={"figure": timeline.html, "table": timeline.table_html},
        ),
        _curves(inputs.curves),
        _series(course),
        Section(
            name="lesions",
            title="Lesions and burden by site",
            template="lesions.html",
            values={"chart": lesions_chart(course), "matrix": burden_matrix(course)},
        ),
        *_petct(inputs),
        Section(
            name="grades",
            title="Grades and responses",
            template="grades.html",
            values={"groups": group_grades(inputs.grades)},
            count=len(inputs.grades),
        ),
        Section(
            name="findings",
            title="What a reader must be told",
            template="findings.html",
            values={"findings": _by_severity(inputs)},
            count=len(inputs.findings),
        ),
        Section(
            name="gaps",
            title="What the source does not state",
            template="gaps.html",
            values={
                "gaps": course.not_stated,
                "figures": course.figures,
                "opinions": course.opinions,
            },
            count=len(course.not_stated),
        ),
        _forecast(inputs),
        _literature(course, inputs.grades),
        Section(
            name="care",
            title="CARE checklist",
            template="care.html",
            values={"care": check_care(course)},
        ),
        Section(
            name="registry",
            title="Registry view",
            template="registry.html",
            values=_registry(inputs),
        ),
        _sources(inputs),
        Section(
            name="provenance",
            title="Provenance",
            template="provenance.html",
            values={"provenance": inputs.provenance},
        ),
    )
    css = (timeline.css, chart_css(), *_forecast_css(inputs), *_petct_css(inputs))
    return Content(sections, css, (timeline.script,))


def _literature(course: Course, grades: tuple[Grade, ...]) -> Section:
    """Cited cohorts; what they come to where they may be pooled; without SciPy they stand alone."""
    values: dict[str, object] = {"chart": forest_chart(course), "claims": course.claims,
                                 "beside": (), "alone": (), "pooled": True}  # fmt: skip
    if course.claims:
        try:
            from reinfuse.report.pool_page.literature import literature_values
        except ModuleNotFoundError as missing:
            if (missing.name or "").partition(".")[0] != "scipy":
                raise
            values["pooled"] = False
        else:
            values |= literature_values(course, grades)
    return Section(
        name="literature",
        title="The literature that the source cites",
        template="literature.html",
        values=values,
    )


def _forecast(inputs: ReportInputs) -> Section:
    """What options come to in the model, or how to ask for it."""
    asked = inputs.forecast
    why = asked.why if isinstance(asked, NoForecast) else ""
    values: Mapping[str, object] = {"asked": False, "file": inputs.provenance.file, "why": why}
    if isinstance(asked, ForecastInputs):
        from reinfuse.report.forecast.section import forecast_values

        values = forecast_values(asked)
    return Section(
        name="forecast",
        title="What another infusion would do - in the model",
        template="forecast.html",
        values=values,
        count=len(asked.result.options) if isinstance(asked, ForecastInputs) else None,
    )


def _forecast_css(inputs: ReportInputs) -> tuple[str, ...]:
    if not isinstance(inputs.forecast, ForecastInputs):
        return ()
    from reinfuse.report.forecast.section import forecast_css

    return (forecast_css(),)


def _petct(inputs: ReportInputs) -> tuple[Section, ...]:
    """Pictures of scans that were measured apart from the course; no section without them."""
    if inputs.petct is None:
        return ()
    from reinfuse.report.petct_page.section import petct_values

    section = Section(
        name="petct",
        title="PET/CT",
        template="petct_section.html",
        values=petct_values(inputs.petct, inputs.course),
        count=len(inputs.petct.scans),
    )
    return (section,)


def _petct_css(inputs: ReportInputs) -> tuple[str, ...]:
    if inputs.petct is None:
        return ()
    from reinfuse.report.petct_page.render import petct_css

    return (petct_css(),)


def _curves(curves: CourseCurves) -> Section:
    return Section(
        name="curves",
        title="CAR-T cells",
        template="curves.html",
        values={
            "chart": curves_chart(curves),
            "narrowing": narrowing_chart(curves),
            "infusions": curves.infusions,
            "comparisons": curves.comparisons,
            "is_curve": lambda fit: isinstance(fit, CurveFit),
            "number": number_in_words,
            "range": range_in_words,
        },
    )


def _series(course: Course) -> Section:
    """Cytokines, counts and vital signs after each infusion; what has no numbers is said once."""
    groups: list[tuple[Infusion, list[Drawable]]] = []
    for infusion in course.infusions:
        figures = [draw_series(course, infusion, kind) for kind in (CYTOKINES, COUNTS, VITALS)]
        groups.append((infusion, [figure for figure in figures if _worth_showing(figure)]))
    return Section(
        name="series",
        title="Cytokines, counts and signs",
        template="series.html",
        values={"groups": groups},
    )


def _worth_showing(figure: Drawable) -> bool:
    return is_drawn(figure) or bool(figure.name.startswith("cytokines"))


@dataclass(frozen=True, slots=True)
class GradeGroup:
    """Grades under one heading, and the criteria they were made by."""

    title: str
    grades: tuple[Grade, ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Each criterion once."""
        return tuple(dict.fromkeys(grade.criterion for grade in self.grades))


_HEADINGS = (
    ("Immune-effector toxicity", ("CRS", "ICANS")),
    ("Marrow, MRD and overall response", ("marrow response", "MRD", "overall response")),
    ("Relapse", ("relapse class", "relapse or refractory", "CD19 at relapse")),
    (
        "Disease outside the marrow",
        ("extramedullary response", "extramedullary response, all lesions"),
    ),
    (
        "Transplant",
        (
            "neutrophil engraftment",
            "platelet engraftment",
            "chimerism",
            "acute GVHD",
            "chronic GVHD",
        ),
    ),
)


def group_grades(grades: tuple[Grade, ...]) -> tuple[GradeGroup, ...]:
    """Grades by heading; what has no heading of its own comes last, as blood counts do."""
    known = {topic for _, topics in _HEADINGS for topic in topics}
    groups = [
        GradeGroup(title, tuple(grade for grade in grades if grade.topic in topics))
        for title, topics in _HEADINGS
    ]
    rest = tuple(grade for grade in grades if grade.topic not in known)
    groups.append(GradeGroup("Blood counts", rest))
    return tuple(group for group in groups if group.grades)


def _by_severity(inputs: ReportInputs) -> list[tuple[str, list[object]]]:
    found: list[tuple[str, list[object]]] = []
    for severity in Severity:
        items: list[object] = [item for item in inputs.findings if item.severity is severity]
        if items:
            found.append((str(severity), items))
    return found


@dataclass(frozen=True, slots=True)
class FormView:
    """One registry form with its fields and how many of them are filled."""

    form: Form
    completeness: Completeness
    fields: tuple[RegistryField, ...]


def _registry(inputs: ReportInputs) -> dict[str, object]:
    fields = registry_view(inputs.course, inputs.grades)
    counts = {row.form: row for row in count_fields(fields)}
    views = [
        FormView(form, counts[form.form], tuple(row for row in fields if row.form == form.form))
        for form in registry_forms()
        if form.form in counts
    ]
    return {"views": views}


def _sources(inputs: ReportInputs) -> Section:
    criteria = tuple(dict.fromkeys(grade.criterion for grade in inputs.grades))
    fits = [item.fit for item in inputs.curves.infusions if isinstance(item.fit, CurveFit)]
    priors = [row.prior for row in fits[0].parameters] if fits else []
    return Section(
        name="sources",
        title="Sources",
        template="sources.html",
        values={"citations": inputs.course.citations, "criteria": criteria, "priors": priors},
    )
