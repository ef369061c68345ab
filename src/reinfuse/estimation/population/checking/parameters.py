"""The table of a fit's parameters, with what is usually asked of it, ready to be pasted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from reinfuse.estimation.population.checking.effects import Shrinkage
from reinfuse.estimation.population.model import Residual
from reinfuse.estimation.population.result import PopulationFit, residual_names
from reinfuse.kinetics.curves import Scale

PERCENT = 100.0
NOT_COMPUTED = "not computed"
NOT_FIXED = "not fixed by the data"
HELD = "held"
HEADERS = (
    "Parameter", "Unit", "Estimate", "RSE %", "95 % CI", "IIV CV %", "IIV SD", "IIV variance",
    "RSE % of IIV variance", "Scale of IIV", "IOV CV %", "IOV variance", "Shrinkage % (SD)",
    "Shrinkage % (variance)",
)  # fmt: skip
RESIDUAL_WORDS: Mapping[Residual, Mapping[str, str]] = {
    Residual.ADDITIVE: {"a": "SD, additive"},
    Residual.PROPORTIONAL: {"b": "SD as a share of the prediction"},
    Residual.COMBINED: {"a": "SD, additive part", "b": "SD as a share of the prediction"},
    Residual.LOG_NORMAL: {"a": "SD of the natural logarithm"},
    Residual.STUDENT: {"a": "scale of Student's t, 4 degrees of freedom"},
    Residual.LOG_STUDENT: {"a": "scale of Student's t of the logarithm, 4 degrees of freedom"},
}


# What standard errors are made from, as a reader knows it.
_METHODS: Mapping[str, str] = {
    "louis": "observed information, by Louis' formula",
    "scores": "cross products of the subjects' scores",
    "sandwich": "sandwich of information and scores",
    "bootstrap": "bootstrap of subjects",
    "sir": "sampling importance resampling",
}


class Certainty(Protocol):
    """How well the data fix each number, all in natural units in the order of `names`."""

    @property
    def method(self) -> str:
        """What the standard errors were made from."""

    @property
    def names(self) -> tuple[str, ...]:
        """Such as `cmax`, `var cmax`, `cov cmax tmax`, `var between infusions cmax`, `a`."""

    @property
    def estimates(self) -> np.ndarray:
        """The numbers."""

    @property
    def standard_errors(self) -> np.ndarray:
        """Infinite where the data do not fix a number."""

    @property
    def correlation(self) -> np.ndarray:
        """Of the estimates."""

    @property
    def condition(self) -> float:
        """Largest over smallest eigenvalue of the correlations."""

    @property
    def intervals(self) -> np.ndarray:
        """95 %, `"numbers 2"`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """One line of the table; numbers as text, empty where a column does not apply."""

    name: str
    unit: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterTable:
    """The whole table: parameters, then covariate effects, correlations and residual sizes."""

    rows: tuple[ParameterRow, ...]
    method: str

    def lines(self) -> list[tuple[str, ...]]:
        """Every row as cells, in the order of HEADERS."""
        return [(row.name, row.unit, *row.cells) for row in self.rows]

    def used(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Headings and rows without the columns that are empty in every row."""
        lines = self.lines()
        kept = [place for place in range(len(HEADERS)) if any(line[place] for line in lines)]
        return tuple(HEADERS[place] for place in kept), tuple(
            tuple(line[place] for place in kept) for line in lines
        )

    def as_tsv(self) -> str:
        """Tab-separated text with a line of headings."""
        headers, lines = self.used()
        return "".join("\t".join(line) + "\n" for line in (headers, *lines))

    def as_markdown(self) -> str:
        """A Markdown table."""
        headers, rows = self.used()
        lines = [headers, ("---",) * len(headers), *rows]
        return "".join(
            f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n"
            for line in lines
        )


def parameter_table(
    fit: PopulationFit,
    certainty: Certainty | None = None,
    shrinkage: Sequence[Shrinkage] = (),
) -> ParameterTable:
    """The table of a fit; without `certainty` standard errors are said to be not computed."""
    writer = _Writer(fit, certainty, {one.parameter: one for one in shrinkage})
    return ParameterTable(
        rows=(*writer.parameters(), *writer.effects(), *writer.correlations(), *writer.residuals()),
        method="" if certainty is None else _METHODS.get(certainty.method, certainty.method),
    )


def variation_percent(variance: float) -> float:
    """The coefficient of variation, in per cent, of a log-normal with this variance of ln."""
    return PERCENT * math.sqrt(math.expm1(min(variance, 700.0)))  # above it leaves the numbers


class _Writer:
    """What the rows are written from."""

    def __init__(
        self, fit: PopulationFit, certainty: Certainty | None, shrinkage: dict[str, Shrinkage]
    ) -> None:
        self.fit, self.certainty, self.shrinkage = fit, certainty, shrinkage
        self.structure = fit.problem.structure
        names = certainty.names if certainty is not None else ()
        self.place = {name: number for number, name in enumerate(names)}

    def parameters(self) -> list[ParameterRow]:
        """One row for each parameter, with its variation between patients and infusions."""
        typical, curve = self.fit.typical, self.fit.problem.model.curve
        units = {one.name: one.unit for one in curve.parameters}
        rows = []
        for place, name in enumerate(self.structure.names):
            free = self.structure.free[place]
            rows.append(ParameterRow(
                name=name,
                unit=units.get(name, ""),
                cells=(number(typical[name]), *self._certain(name, typical[name], free=free),
                       *self._between_patients(place), *self._between_infusions(place),
                       *self._shrunk(name)),
            ))  # fmt: skip
        return rows

    def effects(self) -> list[ParameterRow]:
        """One row for each covariate effect, on the scale of estimation of its parameter."""
        first = len(self.structure.names)
        return [
            _row(name, "", (number(value),
                            *self._certain(name, value, free=self.structure.free[first + place])))
            for place, (name, value) in enumerate(self.fit.effects.items())
        ]  # fmt: skip

    def correlations(self) -> list[ParameterRow]:
        """One row for each pair of random effects that the model lets be correlated."""
        omega, rows = self.fit.population.omega, []
        names = [self.structure.names[place] for place in self.structure.random]
        for block in self.structure.blocks:
            for late, one in enumerate(block):
                for other in block[:late]:
                    size = math.sqrt(omega[one, one] * omega[other, other])
                    value = float(omega[one, other]) / size if size > 0 else 0.0
                    name = f"correlation of {names[one]} and {names[other]}"
                    rows.append(_row(name, "", (number(value), "", "")))
        return rows

    def residuals(self) -> list[ParameterRow]:
        """One row for each residual size, with what it is in words."""
        problem = self.fit.problem
        names = iter(residual_names(self.structure, problem.assays))
        rows = []
        for kind in self.structure.residuals:
            for words in RESIDUAL_WORDS[kind].values():
                name = next(names)
                value = self.fit.residual[name]
                rows.append(
                    _row(
                        f"residual {name}",
                        words,
                        (number(value), *self._certain(name, value, free=True)),
                    )
                )
        return rows  # fmt: skip

    def _certain(self, name: str, value: float, *, free: bool) -> tuple[str, str]:
        if not free:
            return HELD, HELD
        if self.certainty is None or name not in self.place:
            return NOT_COMPUTED, NOT_COMPUTED
        place = self.place[name]
        error = float(self.certainty.standard_errors[place])
        if not math.isfinite(error):
            return NOT_FIXED, NOT_FIXED
        low, high = (float(one) for one in self.certainty.intervals[place])
        relative = number(PERCENT * error / abs(value)) if value else ""
        return relative, f"{number(low)} to {number(high)}"

    def _between_patients(self, place: int) -> tuple[str, str, str, str, str]:
        if place not in self.structure.random:
            return "", "", "", "", "does not vary"
        row = self.structure.random.index(place)
        variance = float(self.fit.population.omega[row, row])
        name, scale = self.structure.names[place], self.structure.scales[place]
        relative, _ = self._certain(f"var {name}", variance, free=True)
        return (
            number(variation_percent(variance)) if scale is Scale.LOG else "",
            number(math.sqrt(variance)), number(variance), relative, _scale_words(scale),
        )  # fmt: skip

    def _between_infusions(self, place: int) -> tuple[str, str]:
        if place not in self.structure.between:
            return "", ""
        variance = float(self.fit.population.gamma[self.structure.between.index(place)])
        logs = self.structure.scales[place] is Scale.LOG
        return number(variation_percent(variance)) if logs else "", number(variance)

    def _shrunk(self, name: str) -> tuple[str, str]:
        one = self.shrinkage.get(name)
        if one is None or math.isnan(one.by_sd):
            return "", ""
        return f"{PERCENT * one.by_sd:.1f}", f"{PERCENT * one.by_variance:.1f}"


def number(value: float) -> str:
    """Four digits that count, without powers where they can be avoided."""
    if value == 0 or 1e-4 <= abs(value) < 1e6:  # noqa: PLR2004 # longer ones are hard to read
        text = f"{value:.4g}"
        return f"{float(text):.0f}" if "e" in text else text
    return f"{value:.3e}"


def _scale_words(scale: Scale) -> str:
    return {Scale.LOG: "ln", Scale.LOGIT: "logit", Scale.IDENTITY: "own unit"}[scale]


def _row(name: str, unit: str, cells: tuple[str, ...]) -> ParameterRow:
    empty = ("",) * (len(HEADERS) - 2 - len(cells))
    return ParameterRow(name=name, unit=unit, cells=(*cells, *empty))
