"""What a PET series says about itself, as far as standardised uptake needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reinfuse.imaging.suv.tracer import Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time of day in seconds since midnight, with its date where the file has one.

    In the local time of the series: an offset from UTC in a DICOM date-time has been converted.
    """

    second: float
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PetFacts:
    """The attributes of a PET series that decide its SUV, as written; None or empty: not there.

    Tuples that end in `per slice` have one entry for each slice, in the order of the voxels. No
    value here identifies a patient. `where` is what errors may call the series: a short hash.
    Source: DICOM PS3.3 C.8.9.1 (PET Series), C.8.9.2 (PET Isotope), C.8.9.4 (PET Image).
    """

    where: str = ""
    manufacturer: str = ""  # (0008,0070)
    units: str = ""  # (0054,1001), upper case
    suv_type: str = ""  # (0054,1006), upper case
    decay_correction: str = ""  # (0054,1102), upper case
    corrections: tuple[str, ...] | None = None  # (0028,0051), upper case

    weight: float | None = None  # (0010,1030), kg by the standard
    height: float | None = None  # (0010,1020), m by the standard
    sex: str = ""  # (0010,0040): M, F, O or empty

    tracer: Tracer = Tracer.UNKNOWN  # (0018,0031), (0054,0300) and (0054,0304): FDG or not
    dose: float | None = None  # (0018,1074), Bq by the standard
    half_life_s: float | None = None  # (0018,1075)
    injection_datetime: Moment | None = None  # (0018,1078)
    injection_time: Moment | None = None  # (0018,1072), a time of day alone

    series_time: Moment | None = None  # (0008,0021) and (0008,0031)
    acquisition_times: tuple[Moment | None, ...] = ()  # (0008,0022) and (0008,0032), per slice
    frame_reference_s: tuple[float | None, ...] = ()  # (0054,1300), ms in the file, per slice
    frame_duration_s: tuple[float | None, ...] = ()  # (0018,1242), ms in the file, per slice
    decay_factors: tuple[float | None, ...] = ()  # (0054,1321), per slice

    slopes: tuple[float, ...] = ()  # (0028,1053), per slice
    intercepts: tuple[float, ...] = ()  # (0028,1052), per slice

    decay_reference_time: Moment | None = None  # (0018,9701)
    ge_scan_time: Moment | None = None  # (0009,100D) of creator GEMS_PETD_01
    siemens_reference_time: Moment | None = None  # (0071,1022)
    philips_suv_factor: float | None = None  # (7053,1000)
    philips_activity_factor: float | None = None  # (7053,1009)

    varied: tuple[str, ...] = ()  # keywords above that should be one for a series, and are not
