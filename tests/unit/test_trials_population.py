"""A virtual patient follows from setting, seed and number alone, and is treated by rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.mechanism.draws import IMMUNE_SHARE
from reinfuse.mechanism.products import Origin, Product
from reinfuse.mechanism.table import parameter
from reinfuse.trials.population import (
    PEOPLE,
    Again,
    Around,
    Between,
    Changed,
    Dose,
    LesionSetting,
    On,
    Rule,
    Setting,
    SteroidRule,
    TocilizumabRule,
    VirtualPatients,
    arms_of,
    simulate_patients,
    virtual_patients,
    why_not,
)

EYE = LesionSetting(kind="eye", volume=3.0, spread=0.5, share=0.4)
SETTING = Setting(
    marrow=Between(low=1e-3, high=0.9), product=Product(origin=Origin.OWN), dose=Dose(amount=2e6)
)
AT_GRADE_2 = TocilizumabRule(rule=Rule(on=On.GRADE, at=2), doses=2)
DAYS = [-7.0, *map(float, range(0, 29, 2)), 60.0, 180.0]


def drawn(setting: Setting = SETTING, patients: int = 200, seed: int = 4) -> VirtualPatients:
    return virtual_patients(setting, seed, 0, patients)


def test_a_patient_is_the_same_alone_and_among_others() -> None:
    setting = replace(SETTING, lesions=(EYE,), tocilizumab=AT_GRADE_2)
    everybody, some = drawn(setting, 130), virtual_patients(setting, 4, 100, 111)
    for name in ("rows", "luck", "deviations", "weight", "blasts", "present"):
        assert (getattr(everybody, name)[100:111] == getattr(some, name)).all(), name
    among, alone = simulate_patients(everybody, DAYS), simulate_patients(some, DAYS)
    assert (among.simulated.outputs[100:111] == alone.simulated.outputs).all()
    np.testing.assert_array_equal(among.given.tocilizumab[100:111], alone.given.tocilizumab)


def test_another_seed_is_other_patients() -> None:
    assert not np.isin(drawn(seed=4).weight, drawn(seed=5).weight).any()


def test_a_further_lesion_and_another_arm_leave_a_patient_as_it_was() -> None:
    plain, more = drawn(), drawn(replace(SETTING, lesions=(EYE,)))
    both = drawn(replace(SETTING, lesions=(EYE, EYE), dose=Dose(amount=1e8, per_kg=False)))
    for name in plain.z:
        assert (plain.z[name] == more.z[name]).all(), name
    assert (plain.luck == both.luck[:, :2]).all()
    assert (more.luck == both.luck[:, :4]).all()
    assert (more.of("lesion_start_1") == both.of("lesion_start_1")).all()
    assert (plain.of("growth") == both.of("growth")).all()


def test_blasts_of_the_first_day_are_those_asked_for() -> None:
    for marrow in (Between(low=1e-4, high=0.3), Around(median=0.2, spread=1.0)):
        patients = drawn(replace(SETTING, marrow=marrow))
        shown = simulate_patients(patients, [-7.0, 0.0]).simulated.of("blasts_percent")[:, 0]
        np.testing.assert_allclose(shown, 100 * patients.blasts, rtol=1e-3)
    assert np.median(patients.blasts) == pytest.approx(0.2, rel=0.3)


def test_blasts_between_two_shares_are_even_on_the_log_odds() -> None:
    blasts = drawn(replace(SETTING, marrow=Between(low=1e-4, high=0.9)), 2000).blasts
    assert blasts.min() > 1e-4
    assert blasts.max() < 0.9
    odds = np.log(blasts / (1 - blasts))
    low, high = np.log(1e-4 / (1 - 1e-4)), np.log(9.0)
    assert np.quantile(odds, [0.25, 0.75]) == pytest.approx(
        [low + 0.25 * (high - low), low + 0.75 * (high - low)], abs=0.5
    )


def test_a_dose_is_for_each_kg_or_for_everybody() -> None:
    patients = drawn(replace(SETTING, people=PEOPLE["child"]))
    assert (patients.of("dose") == 2e6 * patients.weight).all()
    assert np.median(patients.weight) == pytest.approx(39, rel=0.1)
    flat = drawn(replace(SETTING, dose=Dose(amount=3e8, per_kg=False)))
    assert (flat.of("dose") == 3e8).all()
    again = drawn(replace(SETTING, again=Again(day=90.0, dose=Dose(amount=1e6))))
    assert (again.of("again_dose") == 1e6 * again.weight).all()
    assert (again.of("again_day") == 90).all()


def test_who_has_no_lesion_has_no_cells_there() -> None:
    patients = drawn(replace(SETTING, lesions=(EYE, replace(EYE, share=1.0))), 1000)
    assert patients.present.mean(axis=0) == pytest.approx([0.4, 1.0], abs=0.05)
    cells = patients.of("lesion_start_1")
    assert (cells[~patients.present[:, 0]] == 1e-6).all()
    there = patients.present[:, 0]
    volume = cells[there] / patients.of("density")[there]
    assert np.median(volume) == pytest.approx(3.0, rel=0.1)
    assert np.log(volume).std() == pytest.approx(0.5, rel=0.1)


def test_median_access_of_a_lesion_is_its_own() -> None:
    lesions = (EYE, replace(EYE, access=0.02, kill_share=0.1))
    patients = drawn(replace(SETTING, lesions=lesions), 500)
    assert np.median(patients.of("access_1")) == pytest.approx(parameter("access_1").value, rel=0.2)
    assert np.median(patients.of("access_2")) == pytest.approx(0.02, rel=0.2)
    assert np.median(patients.of("kill_share_2")) == pytest.approx(0.1, rel=0.2)


def test_value_and_spread_of_a_parameter_can_be_changed() -> None:
    changed = {"growth": Changed(value=0.02, spread=0.1), "car_room": Changed(value=5e9)}
    patients = drawn(replace(SETTING, parameters=changed), 500)
    assert np.log(patients.of("growth")).mean() == pytest.approx(np.log(0.02), abs=0.02)
    assert np.log(patients.of("growth")).std() == pytest.approx(0.1, rel=0.15)
    assert (patients.of("car_room") == 5e9).all()
    fit = drawn(replace(SETTING, parameters={"fitness": Changed(value=0.5)}), 500)
    assert np.median(fit.of("fitness")) == pytest.approx(0.5, rel=0.1)


def test_immunity_is_only_of_those_who_had_the_binder() -> None:
    def share(product: Product, **parameters: Changed) -> float:
        setting = replace(SETTING, product=product, parameters=parameters)
        return float((drawn(setting, 1000).of("immunity_start") > 0).mean())

    same = Product(origin=Origin.OWN_AGAIN, first=False, same_binder=True)
    other = replace(same, same_binder=False)
    assert share(SETTING.product) == 0
    assert share(other) == 0
    assert share(same) == pytest.approx(IMMUNE_SHARE, abs=0.05)
    assert share(same, immunity_start=Changed(value=0.9)) == pytest.approx(0.9, abs=0.05)
    assert share(SETTING.product, immunity_start=Changed(value=0.9)) == 0


@pytest.mark.parametrize(
    ("name", "changed", "why"),
    [
        ("growht", Changed(value=1.0), "the mechanism with 0 lesions has no such parameter"),
        ("access_1", Changed(value=1.0), "the mechanism with 0 lesions has no such parameter"),
        ("dose", Changed(value=1.0), "it is set by the arm"),
        ("kill", Changed(value=100.0), "100 is not from 0.01 to 20"),
        ("engraftment", Changed(value=1.0), "1 is not between 0 and 1"),
        ("bystander", Changed(value=0.0), "0 is not above 0"),
        ("car_room", Changed(spread=0.1), "it is the same for everybody and has no spread"),
        ("growth", Changed(spread=-0.1), "a spread of -0.1 is below 0"),
        ("immunity_start", Changed(value=1.5), "1.5 is not from 0 to 1"),
        (
            "marrow_start", Changed(value=1e9),
            "it is set by blasts of the marrow, or by the volume of the lesion",
        ),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_changed_so_says_why(
    name: str, changed: Changed, why: str
) -> None:
    assert why_not(name, changed, 0) == why
    with pytest.raises(ReinfuseError, match=f"{name}: "):
        replace(SETTING, parameters={name: changed})


def test_nine_lesions_are_too_many() -> None:
    with pytest.raises(ReinfuseError, match="9 lesions, and 8 are the most"):
        replace(SETTING, lesions=(EYE,) * 9)


def test_tocilizumab_changes_nothing_before_it_is_given_and_only_those_who_get_it() -> None:
    patients = drawn(replace(SETTING, tocilizumab=AT_GRADE_2))
    treated, plain = simulate_patients(patients, DAYS), simulate_patients(drawn(), DAYS)
    first = treated.given.tocilizumab[:, 0]
    given = ~np.isnan(first)
    assert 0.1 < given.mean() < 0.9
    signal = [one.simulated.of("il6_free") for one in (treated, plain)]
    before = np.array(DAYS) < np.where(given, first, np.inf)[:, None]
    assert (signal[0][~given] == signal[1][~given]).all()
    np.testing.assert_allclose(signal[0][before], signal[1][before], rtol=1e-2)
    soon = ~before & (np.array(DAYS) < np.where(given, first, np.inf)[:, None] + 3)
    assert (signal[0][soon] < signal[1][soon]).all()
    cells = [one.simulated.of("car_per_ul") for one in (treated, plain)]
    np.testing.assert_allclose(cells[0], cells[1], rtol=0.05, atol=1e-3)


def test_tocilizumab_comes_six_hours_after_the_first_day_of_the_grade() -> None:
    patients = drawn(replace(SETTING, tocilizumab=AT_GRADE_2))
    days = simulate_patients(patients, DAYS).given.tocilizumab
    first, second = days[~np.isnan(days[:, 0])].T
    assert (first % 1 == 0.25).all()
    assert (np.isnan(second) | (second >= first + 1)).all()
    assert np.isnan(days[np.isnan(days[:, 0]), 1]).all()
    light, heavy = patients.weight < 30, patients.weight > 100
    given = simulate_patients(patients, DAYS).given.milligrams
    np.testing.assert_allclose(given[light], 12 * patients.weight[light])
    assert (given[heavy] == 800).all()


def test_drugs_can_be_given_by_fever_and_by_day() -> None:
    fever = TocilizumabRule(rule=Rule(on=On.FEVER, at=39.0))
    by_day = SteroidRule(rule=Rule(on=On.DAY, at=3.0), days=5.0)
    given = simulate_patients(
        drawn(replace(SETTING, tocilizumab=fever, steroids=by_day)), [0.0, 5.0]
    ).given
    assert 0.05 < (~np.isnan(given.tocilizumab[:, 0])).mean() < 0.95
    assert np.isnan(given.tocilizumab[:, 1]).all()
    assert (given.steroids == [3.0, 8.0]).all()


def test_steroids_are_for_those_whom_tocilizumab_leaves_with_the_grade() -> None:
    steroids = SteroidRule(rule=Rule(on=On.GRADE, at=3), days=2.0)
    alone = simulate_patients(drawn(replace(SETTING, steroids=steroids), 400), [0.0, 5.0])
    after = simulate_patients(
        drawn(replace(SETTING, steroids=steroids, tocilizumab=AT_GRADE_2), 400), [0.0, 5.0]
    )
    with_alone, with_after = (
        ~np.isnan(one.given.steroids[:, 0]) for one in (alone, after)
    )  # fmt: skip
    assert with_after.sum() < with_alone.sum()
    assert not (with_after & ~with_alone).any()


def test_everybody_of_a_block_has_another_arm_by_number_alone() -> None:
    arms = arms_of(7, range(300), 3)
    assert (np.sort(arms.reshape(-1, 3), axis=1) == [0, 1, 2]).all()
    assert (arms_of(7, range(100, 111), 3) == arms[100:111]).all()
    assert len({tuple(block) for block in arms.reshape(-1, 3).tolist()}) == 6
