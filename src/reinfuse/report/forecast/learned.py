"""What the fit learned from this patient, and everything that it was told beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.estimation.mechanistic.latents import Latent, What
from reinfuse.estimation.mechanistic.result import DerivedFit, LatentFit, MechanismFit
from reinfuse.estimation.summary import Summary
from reinfuse.estimation.words import number_in_words, range_in_words
from reinfuse.mechanism.sign_rules import sign_constants
from reinfuse.mechanism.table import Role, parameters_of
from reinfuse.report.charts.words import shown
from reinfuse.source import Source, Standing

_UNITS = {"{cells}": "cells", "{cells}/uL": "cells/uL", "1": "", "{copies}/ug": "copies/ug"}
_PRODUCT_OF = "access times killing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A latent or a quantity before and after the data; `narrowing` is empty where unknown.

    `moved` is how many prior SDs the middle moved, and empty for what is no latent.
    """

    heading: str
    below: str
    where: str
    before: str
    after: str
    narrowing: str
    moved: str
    informed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What was told beforehand: its value or range, and who says so."""

    heading: str
    below: str
    where: str
    value: str
    source: str
    recalled: bool


def learned_rows(fit: MechanismFit) -> tuple[Learned, ...]:
    """The latents that the data narrowed."""
    return tuple(_learned(row, fit) for row in fit.fitted if row.informed)


def at_odds(fit: MechanismFit) -> tuple[str, ...]:
    """Sentences of the fit on latents that came to lie far from what was assumed of them."""
    names = tuple(f"{row.latent.name} came " for row in fit.fitted)
    return tuple(words for words in fit.words if words.startswith(names))


def directions(fit: MechanismFit) -> tuple[tuple[str, str], ...]:
    """Combinations that the data narrowed, narrowest first, each with posterior over prior SD."""
    return tuple((str(one), f"{one.sd:.2f}") for one in fit.directions)


def products(fit: MechanismFit) -> tuple[Learned, ...]:
    """Access times killing of each lesion, which alone the data can speak of."""
    return tuple(_derived(row, fit) for row in fit.derived if row.name.startswith(_PRODUCT_OF))


def quantities(fit: MechanismFit) -> tuple[Learned, ...]:
    """What else is read off the curves: peaks, days, leukemia at infusion."""
    return tuple(_derived(row, fit) for row in fit.derived if not row.name.startswith(_PRODUCT_OF))


def assumed_rows(fit: MechanismFit) -> tuple[Assumed, ...]:
    """The latents that the data left as they were."""
    return tuple(_assumed(row, fit) for row in fit.fitted if not row.informed)


def fixed_rows(fit: MechanismFit) -> tuple[Assumed, ...]:
    """Values of the model that are the same for everybody, and those that make signs."""
    lesions = max((len(window.lesions) for window in fit.windows), default=0)
    of_model = [
        _fixed(row.name, row.note, row.value, row.unit, row.source, "everybody")
        for row in parameters_of(lesions)
        if row.role is Role.FIXED
    ]
    return (*of_model, *(
        _fixed(row.name, row.note, row.value, row.unit, row.source, "signs of CRS")
        for row in sign_constants()
    ))  # fmt: skip


def _learned(row: LatentFit, fit: MechanismFit) -> Learned:
    heading, below = _named(row.latent)
    return Learned(
        heading=heading, below=below, where=_where(row.latent.window, fit),
        before=_summary(row.before, row.unit), after=_summary(row.after, row.unit),
        narrowing=f"{row.narrowing:.2f}", moved=f"{row.shift:+.1f}".replace("-", "−"),
        informed=row.informed,
    )  # fmt: skip


def _derived(row: DerivedFit, fit: MechanismFit) -> Learned:
    return Learned(
        heading=_capital(row.name), below=row.definition,
        where=_where(row.window, fit), before=_summary(row.before, row.unit),
        after=_summary(row.after, row.unit),
        narrowing="" if row.narrowing is None else f"{row.narrowing:.2f}", moved="",
        informed=row.informed,
    )  # fmt: skip


def _assumed(row: LatentFit, fit: MechanismFit) -> Assumed:
    latent, parameter = row.latent, row.latent.parameter
    source = "the days that the record allows" if latent.what is not What.LIMIT else "our own range"
    heading, below = _named(latent)
    return Assumed(
        heading=heading, below=below, where=_where(latent.window, fit),
        value=_summary(row.before, row.unit),
        source=source if parameter is None else _cited(parameter.source),
        recalled=parameter is not None and parameter.recalled,
    )  # fmt: skip


def _fixed(name: str, note: str, value: float, unit: str, source: Source, where: str) -> Assumed:
    return Assumed(
        heading=_capital(note), below=name, where=where,
        value=f"{shown(value)} {_unit(unit)}".strip(), source=_cited(source),
        recalled=source.standing is Standing.RECALLED,
    )  # fmt: skip


def _cited(source: Source) -> str:
    return str(source.standing) if source.standing is Standing.OURS else str(source)


def _named(latent: Latent) -> tuple[str, str]:
    """What it means, and its name in the model."""
    meaning = latent.parameter.note if latent.parameter is not None else str(latent.what)
    return _capital(meaning), latent.label


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _where(place: int | None, fit: MechanismFit) -> str:
    return "patient" if place is None else fit.windows[place].label


def _summary(summary: Summary, unit: str) -> str:
    return f"{number_in_words(summary.median)} ({range_in_words(summary)}) {_unit(unit)}".strip()


def _unit(unit: str) -> str:
    return _UNITS.get(unit, unit)
