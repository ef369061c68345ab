"""What single studies and small studies do to a pooled effect, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from reinfuse.cli.plain import Plain
from reinfuse.pooling import NotPooled
from reinfuse.pooling.effects import Effects
from reinfuse.pooling.inverse_variance import (
    Filled,
    Method,
    Pooled,
    SpreadInterval,
    baujat,
    begg,
    egger,
    influence,
    leave_one_out,
    pool,
    q_profile,
    trim_and_fill,
)

#: Beyond so many studies each is one of a crowd, and leaving out one after another takes long.
MOST_STUDIES = 200


def effects_plain(effects: Effects, method: Method, *, knapp_hartung: bool, level: float) -> Plain:
    """Effects with their variances, the pooled effect on its own scale, and every question of it.

    What could not be had is `{"why", "fix"}` in place of the number.
    """
    few = effects.k <= MOST_STUDIES
    return {
        "measure": str(effects.measure),
        "scale": str(effects.scale),
        "method": str(method),
        "knapp_hartung": knapp_hartung,
        "yi": effects.yi.tolist(),
        "vi": effects.vi.tolist(),
        "pooled": pooled_plain(pool(effects, method, knapp_hartung=knapp_hartung, level=level)),
        "spread": _spread(q_profile(effects, level=level)),
        "leave_one_out": [
            {"label": one.label, "pooled": pooled_plain(one.pooled)}
            for one in leave_one_out(effects, method, knapp_hartung=knapp_hartung, level=level)
        ]
        if few
        else _crowd(),
        "influence": _each(influence(effects, method)) if few else _crowd(),
        "baujat": _each(baujat(effects, method)) if few else _crowd(),
        "egger": values(egger(effects, method, knapp_hartung=knapp_hartung, level=level)),
        "begg": values(begg(effects)),
        "trim_and_fill": _filled(trim_and_fill(effects, method, level=level)),
    }


def pooled_plain(found: Pooled | NotPooled) -> Plain:
    """A pooled effect on the scale of its measure, or why there is none."""
    return values(found)


def values(found: object) -> Plain:
    """A frozen value of numbers and words as JSON holds it; what is infinite is null."""
    return {name: _plain(value) for name, value in asdict(found).items()}  # type: ignore[call-overload] # dataclasses only


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int) else str(value)


def _spread(found: SpreadInterval | NotPooled) -> Plain:
    return values(found)


def _each(found: Sequence[object] | NotPooled) -> list[Plain] | Plain:
    return values(found) if isinstance(found, NotPooled) else [values(one) for one in found]


def _filled(found: Filled | NotPooled) -> Plain:
    if isinstance(found, NotPooled):
        return values(found)
    return {
        "missing": found.missing,
        "side": str(found.side),
        "pooled": pooled_plain(found.pooled),
    }


def _crowd() -> Plain:
    return {
        "why": f"there are more than {MOST_STUDIES} studies",
        "fix": "narrow what is pooled, or call reinfuse.pooling.inverse_variance",
    }
