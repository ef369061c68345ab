"""Populations that were published: typical values and spread between patients, with their standing.

Stein 2019 prints one number per parameter for the spread between patients. One public port
enters it as a variance of the logarithm, another as a standard deviation, and the paper was not
at hand. Both readings are kept by name. **The default is the variance**, because it is the one
that gives the spread that was seen. Patients drawn under each reading, sampled on days 1, 3, 7,
11, 14, 17, 21 and 28 with the printed residual and a limit of 50 copies/ug, have

    geometric CV of            as variances    as standard deviations    label of tisagenlecleucel
    the highest level              147 %               109 %                     154 to 155 %
    the area, day 0 to 28          161 %               116 %                     178 %

The label counts responders of the same two trials, so that its spread is, if anything, too small
for all patients; it is recalled and not read. What speaks the other way: Monolix, in which the
model was fitted, prints standard deviations unless told otherwise (recalled), and the residual
of the same table is one; and times of the peak between 2 and 41 days in 79 patients, which
variances imply, are wider than the 5.7 to 28 days of the label, though sampling days hide most
of that. The number of copies at the start decides nothing: it lies below the limit either way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from reinfuse.errors import ReinfuseError
from reinfuse.kinetics.curves import OGASAWARA, STEIN, STEIN_TREATED, Curve
from reinfuse.source import Source

_LN_2 = math.log(2.0)


class SpreadReading(StrEnum):
    """How the random effects printed by Stein 2019 are read; public ports disagree."""

    VARIANCES = "as variances of the logarithm"
    DEVIATIONS = "as standard deviations of the logarithm"
    WIDER = "for each parameter, the reading that gives the wider spread"


@dataclass(frozen=True, slots=True)
class NotPublished:
    """A number that the source does not give, and what to do without it."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedParameter:
    """One parameter: its typical value, and the number printed for its spread between patients.

    `printed_spread` is on the scale of the curve's parameter, a variance or a standard deviation
    by the reading; `interval` is the published 95 % confidence interval of the typical value.
    """

    name: str
    typical: float | NotPublished
    printed_spread: float | NotPublished
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPopulation:
    """A population as it was published; `residual_sd` is that of the logarithm of a level."""

    name: str
    curve: Curve
    parameters: tuple[PublishedParameter, ...]
    residual_sd: float | NotPublished
    patients: int
    level_unit: str
    source: Source
    reading: SpreadReading
    note: str

    def parameter(self, name: str) -> PublishedParameter:
        """The row of that name; KeyError where there is none."""
        for one in self.parameters:
            if one.name == name:
                return one
        raise KeyError(name)

    def typical(self) -> Mapping[str, float | NotPublished]:
        """Typical values in the units of the curve."""
        return {one.name: one.typical for one in self.parameters}

    def spread(self, reading: SpreadReading | None = None) -> Mapping[str, float | NotPublished]:
        """Standard deviations between patients, on the scale of each of the curve's parameters."""
        asked = reading or self.reading
        return {
            one.name: one.printed_spread
            if isinstance(one.printed_spread, NotPublished)
            else read_spread(one.printed_spread, asked)
            for one in self.parameters
        }


def read_spread(printed: float, reading: SpreadReading) -> float:
    """The standard deviation that a printed random effect means under one reading."""
    match reading:
        case SpreadReading.VARIANCES:
            return math.sqrt(printed)
        case SpreadReading.DEVIATIONS:
            return printed
        case SpreadReading.WIDER:
            return max(printed, math.sqrt(printed))


def _row(
    name: str,
    typical: float | NotPublished,
    spread: float | NotPublished,
    interval: tuple[float, float] | None = None,
) -> PublishedParameter:
    return PublishedParameter(name=name, typical=typical, printed_spread=spread, interval=interval)


_STEIN_ROWS = (
    _row("fold", 3900.0, 2.4),
    _row("tmax", 9.3, 0.38),
    _row("cmax", 24000.0, 0.65),
    _row("alpha", 0.16, 0.91),
    _row("fb", 0.0079, 0.80),
    _row("beta", 0.0032, 0.86),
)
_NO_SPREAD = NotPublished("no spread of this factor is printed: hold it the same for all")

STEIN_POPULATION = PublishedPopulation(
    name="stein-2019",
    curve=STEIN,
    parameters=_STEIN_ROWS,
    residual_sd=0.56,
    patients=90,
    level_unit="{copies}/ug",
    source=STEIN.source,
    reading=SpreadReading.VARIANCES,
    note="Tisagenlecleucel, children and young adults with B-ALL, transgene by qPCR. Random "
    "effects were log-normal; for fb the curve here takes the logit, which at 0.8 % is the "
    "same. No covariate was kept.",
)
STEIN_TREATED_POPULATION = PublishedPopulation(
    name="stein-2019-treated",
    curve=STEIN_TREATED,
    parameters=(*_STEIN_ROWS, _row("ftoci", 1.2, _NO_SPREAD), _row("fster", 1.0, _NO_SPREAD)),
    residual_sd=0.56,
    patients=90,
    level_unit="{copies}/ug",
    source=STEIN.source,
    reading=SpreadReading.VARIANCES,
    note="The same, with the factors by which tocilizumab and steroids multiply growth. The "
    "authors concluded that neither changed it.",
)

_NO_OGASAWARA = NotPublished("not in the abstract, which is all that was read")

OGASAWARA_POPULATION = PublishedPopulation(
    name="ogasawara-2021",
    curve=OGASAWARA,
    parameters=(
        _row("lag", 3.27, _NO_OGASAWARA, (2.71, 3.97)),
        _row("doubling", 0.755, _NO_OGASAWARA, (0.667, 0.821)),
        _row("tmax", 9.29, _NO_OGASAWARA, (8.81, 9.70)),
        _row("cmax", _NO_OGASAWARA, _NO_OGASAWARA),
        _row("alpha", _LN_2 / 5.00, _NO_OGASAWARA, (_LN_2 / 5.90, _LN_2 / 4.15)),
        _row("fb", _NO_OGASAWARA, _NO_OGASAWARA),
        _row("beta", _LN_2 / 352.0, _NO_OGASAWARA, (_LN_2 / 647.0, _LN_2 / 241.0)),
    ),
    residual_sd=_NO_OGASAWARA,
    patients=261,
    level_unit="{copies}/ug",
    source=OGASAWARA.source,
    reading=SpreadReading.VARIANCES,
    note="Lisocabtagene maraleucel, adults with large B-cell lymphoma, transgene by qPCR. Rates "
    "are ln 2 over the published half-lives. The spread between patients is not published in "
    "what was read: this is no prior of a patient until one is given.",
)

POPULATIONS: Mapping[str, PublishedPopulation] = MappingProxyType(
    {one.name: one for one in (STEIN_POPULATION, STEIN_TREATED_POPULATION, OGASAWARA_POPULATION)}
)


def find_population(name: str) -> PublishedPopulation:
    """The published population of this name; raises ReinfuseError with all names."""
    wanted = name.strip().casefold()
    if wanted in POPULATIONS:
        return POPULATIONS[wanted]
    raise ReinfuseError(
        f"no published population is called {name!r}", fix=f"there are {', '.join(POPULATIONS)}"
    )
