"""Negative results that do not say how far down they looked, and at what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reinfuse.checks.case import Case, listed, name_of
from reinfuse.errors import Finding, Severity
from reinfuse.record import Observation, Result

NEGATIVE = (Result.NEGATIVE, Result.NOT_DETECTED)
# Methods that find leukemia by its genes and so do not need its antigens.
_BY_GENES = re.compile(r"pcr|sequencing|ngs", re.IGNORECASE)


def find_mrd_without_limit(case: Case) -> Iterator[Finding]:
    """MRD called negative by assays whose limit is not stated."""
    bare = [item for item in case.measured("MRD") if _is_negative(item) and item.limit is None]
    if bare:
        yield _gap(
            case,
            "mrd-limit",
            f"MRD is negative {_times(bare)} with no limit of detection stated: negative below "
            "what is not known",
            "record the limit, or the method and how many events were looked at",
            bare,
        )


def find_mrd_gated_by_target(case: Case) -> Iterator[Finding]:
    """MRD negative after a product whose target the gating may rely on."""
    found: dict[str, list[Observation]] = {}
    for item in case.measured("MRD"):
        if not _is_negative(item) or _BY_GENES.search(item.method or ""):
            continue
        for target in _targets_before(case, item):
            if item.gated_free_of is None or target not in item.gated_free_of:
                found.setdefault(target, []).append(item)
    for target, items in found.items():
        yield _gap(
            case,
            "mrd-gating",
            f"MRD is negative {_times(items)} after a {target} product, and a gating free of "
            f"{target} is not stated: cells that lost {target} would not be seen",
            f"record `gated_free_of: {target}`, or by which other method MRD was looked for",
            items,
        )


def find_cells_without_limit(case: Case) -> Iterator[Finding]:
    """CAR-T cells not detected by an assay whose limit is not stated."""
    cells = case.measured("CAR-T cells", "CAR transgene")
    bare = [item for item in cells if _is_negative(item) and item.limit is None]
    if bare:
        yield _gap(
            case,
            "car-t-limit",
            f"{listed(dict.fromkeys(name_of(item) for item in bare))} are not detected "
            f"{_times(bare)} with no limit of detection stated: below an unknown limit, not gone",
            "record the limit of detection, commonly 0.01 to 1 % by flow cytometry",
            bare,
        )


def _is_negative(item: Observation) -> bool:
    return item.value is None and item.result in NEGATIVE


def _targets_before(case: Case, item: Observation) -> tuple[str, ...]:
    """The antigens of all products that were surely given before."""
    found: dict[str, None] = {}
    for infusion in case.course.infusions:
        product = case.course.product_of(infusion)
        if product is not None and case.apart(item, infusion).low >= 0:
            found.update(dict.fromkeys(product.target))
    return tuple(found)


def _times(items: list[Observation]) -> str:
    return f"in {len(items)} result{'s' if len(items) > 1 else ''}"


def _gap(case: Case, rule: str, what: str, fix: str, items: list[Observation]) -> Finding:
    about = tuple(item.id for item in items)
    return Finding(
        severity=Severity.GAP, rule=rule, what=what, where=case.where(*about), fix=fix, about=about
    )
