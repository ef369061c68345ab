"""`reinfuse calibrate`: the mechanism against published targets, and what they say of it."""

from __future__ import annotations

import os
from argparse import Namespace
from importlib import import_module
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, cast

from reinfuse import __version__
from reinfuse.cli.columns import columns, width
from reinfuse.cli.needed import ENGINE_AND_POPULATION, check_needed
from reinfuse.cli.notice import NOTICE
from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.plain import json_text
from reinfuse.cli.progress import say
from reinfuse.errors import ReinfuseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reinfuse.evidence import Target
    from reinfuse.trials.calibration import CalibrationResult, Compared, Learned, Prediction, Size

_NEEDED = ("numpy", "scipy", "llvmlite")
TARGETS = ("target", "endpoint", "published", "prior", "hit", "calibrated", "hit")
UNKNOWNS = ("unknown", "ships as", "prior", "calibrated", "contraction", "suggested")
TALLIES = ("population", "hits", "at its values", "covered", "contraction", "by chance", "one rate")


def run(options: Namespace) -> int:
    """Calibrate, print both tables, write the page if one was named."""
    read = [options.targets] if options.targets else []
    check_outputs([options.output], read)
    check_needed("calibrate", _NEEDED, ENGINE_AND_POPULATION)
    draw = None if options.output is None else _renderer()
    targets = _targets(options.targets)
    files = _unfinished(options.output)
    result = _calibrated(targets, options, files)
    if draw is not None:
        from reinfuse.exchange.course_file import write_whole

        write_whole(options.output, draw(result))
    for path in files or ():
        path.unlink(missing_ok=True)
    if options.json:
        print(json_text(_plain(result, options)))
        return 0
    for line in lines_of(result):
        print(line)
    if options.output is not None:
        print(f"wrote {options.output} ({options.output.stat().st_size / 1000:.0f} kB)")
    return 0


def _renderer() -> Callable[[CalibrationResult], str]:
    """What draws the page, asked for before anything is computed."""
    try:
        drawn = import_module("reinfuse.report").render_calibration
    except (ImportError, AttributeError) as error:
        raise ReinfuseError(
            "no page of a calibration can be drawn here",
            fix="leave out -o and read the table, or take --json; the extra `report` draws pages",
        ) from error
    return cast("Callable[[CalibrationResult], str]", drawn)


def _targets(path: Path | None) -> tuple[Target, ...]:
    from reinfuse.evidence import read_targets

    targets, found = read_targets(path)
    # A table of one's own may have as many of each role as it likes.
    findings = [one for one in found if path is None or one.rule != "role-counts"]
    if findings:
        raise ReinfuseError(
            "; ".join(f"{one.where}: {one.what}" for one in findings),
            fix="correct the table of targets",
        )
    return targets


def _unfinished(output: Path | None) -> tuple[Path, Path] | None:
    """Where an interrupted run waits until the same command is given again; None for nowhere."""
    output = output or Path("calibration")
    if not os.access(output.parent, os.W_OK):
        return None
    first, second = (output.with_name(f".{output.name}.{one}.unfinished") for one in "ab")
    return first, second


def _size(options: Namespace) -> Size:
    from reinfuse.trials.calibration import Rounds, Size

    draws = options.draws
    half = max(1, draws // 2)
    return Size(
        patients=options.patients, rounds=Rounds(prior=draws, draws=half), kept=half,
        central=4 * options.patients,
    )  # fmt: skip


def _calibrated(
    targets: Sequence[Target], options: Namespace, files: tuple[Path, Path] | None
) -> CalibrationResult:
    from reinfuse.trials.calibration import run_calibration

    say("compiling the model")
    result = run_calibration(
        targets, seed=options.seed, size=_size(options), held_out=options.held_out, keep=files,
        watch=lambda doing, done, of: say(f"{doing}: {done} of {of}"),
    )  # fmt: skip
    say("")
    return result


def _plain(result: CalibrationResult, options: Namespace) -> dict[str, object]:
    from reinfuse.trials.calibration import result_as_plain

    return {
        "reinfuse": __version__,
        "kind": "calibration",
        "targets": options.targets.name if options.targets else "shipped",
        "notice": NOTICE,
        **result_as_plain(result),
    }


def lines_of(result: CalibrationResult) -> Iterator[str]:
    """The result as text for a terminal."""
    from reinfuse.evidence import Role

    yield (
        f"{result.patients} virtual patients for each target and value, {result.drawn} values"
        f" tried, {result.kept} kept that count as {result.ess:.0f}; seed {result.seed}"
    )
    if not result.trusted:
        yield "The calibration rests on too few values to be trusted: raise --draws."
    yield ""
    yield "Targets to calibrate (what the calibrated model says of them is no test)"
    yield from _table([one for one in result.calibrated_on if one.target.role is not Role.SEEN])
    yield ""
    if seen := [one for one in result.calibrated_on if one.target.role is Role.SEEN]:
        yield "Targets held out in an earlier round: their outcome is known, and they calibrate too"
        yield from _table(seen)
        yield ""
    if result.held_out is None:
        yield "Targets held out were not simulated; --held-out scores them."
    else:
        yield "Targets held out"
        yield from _table(result.held_out)
    yield ""
    yield from _tallies(result)
    yield ""
    yield "Values of our own (90 % intervals; contraction is posterior over prior SD)"
    yield from columns(UNKNOWNS, [_unknown(one, result) for one in result.learned])
    yield ""
    for words in (*_misses(result), *result.chosen, *result.words):
        yield fill(words, width(), initial_indent="  - ", subsequent_indent="    ")


def _table(all_: Sequence[Compared]) -> Iterator[str]:
    rows = [
        (
            one.target.id, _asked(one.target), _published(one.target),
            _predicted(one.target, one.prior), _hit(one.prior),
            _predicted(one.target, one.calibrated), _hit(one.calibrated),
        )
        for one in all_
    ]  # fmt: skip
    yield from columns(TARGETS, rows)


def _asked(target: Target) -> str:
    study = target.study
    more = [study.scale, study.costimulation, study.age_group, target.told("origin")]
    return ", ".join([f"{target.endpoint} by day {target.by_day}", *(one for one in more if one)])


def _published(target: Target) -> str:
    from reinfuse.trials.calibration import interval_shown, shown

    count = "" if target.published else f"{target.events}/{target.n} = "
    return f"{count}{shown(target, target.observed)} ({interval_shown(target, target.interval)})"


def _predicted(target: Target, one: Prediction) -> str:
    from reinfuse.trials.calibration import Population, interval_shown, shown

    if one.score is None:
        return "none"
    mean = shown(target, one.score.middle)
    where = "ships" if one.population is Population.PRIOR else "suggested"
    at = "none" if one.central is None else shown(target, one.central)
    score = (
        f"{100 * one.score.interval_score:.0f}"
        if target.published is None
        else f"{one.score.interval_score:.1f}"
    )
    return f"{mean} ({interval_shown(target, one.score.predicted)}), {where} {at}, score {score}"


def _hit(one: Prediction) -> str:
    covered = one.score is not None and one.score.covered
    return ("hit" if one.hit else "miss") + ("" if covered else ", not covered")


def _tallies(result: CalibrationResult) -> Iterator[str]:
    rows = []
    for one in result.tallies:
        tally = one.tally
        of = tally.targets + one.silent
        rows.append((
            f"{tally.role}, {one.population}", f"{tally.hits} of {of}",
            f"{one.central_hits} of {of}", f"{tally.covered} of {of}", f"{one.contraction:.2f}",
            f"{tally.by_chance:.1f} of {tally.rates}", f"{tally.by_one_rate} of {tally.rates}",
        ))  # fmt: skip
    yield from columns(TALLIES, rows)


def _unknown(one: Learned, result: CalibrationResult) -> tuple[str, ...]:
    def spread(three: tuple[float, float, float]) -> str:
        low, middle, high = three
        return f"{middle:.2g} ({low:.2g} to {high:.2g})"

    if not one.targets:
        return (one.unknown.name, f"{one.unknown.shipped:.3g}", spread(one.prior), "no target",
                f"{one.contraction:.2f}", "")  # fmt: skip
    told = result.trusted and one.informed and one.suggested is not None
    suggested = f"{one.suggested:.3g}" if told else ""
    return (
        one.unknown.name, f"{one.unknown.shipped:.3g}", spread(one.prior), spread(one.posterior),
        f"{one.contraction:.2f}", suggested,
    )  # fmt: skip


def _misses(result: CalibrationResult) -> Iterator[str]:
    for one in (*result.calibrated_on, *(result.held_out or ())):
        for words in one.said:
            yield f"{one.target.id}: {words}"
        for why in one.explained:
            yield f"{one.target.id}: {why.words} (written {why.written.isoformat()}, after a run)"
