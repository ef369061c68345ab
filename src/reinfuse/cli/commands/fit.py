"""`reinfuse fit`: one curve for many patients, how they differ, and how sure that is."""

from __future__ import annotations

import math
import shlex
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import fill

from reinfuse import __version__
from reinfuse.cli.columns import columns, width
from reinfuse.cli.data_loading import LoadedData, in_a_line, load_data, tell_notes
from reinfuse.cli.model_checks import check_on_data
from reinfuse.cli.model_options import model_of, only_assays, with_factors
from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.parser import INTERRUPTED
from reinfuse.cli.plain import json_text
from reinfuse.cli.progress import say
from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.fit import Progress, Settings, fit_population
from reinfuse.estimation.population.kept import fit_as_plain
from reinfuse.estimation.population.model import PopulationModel
from reinfuse.estimation.population.result import NotFitted, Outcome, PopulationFit
from reinfuse.estimation.population.uncertainty import Method, Uncertainty, uncertainty_of
from reinfuse.exchange.course_file import write_whole

HEADS = ("parameter", "unit", "typical", "RSE", "between patients")
GO_ON = "the same command goes on from where it stopped"
WORDS = (
    "a model speaks as a model: typical values and spreads are of these patients under this curve",
    "-2LL counts every constant; the objective leaves out n ln(2 pi), as NONMEM prints it",
)


def run(options: Namespace) -> int:
    """Fit, print the table, keep what was asked for; 2 where nothing could be fitted."""
    read = [*options.data, *([options.model] if options.model else [])]
    check_outputs((options.output, options.page), read)
    model = model_of(options)
    loaded = only_assays(load_data(options.data, options), options.assay)
    model = with_factors(model, loaded.data)
    check_on_data(model, loaded.data, file=loaded.file)
    tell_notes(loaded.notes)
    fit = _fitted(loaded, model, options)
    if fit is None:
        return INTERRUPTED
    found = _errors(fit, options)
    say("")
    plain = fit_as_plain(fit, data_file=loaded.file, data_sha256=loaded.sha256, uncertainty=found)
    if options.output is not None:
        write_whole(options.output, json_text(plain) + "\n")
    if options.page is not None:
        _write_page(fit, loaded, found, options)
    if options.json:
        print(json_text(plain))
        return 0
    _print(fit, found)
    for path in (options.output, options.page):
        if path is not None:
            print(f"wrote {path} ({path.stat().st_size / 1000:.0f} kB)")
    return 0


def _fitted(loaded: LoadedData, model: PopulationModel, options: Namespace) -> PopulationFit | None:
    """The fit, or None where somebody stopped it and the same command can go on from there.

    Raises ReinfuseError where nothing could be fitted.
    """
    settings = Settings(precision=options.precision, chains=options.chains, starts=options.starts)
    keep = None if options.output is None else _unfinished(options.output)
    say("first steps; a model that is new here is compiled, which takes some seconds")
    try:
        fit = fit_population(
            loaded.data, model, seed=options.seed, settings=settings, watch=_tell, keep=keep
        )
    except KeyboardInterrupt:
        say("")
        if keep is None or not keep.is_file():
            raise
        print(f"reinfuse: interrupted; {GO_ON}", file=sys.stderr)
        return None
    say("")
    if isinstance(fit, NotFitted):
        raise ReinfuseError(fit.why, where=loaded.file, fix=fit.fix)
    return fit


def _unfinished(output: Path) -> Path:
    """Where an interrupted run waits until the same command is given again."""
    return output.with_name(f".{output.name}.unfinished")


def _tell(progress: Progress) -> None:
    left = progress.seconds_left
    after = "" if left is None or left < 1 else f", about {left:.0f} s left"
    say(f"{progress.doing}: {progress.done} of {progress.of}{after}")


def _errors(fit: PopulationFit, options: Namespace) -> Uncertainty | None:
    """How well the data fix each number, by the method that was asked for."""
    if options.errors == "none":
        return None
    say("standard errors")
    return uncertainty_of(fit, seed=options.seed, method=Method(options.errors))


def _print(fit: PopulationFit, found: Uncertainty | None) -> None:
    errors = {} if found is None else _by_name(found)
    counts = fit.problem.counts
    print(f"{counts['subjects']} patients, {counts['used']} of {counts['samples']} measurements")
    print(f"curve {fit.problem.model.curve.name}: {fit.problem.model.curve.title}")
    print(f"{fit.outcome}{_loose(fit)}\n")
    for line in columns(HEADS, _rows(fit, errors)):
        print(f"  {line}")
    said = fit.likelihood
    print()
    for words in (
        f"-2LL {said.minus_2ll:.2f} (Monte Carlo SE {said.se:.2f}, {said.draws} draws, worst "
        f"Pareto k {said.worst_shape:.2f}); objective {said.objective:.2f}",
        f"seed {fit.seed}, {fit.precision}, {fit.chains} chains; first segment with compilation "
        f"{fit.compile_seconds:.1f} s, rest {fit.run_seconds:.1f} s",
    ):
        print(fill(words, width(), initial_indent="  ", subsequent_indent="  "))
    for words in (*fit.notes, *_unsure(found), *WORDS):
        print(fill(words, width(), initial_indent="  - ", subsequent_indent="    "))


def _unsure(found: Uncertainty | None) -> list[str]:
    """What the data do not fix, and what else must be known of the standard errors."""
    if found is None:
        return []
    return [*(f"{one.name}: {one.why}" for one in found.loose), *found.notes]


def _by_name(found: Uncertainty) -> dict[str, float]:
    return dict(zip(found.names, (float(one) for one in found.standard_errors), strict=True))


def _loose(fit: PopulationFit) -> str:
    return f" ({', '.join(fit.loose)})" if fit.outcome is Outcome.LOOSE else ""


def _rows(fit: PopulationFit, errors: dict[str, float]) -> list[tuple[str, ...]]:
    units = {one.name: one.unit for one in fit.problem.model.curve.parameters}
    rows: list[tuple[str, ...]] = [
        (name, units.get(name, ""), f"{value:.4g}", _rse(value, errors.get(name)),
         _spread(fit.variances.get(name)))
        for name, value in fit.typical.items()
    ]  # fmt: skip
    rows += [(name, "", f"{value:.4g}", _rse(value, errors.get(name)), "")
             for name, value in fit.effects.items()]  # fmt: skip
    rows += [(f"residual {name}", "", f"{value:.4g}", _rse(value, errors.get(name)), "")
             for name, value in fit.residual.items()]  # fmt: skip
    return rows


def _rse(value: float, error: float | None) -> str:
    if error is None or value == 0:
        return ""
    return f"{100 * error / abs(value):.0f} %" if math.isfinite(error) else "not known"


def _spread(variance: float | None) -> str:
    return "" if variance is None else f"variance {variance:.3g}, SD {variance**0.5:.3g}"


def _write_page(
    fit: PopulationFit, loaded: LoadedData, found: Uncertainty | None, options: Namespace
) -> None:
    """The page, and beside it the table ready to paste."""
    from reinfuse.estimation.population.checking import check_fit
    from reinfuse.report import Provenance
    from reinfuse.report.fit_page import FitInputs, render_fit

    page: Path = options.page
    say("diagnostics")
    check = check_fit(fit, loaded.data, seed=fit.seed, certainty=found)
    say("drawing")
    curve = fit.problem.model.curve
    text = render_fit(
        FitInputs(
            title=f"{curve.title}: {fit.problem.counts['subjects']} patients",
            check=check,
            provenance=Provenance(
                version=__version__,
                file=loaded.file,
                sha256=loaded.sha256,
                command=_command(options),
                seed=fit.seed,
                made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            ),
            reading_notes=tuple(in_a_line(note) for note in loaded.notes),
        )
    )
    write_whole(page, text)
    say("")


def _command(options: Namespace) -> str:
    """What makes the page again, of files that lie beside it."""
    return shlex.join(["reinfuse", *(Path(word).name if "/" in word else word
                                     for word in options.typed)])  # fmt: skip
