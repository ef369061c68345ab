"""The unit of time of an SBML model, as UCUM writes it."""

from __future__ import annotations

from collections.abc import Mapping

from reinfuse.engine.sbml.attributes import number_in
from reinfuse.engine.sbml.elements import Element
from reinfuse.engine.sbml.refusals import Refusals

_UCUM: Mapping[float, str] = {
    1.0: "s",
    60.0: "min",
    3600.0: "h",
    86400.0: "d",
    604800.0: "wk",
    31557600.0: "a",  # a year of 365.25 days
}


def time_unit_of(model: Element, level: int, refusals: Refusals) -> str:
    """`s`, `min`, `h`, `d`, `wk`, `a` or whole seconds; blank where the file does not say."""
    name = model.get("timeUnits") or ("time" if level < 3 else "")  # noqa: PLR2004 - Level 3
    units = {
        unit.get("id"): unit for unit in model.listed("listOfUnitDefinitions", "unitDefinition")
    }
    if name in units:
        return _defined(units[name], refusals)
    return "s" if name in {"second", "time"} else ""


def _defined(definition: Element, refusals: Refusals) -> str:
    units = list(definition.listed("listOfUnits", "unit"))
    if len(units) != 1 or units[0].get("kind") != "second":
        return ""

    def given(name: str, default: float) -> float:
        found = number_in(units[0], name, refusals)
        return default if found is None else found

    if given("exponent", 1.0) != 1.0:
        return ""
    seconds = given("multiplier", 1.0) * 10.0 ** given("scale", 0.0)
    return _UCUM.get(round(seconds, 9), f"{seconds:.0f}.s" if seconds == int(seconds) else "")
