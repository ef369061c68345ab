"""What the section of a forecast is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reinfuse.estimation.mechanistic.result import MechanismFit
    from reinfuse.trials.forecast import Forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastInputs:
    """A forecast with the fit whose draws it replays, and the file of its options."""

    fit: MechanismFit
    result: Forecast
    options_file: str
    options_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoForecast:
    """Options were given, and nothing can be said of them; `why` says so."""

    why: str
