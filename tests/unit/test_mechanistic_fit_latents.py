"""What is unknown of a course, and how it becomes parameters of the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.engine.simulate import simulate
from reinfuse.estimation.mechanistic.latents import Latent, What, latents_of
from reinfuse.estimation.mechanistic.observed import Kind, Observed
from reinfuse.estimation.mechanistic.predictions import EXACT
from reinfuse.estimation.mechanistic.reach import part_of, reaching
from reinfuse.estimation.mechanistic.rows import range_values, rows_of
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.products import FITNESS, Origin
from reinfuse.mechanism.table import parameter
from tests.unit.pretend_window import LESION, LEVELS, first_window, second_window

BOTH = (first_window(), second_window())


def named(latents: tuple[Latent, ...], name: str) -> Latent:
    return next(latent for latent in latents if latent.name == name)


def test_a_patients_parameter_is_one_latent_and_an_infusions_one_for_each() -> None:
    names = [latent.name for latent in latents_of(BOTH)]
    assert len(set(names)) == len(names)
    assert names.count("rho") == 1
    assert {"fitness@infusion-1", "fitness@infusion-2", "access_1@infusion-2"} <= set(names)
    assert "access_1@infusion-1" not in names


def test_what_no_measurement_can_depend_on_is_not_sampled() -> None:
    latents = latents_of(BOTH)
    left = {"il6_made", "receptor_half", "gvhd_hazard@infusion-2", "tocilizumab_day_1@infusion-1"}
    assert not any(named(latents, name).sampled for name in left)
    assert not named(latents, "immunity_start@infusion-1").sampled
    with_il6 = first_window(
        observed=(*LEVELS, Observed(kind=Kind.IL6, days=(8.0, 8.0), value=200.0))
    )
    again = latents_of((with_il6,))
    assert named(again, "il6_made").sampled
    assert named(again, "tocilizumab_day_1@infusion-1").sampled


def test_fitness_spreads_as_the_origin_of_the_cells_says() -> None:
    latents = latents_of(BOTH)
    assert named(latents, "fitness@infusion-1").spread == FITNESS[Origin.OWN].spread
    assert named(latents, "fitness@infusion-2").spread == FITNESS[Origin.DONOR].spread


def test_an_unstated_limit_lies_below_every_value_of_its_assay() -> None:
    low = Observed(kind=Kind.CAR_PERCENT, days=(20.0, 20.0), value=0.05)
    latents = latents_of((first_window(observed=(*LEVELS, low)),))
    limit = next(latent for latent in latents if latent.what is What.LIMIT)
    assert range_values(limit, [8.0])[0] == pytest.approx(0.05)
    assert range_values(limit, [0.0])[0] == pytest.approx(np.sqrt(0.01 * 0.05))


def values(name: str, z: np.ndarray, place: int = 1) -> np.ndarray:
    window = BOTH[place]
    rows = rows_of(window, place, latents_of(BOTH), z)
    return rows[:, course_model(len(window.lesions), -7.0).parameter_names.index(name)]


def test_a_measured_lesion_begins_with_its_volume_times_density() -> None:
    latents = latents_of(BOTH)
    z = np.random.default_rng(1).standard_normal((50, len(latents)))
    start = latents.index(named(latents, "lesion_start_1@infusion-2"))
    z[:, start] = 0.0
    assert values("lesion_start_1", z) == pytest.approx(LESION.volume * values("density", z))
    assert values("density", z).std() > 0


def test_cells_counted_later_than_the_window_begins_are_brought_back_by_their_growth() -> None:
    window = second_window(first_day=-60.0)
    latents = latents_of((window,))
    start = named(latents, "lesion_start_1@infusion-2")
    assert start.day == -7.0
    rng = np.random.default_rng(5)
    z = 0.5 * rng.standard_normal((5, len(latents)))
    z[:, latents.index(start)] = 0.0
    model = course_model(1, -60.0)
    rows = rows_of(window, 0, latents, z)
    there = simulate(model, rows, np.array([-7.0]), settings=EXACT)
    assert there.of("lesion_1_volume")[:, 0] == pytest.approx(np.full(5, 50.0), rel=1e-3)


def test_the_day_of_lymphodepletion_stays_within_its_days() -> None:
    latents = latents_of(BOTH)
    z = 3.0 * np.random.default_rng(2).standard_normal((200, len(latents)))
    days = values("depletion_day", z)
    assert days.min() >= -6.0
    assert days.max() <= -4.0
    assert days.std() > 0.5


def test_a_limit_and_another_windows_latents_leave_a_windows_rows_alone() -> None:
    latents = latents_of(BOTH)
    z = np.zeros((1, len(latents)))
    other = z.copy()
    other[0, latents.index(named(latents, "fitness@infusion-1"))] = 2.0
    other[0, [latent.what is What.LIMIT for latent in latents]] = 2.0
    windows = (BOTH[1], 1, latents)
    assert np.array_equal(rows_of(*windows, z), rows_of(*windows, other))


def test_a_part_of_the_model_says_what_the_whole_says() -> None:
    whole = course_model(1, -7.0)
    outputs = ("car_percent", "lesion_1_volume")
    part = part_of(whole, outputs)
    assert len(part.states) < len(whole.states)
    assert "I" not in {state.name for state in part.states}
    rows = rows_of(BOTH[1], 1, latents_of(BOTH), np.zeros((1, len(latents_of(BOTH)))))
    days = np.array([0.0, 5.0, 10.0, 28.0])
    said = [simulate(model, rows, days, settings=EXACT) for model in (whole, part)]
    for output in outputs:
        assert said[1].of(output) == pytest.approx(said[0].of(output), rel=1e-4, abs=1e-9)


def test_a_way_through_an_event_counts_as_one() -> None:
    model = course_model(0, -7.0)
    assert {"dose", "engraftment", "infusion_day"} <= reaching(model, ["car_per_ul"])
    assert "tocilizumab_day_1" not in reaching(model, ["car_per_ul"])
    assert "tocilizumab_day_1" in reaching(model, ["il6"])


def test_a_product_with_no_earlier_binder_begins_without_immunity() -> None:
    assert np.all(values("immunity_start", np.full((1, len(latents_of(BOTH))), 2.0), 0) == 0.0)
    first = second_window(product=replace(BOTH[1].product, same_binder=True))
    latents = latents_of((first,))
    rows = rows_of(first, 0, latents, np.full((1, len(latents)), 2.0))
    place = course_model(1, -7.0).parameter_names.index("immunity_start")
    assert rows[0, place] > parameter("immunity_start").low
