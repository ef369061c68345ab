"""What an observation measures and where, whatever name the record has for it."""

from __future__ import annotations

import re

from reinfuse.record import Observation
from reinfuse.record.plausible import analyte_name

_MARROW = re.compile(r"\b(bone marrow|marrow|BM)\b", re.IGNORECASE)
_BLOOD = re.compile(r"\b(blood|PB|plasma|serum)\b", re.IGNORECASE)
_FLUID = re.compile(r"\b(cerebrospinal|CSF|lumbar)\b", re.IGNORECASE)


def measures(item: Observation, *names: str) -> str | None:
    """Which of the names the observation measures: `ANC` measures neutrophils; None if none."""
    name = analyte_name(item.analyte)
    return name if name in names else None


def is_marrow(site: str | None) -> bool:
    """Whether a site is the bone marrow."""
    return site is not None and _MARROW.search(site) is not None


def is_blood(site: str | None) -> bool:
    """Whether a site is the blood; a count without a site is one of blood."""
    return site is None or _BLOOD.search(site) is not None


def is_fluid(site: str | None) -> bool:
    """Whether a site is the cerebrospinal fluid."""
    return site is not None and _FLUID.search(site) is not None
