"""What a number of a lesion is called in DICOM: codes for names, derivations and units.

Source: DICOM PS3.16 CID 7464, 7466, 7469, 7470 and, of units, 85, 7460 and 7462; compared with the
code dictionary of pydicom 3.0.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Code:
    """A code value, the designator of its scheme, and its meaning."""

    value: str
    scheme: str
    meaning: str


class Normalised(StrEnum):
    """What an uptake was divided by."""

    BW = "bw"
    LBM = "lbm"
    LBM_JANMA = "lbm-janma"
    LBM_JAMES128 = "lbm-james128"
    BSA = "bsa"
    IBW = "ibw"


class What(StrEnum):
    """A number that a report may hold. Lengths are in mm, volumes in mL, TLG in g."""

    VOLUME = "volume"
    METABOLIC_VOLUME = "metabolic volume"
    SUV_MAX = "SUVmax"
    SUV_MEAN = "SUVmean"
    SUV_PEAK = "SUVpeak"
    TLG = "TLG"
    LENGTH = "length"  # the longest caliper axis
    WIDTH = "width"  # the longest across it
    DEPTH = "depth"  # across both
    LONG_AXIS = "long axis"  # on a transverse slice
    SHORT_AXIS = "short axis"  # across it on that slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """How a number is coded: its name, its unit, and how it was derived from voxels."""

    name: Code
    unit: Code
    derivation: Code | None = None


MILLIMETRE = Code("mm", "UCUM", "mm")
CUBIC_CENTIMETRE = Code("cm3", "UCUM", "cubic centimeter")
GRAM = Code("g", "UCUM", "gram")

SUV = {
    Normalised.BW: (
        Code("126401", "DCM", "SUVbw"),
        Code("g/ml{SUVbw}", "UCUM", "Standardized Uptake Value body weight"),
    ),
    Normalised.LBM: (
        Code("126402", "DCM", "SUVlbm"),
        Code("g/ml{SUVlbm}", "UCUM", "Standardized Uptake Value lean body mass (James)"),
    ),
    Normalised.BSA: (
        Code("126403", "DCM", "SUVbsa"),
        Code("cm2/ml{SUVbsa}", "UCUM", "Standardized Uptake Value body surface area"),
    ),
    Normalised.IBW: (
        Code("126404", "DCM", "SUVibw"),
        Code("g/ml{SUVibw}", "UCUM", "Standardized Uptake Value ideal body weight"),
    ),
    Normalised.LBM_JANMA: (
        Code("126405", "DCM", "SUVlbm(Janma)"),
        Code("g/ml{SUVlbm(Janma)}", "UCUM", "Standardized Uptake Value lean body mass (Janma)"),
    ),
    Normalised.LBM_JAMES128: (
        Code("126406", "DCM", "SUVlbm(James128)"),
        Code("g/ml{SUVlbm(James128)}", "UCUM",
             "Standardized Uptake Value lean body mass (James 128 multiplier)"),
    ),
}  # fmt: skip

DERIVED = {
    What.SUV_MAX: Code("56851009", "SCT", "Maximum"),
    What.SUV_MEAN: Code("373098007", "SCT", "Mean"),
    What.SUV_PEAK: Code("126031", "DCM", "Peak Value Within ROI"),
}

PLAIN = {
    What.VOLUME: Concept(name=Code("118565006", "SCT", "Volume"), unit=CUBIC_CENTIMETRE),
    What.METABOLIC_VOLUME: Concept(
        name=Code("126032", "DCM", "Metabolic Volume"), unit=CUBIC_CENTIMETRE
    ),
    What.TLG: Concept(name=Code("126033", "DCM", "Total Lesion Glycolysis"), unit=GRAM),
    What.LENGTH: Concept(name=Code("410668003", "SCT", "Length"), unit=MILLIMETRE),
    What.WIDTH: Concept(name=Code("103355008", "SCT", "Width"), unit=MILLIMETRE),
    What.DEPTH: Concept(name=Code("131197000", "SCT", "Depth"), unit=MILLIMETRE),
    What.LONG_AXIS: Concept(name=Code("103339001", "SCT", "Long Axis"), unit=MILLIMETRE),
    What.SHORT_AXIS: Concept(name=Code("103340004", "SCT", "Short Axis"), unit=MILLIMETRE),
}

ABNORMAL = Code("49755003", "SCT", "Morphologically Abnormal Structure")
LESION = Code("52988006", "SCT", "Lesion")
NEIGHBOURS = Code("123101", "DCM", "Neighborhood Analysis")
PET_PROCEDURE = Code("44139-4", "LN", "PET whole body")


def concept(what: What, normalised: Normalised) -> Concept:
    """How a number is coded, an uptake by what it was divided by."""
    if what in PLAIN:
        return PLAIN[what]
    name, unit = SUV[normalised]
    return Concept(name=name, unit=unit, derivation=DERIVED[what])
