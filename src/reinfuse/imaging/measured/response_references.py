"""Liver and blood that criteria may be given: not where the scan itself speaks against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.following.references import References

_OF = {"suv-liver": "liver", "reference-blood-hotter": "mediastinum"}  # rules of findings
_UNEVEN = "its sphere is uneven and may not lie in it"


def doubted(held: References) -> Mapping[str, str]:
    """What speaks against liver and mediastinum, by organ; an organ without doubts is not in it."""
    found: dict[str, str] = {}
    for organ, pool in (("liver", held.liver), ("mediastinum", held.mediastinum)):
        said = [one.what for one in held.findings if _OF.get(one.rule) == organ]
        if pool is not None and (said or pool.uneven):
            found[organ] = said[0] if said else _UNEVEN
    return found


def sound(held: References) -> References:
    """The references without those that are doubted."""
    against = doubted(held)
    return replace(
        held,
        liver=None if "liver" in against else held.liver,
        mediastinum=None if "mediastinum" in against else held.mediastinum,
    )


def hotter_blood(held: References) -> tuple[Finding, ...]:
    """Blood whose mean is above that of a liver which nothing speaks against: one lies elsewhere.

    With FDG the liver is the hotter of the two.
    """
    liver, blood = held.liver, held.mediastinum
    if liver is None or blood is None or "liver" in doubted(held) or blood.mean <= liver.mean:
        return ()
    return (
        Finding(
            severity=Severity.AMBIGUITY,
            rule="reference-blood-hotter",
            what=f"the mean of the mediastinum, {blood.mean:.2f}, is above that of the liver, "
            f"{liver.mean:.2f}",
            where=held.time_point,
            fix="look whether the one lies in blood and the other in sound liver",
        ),
    )
