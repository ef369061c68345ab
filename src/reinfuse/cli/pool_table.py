"""One pooled outcome as text for a terminal: the answer first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from reinfuse.cli.columns import columns, width
from reinfuse.cli.evidence_reading import SHIPPED, finding_line, shown
from reinfuse.cli.evidence_table import counted
from reinfuse.cli.notice import NOTICE
from reinfuse.cli.pool_moderator import Moderated
from reinfuse.cli.pool_moderator_words import moderator_table, moderator_words
from reinfuse.cli.pool_result import Result
from reinfuse.cli.pool_words import (
    answer_words,
    compared_words,
    number,
    span,
    spread_words,
)
from reinfuse.pooling.summary import FEW_STUDIES

_NONE = "-"


def lines(result: Result) -> Iterator[str]:
    """The answer, methods, comparison, moderator, studies, rows left out, findings."""
    for line in _lines(result):
        yield shown(line)


def _lines(result: Result) -> Iterator[str]:
    yield from _wrapped(answer_words(result))
    for word in result.words:
        yield from _wrapped(word)
    yield from _asked(result)
    yield from _methods(result)
    if result.compared is not None:
        yield ""
        for line in compared_words(result.compared, result.asked.level):
            yield from _wrapped(line)
    if result.moderated is not None:
        yield ""
        yield from _moderator(result.moderated, result)
    yield ""
    yield from _studies(result)
    yield from _left_out(result)
    if result.findings:
        yield ""
        for finding in result.findings:
            yield from _wrapped(finding_line(finding))
    yield ""
    yield NOTICE


def _asked(result: Result) -> Iterator[str]:
    asked = result.asked
    parts = [f"{name.replace('_', ' ')} {' or '.join(words)}"
             for name, words in asked.narrowed.items()]  # fmt: skip
    if asked.mixing:
        parts.append(f"mixing {', '.join(asked.mixing)}")
    if asked.with_recalled:
        parts.append("recalled numbers too")
    table = "the shipped table" if result.table.file == SHIPPED else result.table.file
    yield from _wrapped(f"From {table}{': ' if parts else ''}{'; '.join(parts)}.")


def _methods(result: Result) -> Iterator[str]:
    if not result.rows:
        return
    yield ""
    level = f"{100 * result.asked.level:g} %"
    rows = [
        (
            one.method,
            number(result, one.estimate),
            span(result, one.low, one.high),
            span(result, one.predicted_low, one.predicted_high),
            _NONE if one.tau is None else f"{one.tau:.2f}",
        )
        for one in result.rows
    ]
    yield from columns(("method", result.of, level, f"new cohort, {level}", "tau"), rows)
    for one in result.rows:
        if one.why:
            yield from _wrapped(f"{one.method}: {one.why}; {one.fix}.")
    for sentence in spread_words(result):
        yield from _wrapped(sentence)
    if result.k <= FEW_STUDIES:
        of_rates = () if result.pooling is None else result.pooling.posteriors
        priors = [*(one.prior for one in of_rates), *(one.prior for one in result.posteriors)]
        for prior in priors:
            yield from _wrapped(f"prior {prior}")


def _moderator(found: Moderated, result: Result) -> Iterator[str]:
    for word in moderator_words(found):
        yield from _wrapped(word)
    heads, rows = moderator_table(found, result)
    if rows:
        yield from columns(heads, rows)


def _studies(result: Result) -> Iterator[str]:
    level = f"{100 * result.asked.level:g} %"
    heads: tuple[str, ...] = ("row", "cohort", "x/n", f"{level}, exact")
    if result.pooling is not None:
        shrunken = result.pooling.shrunken
        rows = []
        for place, study in enumerate(result.chosen):
            exact = result.pooling.exact[place]
            cells = [study.id, study.label, counted(study), span(result, exact.low, exact.high)]
            if shrunken:
                cells.append(number(result, shrunken[place].quantile(0.5)))
            rows.append((*cells, study.source.cite, str(study.source.standing)))
        if shrunken:
            heads = (*heads, "drawn to the middle")
    else:
        assert result.effects is not None
        heads = ("row", "cohort", result.of, level)
        rows = [
            (study.id, study.label, number(result, middle), span(result, low, high),
             study.source.cite, str(study.source.standing))
            for study, (middle, low, high) in zip(result.chosen, own_limits(result), strict=True)
        ]  # fmt: skip
    yield from columns((*heads, "source", "standing"), rows)


def own_limits(result: Result) -> list[list[float]]:
    """Each study's own effect with its limits, on the scale that a reader knows."""
    from statistics import NormalDist

    effects = result.effects
    assert effects is not None
    reach = NormalDist().inv_cdf((1 + result.asked.level) / 2) * effects.vi**0.5
    sides = (effects.yi, effects.yi - reach, effects.yi + reach)
    found: list[list[float]] = effects.back(sides).T.tolist()
    return found


def _left_out(result: Result) -> Iterator[str]:
    if not result.left_out:
        return
    yield ""
    why: dict[str, list[str]] = {}
    for one in result.left_out:
        why.setdefault(one.why, []).append(f"{one.study.id} ({counted(one.study)})")
    rows = [(reason, ", ".join(named)) for reason, named in why.items()]
    yield from columns(("left out, because", "rows"), rows)


def _wrapped(text: str) -> Iterable[str]:
    return wrap(text, width(), subsequent_indent="  " if text.startswith("  ") else "")
