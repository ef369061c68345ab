"""What PET images say that standardised uptake needs, gathered from all slices of a series.

Source: DICOM PS3.3 C.8.9 (PET); private attributes of GE, Philips and Siemens as their
conformance statements name them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace

from reinfuse.imaging.dicom.moments import read_datetime, read_moment
from reinfuse.imaging.dicom.opening import Fields
from reinfuse.imaging.suv.facts import Moment, PetFacts
from reinfuse.imaging.suv.tracer import Tracer, tracer_named

SERIES_DATE, ACQUISITION_DATE = 0x00080021, 0x00080022
SERIES_TIME, ACQUISITION_TIME = 0x00080031, 0x00080032
MANUFACTURER, OFFSET = 0x00080070, 0x00080201
SEX, HEIGHT, WEIGHT = 0x00100040, 0x00101020, 0x00101030
DURATION, DECAY_REFERENCE = 0x00181242, 0x00189701
CORRECTED = 0x00280051
TRACER = 0x00540016
DRUG, NUCLIDE_CODES, DRUG_CODES = 0x00180031, 0x00540300, 0x00540304
CODE, SCHEME, MEANING = 0x00080100, 0x00080102, 0x00080104
START_TIME, DOSE, HALF_LIFE, START_DATETIME = 0x00181072, 0x00181074, 0x00181075, 0x00181078
UNITS, SUV_TYPE, DECAY_CORRECTION, REFERENCE, DECAY_FACTOR = (
    0x00541001, 0x00541006, 0x00541102, 0x00541300, 0x00541321,
)  # fmt: skip
MILLISECONDS = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """An attribute of a vendor: where it lies as a rule, and who must have reserved the block."""

    group: int
    element: int  # the last two digits of eight
    creator: str

    @property
    def tags(self) -> tuple[int, ...]:
        """Who reserved the block, and the attribute, where vendors write both."""
        block = self.group << 16
        return block | 0x0010, block | 0x1000 | self.element


GE_SCAN = Private(group=0x0009, element=0x0D, creator="GEMS_PETD_01")
SIEMENS_REFERENCE = Private(group=0x0071, element=0x22, creator="SIEMENS MED PT")
PHILIPS_SUV = Private(group=0x7053, element=0x00, creator="PHILIPS PET PRIVATE GROUP")
PHILIPS_ACTIVITY = Private(group=0x7053, element=0x09, creator="PHILIPS PET PRIVATE GROUP")
PRIVATE = (GE_SCAN, SIEMENS_REFERENCE, PHILIPS_SUV, PHILIPS_ACTIVITY)

PET_TAGS = (
    SERIES_DATE, ACQUISITION_DATE, SERIES_TIME, ACQUISITION_TIME, MANUFACTURER, OFFSET, SEX, HEIGHT,
    WEIGHT, DURATION, DECAY_REFERENCE, CORRECTED, TRACER, UNITS, SUV_TYPE, DECAY_CORRECTION,
    REFERENCE, DECAY_FACTOR, *(tag for one in PRIVATE for tag in one.tags),
)  # fmt: skip

VENDORS = ("GE", "PHILIPS", "SIEMENS", "CPS", "CTI", "CANON", "TOSHIBA", "UIH", "UNITED IMAGING",
           "HITACHI", "SHIMADZU", "MEDISO", "NEUSOFT")  # fmt: skip
# What should be one for a whole series, and what it is called where it is not.
KEYWORDS = {
    "manufacturer": "Manufacturer", "units": "Units", "suv_type": "SUVType",
    "decay_correction": "DecayCorrection", "corrections": "CorrectedImage",
    "tracer": "Radiopharmaceutical",
    "weight": "PatientWeight", "height": "PatientSize", "sex": "PatientSex",
    "dose": "RadionuclideTotalDose", "half_life_s": "RadionuclideHalfLife",
    "injection_datetime": "RadiopharmaceuticalStartDateTime",
    "injection_time": "RadiopharmaceuticalStartTime", "series_time": "SeriesTime",
    "decay_reference_time": "DecayCorrectionDateTime", "ge_scan_time": "(0009,100D)",
    "siemens_reference_time": "(0071,1022)", "philips_suv_factor": "(7053,1000)",
    "philips_activity_factor": "(7053,1009)",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PetImage:
    """What one slice says: the facts that a series shares, and its own times."""

    shared: PetFacts
    acquired: Moment | None
    reference_s: float | None
    duration_s: float | None
    decay_factor: float | None
    tracers: int


def read_pet(fields: Fields) -> PetImage:
    """What the PET image of an opened file says; ReinfuseError where a number is none."""
    offset = fields.text(OFFSET)
    items = fields.items(TRACER)
    tracer = items[0] if items else None
    corrections = tuple(one.upper() for one in fields.texts(CORRECTED) if one)
    shared = PetFacts(
        manufacturer=_vendor(fields.text(MANUFACTURER)),
        units=_term(fields, UNITS),
        suv_type=_term(fields, SUV_TYPE),
        decay_correction=_term(fields, DECAY_CORRECTION),
        corrections=corrections or None,
        weight=fields.number(WEIGHT),
        height=fields.number(HEIGHT),
        sex=_term(fields, SEX),
        tracer=_tracer(tracer),
        dose=tracer.number(DOSE) if tracer else None,
        half_life_s=tracer.number(HALF_LIFE) if tracer else None,
        injection_datetime=read_datetime(tracer.text(START_DATETIME), offset) if tracer else None,
        injection_time=read_moment("", tracer.text(START_TIME)) if tracer else None,
        series_time=read_moment(fields.text(SERIES_DATE), fields.text(SERIES_TIME)),
        decay_reference_time=read_datetime(fields.text(DECAY_REFERENCE), offset),
        ge_scan_time=read_datetime(_private_text(fields, GE_SCAN), offset),
        siemens_reference_time=read_datetime(_private_text(fields, SIEMENS_REFERENCE), offset),
        philips_suv_factor=_private_number(fields, PHILIPS_SUV),
        philips_activity_factor=_private_number(fields, PHILIPS_ACTIVITY),
    )
    return PetImage(
        shared=shared,
        acquired=read_moment(fields.text(ACQUISITION_DATE), fields.text(ACQUISITION_TIME)),
        reference_s=_seconds(fields, REFERENCE),
        duration_s=_seconds(fields, DURATION),
        decay_factor=fields.number(DECAY_FACTOR),
        tracers=len(items),
    )


def gather_facts(
    images: tuple[PetImage, ...],
    *,
    slopes: tuple[float, ...],
    intercepts: tuple[float, ...],
    where: str,
) -> PetFacts:
    """The facts of a series, from its slices in the order of the voxels.

    What should be one for a series and is not is named in `varied`; the first slice is taken.
    """
    first = images[0].shared
    names = [one.name for one in fields(PetFacts) if one.name in KEYWORDS]
    varied = tuple(
        KEYWORDS[name]
        for name in names
        if any(getattr(one.shared, name) != getattr(first, name) for one in images)
    )
    return replace(
        first,
        where=where,
        acquisition_times=tuple(one.acquired for one in images),
        frame_reference_s=tuple(one.reference_s for one in images),
        frame_duration_s=tuple(one.duration_s for one in images),
        decay_factors=tuple(one.decay_factor for one in images),
        slopes=slopes,
        intercepts=intercepts,
        varied=varied,
    )


def _tracer(given: Fields | None) -> Tracer:
    """What was given, as FDG or not: the words themselves are free text, and not kept."""
    if given is None:
        return Tracer.UNKNOWN
    drugs, nuclides = given.items(DRUG_CODES), given.items(NUCLIDE_CODES)
    return tracer_named(
        [given.text(DRUG), *(one.text(MEANING) for one in drugs)],
        drugs=[_coded(one) for one in drugs],
        nuclides=[_coded(one) for one in nuclides],
    )


def _coded(item: Fields) -> tuple[str, str]:
    return item.text(SCHEME).upper(), item.text(CODE).upper()


def _vendor(text: str) -> str:
    """The vendor by a known name; what else stands there is free text, and not kept."""
    upper = text.upper()
    return next((one for one in VENDORS if re.search(rf"\b{one}\b", upper)), "?" if text else "")


def _term(fields: Fields, tag: int) -> str:
    """A code string; what is written in another form is free text, and not kept."""
    text = fields.text(tag).upper()
    return text if re.fullmatch(r"[A-Z0-9_ ]{0,16}", text) else "?"


def _seconds(fields: Fields, tag: int) -> float | None:
    value = fields.number(tag)
    return None if value is None else value / MILLISECONDS


def _is_theirs(fields: Fields, one: Private) -> bool:
    """Whether the vendor reserved the block; de-identification often takes that away."""
    creator = fields.text(one.tags[0]).upper()
    return not creator or creator.startswith(one.creator)


def _private_text(fields: Fields, one: Private) -> str:
    return fields.text(one.tags[1]) if _is_theirs(fields, one) else ""


def _private_number(fields: Fields, one: Private) -> float | None:
    return fields.number(one.tags[1]) if _is_theirs(fields, one) else None
