"""Small windows for tests of the fit: one infusion, a lesion or none, a handful of samples."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.estimation.mechanistic.observed import Change, Kind, Observed
from reinfuse.estimation.mechanistic.window import Lesion, Window
from reinfuse.mechanism.plan import Body, Depletion, Plan
from reinfuse.mechanism.products import Origin, Product

LEVELS = (
    Observed(kind=Kind.CAR_PERCENT, days=(7.0, 7.0), value=12.0),
    Observed(kind=Kind.CAR_PERCENT, days=(10.0, 10.0), value=40.0),
    Observed(kind=Kind.CAR_PERCENT, days=(28.0, 28.0), limit_unknown=True),
    Observed(kind=Kind.MRD, days=(28.0, 30.0), below=0.01),
)
LOOKS = (
    Observed(kind=Kind.LESION_VOLUME, days=(-7.0, -7.0), value=50.0, lesion=1),
    Observed(kind=Kind.LESION_CHANGE, days=(28.0, 30.0), change=Change.REDUCED, lesion=1),
)
LESION = Lesion(
    number=1, site="left pelvic wall", entry="lesion-1", volume=50.0, volume_days=(-7.0, -7.0)
)


def first_window(**changed: object) -> Window:
    """A first infusion of own cells, without lesions."""
    window = Window(
        infusion="infusion-1",
        label="infusion 1",
        first_day=-7.0,
        last_day=45.0,
        product=Product(origin=Origin.OWN),
        plan=Plan(dose=1e8, depletion=Depletion(), tocilizumab=((8.0, 400.0),)),
        body=Body(),
        tocilizumab_days=((7.0, 9.0),),
        observed=LEVELS,
    )
    return replace(window, **changed)


def second_window(**changed: object) -> Window:
    """A second infusion, of a donor's cells, with one lesion."""
    window = first_window(
        infusion="infusion-2",
        label="infusion 2",
        product=Product(origin=Origin.DONOR, first=False),
        depletion_days=(-6.0, -4.0),
        lesions=(LESION,),
        observed=LOOKS,
    )
    return replace(window, **changed)
