"""What a schedule shall tell of a patient: persistence, exposure, the peak, or a parameter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.posterior.known_population import KnownPopulation

PERSISTENCE, AUC, CMAX = "persistence", "auc", "cmax"
EXPOSURE_DAYS = 28.0
# Times at which curves are looked at, from this day on.
FIRST_DAY, LOOKS = 0.25, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for; `words` say it, with the scale on which its spread is told."""

    name: str
    words: str


def asked_for(known: KnownPopulation, about: str, limit: float | None, horizon: float) -> Asked:
    """What `about` means; raises ReinfuseError for a name that is nothing, or no limit."""
    if about == PERSISTENCE:
        if limit is None:
            raise ReinfuseError(
                "persistence needs a limit below which cells count as lost",
                fix="give the assay's limit, in the unit of the levels",
            )
        return Asked(
            name=about,
            words=f"ln of the day on which the level falls below {limit:g} for good (at most day "
            f"{horizon:g})",
        )
    if about == AUC:
        return Asked(name=about, words=f"ln of the exposure from day 0 to {EXPOSURE_DAYS:g}")
    names = known.model.curve.names
    if about in names:
        scale = known.model.curve.parameter(about).scale
        return Asked(name=about, words=f"parameter {about} on its scale of estimation ({scale})")
    if about == CMAX:
        return Asked(name=about, words="ln of the highest level")
    raise ReinfuseError(
        f"{about!r} is nothing that can be asked for",
        fix=f"ask for {', '.join(dict.fromkeys([PERSISTENCE, AUC, CMAX, *names]))}",
    )


def looks(horizon: float) -> np.ndarray:
    """The times at which curves are looked at, evenly on the logarithm."""
    return np.geomspace(FIRST_DAY, horizon, LOOKS)


def persistence(times: np.ndarray, logs: np.ndarray, limit: float) -> np.ndarray:
    """ln of the last time at or above the limit, of each column of `"times draws"`.

    The first time where a curve never gets there, the last where it never falls.
    """
    above = logs >= np.log(limit)
    last = np.where(above.any(0), len(times) - 1 - above[::-1].argmax(0), 0)
    after = np.minimum(last + 1, len(times) - 1)
    columns = np.arange(logs.shape[1])
    now, then = logs[last, columns], logs[after, columns]
    share = np.where(now > then, (now - np.log(limit)) / np.where(now > then, now - then, 1.0), 0.0)
    grid = np.log(times)
    return grid[last] + np.clip(share, 0.0, 1.0) * (grid[after] - grid[last])


def exposure(times: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """ln of the area under each column up to `EXPOSURE_DAYS`, by trapezoids."""
    mine = times <= EXPOSURE_DAYS
    return np.log(np.trapezoid(np.exp(logs[mine]), times[mine], axis=0))
