"""The sections of the page of a fit: words, tables and charts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from reinfuse.estimation.population.checking import FitCheck, Vpc
from reinfuse.estimation.population.importance import WORST_SHAPE
from reinfuse.report.charts.values import Drawable, Table
from reinfuse.report.fit_page.certainty import draw_correlation, draw_likelihood
from reinfuse.report.fit_page.errors import draw_npde
from reinfuse.report.fit_page.gof import draw_gof
from reinfuse.report.fit_page.individual import draw_individual
from reinfuse.report.fit_page.inputs import FitInputs
from reinfuse.report.fit_page.paths import draw_traces
from reinfuse.report.fit_page.spread import draw_covariates, draw_effects
from reinfuse.report.fit_page.visual import draw_vpc, vpc_title

PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSection:
    """One section: facts as a list, paragraphs, a table that is open, texts to copy, charts."""

    name: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    table: Table | None = None
    copies: tuple[tuple[str, str], ...] = ()
    charts: tuple[Drawable, ...] = field(default=())


def fit_sections(inputs: FitInputs) -> list[FitSection]:
    """All sections, in the order in which a fit is judged."""
    check = inputs.check
    return [
        _outcome(inputs),
        _parameters(check),
        FitSection(name="likelihood", title="Likelihood", facts=tuple(_likelihood(check)),
                   charts=(draw_likelihood(check),)),
        FitSection(name="convergence", title="Convergence", charts=(draw_traces(check),)),
        FitSection(name="goodness-of-fit", title="Goodness of fit", charts=(draw_gof(check),)),
        FitSection(name="individual-fits", title="Individual fits",
                   charts=tuple(draw_individual(check))),
        *vpc_sections(check.vpcs),
        FitSection(name="prediction-errors", title="Prediction errors",
                   charts=(draw_npde(check),)),
        FitSection(name="random-effects", title="Random effects",
                   charts=(draw_effects(check), draw_covariates(check))),
        FitSection(name="estimates", title="How estimates hang together",
                   charts=(draw_correlation(check),)),
    ]  # fmt: skip


def vpc_sections(vpcs: tuple[Vpc, ...]) -> list[FitSection]:
    """One section for each visual predictive check."""
    found = []
    for number, vpc in enumerate(vpcs, start=1):
        by = f" by {vpc.asked.by}" if vpc.asked.by else ""
        found.append(FitSection(name=f"vpc-{number}", title=f"{vpc_title(vpc)}{by}",
                                charts=tuple(draw_vpc(vpc, name=f"check-{number}"))))  # fmt: skip
    return found


def _outcome(inputs: FitInputs) -> FitSection:
    check = inputs.check
    fit, counts = check.fit, check.fit.problem.counts
    model = fit.problem.model
    limited = counts["below"] + counts["above"] + counts["between"]
    share = PERCENT * limited / max(counts["samples"], 1)
    facts = [
        ("Outcome", str(fit.outcome)),
        ("Not fixed by the data", ", ".join(fit.loose) or "no number was found loose"),
        ("Curve", f"{model.curve.title} ({model.curve.name}; {model.curve.source})"),
        ("Subjects", str(counts["subjects"])),
        ("Measurements", f"{counts['samples']}, of which {counts['used']} enter the likelihood"),
        ("Beyond a limit", f"{limited} ({share:.1f} %): {counts['below']} below,"
         f" {counts['above']} above, {counts['between']} between two; rule {model.censoring}"),
        ("Residual error", ", ".join(
            f"{label + ': ' if label and len(fit.problem.assays) > 1 else ''}{kind}"
            for label, kind in zip(fit.problem.assays, fit.problem.structure.residuals,
                                   strict=True))),
        ("Random effects", _varying(check)),
        ("How it was fitted", f"SAEM, {len(fit.trace)} rounds kept, {fit.chains} chains of each"
         f" subject, {fit.precision}, seed {fit.seed}; {fit.run_seconds:.1f} s and"
         f" {fit.compile_seconds:.1f} s of compiling"),
    ]  # fmt: skip
    references = ", ".join(f"{name} {value:g}" for name, value in fit.problem.references)
    if references:
        facts.append(("References of covariates", references))
    words = tuple(dict.fromkeys((*fit.notes, *fit.problem.notes, *check.design.notes,
                                 *inputs.reading_notes)))  # fmt: skip
    return FitSection(name="outcome", title="Outcome and data", facts=tuple(facts), words=words)


def _varying(check: FitCheck) -> str:
    structure = check.fit.problem.structure
    names = [structure.names[place] for place in structure.random]
    parts = [f"between patients: {', '.join(names) or 'none'}"]
    for block in structure.blocks:
        parts.append(f"correlated: {', '.join(names[one] for one in block)}")
    if structure.between:
        between = ", ".join(structure.names[place] for place in structure.between)
        parts.append(f"between infusions: {between}")
    return "; ".join(parts)


def _parameters(check: FitCheck) -> FitSection:
    table = check.table
    method = table.method or "none computed"
    words = [
        f"Standard errors: {method}. Typical values are at the references of the covariates. IIV"
        " is the variation between patients: the variance is on the scale named in its row, and"
        " CV % = 100 √(exp(variance) − 1) is given where that scale is ln. Shrinkage is 1 −"
        " SD(eta)/omega, and by variance 1 − var(eta)/omega².",
    ]
    words += [
        f"Epsilon shrinkage{f' of {one.assay}' if len(check.fit.problem.assays) > 1 else ''}:"
        f" {PERCENT * one.by_sd:.1f} % (1 − SD of IWRES, over {one.count} numbers)."
        for one in check.residual_shrinkage
    ]
    return FitSection(
        name="parameters",
        title="Parameters",
        words=tuple(words),
        table=Table(*table.used()),
        copies=(("Tab-separated, to paste into a spreadsheet", table.as_tsv()),
                ("Markdown", table.as_markdown())),
    )  # fmt: skip


def _likelihood(check: FitCheck) -> Iterator[tuple[str, str]]:
    likelihood = check.fit.likelihood
    shapes = np.where(np.isfinite(likelihood.shapes), likelihood.shapes, 0.0)
    bad = int((shapes > WORST_SHAPE).sum())
    yield "-2 ln L", f"{likelihood.minus_2ll:.3f} ± {likelihood.se:.3f} (Monte Carlo SD)"
    yield "Convention", "every constant counted"
    yield "Objective as NONMEM prints it", f"{likelihood.objective:.3f} (without n ln 2π)"
    numbers = _free_numbers(check)
    yield "Estimated numbers", str(numbers)
    yield "AIC", f"{likelihood.minus_2ll + 2 * numbers:.2f}"
    subjects = len(check.fit.problem.subjects)
    yield (
        "BIC",
        f"{likelihood.minus_2ll + math.log(subjects) * numbers:.2f} (ln of {subjects} subjects)",
    )
    yield "How", f"importance sampling, {likelihood.draws} draws for each subject"
    words = "all contributions can be trusted" if not bad else (
        f"{bad} subject{'s' if bad > 1 else ''} above {WORST_SHAPE:g}: the value and its error are"
        " not to be trusted"
    )  # fmt: skip
    yield "Largest Pareto k", f"{float(shapes.max()):.2f}; {words}"
    arrived = int(check.modes.arrived.sum())
    yield "Modes of random effects", f"found for {arrived} of {subjects} subjects"


def _free_numbers(check: FitCheck) -> int:
    structure, population = check.fit.problem.structure, check.fit.population
    pairs = sum(len(block) * (len(block) - 1) // 2 for block in structure.blocks)
    return (sum(structure.free) + len(structure.random) + pairs + len(structure.between)
            + len(population.residual))  # fmt: skip
