"""Which causes leave a sign inside graft-versus-host disease."""

from __future__ import annotations

import re
from dataclasses import replace

from reinfuse.record.chart import Chart, Mark

_GVHD = re.compile(r"\b(a?c?GVHD|graft[- ](versus|vs\.?|against)[- ]host|unknown)\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(not|no|non|without)\b", re.IGNORECASE)
# What the rules take for a cause that is not their own.
_ANOTHER = "another cause"


def is_gvhd(cause: str | None) -> bool:
    """Whether a sign with this cause counts; no cause stated does, and so does a mixed one."""
    return cause is None or (_GVHD.search(cause) is not None and _DENIED.search(cause) is None)


def blamed_on_gvhd(chart: Chart, *, whatever_the_cause: tuple[str, ...] = ()) -> Chart:
    """The chart with each cause put as the rules ask it: GVHD, or another cause.

    Items in `whatever_the_cause` count even where somebody put them down to something else.
    """

    def seen(mark: Mark) -> Mark:
        own = mark.item in whatever_the_cause or is_gvhd(mark.attributed_to)
        return replace(mark, attributed_to=None if own else _ANOTHER)

    return Chart(chart.subject, tuple(map(seen, chart.marks)))
