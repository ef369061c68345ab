"""What the picture says of what was given and done."""

from __future__ import annotations

from reinfuse.record import (
    Infection,
    Infusion,
    Procedure,
    Purpose,
    Regimen,
    Transfusion,
    Transplant,
)
from reinfuse.report.timeline.vocabulary import Lane, Scene, Shape, Told, capital

_CRS_CARE = frozenset(
    {
        Purpose.CRS_TREATMENT,
        Purpose.ICANS_TREATMENT,
        Purpose.VASOPRESSOR,
        Purpose.FLUIDS,
        Purpose.ANTIPYRETIC,
    }
)
_NAMED_BY_PURPOSE = frozenset(
    {Purpose.LYMPHODEPLETION, Purpose.CONDITIONING, Purpose.GVHD_PROPHYLAXIS}
)


def tell_infusion(entry: Infusion, scene: Scene) -> Told:
    """An infusion by its product and dose."""
    product = scene.course.product_of(entry)
    words = []
    if product is not None:
        words.append(f"{product.origin} {' + '.join(product.target)}".strip())
    if entry.dose is not None:
        words.append(entry.dose.shown())
    label = "\n".join(words) or "CAR-T cells"
    return Told(entry=entry, lane=Lane.CELLS, label=label, shape=Shape.ANCHOR, of=entry.id, rank=0)


def tell_transplant(entry: Transplant, scene: Scene) -> Told:
    """A transplant by its kind and donor."""
    donor = next((one for one in scene.course.donors if one.id == entry.donor), None)
    known = [] if donor is None else [word for word in (donor.hla_match, donor.relation) if word]
    label = "\n".join([entry.kind, ", ".join(known)]).strip()
    return Told(entry=entry, lane=Lane.CELLS, label=label, shape=Shape.ANCHOR, of=entry.id, rank=0)


def tell_regimen(entry: Regimen, _: Scene) -> Told:
    """A regimen by its name, its purpose or its drugs."""
    return Told(
        entry=entry,
        lane=Lane.TOXICITY if entry.purpose in _CRS_CARE else Lane.TREATMENT,
        label=capital(_regimen_words(entry)),
        shape=Shape.SQUARE,
        of=entry.of,
        rank=4,
    )


def _regimen_words(entry: Regimen) -> str:
    if entry.name:
        return f"{entry.name}, course {entry.course}" if entry.course else entry.name
    if entry.purpose in _NAMED_BY_PURPOSE or not entry.drugs:
        return f"{entry.purpose}, {entry.intensity}" if entry.intensity else str(entry.purpose)
    if len(entry.drugs) == 1 and entry.drugs[0].dose is not None:
        return f"{entry.drugs[0].name} {entry.drugs[0].dose.shown()}"
    return " + ".join(drug.name for drug in entry.drugs)


def tell_procedure(entry: Procedure, scene: Scene) -> Told:
    """A procedure, in the row of its site if that is one outside the marrow."""
    row = entry.removes or scene.rows.get(entry.site or "", "")
    return Told(
        entry=entry,
        lane=Lane.OUTSIDE if row else Lane.TREATMENT,
        label=capital(entry.what),
        shape=Shape.SQUARE,
        row=row,
        rank=6,
    )


def tell_transfusion(entry: Transfusion, _: Scene) -> Told:
    """A transfusion by its product."""
    words = f"{entry.product} × {entry.units}" if entry.units else str(entry.product)
    return Told(
        entry=entry,
        lane=Lane.TREATMENT,
        label=capital(words),
        shape=Shape.SQUARE,
        series=f"{entry.product} given",
        fewest=3,
        rank=7,
    )


def tell_infection(entry: Infection, _: Scene) -> Told:
    """An infection by its organism."""
    label = f"infection: {entry.organism}"
    return Told(entry=entry, lane=Lane.TOXICITY, label=capital(label), shape=Shape.TRIANGLE)
