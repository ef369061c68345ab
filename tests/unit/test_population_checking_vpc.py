"""The visual predictive check, against plain loops and by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.checking import (
    QUANTILES,
    Asked,
    Vpc,
    censor,
    design_of,
    known_quantiles,
    panels_of,
    quantiles_of,
    replicates,
    visual_checks,
)
from reinfuse.estimation.population.model import Effect, EffectKind
from reinfuse.record.data_set import Assay, DataSet, Known, Sample, Subject
from tests.unit.population_decay import MODEL, POPULATION, changed, decaying, design

LIMIT = 2.0


@pytest.fixture(scope="module")
def checks() -> tuple[Vpc, ...]:
    asked = (Asked(), Asked(corrected=True), Asked(by="sex"))
    return visual_checks(design(30, limit=LIMIT), POPULATION, seed=5, asked=asked, count=200)


def plain_quantile(values: list[float], share: float) -> float:
    """Linear between order statistics; infinite if either is."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low, high = math.floor(place), math.ceil(place)
    if math.isinf(ordered[low]) or math.isinf(ordered[high]):
        return ordered[low] if math.isinf(ordered[low]) else ordered[high]
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def test_quantiles_agree_with_numpy_where_all_is_known() -> None:
    values = np.random.default_rng(1).normal(size=(7, 23))
    found = quantiles_of(values, (0.05, 0.31, 0.5, 1.0))
    assert found == pytest.approx(np.quantile(values, (0.05, 0.31, 0.5, 1.0), axis=-1))


def test_a_quantile_between_a_number_and_a_limit_has_no_value() -> None:
    values = np.asarray([-np.inf, 1.0, 2.0, np.inf])
    assert quantiles_of(values, (0.1, 0.5, 0.9)).tolist() == [-np.inf, 1.5, np.inf]


LIMITS = """
    values below their limit at | other values | median
    1                           | 2, 3         | 2
    1, 1                        | 2, 3, 4      | 2
    2.5                         | 2, 3         | unknown
    1, 5                        | 2, 3, 4      | unknown
    1, 1.9                      | 2, 3, 4      | 2
"""


@pytest.mark.parametrize("line", LIMITS.strip().splitlines()[1:])
def test_a_quantile_is_known_only_above_every_limit_that_could_move_it(line: str) -> None:
    limits, others, wanted = (
        [part.strip() for part in cell.split(",")] for cell in line.split("|")
    )
    values = [-np.inf] * len(limits) + [float(one) for one in others]
    # The others have a limit of their own that differs, so that no one limit serves all.
    below = np.asarray([float(one) for one in limits] + [0.5] * len(others))
    found = known_quantiles(np.asarray(values), (0.5,), below, np.full(len(values), np.inf))
    assert found[0] == (-np.inf if wanted[0] == "unknown" else float(wanted[0]))


def test_quantiles_and_shares_are_those_of_plain_loops(checks: tuple[Vpc, ...]) -> None:
    made = design(30, limit=LIMIT)
    panel = checks[0].panels[0]
    simulated = [censor(made, one) for chunk in replicates(made, POPULATION, seed=5, count=200)
                 for one in chunk.values]  # fmt: skip
    for place, bin_ in enumerate(panel.bins):
        cells = [divmod(int(cell), 30) for cell in bin_.cells]
        data = [float(made.observed[at]) for at in cells]
        drawn = [[float(one[at]) for at in cells] for one in simulated]
        below = [sum(map(math.isinf, one)) / len(one) for one in drawn]
        assert panel.below[place] == pytest.approx(sum(map(math.isinf, data)) / len(data))
        assert panel.below_simulated[:, place] == pytest.approx(
            [plain_quantile(below, share) for share in (0.025, 0.5, 0.975)]
        )
        for number, share in enumerate(QUANTILES):
            each = [plain_quantile(one, share) for one in drawn]
            wanted = [plain_quantile(each, one) for one in (0.025, 0.5, 0.975)]
            levels = [math.exp(one) if math.isfinite(one) else one for one in wanted]
            assert panel.simulated[number, :, place] == pytest.approx(levels)
            observed = plain_quantile(data, share)
            assert panel.observed[number, place] == pytest.approx(
                math.exp(observed) if math.isfinite(observed) else observed
            )


def test_no_quantile_has_a_value_below_the_limit(checks: tuple[Vpc, ...]) -> None:
    panel = checks[0].panels[0]
    for values in (panel.observed, panel.simulated):
        assert np.isneginf(values).any()
        assert (values[np.isfinite(values)] >= LIMIT).all()


def test_groups_split_the_measurements(checks: tuple[Vpc, ...]) -> None:
    panels = checks[2].panels
    assert [one.panel.label for one in panels] == ["sex f", "sex m"]
    assert [sum(bin_.cells.size for bin_ in one.bins) for one in panels] == [75, 75]


def test_without_any_difference_of_prediction_the_correction_changes_nothing(
    checks: tuple[Vpc, ...],
) -> None:
    plain, corrected = checks[0].panels[0], checks[1].panels[0]
    assert np.array_equal(plain.observed, corrected.observed)
    assert np.array_equal(plain.simulated, corrected.simulated)


def two_doses() -> DataSet:
    """Three subjects at one time whose predictions are 10, 20 and 40; two values, one below 30."""
    samples = (Sample(time=0.0, value=12.0), Sample(time=0.0, value=30.0),
               Sample(time=0.0, high=36.0))  # fmt: skip
    subjects = tuple(
        Subject(
            name=str(number), samples=(one,), covariates={"size": (Known(time=0.0, value=size),)}
        )
        for number, (one, size) in enumerate(zip(samples, (1.0, 2.0, 4.0), strict=True))
    )
    return DataSet(subjects=subjects, assays=(Assay(label="qPCR"),))


def test_the_correction_by_prediction_is_as_computed_by_hand() -> None:
    effect = Effect(parameter="start", covariate="size", kind=EffectKind.POWER, reference=1.0)
    made = design_of(two_doses(), replace(MODEL, effects=(effect,)))
    numbers = changed(beta=np.asarray([math.log(10.0), math.log(0.3), 1.0]))
    found = visual_checks(made, numbers, seed=1, asked=(Asked(bins=1, corrected=True),), count=20)[
        0
    ].panels[0]
    # The bin's median prediction is 20: 12 x 20/10 = 24, 30 x 20/20 = 30, and the limit of 36
    # becomes 36 x 20/40 = 18, below both: the median is 24, the 5 % quantile unknown.
    assert sorted(found.value.tolist()) == [-np.inf, pytest.approx(24.0), pytest.approx(30.0)]
    assert found.observed[1, 0] == pytest.approx(24.0)
    assert found.observed[0, 0] == -np.inf
    # On logarithms, as the model has it: between 24 and 30, nine tenths of the way.
    assert found.observed[2, 0] == pytest.approx(24.0 * (30.0 / 24.0) ** 0.9)


def test_data_of_the_model_lie_within_the_bands_and_others_do_not() -> None:
    made = design(120, seed=2, limit=LIMIT)

    def inside(numbers: object) -> float:
        panel = visual_checks(made, numbers, seed=1, count=200)[0].panels[0]
        held = (panel.observed >= panel.simulated[:, 0]) & (panel.observed <= panel.simulated[:, 2])
        return float(held.mean())

    assert inside(POPULATION) >= 0.8
    assert inside(changed(beta=POPULATION.beta + np.asarray([0.8, 0.0]))) < 0.5
    assert inside(changed(omega=np.asarray([[2.0]]))) < 0.6


BINS = """
    bins      | edges of bins
    none      | 0.5-0.5, 1-1, 2-2, 4-4, 8-8
    2         | 0.5-1, 2-8
    0,1.5,9   | 0.5-1, 2-8
    0,4,8     | 0.5-2, 4-8
"""


@pytest.mark.parametrize("line", BINS.strip().splitlines()[1:])
def test_times_are_put_into_bins(line: str) -> None:
    asked, wanted = (one.strip() for one in line.split("|"))
    numbers = [float(one) for one in asked.split(",")] if asked != "none" else []
    bins = None if not numbers else int(numbers[0]) if len(numbers) == 1 else numbers
    panel = panels_of(design(12), bins=bins)[0]
    assert ", ".join(f"{one.low:g}-{one.high:g}" for one in panel.bins) == wanted


def test_many_different_times_are_binned_by_equal_counts() -> None:
    chance = np.random.default_rng(1)
    subjects = tuple(
        Subject(name=str(one), samples=tuple(Sample(time=float(time), value=1.0 + one)
                                             for time in sorted(chance.uniform(0, 9, 4))))
        for one in range(40)
    )  # fmt: skip
    made = design_of(DataSet(subjects=subjects, assays=(Assay(label=""),)), MODEL)
    counts = [one.cells.size for one in panels_of(made)[0].bins]
    assert counts == [16] * 10


def test_a_numeric_covariate_with_many_values_is_split_at_its_median() -> None:
    labels = [one.label for one in panels_of(design(12), by="weight")]
    assert [label.split()[1] for label in labels] == ["below", labels[1].split()[1]]
    assert labels[1].endswith("or more")


def test_edges_that_leave_measurements_out_are_refused() -> None:
    with pytest.raises(ReinfuseError, match=r"from 0\.5 to 8 lie outside the bins 0 to 5"):
        panels_of(design(6), bins=[0.0, 5.0])
    with pytest.raises(ReinfuseError, match="the edges of bins are 5, 2"):
        panels_of(design(6), bins=[5.0, 2.0])


def test_a_covariate_that_nobody_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(ReinfuseError, match="no subject has covariate height") as caught:
        panels_of(design(6), by="height")
    assert "sex, weight" in caught.value.fix


def test_a_replicate_that_overflows_is_named() -> None:
    with pytest.raises(ReinfuseError, match="left the finite numbers"):
        visual_checks(design(4), changed(beta=np.asarray([1e308, 800.0])), seed=1, count=20)


def test_a_subject_whose_covariate_is_missing_has_a_panel_of_its_own() -> None:
    data = decaying(6, seed=1)
    bare = replace(data.subjects[0], covariates={})
    made = design_of(replace(data, subjects=(bare, *data.subjects[1:])), MODEL)
    assert [one.label for one in panels_of(made, by="sex")][-1] == "sex not recorded"
