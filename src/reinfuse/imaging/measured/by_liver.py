"""A border that rests on a liver which the scan itself speaks against."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.following.references import References
from reinfuse.imaging.lesions import OverLiver
from reinfuse.imaging.measured.boxes import WantedLesion
from reinfuse.imaging.measured.response_references import doubted
from reinfuse.imaging.measured.results import Look


def with_doubted_liver(look: Look, lesion: WantedLesion, held: References) -> Look:
    """The look, with a finding where its threshold was made of a liver that is doubted."""
    place = lesion.places.get(look.scan)
    if place is None or not place.on_pet or place.mask is not None:
        return look
    rule = place.rule or lesion.rule
    why = doubted(held).get("liver")
    if why is None or not isinstance(rule, OverLiver):
        return look
    told = Finding(
        severity=Severity.AMBIGUITY,
        rule="petct-border-by-doubted-liver",
        what=f"its border is {rule.name}, and the liver of this scan is doubted: {why}",
        where=f"{lesion.name}, {look.scan}",
        fix="point to sound liver, or take another method",
    )
    return replace(look, findings=(*look.findings, told))
