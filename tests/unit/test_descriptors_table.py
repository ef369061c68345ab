"""The table of descriptors, summaries over patients, and ratios of infusions."""

from __future__ import annotations

from math import exp, expm1, log, sqrt

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.kinetics.descriptors import (
    DEFAULT,
    DESCRIPTORS,
    AreaMethod,
    NotEstimable,
    Reason,
    Rules,
    TerminalRule,
    Unit,
    above,
    area_between,
    area_method,
    blq_rule,
    describe,
    descriptors_named,
    profiles_from_arrays,
    profiles_of,
    ratios_of,
    summaries,
)
from reinfuse.kinetics.descriptors.reasons import WORDS
from reinfuse.record.data_set import Assay, DataSet, Dose, Sample, Subject

FALLING = [0, 7, 14, 21, 28, 35], [1.0, 640, 320, 160, 80, 40]


def test_names_headings_and_symbols_are_one_each() -> None:
    for field in ("name", "heading", "definition"):
        said = [getattr(one, field) for one in DESCRIPTORS]
        assert len(set(said)) == len(said), field
        assert all(said)


def test_every_descriptor_is_a_value_or_a_reason_in_words() -> None:
    profiles = profiles_from_arrays(*FALLING)
    for name, answer in describe(profiles, descriptors=DESCRIPTORS).of(0).items():
        assert isinstance(answer, float) or answer.why, name


def test_every_reason_but_none_has_words() -> None:
    assert set(WORDS) == set(Reason)
    assert all(words for reason, words in WORDS.items() if reason is not Reason.NONE)


@pytest.mark.parametrize(
    ("unit", "written"),
    [
        (Unit.LEVEL, "{copies}/ug"),
        (Unit.AREA, "{copies}/ug x d"),
        (Unit.MOMENT, "{copies}/ug x d^2"),
        (Unit.CLEARANCE, "dose/({copies}/ug x d)"),
        (Unit.RATE, "1/d"),
        (Unit.PERCENT, "%"),
    ],
)
def test_units_follow_from_those_of_level_and_time(unit: Unit, written: str) -> None:
    assert unit.written("{copies}/ug", "d") == written


def test_a_level_without_a_unit_stays_a_level() -> None:
    assert Unit.AREA.written("", "h") == "level x h"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: descriptors_named(["cmax", "cmin", "aux"]),
            "no descriptor is called 'cmin', 'aux'",
        ),
        (lambda: blq_rule("m3"), "'m3' is no rule for samples below the limit"),
        (lambda: area_method("cubic"), "'cubic' is no method for areas"),
    ],
)
def test_a_wrong_name_is_answered_with_those_there_are(call: object, words: str) -> None:
    with pytest.raises(ReinfuseError, match=words) as refused:
        call()  # type: ignore[operator]
    assert refused.value.fix.startswith("use ")


def test_only_what_was_asked_for_is_computed() -> None:
    found = describe(profiles_from_arrays(*FALLING), descriptors=descriptors_named(["cmax"]))
    assert found.of(0) == {"cmax": 640.0}


def test_a_line_that_must_be_straight_is_refused_with_its_r2() -> None:
    rules = Rules(terminal=TerminalRule(least_span=0.0, least_adjusted=0.9))
    bent = profiles_from_arrays([7, 14, 21, 28], [[900, 300, 100, 90]])
    found = describe(bent, rules=rules)["half_life"]
    assert found.why(0) == "the best window has an adjusted R2 of 0.63; more is needed"


def test_a_named_window_is_used_as_it_is() -> None:
    rules = Rules(terminal=TerminalRule(window=(14, 28)))
    found = describe(profiles_from_arrays(*FALLING), rules=rules).of(0)
    assert (found["terminal_from"], found["terminal_to"]) == (14, 28)
    assert found["half_life"] == pytest.approx(7)


def test_areas_add_up_and_times_stand_beside_them() -> None:
    asked = (area_between(0, 10), area_between(10, 28), area_between(0, 28), above(80))
    for method in AreaMethod:
        found = describe(
            profiles_from_arrays(*FALLING), rules=Rules(method=method), descriptors=asked
        ).of(0)
        whole = found["auc_0_10"] + found["auc_10_28"]
        assert found["auc_0_28"] == pytest.approx(whole, rel=1e-12)
        assert found["time_above_80"] == pytest.approx(28 - 7 * 79 / 639, rel=2e-2)


def three() -> DataSet:
    def sample(time: float, value: float, occasion: int) -> Sample:
        return Sample(time=time, value=value, occasion=occasion)

    subjects = []
    for name, peak, again in (("1", 100.0, 50.0), ("2", 400.0, 800.0), ("3", 1600.0, None)):
        samples = [sample(3, 1, 1), sample(7, peak, 1), sample(28, 1, 1)]
        doses = [Dose(time=0, amount=1)]
        if again is not None:
            samples += [sample(107, again, 2), sample(128, 1, 2)]
            doses.append(Dose(time=100, amount=1, occasion=2))
        subjects.append(Subject(name=name, samples=tuple(samples), doses=tuple(doses)))
    return DataSet(subjects=tuple(subjects), assays=(Assay(label="qPCR", unit="copies/ug"),))


def test_a_summary_is_by_assay_and_infusion() -> None:
    found = [
        one for one in summaries(describe(profiles_of(three()))) if one.descriptor.name == "cmax"
    ]
    first, second = found
    assert (first.occasion, first.profiles, first.estimable) == (1, 3, 3)
    assert first.geometric_mean == pytest.approx(400)
    spread = np.log([100, 400, 1600]).var(ddof=1)
    assert first.geometric_cv == pytest.approx(100 * sqrt(expm1(spread)))
    assert (first.median, first.low, first.high) == (400, 100, 1600)
    assert (second.occasion, second.profiles) == (2, 2)
    assert second.geometric_mean == pytest.approx(exp((log(50) + log(800)) / 2))


def test_a_summary_of_nothing_says_so() -> None:
    found = describe(profiles_of(three()), descriptors=descriptors_named(["half_life"]))
    one = summaries(found)[0]
    assert (one.profiles, one.estimable) == (3, 0)
    assert one.median == NotEstimable("not estimable in any profile")
    assert one.geometric_mean == NotEstimable("not estimable in any profile")


def test_a_geometric_mean_is_of_positive_values() -> None:
    found = describe(profiles_of(three()), descriptors=descriptors_named(["re_expansions"]))
    assert summaries(found)[0].geometric_mean == NotEstimable("a value is not above zero")
    assert summaries(found)[0].median == 0


def test_the_second_infusion_is_compared_with_the_first() -> None:
    found = ratios_of(describe(profiles_of(three())))
    assert [(one.subject, one.of["cmax"]) for one in found] == [("1", 0.5), ("2", 2.0)]
    assert found[0].of["auc_0_28"] > 0


def test_a_ratio_that_cannot_be_had_says_of_which_infusion() -> None:
    data = three()
    lone = Subject(
        name="4",
        samples=(
            Sample(time=7, value=3.0),
            Sample(time=21, value=1.0),
            Sample(time=107, high=5.0, occasion=2),
        ),
        doses=(Dose(time=0, amount=1), Dose(time=100, amount=1, occasion=2)),
    )
    both = DataSet(subjects=(*data.subjects, lone), assays=data.assays)
    last = ratios_of(describe(profiles_of(both)))[-1]
    assert last.of["cmax"] == NotEstimable("infusion 2: every sample is below the limit")


def test_ten_thousand_profiles_are_described_like_one() -> None:
    times, levels = FALLING
    many = describe(profiles_from_arrays(times, np.tile(levels, (10_000, 1))))
    one = describe(profiles_from_arrays(times, [levels]))
    for descriptor in DEFAULT:
        values = many[descriptor.name].values
        expected = np.broadcast_to(one[descriptor.name].values, values.shape)
        np.testing.assert_array_equal(values, expected)
