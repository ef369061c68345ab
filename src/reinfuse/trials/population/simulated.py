"""Virtual patients through the mechanism, with drugs against CRS given as signs come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.engine.simulate import Settings, Simulated, simulate
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.signs import Signs, signs_of
from reinfuse.mechanism.table import parameters_of
from reinfuse.trials.graded.rescue import HOURS_AFTER
from reinfuse.trials.population.patients import VirtualPatients
from reinfuse.trials.population.setting import FIRST_DAY, On, Rule, Setting

Floats = NDArray[np.float64]

WATCHED_DAYS = 28  # after each infusion, day by day, on which a rule is looked at
COHORT = Settings(rtol=1e-4, bits=32, most_steps=20_000)
# Tried in turn on the few whom the first settings do not solve.
_CLOSER = ((1e-6, 64), (1e-5, 32), (1e-8, 64))  # rtol, bits
_LIGHT, _LIGHT_DOSE, _DOSE, _MOST = 30.0, 12.0, 8.0, 800.0  # kg, mg/kg, mg/kg, mg
_LATER = 1.0  # d between two doses at the least: signs are looked at once a day
_AFTER = HOURS_AFTER / 24.0  # d from the signs of a day to a drug that is given for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given against CRS: days of tocilizumab (`"patients doses"`), nan where none was,
    its dose in mg, and the first and last day of steroids (`"patients 2"`).
    """

    tocilizumab: Floats
    milligrams: Floats
    steroids: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Patients as they came out at the days asked for, and what they were given.

    `rows` are their parameters with the drugs of the rules, `"patients parameters"`.
    """

    patients: VirtualPatients
    rows: Floats
    simulated: Simulated
    given: Given


def simulate_patients(
    patients: VirtualPatients, days: Sequence[float] | ArrayLike, *, settings: Settings = COHORT
) -> Course:
    """All outputs of patients at these days after the infusion, ascending from -7 on.

    Where a drug is given by a rule, patients are simulated without it, the first day on which the
    rule holds is found, and those whom it concerns are simulated again from the start, with the
    drug six hours later; until then nothing changes. A second dose and steroids see what the first
    dose did.
    """
    rows, given = treated_rows(patients, settings)
    simulated = _run(patients, rows, days, settings)
    return Course(patients=patients, rows=rows, simulated=simulated, given=given)


def treated_rows(patients: VirtualPatients, settings: Settings = COHORT) -> tuple[Floats, Given]:
    """Parameters with the drugs that the rules lead to, and what these are."""
    many, setting = len(patients.weight), patients.setting
    given = Given(
        tocilizumab=np.full((many, 2), np.nan), milligrams=tocilizumab_dose(patients.weight),
        steroids=np.full((many, 2), np.nan),
    )  # fmt: skip
    tocilizumab, steroids = setting.tocilizumab, setting.steroids
    if tocilizumab is None and steroids is None:
        return patients.rows, given
    days, start = watched(setting), np.full(many, -np.inf)
    signs = _signs(patients, patients.rows, days, np.arange(many), settings)
    rules = () if tocilizumab is None else (tocilizumab.rule,) * tocilizumab.doses
    for dose, rule in enumerate(rules):
        first = start if dose == 0 else given.tocilizumab[:, 0] + _LATER
        given.tocilizumab[:, dose] = _first(rule, signs, days, first, more=dose > 0)
        if steroids is not None or dose + 1 < len(rules):
            signs = _again(patients, given, days, signs, settings)
    if steroids is not None:
        given.steroids[:, 0] = _first(steroids.rule, signs, days, start)
        given.steroids[:, 1] = given.steroids[:, 0] + steroids.days
    return _with(patients, given), given


def watched(setting: Setting) -> Floats:
    """The days on which rules are looked at: daily for four weeks after each infusion."""
    days = np.arange(WATCHED_DAYS + 1.0)
    if setting.again is None:
        return days
    return np.unique(np.concatenate([days, setting.again.day + days]))


def tocilizumab_dose(weight: Floats) -> Floats:
    """Tocilizumab in mg: 8 mg/kg, 12 below 30 kg, at most 800 mg."""
    return np.minimum(weight * np.where(weight < _LIGHT, _LIGHT_DOSE, _DOSE), _MOST)


def _first(
    rule: Rule, signs: Signs, days: Floats, from_day: Floats, *, more: bool = False
) -> Floats:
    """The first day from `from_day` on for which the rule asks, by patient; nan for none."""
    if rule.on is On.DAY:
        return from_day if more else np.full(len(from_day), rule.at)
    looked_from = np.floor(from_day)
    if rule.on is On.GRADE:
        holds = signs.untreated_grade >= rule.at
    else:
        holds = np.nan_to_num(signs.temperature) >= rule.at
    holds = holds & (days >= looked_from[:, None])  # nothing is from nan on
    return np.where(holds.any(axis=1), days[holds.argmax(axis=1)] + _AFTER, np.nan)


def _again(
    patients: VirtualPatients, given: Given, days: Floats, before: Signs, settings: Settings
) -> Signs:
    """The signs once tocilizumab is given; whoever had none keeps theirs."""
    who = np.flatnonzero(~np.isnan(given.tocilizumab[:, 0]))
    if not len(who):
        return before
    after = _signs(patients, _with(patients, given), days, who, settings)
    temperature, pressure, oxygen = (
        before.temperature.copy(), before.pressure.copy(), before.oxygen.copy()
    )  # fmt: skip
    temperature[who], pressure[who], oxygen[who] = after.temperature, after.pressure, after.oxygen
    return Signs(temperature=temperature, pressure=pressure, oxygen=oxygen)


def _signs(
    patients: VirtualPatients, rows: Floats, days: Floats, who: NDArray, settings: Settings
) -> Signs:
    simulated = _run(patients, rows[who], days, settings)
    return signs_of(
        simulated.of("il6_free"), simulated.of("ifn"), patients.deviations[who],
        patients.setting.signs,
    )  # fmt: skip


def _with(patients: VirtualPatients, given: Given) -> Floats:
    """The rows with what was given."""
    rows = patients.rows.copy()
    names = [row.name for row in parameters_of(patients.lesions)]
    columns = {
        "tocilizumab_day_1": given.tocilizumab[:, 0],
        "tocilizumab_day_2": given.tocilizumab[:, 1],
        "steroid_first": given.steroids[:, 0],
        "steroid_last": given.steroids[:, 1],
    }
    for name, days in columns.items():
        place, there = names.index(name), ~np.isnan(days)
        rows[there, place] = days[there]
        if name.startswith("tocilizumab"):
            rows[there, names.index(name.replace("day", "dose"))] = given.milligrams[there]
    return rows


def _run(
    patients: VirtualPatients, rows: Floats, days: Sequence[float] | ArrayLike, settings: Settings
) -> Simulated:
    """Everybody solved; who is not gets closer settings, which others do not change."""
    model, times = course_model(patients.lesions, FIRST_DAY), np.asarray(days, np.float64)
    found = simulate(model, rows, times, settings=settings)
    for rtol, bits in _CLOSER:
        left = np.flatnonzero(~found.solved)
        if not len(left):
            break
        again = simulate(model, rows[left], times, settings=replace(settings, rtol=rtol, bits=bits))
        found.outputs[left], found.status[left] = again.outputs, again.status
        found.steps[left] = again.steps
    return found
