"""What an option is and what it takes for granted, in words."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.estimation.mechanistic.result import MechanismFit
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.mechanism.plan import Depletion
from reinfuse.mechanism.products import CD22_DENSITY, Origin, Target
from reinfuse.mechanism.table import parameters_of
from reinfuse.quantity.quantity import shown_number
from reinfuse.trials.forecast.asked import Collected, Kept, Option, Tocilizumab
from reinfuse.trials.forecast.questions import moment
from reinfuse.trials.forecast.replay import Replay

FAR_R_HAT = 1.1  # Gelman and Rubin's usual limit, far looser than that of a fit that is done
CONFOUNDED = (
    "own and donor cells are confounded in this course with transplant, burden, steroids and"
    " lymphodepletion: that they went differently says little of the cells, and nothing here parts"
    " them"
)


def described(replay: Replay, window: Window) -> str:
    """What an option does, against what was given."""
    option = replay.option
    if not option.infused:
        return "no infusion, no lymphodepletion, no tocilizumab"
    parts = list(_changes(replay, window))
    return "; ".join(parts) if parts else "as it was given"


def assumed(replay: Replay, window: Window, donor_share: float) -> tuple[str, ...]:
    """What an option takes for granted."""
    option = replay.option
    if not option.infused:
        return ("leukemia grows by the model's law, without any other treatment",)
    found = [*_of_product(replay, window, donor_share), *_of_day(option), *_of_rest(option, window)]
    return tuple(found)


def _changes(replay: Replay, window: Window) -> Iterator[str]:
    option, product = replay.option, replay.product
    if replay.another:
        where = f" collected {option.collected}" if option.collected else ""
        yield f"another product: {product.origin}{where}, against {product.target}"
    if option.dose is not None:
        yield f"dose {option.dose.words}, against {_given(window)}"
    if option.later:
        side = "earlier" if option.later < 0 else "later"
        yield f"{abs(option.later):g} days {side}"
    if option.depletion is not Kept.AS_GIVEN:
        yield _depletion(option.depletion)
    if option.tocilizumab is not Kept.AS_GIVEN:
        yield (
            f"tocilizumab {option.tocilizumab.milligrams:g} mg on day {option.tocilizumab.day:g}"
            if isinstance(option.tocilizumab, Tocilizumab)
            else "no tocilizumab"
        )
    if option.again is not None:
        yield f"again on day {option.again.day:g}, dose {option.again.dose.words}"


def _depletion(chosen: Depletion | Kept) -> str:
    if chosen is Kept.NONE:
        return "no lymphodepletion"
    used = chosen if isinstance(chosen, Depletion) else Depletion()
    return (
        f"fludarabine {used.fludarabine:g} and cyclophosphamide {used.cyclophosphamide:g} mg/m² on"
        f" each of three days from day {used.first_day:g}"
    )


def _of_product(replay: Replay, window: Window, donor_share: float) -> Iterator[str]:
    product, option = replay.product, replay.option
    if not replay.another:
        return
    yield (
        f"expansion ({', '.join(replay.anew)}) of another product is drawn anew, the same"
        " numbers in every option: assumed, not learned from this patient"
    )
    if option.collected is Collected.BEFORE and product.foreign > 0:
        yield (
            f"cells from before the transplant are foreign to {100 * product.foreign:.3g} % of the"
            " patient's immune system; how fast they are rejected is assumed"
        )
    elif option.collected is Collected.AFTER:
        yield (
            "cells collected after the transplant descend from the donor in"
            f" {100 * donor_share:.3g} %, as immunity does; they count as own"
            " cells, neither rejected nor causing GVHD"
        )
    elif product.origin is Origin.DONOR:
        foreign = 100 * product.foreign
        yield f"a donor's cells are foreign to {foreign:.3g} % of the patient's immunity"
    if not product.first:
        yield {
            True: "immunity against the binder from earlier cells is there in the share of"
            " patients that the model assumes",
            False: "no immunity from earlier cells, since the binder is another",
            None: "whether earlier cells had the same binder is not known: immunity against it is"
            " assumed in half as many as with the same",
        }[product.same_binder]
    if product.target is not Target.CD19:
        yield (
            f"CD22 is at {CD22_DENSITY:g} of the density of CD19 on either clone, without spread;"
            " loss of CD22 and a product's own affinity are not in the model"
        )
    if window.plan.tocilizumab and option.tocilizumab is Kept.AS_GIVEN:
        yield "tocilizumab on the days on which it was given, whatever the signs"


def _of_day(option: Option) -> Iterator[str]:
    if option.later < 0:
        yield (
            "leukemia was smaller by what it grew in between, by the model's own growth; T cells,"
            " immunity and all treatment stand to the infusion as they did"
        )
    if option.later > 0:
        yield "leukemia grows untreated in between; all treatment moves with the infusion"


def _of_rest(option: Option, window: Window) -> Iterator[str]:
    if option.dose is not None or option.again is not None:
        yield (
            "what dose does is the model's own: published is only that it hardly moves the peak"
            " (exponent 0.093 over a 27-fold range, Stein 2019), nothing of response or toxicity"
        )
    if option.again is not None:
        yield "no further lymphodepletion before the further infusion"
    if option.depletion is not Kept.AS_GIVEN:
        yield (
            "how much lymphodepletion helps expansion is assumed; only its effect on lymphocytes"
            " is in the model, none on leukemia"
        )
    if option.tocilizumab is not Kept.AS_GIVEN:
        yield "tocilizumab leaves CAR-T cells alone by construction: that is no evidence"


def far_apart(fit: MechanismFit) -> bool:
    """Whether chains are so far apart that what they narrowed may be where they got stuck."""
    return fit.sampler is not None and not fit.sampler.agreed and fit.sampler.r_hat > FAR_R_HAT


def words_of(
    window: Window,
    *,
    fit: MechanismFit,
    days: tuple[float, ...],
    changes_origin: bool,
) -> tuple[str, ...]:
    """What holds for the whole forecast."""
    found = [
        "for research: the model speaks of itself; options stand in the order of their file, and"
        " none is called best",
    ]
    if fit.prior_only:
        found.append(
            "prior only: nothing of this patient was measured, so every number is what was assumed"
            " beforehand"
        )
    if fit.sampler is not None and not fit.sampler.agreed:
        found.append(f"the fit is not done: {fit.sampler.words}")
    if far_apart(fit):
        found.append(
            f"chains are further apart than an R-hat of {FAR_R_HAT:g}: nothing here is called"
            " learned from this patient before they agree"
        )
    beyond = [day for day in days if day > window.last_day]
    if beyond:
        ahead = ", ".join(f"{moment(day)} by {day - window.last_day:.0f} days" for day in beyond)
        found.append(
            f"follow-up ends on day {window.last_day:.0f}; beyond it go the statements at {ahead}"
        )
    found += [
        "CRS of grade 3 or more and GVHD are uncalibrated indices: ranges of what the model"
        " allows, not probabilities",
        "leukemia does not move between sites in the model: each comes back from its own cells"
        " alone, and no new site appears",
        "not detectable: marrow below 0.01 % of cells, a lesion below 0.5 mL, both assumed"
        " limits, dead cells counted in",
    ]
    recalled = [row.name for row in parameters_of(len(window.lesions)) if row.recalled]
    if recalled:
        found.append(f"recalled, and not read anywhere, are the values of {', '.join(recalled)}")
    if changes_origin:
        found.append(CONFOUNDED)
    return tuple(found)


def _given(window: Window) -> str:
    cells = shown_number(float(f"{window.plan.dose:.3g}"))
    return f"{cells} cells {'given' if window.dose_told else 'assumed, as no dose is recorded'}"
