"""A plan is known by its hash, and a patient's chance by number alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from numpy.random import Generator, Philox

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work import Chunk, Plan, generator_of, standard_normals, uniforms


def plan_of(**given: object) -> Plan:
    return Plan.of("a.module:work", given, seed=7, patients=250, chunk_patients=100)


def test_chunks_hold_each_patient_once_and_the_last_is_shorter() -> None:
    assert plan_of().chunks == (Chunk(0, 0, 100), Chunk(1, 100, 200), Chunk(2, 200, 250))
    assert plan_of().chunks[2].words == "chunk 2, patients 201 to 250"


def test_the_hash_is_of_canonical_json_and_forgets_the_order_of_inputs() -> None:
    text = (
        '{"chunk_patients":100,"patients":250,"payload":{"dose":0.1,"é":[1,null]},"seed":7,'
        f'"version":"{plan_of().version}","work":"a.module:work"}}'
    )
    plan = plan_of(é=[1, None], dose=0.1)
    assert plan.text == text
    assert plan.digest == hashlib.sha256(text.encode()).hexdigest()
    assert plan.digest == plan_of(dose=0.1, é=[1, None]).digest
    assert Plan.read(text) == plan


@pytest.mark.parametrize(
    "change",
    [{"seed": 8}, {"patients": 251}, {"chunk_patients": 99}, {"version": "0"}, {"work": "a:b"},
     {"payload": '{"dose":2}'}],
    ids=str,
)  # fmt: skip
def test_whatever_results_follow_from_changes_the_hash(change: dict[str, object]) -> None:
    plan = plan_of(dose=1)
    assert replace(plan, **change).digest != plan.digest  # type: ignore[arg-type] # a table


def test_all_that_is_wrong_with_a_plan_is_said_at_once() -> None:
    with pytest.raises(ReinfuseError) as refused:
        Plan.of("__main__:work", {}, seed=-1, patients=0, chunk_patients=0)
    for words in ("'__main__:work'", "seed -1", "0 patients, not", "0 patients in a chunk"):
        assert words in refused.value.what


@pytest.mark.parametrize("wrong", [float("nan"), {1}, np.float32(1)], ids=str)
def test_what_is_no_json_is_refused(wrong: object) -> None:
    with pytest.raises(ReinfuseError, match="cannot be written as JSON"):
        plan_of(dose=wrong)


def test_the_seed_is_given_with_the_payload_and_not_by_it() -> None:
    assert plan_of(dose=1).given() == {"dose": 1, "seed": 7}
    with pytest.raises(ReinfuseError, match="a seed of its own"):
        plan_of(seed=1)


def test_a_row_is_its_patients_whoever_else_is_drawn() -> None:
    everyone = standard_normals(11, range(50), 9)
    some = standard_normals(11, [31, 4, 31], 9)
    assert (some == everyone[[31, 4, 31]]).all()
    assert (everyone[:, :4] == standard_normals(11, range(50), 4)).all()


@pytest.mark.parametrize("purpose", [0, 3])
def test_the_quick_draws_are_those_of_one_generator_for_each_patient(purpose: int) -> None:
    patients = np.array([0, 1, 999_999])
    normal = [generator_of(2**100, int(one), purpose).standard_normal(7) for one in patients]
    even = [generator_of(2**100, int(one), purpose).random(7) for one in patients]
    assert (standard_normals(2**100, patients, 7, purpose) == normal).all()
    assert (uniforms(2**100, patients, 7, purpose) == even).all()


def test_seed_patient_and_purpose_are_the_key_and_words_of_the_counter() -> None:
    plain = Generator(Philox(key=np.array([5, 0], np.uint64), counter=[0, 0, 8, 2]))
    assert generator_of(5, 8, 2).integers(2**63) == plain.integers(2**63)


def test_patients_purposes_and_seeds_are_not_alike() -> None:
    drawn = np.array([
        generator_of(seed, patient, purpose).random()
        for seed in (0, 1, 2**64) for patient in range(20) for purpose in range(5)
    ])  # fmt: skip
    assert len(np.unique(drawn)) == len(drawn)


def test_neighbours_are_normal_and_unrelated() -> None:
    drawn = standard_normals(3, range(4000), 2)
    ends = 4.5 / np.sqrt(4000)  # 4.5 standard errors: one in 150,000 seeds would be outside
    assert abs(drawn.mean(axis=0)).max() < ends
    assert abs(drawn.var(axis=0) - 1).max() < ends * np.sqrt(2)
    assert abs(np.corrcoef(drawn[1:, 0], drawn[:-1, 0])[0, 1]) < ends
    assert abs(np.corrcoef(drawn.T)[0, 1]) < ends
