"""Every curve by its name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from reinfuse.errors import ReinfuseError
from reinfuse.kinetics.curves.cart import STEIN, STEIN_TREATED
from reinfuse.kinetics.curves.curve import Curve
from reinfuse.kinetics.curves.growth import GROWTH_CURVES
from reinfuse.kinetics.curves.intravenous import IV_CURVES
from reinfuse.kinetics.curves.michaelis_menten import MM_CURVES
from reinfuse.kinetics.curves.oral import ORAL_CURVES
from reinfuse.kinetics.curves.phases import LIU, OGASAWARA
from reinfuse.kinetics.curves.rise_and_fall import RISE_AND_FALL
from reinfuse.kinetics.curves.saturable import SATURABLE

CART_CURVES = (STEIN, STEIN_TREATED, OGASAWARA, LIU, SATURABLE, RISE_AND_FALL)

_ALL = (*CART_CURVES, *IV_CURVES, *ORAL_CURVES, *MM_CURVES, *GROWTH_CURVES)

CURVES: Mapping[str, Curve] = MappingProxyType({curve.name: curve for curve in _ALL})


def find_curve(name: str) -> Curve:
    """The curve of this name, whatever its case; raises ReinfuseError with the nearest names."""
    wanted = name.strip().casefold().replace("_", "-").replace(" ", "-")
    if wanted in CURVES:
        return CURVES[wanted]
    near = difflib.get_close_matches(wanted, CURVES, n=1, cutoff=0.0)
    raise ReinfuseError(
        f"no curve is called {name!r}",
        fix=f"did you mean {near[0]!r}? There are {', '.join(CURVES)}",
    )
