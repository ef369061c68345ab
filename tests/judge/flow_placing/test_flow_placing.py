"""On real events: where SciPy, scikit-learn, FlowCal and PeacoQC see what is placed here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reinfuse.cytometry.gates.values import Dimension, Ellipsoid, Rectangle, Side
from reinfuse.cytometry.placing.placed import place
from reinfuse.cytometry.placing.steadiness import steadiness
from reinfuse.cytometry.placing.values import Cluster, Standing, Valley
from reinfuse.cytometry.sample import Floats

HERE = Path(__file__).parent
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text())
CD3, CD19 = Dimension(name="CD3"), Dimension(name="CD19")


@pytest.fixture(scope="module")
def values() -> dict[str, Floats]:
    with np.load(HERE / "events.npz") as stored:
        return {name: stored[name] * 1e-4 for name in stored.files}


@pytest.mark.parametrize("marker", EXPECTED["valleys"])
@pytest.mark.parametrize("displaced", [-0.06, -0.03, 0.0, 0.03, 0.06])
def test_a_displaced_border_goes_where_scipy_sees_the_valley(
    values: dict[str, Floats], marker: str, displaced: float
) -> None:
    valley = EXPECTED["valleys"][marker]["place"]
    dimension = Dimension(name=marker)
    template = Rectangle(name=marker, sides=(Side(dimension=dimension, low=valley + displaced),))
    (move,) = place(template, {dimension: values[marker]}, Valley(reach=0.08), scales={}).moves
    assert move.standing is Standing.MOVED
    assert move.now.scaled == pytest.approx(valley, abs=0.005)


def test_a_dip_that_chance_may_have_made_is_not_followed(values: dict[str, Floats]) -> None:
    # 3.4 standard errors deep in this third of the events, 5 in all of them.
    valley = EXPECTED["uncertain"]["CD3"]["place"]
    template = Rectangle(name="CD3", sides=(Side(dimension=CD3, low=valley + 0.02),))
    (move,) = place(template, {CD3: values["CD3"]}, Valley(reach=0.08), scales={}).moves
    assert move.standing is Standing.NOTHING


@pytest.mark.parametrize("marker", EXPECTED["valleys"])
def test_from_wherever_it_is_displaced_a_border_ends_on_the_very_same_place(
    values: dict[str, Floats], marker: str
) -> None:
    valley = EXPECTED["valleys"][marker]["place"]
    dimension = Dimension(name=marker)
    ends = {
        place(
            Rectangle(name=marker, sides=(Side(dimension=dimension, low=valley + by),)),
            {dimension: values[marker]},
            Valley(reach=0.08),
            scales={},
        )
        .moves[0]
        .now.scaled
        for by in (-0.06, -0.02, 0.02, 0.06)
    }
    assert len(ends) == 1


@pytest.mark.parametrize("name", EXPECTED["clusters"])
def test_displaced_ellipses_end_where_two_others_see_the_middle_of_the_cluster(
    values: dict[str, Floats], name: str
) -> None:
    told = EXPECTED["clusters"][name]
    ends = []
    for by in (-0.06, -0.03, 0.0, 0.03, 0.06):
        template = Ellipsoid(
            name=name,
            dimensions=(CD3, CD19),
            mean=(told["seed"][0] + by, told["seed"][1] - by),
            covariance=((0.0064, 0.0), (0.0, 0.0064)),
            distance=1.0,
        )
        placed = place(
            template,
            {CD3: values["CD3"], CD19: values["CD19"]},
            Cluster(reach=(0.12, 0.12)),
            scales={},
        )
        ends.append([move.now.scaled for move in placed.moves])
    for end in ends:
        assert end == pytest.approx(ends[2], abs=0.006)
        assert end == pytest.approx(told["mean_shift"], abs=0.02)
        assert end == pytest.approx(told["densest"], abs=0.02)


def test_a_planted_shift_is_left_out_as_by_peacoqc_and_no_more_of_the_rest(
    values: dict[str, Floats],
) -> None:
    told = EXPECTED["steady"]
    planted = slice(*told["shifted"])
    signals = {name: values[name].copy() for name in ("CD4", "CD8", "CD57")}
    for one in signals.values():
        one[planted] += told["shift"]
    time = np.arange(signals["CD4"].size) * 0.01
    seen = steadiness(time, signals, limit=6.0, least=0.02, slice_events=500, slowing=3.0)
    assert told["removed_of_shifted"] == 1.0
    one_slice = 504 / 3000  # the ends of a slice are not those of the shift
    assert 1.0 - seen.kept[planted].mean() > 1.0 - one_slice / 2
    others = np.delete(seen.kept, np.r_[planted])
    assert 1.0 - others.mean() <= told["removed_of_others"]
