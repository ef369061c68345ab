"""One option for all draws: simulated, and every question answered by draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.simulate import Settings, Simulated, simulate
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.grading.leukemia.b_cells import THREE_PERCENT
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.sign_rules import SignRules
from reinfuse.mechanism.signs import crs_probabilities
from reinfuse.mechanism.table import parameters_of
from reinfuse.trials.forecast.questions import (
    ANYWHERE,
    CAR_LIMIT_PERCENT,
    EVERYWHERE,
    GVHD_DAY,
    Ask,
    Question,
)
from reinfuse.trials.forecast.replay import Replay, rows_of
from reinfuse.trials.forecast.sites import Site, returns_of, sites_of

FAST = Settings(rtol=1e-4, bits=32)
EXACT = Settings(rtol=1e-6, bits=64)
_DAILY_UNTIL, _STEP_DAYS, _LATE_FROM, _LATE_STEP_DAYS = 70.0, 3.0, 370.0, 14.0
_SAME_DAY = 6  # decimals
_CRS_2, _CRS_3 = 1, 2  # places of "at least grade 2", "at least grade 3"

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """What is the same in every option: fates of clones, and thresholds of signs.

    `luck` is `"fates draws sites 2"`; `signs` are possible rules, and draw i has that at i modulo
    how many there are.
    """

    luck: Array
    signs: tuple[SignRules, ...]
    first: int = 0  # place of the first draw among all

    def part(self, first: int, last: int) -> Chance:
        """That of some draws."""
        return Chance(luck=self.luck[:, first:last], signs=self.signs, first=self.first + first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Answers by draw, nan where a draw could not be solved; bands' values `"draws days"`.

    `bands` are by name: CAR-T %, marrow blasts and lesion volumes, of the first fate of each draw.
    """

    answers: Mapping[Question, Array]
    bands: Mapping[str, NDArray[np.float32]]
    solved: NDArray[np.bool_]


def run_option(
    replay: Replay,
    window: Window,
    rows: NDArray,
    asked: Sequence[Question],
    *,
    chance: Chance,
    band_days: Array,
    settings: Settings = FAST,
) -> Run:
    """Simulate draws of one option; `rows` are the window's own parameters of these draws."""
    of_option = rows_of(replay, rows, window)
    days = model_days(replay, window, asked, band_days)
    model = course_model(len(window.lesions), window.first_day)
    done = simulate(model, of_option, days, settings=settings)
    names = [row.name for row in parameters_of(len(window.lesions))]
    sites = sites_of(done, of_option, names, lesion_names(window))
    shown = _Shown(replay=replay, days=days, done=done, sites=sites)
    answers = {**_site_answers(shown, asked, chance), **_other_answers(shown, asked, chance)}
    for values in answers.values():
        values[~done.solved] = np.nan
    bands = _bands(shown, band_days, chance)
    return Run(answers=answers, bands=bands, solved=done.solved)


def lesion_names(window: Window) -> tuple[str, ...]:
    """The lesions by site, numbered where two share one."""
    sites = [lesion.site for lesion in window.lesions]
    return tuple(
        lesion.site if sites.count(lesion.site) == 1 else f"{lesion.site} ({lesion.number})"
        for lesion in window.lesions
    )


def model_days(
    replay: Replay, window: Window, asked: Sequence[Question], band_days: Array
) -> Array:
    """Days of the model at which anything is looked at, ascending.

    Daily for ten weeks from the infusion, every third day for a year, then every second week.
    """
    looked = [question.day for question in asked if question.day is not None]
    last = max(looked) + max(replay.earlier, replay.begins)
    first = max(replay.begins + window.infusion_days[0], window.first_day)
    grid = [
        *np.arange(first, replay.begins + _DAILY_UNTIL, 1.0),
        *np.arange(replay.begins + _DAILY_UNTIL, replay.begins + _LATE_FROM, _STEP_DAYS),
        *np.arange(replay.begins + _LATE_FROM, last, _LATE_STEP_DAYS),
        *(day + replay.earlier for day in looked),
        *(band_days + replay.earlier),
        replay.begins + GVHD_DAY,
        replay.begins + max(looked),
    ]
    days = np.unique(np.round(grid, _SAME_DAY))
    return days[(days >= window.first_day) & (days <= round(last, _SAME_DAY))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What came out of one option."""

    replay: Replay
    days: Array
    done: Simulated
    sites: tuple[Site, ...]

    def of(self, name: str) -> Array:
        return np.asarray(self.done.of(name), np.float64)

    def at(self, day: float) -> int:
        """The place of a day that counts from the infusion of the record."""
        return int(np.abs(self.days - (day + self.replay.earlier)).argmin())

    @property
    def since(self) -> int:
        """The place of the option's own day of infusion."""
        return int(np.searchsorted(self.days, self.replay.begins - 0.5 * 10.0**-_SAME_DAY))


def _site_answers(
    shown: _Shown, asked: Sequence[Question], chance: Chance
) -> dict[Question, Array]:
    unseen = [site.chance_unseen() for site in shown.sites]
    gone = [site.chance_gone() for site in shown.sites]
    back = returns_of(shown.sites, chance.luck, shown.since)
    names = [site.name for site in shown.sites]
    by_site: dict[tuple[Ask, str], NDArray] = {
        (Ask.UNSEEN, EVERYWHERE): np.prod(unseen, axis=0),
        (Ask.GONE, EVERYWHERE): np.prod(gone, axis=0),
    }
    by_site |= {(Ask.UNSEEN, name): one for name, one in zip(names, unseen, strict=True)}
    by_site |= {(Ask.GONE, name): one for name, one in zip(names, gone, strict=True)}
    for name, one in zip((*names, ANYWHERE), back, strict=True):
        by_site |= {
            (Ask.UNCLEARED, name): one.uncleared, (Ask.BACK, name): one.back,
            (Ask.BACK_POSITIVE, name): one.back_positive,
            (Ask.BACK_NEGATIVE, name): one.back_negative,
        }  # fmt: skip
    return {
        question: by_site[question.ask, question.site][:, shown.at(question.day)].astype(np.float64)
        for question in asked
        if question.site is not None and question.day is not None
    }


def _other_answers(
    shown: _Shown, asked: Sequence[Question], chance: Chance
) -> dict[Question, Array]:
    percent = shown.of("car_percent")
    aplasia, present = _aplasia(shown), percent >= CAR_LIMIT_PERCENT
    by_day = {Ask.APLASIA: aplasia, Ask.CAR_SEEN: present}
    found = {
        question: by_day[question.ask][:, shown.at(question.day)].astype(np.float64)
        for question in asked
        if question.ask in by_day and question.day is not None
    }
    last = shown.replay.begins + max(question.day or 0.0 for question in asked)
    after = slice(shown.since, int(np.abs(shown.days - last).argmin()) + 1)
    days = shown.days[after] - shown.replay.begins
    crs = _crs(shown, chance)
    once = {
        Ask.CRS_2: crs[:, _CRS_2], Ask.CRS_3: crs[:, _CRS_3], Ask.GVHD: _gvhd(shown),
        Ask.APLASIA_DAYS: _days_of(aplasia[:, after], days),
        Ask.CAR_DAYS: _last_day_of(present[:, after], days),
        Ask.CMAX: percent[:, after].max(axis=1),
        Ask.CMAX_PER_UL: shown.of("car_per_ul")[:, after].max(axis=1),
        Ask.TMAX: days[shown.of("car_per_ul")[:, after].argmax(axis=1)],
    }  # fmt: skip
    return found | {
        question: np.array(once[question.ask]) for question in asked if question.ask in once
    }


def _crs(shown: _Shown, chance: Chance) -> Array:
    """Chances of grades, each draw by its own rules of signs."""
    free, ifn = shown.of("il6_free"), shown.of("ifn")
    found = np.empty((len(free), 4))
    for place, rules in enumerate(chance.signs):
        own = np.arange((place - chance.first) % len(chance.signs), len(free), len(chance.signs))
        if len(own):
            found[own] = crs_probabilities(free[own], ifn[own], rules)
    return found


def _aplasia(shown: _Shown) -> NDArray[np.bool_]:
    """B cells below 3 % of lymphocytes or 50 per uL, by the cut of grading."""
    b_cells = shown.of("b_per_ul")
    lymphocytes = b_cells + shown.of("t_per_ul") + shown.of("car_per_ul")
    share = 100.0 * b_cells / np.maximum(lymphocytes, np.finfo(float).tiny)
    return (share < (THREE_PERCENT.percent or 0.0)) | (b_cells < (THREE_PERCENT.per_ul or 0.0))


def _gvhd(shown: _Shown) -> Array:
    at = int(np.abs(shown.days - (shown.replay.begins + GVHD_DAY)).argmin())
    return -np.expm1(-shown.of("gvhd")[:, at])


def _days_of(there: NDArray[np.bool_], days: Array) -> Array:
    """How many days something is there, each look standing for the days up to the next."""
    steps = np.diff(days, append=days[-1])
    return there @ steps


def _last_day_of(there: NDArray[np.bool_], days: Array) -> Array:
    """The last day on which something is there; 0 where it never is."""
    last = there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    return np.where(there.any(axis=1), days[last], 0.0)


def _bands(shown: _Shown, band_days: Array, chance: Chance) -> dict[str, NDArray[np.float32]]:
    places = [shown.at(day) for day in band_days]
    found = {"CAR-T cells, % of T cells": shown.of("car_percent")[:, places]}
    for at, site in enumerate(shown.sites):
        label = "marrow blasts, %" if at == 0 else f"{site.name}, mL"
        found[label] = site.fate(chance.luck[0, :, at])[:, places]
    return {name: values.astype(np.float32) for name, values in found.items()}
