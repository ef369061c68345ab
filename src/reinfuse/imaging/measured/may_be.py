"""A lesion that was drawn where an organ is hot by nature: a seed in the bladder draws it well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.lesions.body import find_body
from reinfuse.imaging.lesions.candidates import CANDIDATE_SUV
from reinfuse.imaging.lesions.hints import Uptake, find_hints
from reinfuse.imaging.measured.results import Look
from reinfuse.imaging.measured.scanning import Scan
from reinfuse.imaging.measures import Measured
from reinfuse.imaging.measures import Uptake as MeasuredUptake


def with_hints(look: Look, lesion: str, scan: Scan) -> Look:
    """The look, with a note where a candidate of this place and heat would have been given a hint.

    As for candidates it decides nothing, and what is cooler than a candidate is not judged.
    """
    if look.measured is None or not isinstance(look.measured.uptake, MeasuredUptake):
        return look
    hottest = look.measured.uptake.max / (scan.suv.per_suvbw or 1.0)
    body = find_body(scan.suv) if hottest >= CANDIDATE_SUV else None
    (hints,) = find_hints([_seen(look.measured, scan, hottest)], body)
    told = (
        Finding(
            severity=Severity.NOTE,
            rule="petct-may-be-organ",
            what=f"what is drawn may also be {hint.organ}: {hint.why}",
            where=f"{lesion}, {scan.name}",
            fix="look whether the border lies around the lesion",
        )
        for hint in hints
    )
    return replace(look, findings=(*look.findings, *told))


def _seen(measured: Measured, scan: Scan, hottest: float) -> Uptake:
    drawn = measured.lesion
    middle = (np.argwhere(drawn.mask) + drawn.corner).mean(axis=0)
    centre = scan.suv.grid.millimetres(middle)
    return Uptake(centre=centre, ml=measured.volume_ml, hottest=hottest)
