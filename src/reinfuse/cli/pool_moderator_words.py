"""What a column explains, as sentences and a table, for a terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.cli.pool_moderator import Moderated
from reinfuse.cli.pool_result import Result
from reinfuse.cli.pool_words import number, span
from reinfuse.pooling import NotPooled
from reinfuse.pooling.inverse_variance import Pooled, Regressed

_NONE = "-"
Cells = tuple[str, ...]


def moderator_words(found: Moderated) -> Iterator[str]:
    """What was asked, what had no value, and the test."""
    cohorts = f"{found.k} cohort{'' if found.k == 1 else 's'}"
    yield (
        f"Does {found.column} explain it? {cohorts}, on the scale {found.effects.measure}."
        " Cohorts are few and columns many: this raises a question and settles none."
    )
    if found.without:
        yield f"Without a value: {', '.join(found.without)}."
    one = found.regressed
    if isinstance(one, Regressed):
        explained = "nothing to explain" if one.r2 is None else f"{one.r2:.0f} % of tau2 explained"
        yield f"{one.method}: {explained}, left I2 {one.i2:.0f} %."
    elif one is not None:
        yield f"Not answered: {one.why}; {one.fix}."
    if found.groups is None:
        return
    between = found.groups.between
    if isinstance(between, NotPooled):
        yield f"Groups are not compared: {between.why}; {between.fix}."
    else:
        yield f"Between groups: Q {between.q:.2f}, {between.df} df, p {between.p:.2g}."


def moderator_table(found: Moderated, result: Result) -> tuple[Cells, tuple[Cells, ...]]:
    """Headings and rows: coefficients, or the pooled number of each group; no row: no answer."""
    level = f"{100 * result.asked.level:g} %"
    if isinstance(found.regressed, Regressed):
        one = found.regressed
        columns = (one.b.tolist(), one.low.tolist(), one.high.tolist(), one.p.tolist())
        return ("coefficient", "per unit", level, "p"), tuple(
            (name, f"{b:.3g}", f"{low:.3g} to {high:.3g}", f"{p:.2g}")
            for name, b, low, high, p in zip(one.names, *columns, strict=True)
        )
    heads = (found.column, "cohorts", result.of, level, "why not")
    return heads, tuple(_group_rows(found, result))


def _group_rows(found: Moderated, result: Result) -> Iterator[Cells]:
    if found.groups is None:
        return
    for name, one, size in zip(found.groups.names, found.groups.pooled, found.sizes, strict=True):
        if isinstance(one, Pooled):
            middle, low, high = found.effects.back([one.b, one.low, one.high]).tolist()
            yield name, str(size), number(result, middle), span(result, low, high), ""
        else:
            yield name, str(size), _NONE, _NONE, one.why
