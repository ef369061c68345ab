"""What a reader expects to know before CAR-T cells are given."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.checks.case import Case, listed
from reinfuse.errors import Finding, Severity
from reinfuse.record import (
    Infusion,
    Observation,
    Origin,
    Pathology,
    Purpose,
    Regimen,
    Transplant,
)
from reinfuse.timeline import Ending

# Chimerism older than this says little about the day of a donor product (ours).
CURRENT_DAYS = 90
# Drugs that hold T cells back. Given as one course of chemotherapy they end with it.
HOLD_BACK = (
    "prednisone", "prednisolone", "methylprednisolone", "dexamethasone", "hydrocortisone",
    "ciclosporin", "cyclosporine", "cyclosporin a", "tacrolimus", "sirolimus",
    "mycophenolate mofetil", "ruxolitinib", "ibrutinib", "belumosudil",
)  # fmt: skip
LASTING = (Purpose.GVHD_PROPHYLAXIS, Purpose.GVHD_TREATMENT, Purpose.OTHER)


def find_donor_products_without_chimerism(case: Case) -> Iterator[Finding]:
    """A donor product given after a transplant without current chimerism."""
    for infusion in _of_donors(case):
        transplant = _last_transplant(case, infusion)
        if transplant is None:
            continue
        measured = [
            item
            for item in case.measured("donor chimerism")
            if case.apart(item, transplant).high >= 0 and case.apart(item, infusion).low <= 0
        ]
        if any(_is_current(case, item, infusion) for item in measured):
            continue
        about = (infusion.id, transplant.id, *(item.id for item in measured))
        yield Finding(
            severity=Severity.GAP,
            rule="current-chimerism",
            what=f"{infusion.id} gives donor cells, and no donor chimerism of the "
            f"{CURRENT_DAYS} days before it is recorded{_oldest(case, measured, infusion)}",
            where=case.where(*about),
            fix="record lineage chimerism before the infusion",
            about=about,
        )


def find_unnamed_donors(case: Case) -> Iterator[Finding]:
    """A donor product whose donor is not stated."""
    for product in case.course.products:
        if product.origin is Origin.DONOR and product.donor is None:
            given = [item.id for item in case.course.infusions if item.product == product.id]
            yield Finding(
                severity=Severity.GAP,
                rule="product-donor",
                what=f"{product.id} is donor-derived, and whose cells it was made of is not stated",
                where=case.where(product.id, *given),
                fix="set `donor`; the donor of the transplant is only presumed",
                about=(product.id, *given),
            )


def find_unknown_targets(case: Case) -> Iterator[Finding]:
    """Leukemia in a specimen whose status for the target of the next product is not stated."""
    found: dict[tuple[str, str], list[Pathology]] = {}
    for specimen in case.course.pathology:
        if not specimen.leukemia:
            continue
        later = _next_infusion(case, specimen)
        product = case.course.product_of(later) if later else None
        for target in product.target if product else ():
            if later and target not in {marker.name for marker in specimen.markers}:
                found.setdefault((target, later.id), []).append(specimen)
    for (target, infusion), specimens in found.items():
        about = (*(item.id for item in specimens), infusion)
        sites = listed(dict.fromkeys(item.site for item in specimens))
        yield Finding(
            severity=Severity.GAP,
            rule="target-not-stated",
            what=f"leukemia of the {sites} has no {target} status, and {infusion} targets {target}",
            where=case.where(*about),
            fix=f"record whether the cells carried {target}",
            about=about,
        )


def find_unstopped_immunosuppression(case: Case) -> Iterator[Finding]:
    """Steroids or other immunosuppression with no stop recorded before an infusion."""
    for infusion in case.course.infusions:
        going = [item for item in case.course.regimens if _may_go_on(case, item, infusion)]
        if not going:
            continue
        about = (infusion.id, *(item.id for item in going))
        drugs = listed(
            dict.fromkeys(
                drug.name for item in going for drug in item.drugs if _holds_back(drug.name)
            )
        )
        yield Finding(
            severity=Severity.NOTE,
            rule="immunosuppression-not-stopped",
            what=f"no stop of {drugs} is recorded before {infusion.id}",
            where=case.where(*about),
            fix="record until when each was given, and the dose on the day of the infusion",
            about=about,
        )


def _of_donors(case: Case) -> Iterator[Infusion]:
    for infusion in case.course.infusions:
        product = case.course.product_of(infusion)
        if product is not None and product.origin is Origin.DONOR:
            yield infusion


def _last_transplant(case: Case, infusion: Infusion) -> Transplant | None:
    before = [
        item
        for item in case.course.transplants
        if item.kind != "autologous" and case.apart(item, infusion).high <= 0
    ]
    return max(before, key=lambda item: case.apart(item, infusion).high, default=None)


def _is_current(case: Case, item: Observation, infusion: Infusion) -> bool:
    return case.apart(item, infusion).high >= -CURRENT_DAYS


def _oldest(case: Case, measured: list[Observation], infusion: Infusion) -> str:
    if not measured:
        return ""
    last = max(measured, key=lambda item: case.apart(item, infusion).high)
    days = case.apart(last, infusion)
    return f"; the last is {-days.high:.0f} to {-days.low:.0f} days older" if days.bounded else ""


def _next_infusion(case: Case, specimen: Pathology) -> Infusion | None:
    """The first infusion that the specimen can have been taken before."""
    later = [item for item in case.course.infusions if case.apart(specimen, item).low < 0]
    later = [item for item in later if case.apart(specimen, item).high <= 0] or later
    return max(later, key=lambda item: case.apart(specimen, item).low, default=None)


def _may_go_on(case: Case, regimen: Regimen, infusion: Infusion) -> bool:
    """Whether it began before the infusion and nothing says that it had ended by then."""
    if regimen.purpose not in LASTING or not any(_holds_back(drug.name) for drug in regimen.drugs):
        return False
    begun = case.apart(regimen, infusion)
    if begun.high > 0 or begun.low == begun.high == 0:
        return False
    if regimen.when.ending is not Ending.KNOWN:
        return True
    return not case.surely_over(regimen, infusion)


def _holds_back(drug: str) -> bool:
    return drug.casefold() in HOLD_BACK
