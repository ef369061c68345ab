"""From words of a target to virtual patients, and what an unknown can move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import Role, shipped_targets
from reinfuse.evidence.target import TYPICAL
from reinfuse.mechanism.products import Failure, Origin
from reinfuse.trials.calibration import shipped_values, unknowns
from reinfuse.trials.calibration.counted import count_patients
from reinfuse.trials.calibration.found import found_at
from reinfuse.trials.calibration.settings import signs_at, strata_of
from reinfuse.trials.calibration.typical import level_of, typical, typical_value
from reinfuse.trials.calibration.unknowns import acts_on, values_at
from reinfuse.trials.calibration.virtual import with_failures
from reinfuse.trials.population import Between, On, virtual_patients
from tests.unit.calibration_targets import held_out_copy, place, shipped

PATIENTS = 12


def test_every_target_of_the_table_becomes_patients_whose_shares_add_up_to_one() -> None:
    for target in shipped_targets():
        strata = strata_of(target, shipped_values())
        assert sum(one.share for one in strata) == pytest.approx(1.0)


def test_words_that_a_source_left_open_are_filled_as_was_written_before_the_first_run() -> None:
    (one,) = strata_of(shipped("c8-antigen"), shipped_values())
    assert one.setting.marrow == Between(low=1e-4, high=0.9)
    assert one.setting.lesions == ()
    assert one.setting.product.origin is Origin.OWN


def test_patients_with_a_lesion_in_the_cns_or_elsewhere_are_of_one_kind_each() -> None:
    elsewhere, cns = strata_of(shipped("h05-lesions-clean"), shipped_values())
    assert (elsewhere.share, cns.share) == pytest.approx((14 / 19, 5 / 19), abs=1e-3)
    assert {lesion.kind for lesion in elsewhere.setting.lesions} == {"non-CNS"}
    assert {lesion.kind for lesion in cns.setting.lesions} == {"CNS"}


def test_tocilizumab_is_simulated_only_where_crs_is_counted() -> None:
    (crs,), (cr,) = (
        strata_of(shipped(name), shipped_values()) for name in ("c7-crs", "c4-first-cr")
    )
    assert crs.setting.tocilizumab is not None
    assert crs.setting.tocilizumab.rule.on is On.FEVER
    assert cr.setting.tocilizumab is None


def test_a_second_product_with_the_same_binder_meets_the_share_of_patients_who_reject() -> None:
    values = shipped_values() | {"immune_share": 0.999}
    (one,) = strata_of(shipped("c6-second-cr"), values)
    patients = virtual_patients(one.setting, 1, 0, PATIENTS)
    assert (patients.of("immunity_start") > 0).all()


def test_the_values_that_ship_are_those_of_the_mechanism() -> None:
    values = shipped_values()
    (one,) = strata_of(shipped("c4-first-cr"), values)
    changed = virtual_patients(one.setting, 1, 0, PATIENTS)
    plain = virtual_patients(replace(one.setting, parameters={}), 1, 0, PATIENTS)
    np.testing.assert_array_equal(changed.rows, plain.rows)


def test_values_stay_within_the_range_of_the_mechanism_however_far_a_draw_lies() -> None:
    for far in (-30.0, 30.0):
        values = values_at(np.full(len(unknowns()), far))
        for target in shipped_targets():
            strata_of(target, values)  # raises for a value that cannot be


def test_thresholds_of_signs_never_change_places() -> None:
    rules = signs_at(shipped_values() | {"signs_mild": 8.0, "signs_severe": 0.05})
    assert rules["hypotension_from"] <= rules["one_pressor_from"] <= rules["more_pressors_from"]


@pytest.mark.parametrize(
    "name", [target.id for target in shipped_targets() if target.role is Role.CALIBRATE]
)
def test_an_unknown_that_a_target_is_said_not_to_speak_of_does_not_move_it(name: str) -> None:
    target = shipped(name)
    base = values_at(np.zeros(len(unknowns())))
    moved = dict(base)
    for one in unknowns():
        if not acts_on(one, target):
            moved[one.name] = one.at(2.0)
    assert moved != base
    here, there = (
        found_at([target], values, seed=1, patients=PATIENTS) for values in (base, moved)
    )
    if target.endpoint in TYPICAL:
        assert here[name] == pytest.approx(there[name], rel=1e-4)  # steps of the solver
    else:
        assert here == there


def test_those_whose_product_fails_at_a_share_fail_at_any_higher_one() -> None:
    (one,) = strata_of(shipped("c4-first-cr"), shipped_values())
    nobody = replace(one.setting, failures=Failure(share=0.0, fitness=1.0))
    usual = virtual_patients(nobody, 3, 0, 400)
    failing = {}
    for share in (0.1, 0.3):
        values = shipped_values() | {"failure_share": share, "failure_fitness": 0.2}
        after = virtual_patients(with_failures(one.setting, values), 3, 0, 400).of("fitness")
        ratio = after / usual.of("fitness")
        failing[share] = ratio < 1
        np.testing.assert_allclose(ratio[failing[share]], 0.2)
    assert 20 < failing[0.1].sum() < 60 < failing[0.3].sum()
    assert not (failing[0.1] & ~failing[0.3]).any()


def test_the_slope_of_failures_reaches_patients_and_turns_round_the_share_it_is_given_at() -> None:
    (one,) = strata_of(shipped("c4-first-cr"), shipped_values())
    for marrow, side in ((Between(low=0.5, high=0.9), 1), (Between(low=0.01, high=0.1), -1)):
        setting = replace(one.setting, marrow=marrow, lesions=())
        flat, steep = (
            virtual_patients(
                with_failures(setting, shipped_values() | {"failure_slope": slope}), 3, 0, 400
            ).of("fitness")
            for slope in (0.05, 1.0)
        )
        assert (side * (flat - steep) >= 0).all()
        assert (steep != flat).any()


def test_the_slope_of_failures_speaks_of_counts_and_of_no_typical_patient() -> None:
    slope = unknowns()[place("failure_slope")]
    for target in shipped_targets():
        assert acts_on(slope, target) == (target.endpoint not in TYPICAL), target.id


def test_nobody_reaches_a_remission_with_products_that_do_not_expand() -> None:
    target = shipped("c4-first-cr")
    values = shipped_values() | {"failure_share": 0.999999, "failure_fitness": 0.02}
    assert count_patients(target, values, seed=1, patients=PATIENTS).events == 0
    assert count_patients(target, shipped_values(), seed=1, patients=PATIENTS).events > 0


def test_a_target_that_is_a_value_cannot_be_counted_nor_a_count_be_typical() -> None:
    with pytest.raises(ReinfuseError, match="no count"):
        count_patients(shipped("c1-tmax"), shipped_values(), seed=1, patients=PATIENTS)
    with pytest.raises(ReinfuseError, match="no value of a typical patient"):
        typical_value(shipped("c4-first-cr"), shipped_values())


def test_the_typical_patient_is_one_whatever_the_spread_between_patients() -> None:
    (one,) = strata_of(shipped("c1-tmax"), shipped_values())
    setting = typical(one.setting)
    many = virtual_patients(setting, 5, 0, 6)
    assert (many.rows == many.rows[0]).all()
    days, level = level_of(one.setting)
    tmax = typical_value(shipped("c1-tmax"), shipped_values())
    assert abs(days[level.argmax()] - tmax) <= 0.25


def test_faster_loss_of_effector_cells_shortens_the_first_decline() -> None:
    target = shipped("c2-contraction")
    assert target.endpoint in TYPICAL
    slow, fast = (
        typical_value(target, shipped_values() | {"effector_loss": loss}) for loss in (0.15, 0.3)
    )
    assert fast < slow


def test_a_made_up_lesion_target_is_counted_over_both_kinds() -> None:
    target = held_out_copy("c5-lesions")
    words = tuple(
        (key, "CNS or non-CNS" if key == "extramedullary" else word)
        for key, word in target.settings
    )
    counted = count_patients(
        replace(target, settings=words), shipped_values(), seed=1, patients=PATIENTS
    )
    assert counted.n == PATIENTS
    assert place("access_cns") != place("access")
