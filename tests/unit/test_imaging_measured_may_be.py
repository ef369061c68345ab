"""A lesion that was drawn in the bladder is told to be perhaps the bladder."""

from __future__ import annotations

from pathlib import Path

import pytest

from reinfuse.imaging.lesions import SUV_4
from reinfuse.imaging.measured import Boxes, Place, WantedLesion, measure_scans, record
from reinfuse.imaging.suv.body import BODY_WEIGHT, JANMAHASATIAN, Normaliser
from reinfuse.imaging.twin import write_twin
from reinfuse.imaging.twin.scans import founding_scans

RULE = "petct-may-be-organ"
BLADDER, PELVIS = (-6.0, -38.0, -292.0), (66.0, 16.0, -262.0)


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PET of the first scan of the twin."""
    folder = tmp_path_factory.mktemp("twin")
    write_twin(folder, seed=7, scans=founding_scans()[:1])
    return folder / "before" / "PET"


@pytest.mark.parametrize("normaliser", [BODY_WEIGHT, JANMAHASATIAN], ids=lambda one: one.key)
def test_a_seed_in_the_bladder_is_told_and_one_in_the_mass_is_not(
    twin: Path, normaliser: Normaliser
) -> None:
    lesions = tuple(
        WantedLesion(name=name, site="pelvis", places={"PET": Place(seed=seed)}, rule=SUV_4)
        for name, seed in (("node", BLADDER), ("mass", PELVIS))
    )
    results = measure_scans([twin], Boxes(lesions=lesions), seed=1, normaliser=normaliser)
    node, mass = (lesion.looks[0] for lesion in results.lesions)
    assert node.measured is not None
    assert mass.measured is not None
    (told,) = [one for one in node.findings if one.rule == RULE]
    assert told.what.startswith("what is drawn may also be bladder: at ")
    assert (told.where, [one.rule for one in mass.findings]) == ("node, PET", [])
    # It goes with the look into the course.
    noted = [look.note or "" for lesion in record(results).lesions for look in lesion.looks]
    assert [RULE in one for one in noted] == [True, False]
