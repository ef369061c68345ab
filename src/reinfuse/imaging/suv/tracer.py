"""Which tracer was given, as far as SUV asks for it: fluorodeoxyglucose (FDG) or another.

Scores and criteria of response are made for FDG, and so is the range of a sound liver.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import StrEnum

from reinfuse.errors import Finding, Severity
from reinfuse.imaging.suv.stating import NEAR, NUCLIDES_S
from reinfuse.source import Source, Standing

CODES_SOURCE = Source(
    cite="DICOM PS3.16",
    standing=Standing.PORT,
    place="CID 4020 and CID 4021 in pydicom 3.0",
)
FDG_CODES = frozenset({"C-B1031", "35321007"})
FLUORINE_CODES = frozenset({"C-111A1", "77004003"})
# What stands there and names no tracer: a diagnostic radioisotope, or the nuclide once more.
GENERIC_CODES = frozenset({"C-B1000", "17600005"}) | FLUORINE_CODES
# In these schemes every code is that of one tracer; what a hospital made up for itself is not read.
SCHEMES = frozenset({"SRT", "SNM3", "99SDM", "SCT", "DCM"})

WORDS_SOURCE = Source(cite="names in use", standing=Standing.RECALLED)
# Chemists write its parts in several orders, and languages spell them in their own ways.
FDG_WORDS = re.compile(r"FDG|^(?=.*FLU)(?=.*DES?OXY)(?=.*GL[UY][CK]OS)")
OTHER_WORDS = re.compile(
    r"PSMA|PIFLUFOLASTAT|PYLARIFY|DOTA|EDOTREOTID|FAPI|PENTIXA|EXENDIN|FLUCICLOVIN|AXUMIN|DOPA"
    r"|CHOLIN|FLUORIDE|\bNAF\b|\bFET\b|\bFLT\b|\bFES\b|ESTRADIOL|MISO\b|MISONIDAZOL|TYROSIN"
    r"|THYMIDIN|FLOR?BETA|FLUTEMETAMOL|FLORTAUCIPIR|FLURPIRIDAZ|METHIONIN|ACETAT|AMMONIA"
    r"|RUBIDIUM|ZIRCONIUM|GALLIUM|COPPER|\b(68-?GA|GA-?68|89-?ZR|ZR-?89|64-?CU|CU-?64)\b|MAB\b"
)

FLUORINE_18_S = NUCLIDES_S["F-18"]


class Tracer(StrEnum):
    """All that is kept of what a file says was given."""

    FDG = "fdg"
    OTHER = "other"
    UNKNOWN = "unknown"


def tracer_named(
    words: Collection[str],
    *,
    drugs: Collection[tuple[str, str]] = (),
    nuclides: Collection[tuple[str, str]] = (),
) -> Tracer:
    """The tracer of a file's words for it, and of its codes as (scheme, value).

    Anything that names another tracer or nuclide goes before what names FDG: consoles fill in FDG
    by themselves. Words that name neither, such as `Solution`, say nothing.
    """
    upper = [one.upper() for one in words]
    coded = [value for scheme, value in drugs if scheme in SCHEMES and value not in GENERIC_CODES]
    glows = [value for scheme, value in nuclides if scheme in SCHEMES]
    if (
        any(OTHER_WORDS.search(one) for one in upper)
        or any(value not in FDG_CODES for value in coded)
        or any(value not in FLUORINE_CODES for value in glows)
    ):
        return Tracer.OTHER
    if coded or any(FDG_WORDS.search(one) for one in upper):
        return Tracer.FDG
    return Tracer.UNKNOWN


def tracer_of(named: Tracer, half_life_s: float | None) -> Tracer:
    """The tracer by name, or another where only the half-life says so: not that of fluorine-18."""
    if named is Tracer.UNKNOWN and half_life_s is not None and not _is_fluorine(half_life_s):
        return Tracer.OTHER
    return named


def tracer_findings(
    named: Tracer, half_life_s: float | None, where: str, *, stated: bool
) -> Iterator[Finding]:
    """What must be known of the tracer: another than FDG, one of another half-life, or none.

    `stated` says that a person stated the half-life.
    """
    if named is Tracer.OTHER:
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="suv-tracer",
            what="the files name a tracer other than FDG; scores, criteria and the range of the "
            "liver are for FDG",
            where=where,
            fix="look up what was given",
        )
    elif half_life_s is not None and not _is_fluorine(half_life_s):
        says = "FDG is named" if named is Tracer.FDG else "no tracer is named"
        correct = ", and correct `half_life_s` beside the scan in the boxes" if stated else ""
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="suv-tracer",
            what=f"a half-life of {half_life_s:g} s is not that of fluorine-18, and {says}",
            where=where,
            fix=f"look up what was given{correct}",
        )
    elif named is Tracer.UNKNOWN:
        yield Finding(
            severity=Severity.NOTE,
            rule="suv-tracer-unknown",
            what="the files do not name the tracer; it is taken for FDG",
            where=where,
            fix="look up what was given",
        )


def _is_fluorine(half_life_s: float) -> bool:
    return abs(half_life_s - FLUORINE_18_S) <= NEAR * FLUORINE_18_S
