"""Whose cells a product is made of, what it binds to, and to whom it is foreign."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reinfuse import record
from reinfuse.estimation.mechanistic.reading_days import Frame
from reinfuse.estimation.mechanistic.remarks import Remark
from reinfuse.mechanism.products import Origin, Product, Target
from reinfuse.record import Infusion, Observation, Transplant
from reinfuse.record.plausible import analyte_name
from reinfuse.synopsis.moments import likely_day, surely_before
from reinfuse.synopsis.vocabulary import number_in

HOST_AFTER_TRANSPLANT = 0.02  # share of the patient's own immune system, where nobody says; ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A product, and what of it was taken for granted."""

    product: Product
    assumed: tuple[Remark, ...]


def read_product(frame: Frame) -> Made:
    """The product of an infusion; what the record leaves open is assumed and said."""
    written = frame.course.product_of(frame.infusion)
    given = [item for item in frame.earlier if isinstance(item, Infusion)]
    assumed: list[str] = []
    if written is None:
        assumed.append("the product is not described: own cells against CD19 assumed")
    origin = _origin(frame, written)
    product = Product(
        origin=origin,
        target=_target(written, assumed),
        first=not given,
        same_binder=_same_binder(frame, written, given, assumed),
        foreign=_foreign(frame, written, origin, assumed),
    )
    entry = written.id if written is not None else ""
    return Made(product=product, assumed=tuple(Remark(entry=entry, why=why) for why in assumed))


def _origin(frame: Frame, written: record.Product | None) -> Origin:
    if written is not None and written.origin is not record.Origin.AUTOLOGOUS:
        return Origin.DONOR
    return Origin.OWN_AGAIN if frame.earlier else Origin.OWN


def _target(written: record.Product | None, assumed: list[str]) -> Target:
    numbers = (
        set(re.findall(r"CD ?-?(\d+)", " ".join(written.target).upper())) if written else set()
    )
    if written is not None and not written.target:
        assumed.append("its target is not stated: CD19 assumed")
    others = sorted(numbers - {"19", "22"})
    if others:
        names = ", ".join(f"CD{number}" for number in others)
        assumed.append(f"{names} as a target is not in the model: taken as CD19 and CD22 alone")
    if {"19", "22"} <= numbers:
        return Target.BOTH
    return Target.CD22 if "22" in numbers else Target.CD19


def _same_binder(
    frame: Frame, written: record.Product | None, given: list[Infusion], assumed: list[str]
) -> bool | None:
    """Whether any earlier product had its binder; None for a first product, or if nobody says."""
    if not given:
        return None
    before = [frame.course.product_of(item) for item in given]
    if written is not None and any(item is not None and item.id == written.id for item in before):
        return True
    now = _folded(written)
    then = [_folded(item) for item in before]
    if now and now in then:
        return True
    if now and all(then):
        return False
    assumed.append("whether it shares its binder with an earlier product is not stated")
    return None


def _folded(product: record.Product | None) -> str:
    return " ".join((product.binder or "").casefold().split()) if product is not None else ""


def _foreign(
    frame: Frame, written: record.Product | None, origin: Origin, assumed: list[str]
) -> float:
    """The share of the patient's immune system to which the cells are foreign."""
    transplant = next(
        (
            item
            for item in reversed(frame.earlier)
            if isinstance(item, Transplant) and not item.kind.casefold().startswith("auto")
        ),
        None,
    )
    if origin is not Origin.DONOR:
        if transplant is not None:
            assumed.append("own cells collected after the transplant assumed: foreign to nobody")
        return 0.0
    shelf = written is not None and written.origin is record.Origin.OFF_THE_SHELF
    if transplant is None or shelf:
        assumed.append("a donor's cells without that donor's graft: foreign to the whole patient")
        return 1.0
    if _third_party(written, transplant):
        assumed.append("of another donor than the graft: foreign to the whole immune system")
        return 1.0
    if written is None or written.donor is None:
        assumed.append(
            "whose cells it is made of is not stated: those of the graft's donor assumed"
        )
    return _own_share(frame, transplant, assumed)


def _third_party(written: record.Product | None, transplant: Transplant) -> bool:
    known = written is not None and written.donor is not None and transplant.donor is not None
    return known and written is not None and written.donor != transplant.donor


def _own_share(frame: Frame, transplant: Transplant, assumed: list[str]) -> float:
    """One less the donor's share, by the last chimerism before the infusion."""
    measured = [
        item
        for item in frame.course.observations
        if analyte_name(item.analyte) == "donor chimerism"
        and number_in(item.value, "%") is not None
        and surely_before(frame.course, transplant, item)
        and frame.days(item).high <= 0
    ]
    if not measured:
        assumed.append(
            f"donor chimerism before it is not recorded: {HOST_AFTER_TRANSPLANT:.0%} of the "
            "immune system taken to be the patient's own"
        )
        return HOST_AFTER_TRANSPLANT
    last = max(measured, key=lambda item: (_of_t_cells(item), likely_day(frame.course, item)))
    share = min(max(1.0 - (number_in(last.value, "%") or 0.0) / 100.0, 0.0), 1.0)
    days = frame.days(last)
    assumed.append(
        f"foreign to {share:.2%} of the immune system, by {last.id} of {days}; taken to hold still"
    )
    return round(share, 6)


def _of_t_cells(item: Observation) -> bool:
    return "t cell" in (item.denominator or "").casefold()
