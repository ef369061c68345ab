"""What was given with an infusion: cells, lymphodepletion, tocilizumab, steroids."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.estimation.mechanistic.reading_days import Frame
from reinfuse.estimation.mechanistic.reading_depletion import Depleted, read_depletion
from reinfuse.estimation.mechanistic.reading_rescue import Rescue, read_rescue
from reinfuse.estimation.mechanistic.remarks import Remark
from reinfuse.mechanism.plan import Body, Plan
from reinfuse.mechanism.table import parameters_of
from reinfuse.record import DoseBasis, Infusion
from reinfuse.synopsis.vocabulary import number_in

USUAL_DOSE = Plan().dose
MOST_CELLS = next(row.high for row in parameters_of(0) if row.name == "dose")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The plan of a window with its uncertain days, and what is to be said of it."""

    plan: Plan
    dose_told: bool
    depletion_days: tuple[float, float] | None
    tocilizumab_days: tuple[tuple[float, float], ...]
    left_out: tuple[Remark, ...]
    assumed: tuple[Remark, ...]


def read_plan(frame: Frame, body: Body) -> Planned:
    """Everything that was given around an infusion, in the model's units."""
    assumed: list[Remark] = []
    read = [_dose(frame, part, body, assumed) for part in frame.parts]
    doses = [USUAL_DOSE if one is None else one for one in read]
    if len(frame.parts) > 1:
        names = ", ".join(part.id for part in frame.parts)
        why = f"given within days as parts of one dose ({names}): taken as one on the first day"
        assumed.append(Remark(entry=frame.infusion.id, why=why))
    depleted: Depleted = read_depletion(frame, body)
    rescue: Rescue = read_rescue(frame, body)
    return Planned(
        plan=Plan(
            dose=min(sum(doses), MOST_CELLS),
            depletion=depleted.depletion,
            tocilizumab=rescue.tocilizumab,
            steroids=rescue.steroids,
        ),
        dose_told=None not in read,
        depletion_days=depleted.days,
        tocilizumab_days=rescue.days,
        left_out=(*depleted.left_out, *rescue.left_out),
        assumed=(*assumed, *depleted.assumed, *rescue.assumed),
    )


def _dose(frame: Frame, infusion: Infusion, body: Body, assumed: list[Remark]) -> float | None:
    """CAR-T cells of one infusion; None, and a word, where the record tells none."""

    def said(why: str) -> None:
        assumed.append(Remark(entry=infusion.id, why=why))

    by_weight = number_in(infusion.dose, "{cells}/kg")
    whole = number_in(infusion.dose, "{cells}")
    if by_weight is None and whole is None:
        said(f"its dose is not recorded: {USUAL_DOSE:.0e} CAR-T cells assumed")
        return None
    cells = whole if whole is not None else (by_weight or 0.0) * body.weight
    if not 0 < cells <= MOST_CELLS:
        said(f"a dose of {cells:.3g} cells cannot be: {USUAL_DOSE:.0e} CAR-T cells assumed")
        return None
    if infusion.dose is not None and not infusion.dose.exact:
        said("its dose is told by a bound, which is taken as the dose")
    if infusion.basis is None:
        said("which cells its dose counts is not stated: CAR-T cells assumed")
        return cells
    if infusion.basis is DoseBasis.CAR_POSITIVE:
        return cells
    product = frame.course.product_of(infusion)
    share = number_in(product.transduction, "1") if product is not None else None
    if share is None:
        said(f"its dose counts {infusion.basis.value}, and the share with CAR is not recorded: all")
        return cells
    said(f"its dose counts {infusion.basis.value}, of which {share:.1%} are taken to carry the CAR")
    return cells * share
