"""Curves: named parameters, and the levels that follow from them, in NumPy and in JAX."""

from __future__ import annotations

from reinfuse.kinetics.curves.cart import STEIN, STEIN_TREATED
from reinfuse.kinetics.curves.catalogue import CART_CURVES, CURVES, find_curve
from reinfuse.kinetics.curves.curve import (
    Curve,
    Parameter,
    Parameters,
    Scale,
    Schedule,
    natural,
    normal,
    slope,
)
from reinfuse.kinetics.curves.fixing import with_fixed
from reinfuse.kinetics.curves.growth import (
    ASYMPTOTIC,
    BIEXPONENTIAL,
    DECAY,
    EMAX,
    GROWTH,
    LINEAR,
    LOGISTIC,
    PLATEAU,
)
from reinfuse.kinetics.curves.intravenous import (
    IV_ONE,
    IV_ONE_RATE,
    IV_THREE,
    IV_TWO,
    IV_TWO_EXPONENTS,
    IV_TWO_RATES,
)
from reinfuse.kinetics.curves.michaelis_menten import MM_BOLUS, MM_ORAL
from reinfuse.kinetics.curves.oral import (
    ORAL_ONE,
    ORAL_ONE_CLEARANCE,
    ORAL_ONE_LAG,
    ORAL_ONE_RATE,
    ORAL_TWO,
    ORAL_TWO_LAG,
)
from reinfuse.kinetics.curves.phases import LIU, OGASAWARA
from reinfuse.kinetics.curves.rise_and_fall import RISE_AND_FALL
from reinfuse.kinetics.curves.saturable import SATURABLE
from reinfuse.kinetics.curves.schedules import sampled

__all__ = [
    "ASYMPTOTIC",
    "BIEXPONENTIAL",
    "CART_CURVES",
    "CURVES",
    "DECAY",
    "EMAX",
    "GROWTH",
    "IV_ONE",
    "IV_ONE_RATE",
    "IV_THREE",
    "IV_TWO",
    "IV_TWO_EXPONENTS",
    "IV_TWO_RATES",
    "LINEAR",
    "LIU",
    "LOGISTIC",
    "MM_BOLUS",
    "MM_ORAL",
    "OGASAWARA",
    "ORAL_ONE",
    "ORAL_ONE_CLEARANCE",
    "ORAL_ONE_LAG",
    "ORAL_ONE_RATE",
    "ORAL_TWO",
    "ORAL_TWO_LAG",
    "PLATEAU",
    "RISE_AND_FALL",
    "SATURABLE",
    "STEIN",
    "STEIN_TREATED",
    "Curve",
    "Parameter",
    "Parameters",
    "Scale",
    "Schedule",
    "find_curve",
    "natural",
    "normal",
    "sampled",
    "slope",
    "with_fixed",
]
