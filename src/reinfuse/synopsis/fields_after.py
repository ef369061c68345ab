"""Registry fields of the follow-up: survival, recovery, persistence, GVHD, infections."""

from __future__ import annotations

from reinfuse.record import Alive, FollowUp, Infusion, Purpose
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.cart import cart_measurements
from reinfuse.synopsis.expansion import tell_level
from reinfuse.synopsis.moments import (
    anchor_names,
    anchors_in_order,
    dates_of,
    ordered,
    surely_before,
    told,
    told_dates,
)
from reinfuse.synopsis.scene import (
    NOTHING,
    Answer,
    Scene,
    dated,
    days_after,
    derived,
    in_form_unit,
    is_after,
    reported,
    told_day,
)
from reinfuse.synopsis.standing import last_counts
from reinfuse.synopsis.therapy import name_regimen
from reinfuse.synopsis.words import listed, the, unique

# Looked for in the method of a measurement.
_METHODS = {"flow": ("flow", "immunophenotyp"), "pcr": ("pcr", "molecular", "sequencing")}


def contact(scene: Scene, of: str, unit: str) -> Answer:
    """One fact of the last follow-up."""
    seen = ordered(scene.course, scene.course.follow_up)[-1:]
    if not seen:
        return NOTHING
    last: FollowUp = seen[0]
    if of == "date":
        return dated(scene, last)
    value = getattr(last, of)
    return reported(str(value), [last.id]) if value is not None else NOTHING


def alive_on_day(scene: Scene, of: str, unit: str) -> Answer:
    """Whether the patient was seen alive on or after a day, or had died by then."""
    day = float(of)
    for seen in scene.course.follow_up:
        days = days_after(scene, seen)
        if seen.status is Alive.DEAD and days.high <= day:
            return derived("dead", [seen.id])
        if days.low >= day:
            return derived("alive", [seen.id])
    return NOTHING


def earlier(scene: Scene, of: str, unit: str) -> Answer:
    """Infusions or transplants before this infusion."""
    return _others(scene, of, before=True)


def later(scene: Scene, of: str, unit: str) -> Answer:
    """Infusions or transplants after this infusion."""
    return _others(scene, of, before=False)


def combined_follow_up(scene: Scene, of: str, unit: str) -> Answer:
    """Whether follow-up is shared with a transplant, and which of the two it is counted from."""
    assert scene.infusion is not None
    names, anchors = anchor_names(scene.course), anchors_in_order(scene.course)
    here = anchors.index(scene.infusion)
    after = [item for item in anchors[here + 1 :] if not isinstance(item, Infusion)]
    before = [item for item in anchors[:here] if not isinstance(item, Infusion)]
    if after:
        return derived(f"yes: counted from {the(names[after[0].id])}; toxicity is still reported",
                       [after[0].id])  # fmt: skip
    if before:
        return derived(f"yes: {the(names[before[-1].id])} came before, counted from"
                       f" {names[scene.infusion.id]}", [before[-1].id])  # fmt: skip
    return derived("no transplant recorded")


def recovery(scene: Scene, of: str, unit: str) -> Answer:
    """Recovery of a count after the infusion; after a transplant it is the transplant's."""
    assert scene.infusion is not None
    for grade in scene.grades:
        if grade.topic == of and grade.subject == scene.infusion.id:
            return Answer(grade.reported, grade.shown() if grade.evaluable else None,
                          grade.reported_by, "; ".join(grade.missing) or None)  # fmt: skip
    return Answer(None, None, (), f"{of.split(maxsplit=1)[0]}s day by day, with transfusions")


def last_count(scene: Scene, of: str, unit: str) -> Answer:
    """The last number of a blood count, in the form's unit."""
    for item in last_counts(scene.course):
        if analyte_name(item.analyte) == of and item.value is not None and item.value.fits(unit):
            when = told(scene.course, item)
            return in_form_unit(item.value, unit, when=when, entry=item.id)
    return NOTHING


def transfusions(scene: Scene, of: str, unit: str) -> Answer:
    """Transfusions after the infusion, by product."""
    found = [item for item in scene.course.transfusions if is_after(scene, item)]
    kinds = unique([item.product.value for item in found])
    words = [f"{kind}: {sum(item.product.value == kind for item in found)}" for kind in kinds]
    return reported("; ".join(words), [item.id for item in found])


def persistence(scene: Scene, of: str, unit: str) -> Answer:
    """The last time the cells were looked for with one kind of method."""
    assert scene.infusion is not None
    series = next(item for item in cart_measurements(scene.course)
                  if item.infusion == scene.infusion.id)  # fmt: skip
    points = [point for point in series.points if point.surely and point.method is not None
              and any(word in point.method.casefold() for word in _METHODS[of])]  # fmt: skip
    if not points:
        return NOTHING
    last = max(points, key=lambda point: (point.days.high, point.days.low))
    where = last.site or "specimen not stated"
    if last.detected:
        return reported(f"detected in {where}, {tell_level(last)}, {last.days}", [last.entry])
    asks = None if last.limit is not None else "limit of detection"
    return reported(f"not detected in {where}, {last.days}", [last.entry], asks)


def gvhd(scene: Scene, of: str, unit: str) -> Answer:
    """The grade of GVHD: reported, and what the criteria allow."""
    assert scene.infusion is not None
    anchors = anchors_in_order(scene.course)
    mine = [item.id for item in anchors if item.id == scene.infusion.id
            or not surely_before(scene.course, scene.infusion, item)]  # fmt: skip
    found = [item for item in scene.grades if item.topic == of and item.subject in mine]
    if not found:
        return NOTHING
    last = found[-1]
    why = [ident for reason in last.because for ident in reason.entries]
    return Answer(last.reported, last.shown() if last.evaluable else None,
                  unique(last.reported_by, why), "; ".join(last.missing) or None)  # fmt: skip


def gvhd_drugs(scene: Scene, of: str, unit: str) -> Answer:
    """Drugs given to prevent or treat GVHD."""
    wanted = (Purpose.GVHD_PROPHYLAXIS, Purpose.GVHD_TREATMENT)
    found = [item for item in scene.course.regimens if item.purpose in wanted]
    drugs = [listed(drug.name for drug in item.drugs) or name_regimen(item) for item in found]
    words = [f"{item.purpose}: {names}" for item, names in zip(found, drugs, strict=True)]
    return reported("; ".join(words), [item.id for item in found],
                    "stop dates" if found else None)  # fmt: skip


def infections(scene: Scene, of: str, unit: str) -> Answer:
    """Infections after the infusion."""
    found = [item for item in scene.course.infections if is_after(scene, item)]
    words = [f"{item.organism}{f' ({item.site})' if item.site else ''}, {told_day(scene, item)}"
             for item in found]  # fmt: skip
    return reported("; ".join(words), [item.id for item in found])


def _others(scene: Scene, of: str, *, before: bool) -> Answer:
    assert scene.infusion is not None
    anchors = anchors_in_order(scene.course)
    here = anchors.index(scene.infusion)
    found = [item for item in (anchors[:here] if before else anchors[here + 1 :])
             if isinstance(item, Infusion) == (of == "infusion")]  # fmt: skip
    names = anchor_names(scene.course)
    words = [f"{names[item.id]}, {told_dates(dates_of(scene.course, item))}" for item in found]
    if not words:
        return derived("none in the record")
    return reported("; ".join(words), [item.id for item in found])
