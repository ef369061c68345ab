"""The page of one pooled outcome, written to a file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

from reinfuse import __version__
from reinfuse.cli.pool_moderator_words import moderator_table, moderator_words
from reinfuse.cli.pool_result import Result
from reinfuse.cli.pool_words import compared_words
from reinfuse.exchange.course_file import write_whole
from reinfuse.pooling.inverse_variance import Method
from reinfuse.pooling.summary import Pooling
from reinfuse.report.charts.values import Table
from reinfuse.report.page.inputs import Provenance
from reinfuse.report.pool_page import MethodLine, PooledEffects, PoolInputs, PoolPart, render_pool
from reinfuse.report.pool_page.inputs import asked_of


def write_page(path: Path, result: Result, typed: Sequence[str], files: Sequence[Path]) -> None:
    """Draw the page and write it whole, or leave what was there.

    `typed` is the command; `files` are those of its words that stand for files, which the page
    names without their folders.
    """
    names = {str(one): one.name for one in files}
    page = render_pool(
        PoolInputs(
            title=result.outcome,
            pooled=_pooled(result),
            provenance=Provenance(
                version=__version__,
                file=result.table.file,
                sha256=result.table.sha256,
                command=f"reinfuse {shlex.join(names.get(word, word) for word in typed)}",
                seed=0,
                made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            ),
            studies=result.chosen,
            asked=(*asked_of(result.selection), *_further(result)),
            left_out=result.left_out,
            findings=(*result.findings, *result.table.refused),
            method=result.asked.method or Method.REML,
            parts=tuple(_parts(result)),
        )
    )
    write_whole(path, page)


def _pooled(result: Result) -> Pooling | PooledEffects:
    """Counts as they are, or effects where a measure or a method by inverse variance leads."""
    if result.pooling is not None and not (result.asked.by_inverse_variance and result.k > 1):
        return result.pooling
    assert result.effects is not None
    return PooledEffects(
        outcome=result.outcome,
        number=result.of,
        effects=result.effects,
        answers=tuple(
            MethodLine(**{one.name: getattr(row, one.name) for one in fields(MethodLine)})
            for row in result.rows
        ),
        level=result.asked.level,
        posteriors=result.posteriors,
        words=result.words,
        findings=result.effects.findings,
        counted=result.pooling,
    )


def _further(result: Result) -> Iterator[tuple[str, str]]:
    asked = result.asked
    if asked.with_recalled:
        yield "recalled numbers", "used too"
    if asked.measure is not None:
        yield "measure", str(asked.measure)
    if asked.method is not None:
        yield "method", f"{asked.method}{', Knapp-Hartung' if asked.knapp_hartung else ''}"
    if asked.priors is not None:
        used = [one.prior for one in result.posteriors] or asked.priors
        yield "priors", "; ".join(map(str, used))


def _parts(result: Result) -> Iterator[PoolPart]:
    if result.compared is not None:
        words = tuple(line.strip() for line in compared_words(result.compared, result.asked.level))
        yield PoolPart(name="compared", title="Set against a new cohort", words=words)
    if result.moderated is not None:
        heads, rows = moderator_table(result.moderated, result)
        yield PoolPart(
            name="moderator",
            title=f"By {result.moderated.column}",
            words=tuple(moderator_words(result.moderated)),
            table=Table(heads, rows) if rows else None,
        )
