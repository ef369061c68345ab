"""Registry fields about the product and the infusion itself."""

from __future__ import annotations

from reinfuse.quantity import Quantity
from reinfuse.record import DoseBasis
from reinfuse.synopsis.scene import NOTHING, Answer, Scene, dated, derived, reported
from reinfuse.synopsis.vocabulary import number_in
from reinfuse.synopsis.words import listed


def product(scene: Scene, of: str, unit: str) -> Answer:
    """One line of the product sheet."""
    assert scene.infusion is not None
    found = scene.course.product_of(scene.infusion)
    value = getattr(found, of, None)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, tuple):
        value = listed(value)
    text = value.shown() if isinstance(value, Quantity) else value
    return reported(text, [scene.infusion.product] if text else [])


def cell_donor(scene: Scene, of: str, unit: str) -> Answer:
    """Who gave the cells."""
    assert scene.infusion is not None
    found = scene.course.product_of(scene.infusion)
    if found is None:
        return NOTHING
    if found.origin.value == "autologous":
        return derived("the patient", [found.id])
    donor = next((item for item in scene.course.donors if item.id == found.donor), None)
    if donor is None:
        return Answer(None, None, (), "who gave the cells")
    return reported(" ".join(filter(None, (donor.hla_match, donor.relation))), [donor.id])


def infusion_date(scene: Scene, of: str, unit: str) -> Answer:
    """The day of infusion."""
    assert scene.infusion is not None
    return dated(Scene(scene.course, scene.grades, None), scene.infusion)


def dose(scene: Scene, of: str, unit: str) -> Answer:
    """The dose as recorded."""
    assert scene.infusion is not None
    found = scene.infusion.dose
    return reported(found.shown(), [scene.infusion.id]) if found is not None else NOTHING


def dose_basis(scene: Scene, of: str, unit: str) -> Answer:
    """Which cells the dose counts; without it, what the dose would be in CAR+ cells is asked."""
    assert scene.infusion is not None
    basis, given = scene.infusion.basis, scene.infusion.dose
    made = scene.course.product_of(scene.infusion)
    share = made.transduction if made is not None else None
    positive = None
    carrying = number_in(share, "1")
    if given is not None and carrying is not None and basis is not DoseBasis.CAR_POSITIVE:
        positive = Quantity(float(f"{given.value * carrying:.4g}"), given.unit).shown()
    if basis is not None:
        told = f"{positive} as CAR+ cells" if positive else None
        return Answer(basis.value, told, (scene.infusion.id,))
    would = f"; if it counts all cells, that is {positive} of CAR+ cells" if positive else ""
    return Answer(None, None, (), f"which cells the dose counts{would}")
