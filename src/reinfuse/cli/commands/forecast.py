"""`reinfuse forecast`: options for one infusion, replayed on the same draws."""

from __future__ import annotations

import hashlib
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from reinfuse.cli.columns import columns, width
from reinfuse.cli.loading import Loaded, in_words, load
from reinfuse.cli.needed import ENGINE_AND_POPULATION, check_needed
from reinfuse.cli.outputs import check_folder
from reinfuse.cli.plain import document
from reinfuse.cli.progress import say
from reinfuse.cli.tidy import csv_text
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole

if TYPE_CHECKING:
    from reinfuse.estimation.mechanistic.result import MechanismFit
    from reinfuse.estimation.whitened.sampling import Progress
    from reinfuse.trials.forecast import Answer, Asked, Difference, Forecast, Forecasted
    from reinfuse.trials.forecast.questions import Ask, Question

_NEEDED = ("numpy", "scipy", "llvmlite")
_SOON_DAYS = 90.0  # of the months that tables by site show: the first after these, and the last
_SURELY, _HARDLY = 0.995, 0.005


def run(options: Namespace) -> int:
    """Fit, replay every option, print what came out; write it where a folder was named."""
    loaded = load(options.course)
    check_installed()
    asked = asked_of(options.options_file, loaded)
    check_folder(options.output)
    fit = fitted(loaded, options)
    result = forecast_of(loaded, fit, asked, options)
    text = _document(loaded, result, options)
    files = _written(options.output, text, result)
    if options.json:
        print(text)
        return 0
    for line in _lines(result, options, fit):
        print(line)
    for path in files:
        print(f"wrote {path} ({path.stat().st_size / 1000:.0f} kB)")
    return 0


def check_installed() -> None:
    """Raise ReinfuseError where what a fit needs is not there."""
    check_needed("forecast", _NEEDED, ENGINE_AND_POPULATION)


def asked_of(path: Path, loaded: Loaded) -> Asked:
    """The options of a file, or an error with all its problems."""
    from reinfuse.trials.forecast import read_options

    read = read_options(path, loaded.course)
    if read.asked is None:
        raise ReinfuseError(in_words(path, read.problems))
    return read.asked


def fitted(loaded: Loaded, options: Namespace) -> MechanismFit:
    """The course fitted, with progress."""
    import numpy as np

    from reinfuse.estimation.mechanistic.fit import fit_mechanism
    from reinfuse.estimation.mechanistic.result import NoFit

    say("reading the course")
    found = fit_mechanism(
        loaded.course, rng=np.random.default_rng(options.seed), seconds=float(options.seconds),
        clock=time.monotonic, watch=_say_fit,
    )  # fmt: skip
    say("")
    if isinstance(found, NoFit):
        missing = ", ".join(found.missing)
        fix = f"add {missing}" if missing else "raise --seconds, or see what `reinfuse check` says"
        raise ReinfuseError(f"no fit: {found.why}", where=loaded.file, fix=fix)
    return found


def _say_fit(progress: Progress) -> None:
    spent = "" if progress.seconds is None else f", {progress.seconds:.0f} s"
    worst = "" if progress.r_hat is None else f", R-hat {progress.r_hat:.2f}"
    say(f"fitting: {progress.stage}{spent}{worst}")


def forecast_of(loaded: Loaded, fit: MechanismFit, asked: Asked, options: Namespace) -> Forecast:
    """The options replayed, with progress."""
    import numpy as np

    from reinfuse.trials.forecast import forecast, replayed

    result = forecast(
        fit, asked, draws=options.draws, rng=np.random.default_rng([options.seed, 1]),
        transplanted=replayed(loaded.course, asked.infusion).transplanted,
        watch=lambda name, done, of: say(f"{name}: {done} of {of} draws"),
    )  # fmt: skip
    say("")
    return result


def _document(loaded: Loaded, result: Forecast, options: Namespace) -> str:
    from reinfuse.trials.forecast.plain import as_plain

    content = options.options_file.read_bytes()
    return document(
        loaded,
        options_file=options.options_file.name,
        options_sha256=hashlib.sha256(content).hexdigest(),
        seed=options.seed,
        **as_plain(result),
    )


def _written(folder: Path | None, text: str, result: Forecast) -> tuple[Path, ...]:
    if folder is None:
        return ()
    from reinfuse.trials.forecast.plain import COLUMNS, rows

    folder.mkdir(exist_ok=True)
    as_json, as_table = folder / "forecast.json", folder / "forecast.csv"
    write_whole(as_json, text + "\n")
    write_whole(as_table, csv_text(COLUMNS, rows(result)))
    return as_json, as_table


def _lines(result: Forecast, options: Namespace, fit: MechanismFit) -> Iterator[str]:
    drawn = "the prior" if result.prior_only else "the posterior"
    yield f"{result.label} ({result.infusion}) with other choices; {result.draws} draws of {drawn}"
    if result.prior_only:
        yield "PRIOR ONLY: nothing of this patient was measured; all of it is assumed"
    yield from _options(result)
    yield from _leukemia(result)
    yield from _cells_and_toxicity(result)
    yield from _differences(result)
    yield ""
    yield from _bullets((*_how(result, options), *result.words))
    for window in fit.windows:
        for head, words in (("taken for granted", window.assumed), ("not read", window.left_out)):
            if words:
                yield ""
                yield f"{window.label}, {head}"
                yield from _bullets(words)


def _how(result: Forecast, options: Namespace) -> Iterator[str]:
    if not any(result.fit in words for words in result.words):
        yield f"fit: {result.fit}"
    if result.draws + result.left_out < options.draws:
        yield f"the fit kept {result.draws + result.left_out} draws, fewer than were asked for"
    if result.left_out:
        yield f"{result.left_out} draws could not be solved in every option and are left out"
    off = result.precision
    yield (
        f"solved in 32 bits; against 64 bits, over {off.draws} draws of each option, a probability"
        f" is off by {off.probability:.1g} at most, a median by {off.quantity:.1g} of itself"
    )
    yield (
        "numbers are means (probabilities) or medians over draws, with their central 90 % in"
        " brackets; a range alone is of an uncalibrated index"
    )


def _options(result: Forecast) -> Iterator[str]:
    for option in result.options:
        reference = " (the reference)" if option.name == result.reference else ""
        yield ""
        yield f"{option.name}{reference}"
        if option.description != option.name:
            yield fill(option.description, width(), initial_indent="  ", subsequent_indent="  ")
        yield from _bullets(option.assumes)
        yield from _bullets(option.words)


def _leukemia(result: Forecast) -> Iterator[str]:
    from reinfuse.trials.forecast.questions import ANYWHERE, EVERYWHERE, Ask, moment

    times = [moment(day) for day in result.days]
    yield from _table(
        f"{Ask.UNSEEN}, {EVERYWHERE}, %", times, result,
        [_question(Ask.UNSEEN, EVERYWHERE, day) for day in result.days],
    )  # fmt: skip
    soon = next((day for day in result.days if day >= _SOON_DAYS), result.horizon)
    for ask in (Ask.UNSEEN, Ask.GONE):
        for day in dict.fromkeys((soon, result.horizon)):
            yield from _table(
                f"{ask}, {moment(day)}, %", [*result.sites, EVERYWHERE], result,
                [_question(ask, site, day) for site in (*result.sites, EVERYWHERE)],
            )  # fmt: skip
    end = moment(result.horizon)
    yield from _table(
        f"{Ask.BACK} after it was not, by {end}, %", [*result.sites, ANYWHERE], result,
        [_question(Ask.BACK, site, result.horizon) for site in (*result.sites, ANYWHERE)],
    )  # fmt: skip
    kinds = (Ask.BACK_POSITIVE, Ask.BACK_NEGATIVE, Ask.UNCLEARED)
    yield from _table(
        f"at {ANYWHERE}, by {end}, %", ["again, CD19-positive", "again, CD19-negative",
        str(Ask.UNCLEARED)], result, [_question(ask, ANYWHERE, result.horizon) for ask in kinds],
    )  # fmt: skip


def _cells_and_toxicity(result: Forecast) -> Iterator[str]:
    from reinfuse.trials.forecast.questions import Ask, moment

    yield from _table(
        "CRS and GVHD, %; the last two are uncalibrated ranges",
        ["CRS grade 2 or more", "CRS grade 3 or more", "acute GVHD by day 100"], result,
        [_question(ask) for ask in (Ask.CRS_2, Ask.CRS_3, Ask.GVHD)],
    )  # fmt: skip
    end = moment(result.horizon)
    yield from _table(
        f"B-cell aplasia, %; days within {result.horizon:.0f} after the option's own infusion",
        [f"at {moment(day)}" for day in result.days] + ["days"], result,
        [*(_question(Ask.APLASIA, None, day) for day in result.days), _question(Ask.APLASIA_DAYS)],
    )  # fmt: skip
    yield from _table(
        "CAR-T cells", ["peak, %", "peak, cells/uL", "day of peak", "last day >= 0.1 %",
        f">= 0.1 % at {end}, %"], result,
        [*(_question(ask) for ask in (Ask.CMAX, Ask.CMAX_PER_UL, Ask.TMAX, Ask.CAR_DAYS)),
         _question(Ask.CAR_SEEN, None, result.horizon)],
    )  # fmt: skip


def _differences(result: Forecast) -> Iterator[str]:
    from reinfuse.trials.forecast.compared import CANNOT_TELL
    from reinfuse.trials.forecast.questions import ANYWHERE, EVERYWHERE, Ask

    shown = [(Ask.UNSEEN, EVERYWHERE), (Ask.BACK, ANYWHERE), (Ask.CRS_2, None), (Ask.CMAX, None)]
    rows = [
        (option.name, str(each.question), _difference(each),
         "cannot tell" if each.words == CANNOT_TELL else each.words, _hangs_on(each))
        for option in result.options
        for each in option.differences
        if (each.question.ask, each.question.site) in shown
        and each.question.day in (None, result.horizon)
    ]  # fmt: skip
    if not rows:
        return
    yield ""
    yield f"Differences from: {result.reference} (percentage points, or the unit of the question)"
    heads = ("option", "question", "difference", "in the model", "hangs on (rank correlation)")
    yield from (f"  {line}" for line in columns(heads, rows))
    yield from _bullets(
        (
            f"cannot tell: {CANNOT_TELL}",
            "what a difference hangs on is assumed where it does not say informed",
        )
    )


def _difference(each: Difference) -> str:
    ends = f"{_number(each.question, each.low)} to {_number(each.question, each.high)}"
    return ends if each.middle is None else f"{_number(each.question, each.middle)} ({ends})"


def _hangs_on(each: Difference) -> str:
    return ", ".join(
        f"{one.name} {one.correlation:+.2f}{' (informed)' if one.informed else ''}"
        for one in each.drivers
    )


def _table(
    title: str, heads: Sequence[str], result: Forecast, asked: Sequence[Question]
) -> Iterator[str]:
    answers = {option.name: _by_question(option) for option in result.options}
    rows = [(name, *(_shown(found[question]) for question in asked))
            for name, found in answers.items()]  # fmt: skip
    yield ""
    yield f"{title[0].upper()}{title[1:]}"
    yield from (f"  {line}" for line in columns(("option", *heads), rows))


def _question(ask: Ask, site: str | None = None, day: float | None = None) -> Question:
    from reinfuse.trials.forecast.questions import Question

    return Question(ask=ask, site=site, day=day)


def _by_question(option: Forecasted) -> dict[Question, Answer]:
    return {answer.question: answer for answer in option.answers}


def _shown(answer: Answer) -> str:
    if answer.low is None or answer.high is None:
        return "-"
    low, high = (_number(answer.question, end) for end in (answer.low, answer.high))
    if answer.most is not None and answer.high >= answer.most:
        high = f"{high} or more"
    if answer.middle is None:
        return f"{low} to {high}"
    return f"{_number(answer.question, answer.middle)} ({low} to {high})"


def _number(question: Question, value: float) -> str:
    """Whole per cent of a probability, three digits of a quantity."""
    if question.unit != "1":
        return f"{value:.3g}"
    if 0 < abs(value) < _HARDLY:
        return "<1" if value > 0 else ">-1"
    if _SURELY < value < 1:
        return ">99"
    return f"{100 * value:.0f}"


def _bullets(sentences: Iterable[str]) -> Iterator[str]:
    for words in sentences:
        yield fill(words, width(), initial_indent="  - ", subsequent_indent="    ")
