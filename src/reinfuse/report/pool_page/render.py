"""Puts what is known of one outcome into one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from markupsafe import Markup

from reinfuse.errors import Finding, Severity
from reinfuse.pooling.summary import FEW_STUDIES, Pooling
from reinfuse.report.charts import chart_css
from reinfuse.report.charts.forest_pooled import draw_pooled_forest
from reinfuse.report.charts.forest_pooled_rows import OwnRow
from reinfuse.report.charts.values import Drawable
from reinfuse.report.page.templating import environment, own_text
from reinfuse.report.pool_page.answers import (
    answer_rows,
    leading_line,
    method_lines,
    pooled_rows,
    reading,
)
from reinfuse.report.pool_page.beliefs import priors_chart
from reinfuse.report.pool_page.cohorts import cohort_rows, effects_of
from reinfuse.report.pool_page.diagnosed import diagnose
from reinfuse.report.pool_page.inputs import MethodLine, PooledEffects, PoolInputs
from reinfuse.report.pool_page.study_rows import left_out_rows, study_rows
from reinfuse.report.pool_page.words import (
    answer_sentence,
    further_words,
    how_to_read,
    kind_words,
)

MOST_LISTED = 60  # rows of a table before it is folded


def render_pool(inputs: PoolInputs) -> str:
    """The page of one outcome as one HTML text that asks nothing of a network."""
    pooled = inputs.pooled
    lines = method_lines(pooled)
    by = reading(pooled)
    alone = leading_line(lines) is None
    rows = study_rows(inputs.studies, level=pooled.level)
    findings = _once((*inputs.findings, *pooled.findings))
    return (
        environment()
        .get_template("pool.html")
        .render(
            inputs=inputs,
            provenance=inputs.provenance,
            kind=kind_words(pooled, by),
            answer=answer_sentence(pooled, lines),
            words=further_words(pooled, lines),
            leads=how_to_read(pooled, lines),
            forest=forest_chart(inputs, name="forest"),
            methods=answer_rows(lines, by),
            number=by.number,
            level=f"{100 * pooled.level:g} %",
            priors=None if not pooled.posteriors else priors_chart(pooled, by),
            few=FEW_STUDIES,
            diagnosed=None
            if alone
            else diagnose(effects_of(pooled), by, method=inputs.method, level=pooled.level),
            method=inputs.method,
            studies=rows,
            left_out=left_out_rows(inputs.left_out),
            most=MOST_LISTED,
            findings=_by_severity(findings),
            finding_count=len(findings),
            css=Markup("\n".join([own_text("page.css"), chart_css(), pool_css()])),  # our own
        )
    )


def forest_chart(
    inputs: PoolInputs, *, name: str, own: Sequence[OwnRow] = (), most_methods: int | None = None
) -> Drawable:
    """Cohorts, pooled rows and, if given, one course; `most_methods` keeps the first few."""
    pooled = inputs.pooled
    by = reading(pooled)
    lines = method_lines(pooled)[:most_methods]
    return draw_pooled_forest(
        cohort_rows(pooled, inputs.studies, by, method=inputs.method),
        pooled_rows(lines, by),
        by.ruler(_ends(pooled, lines)),
        name=name,
        title=f"{pooled.outcome[:1].upper()}{pooled.outcome[1:]}: cohorts and what they come to",
        heading=f"{by.number} ({100 * pooled.level:g} % interval)",
        own=own,
        null=by.null,
    )


def _ends(pooled: Pooling | PooledEffects, lines: Sequence[MethodLine]) -> list[float]:
    """What the ruler must hold: cohorts, and the pooled numbers without their furthest ends."""
    if isinstance(pooled, Pooling):
        return [0.0, 1.0]
    effects = pooled.effects
    reach = 2.2 * effects.vi**0.5
    ends: list[float] = [*effects.back(effects.yi - reach), *effects.back(effects.yi + reach)]
    first = leading_line(lines)
    if first is not None:
        ends += [one for one in (first.low, first.high, first.predicted_low, first.predicted_high)
                 if one is not None]  # fmt: skip
    return [float(one) for one in ends]


def pool_css() -> str:
    """The style sheet that a page with pooled numbers needs beside those of page and charts."""
    return files("reinfuse.report.pool_page").joinpath("pool.css").read_text(encoding="utf-8")


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))


def _by_severity(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    listed = [(str(one), [item for item in findings if item.severity is one]) for one in Severity]
    return [(name, items) for name, items in listed if items]
