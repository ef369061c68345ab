"""Sizes and uptake of a lesion, each by a named definition, with how far they may be off."""

from reinfuse.imaging.measures.calipers import Caliper, Calipers
from reinfuse.imaging.measures.ellipsoid import ibsi_axes
from reinfuse.imaging.measures.extents import InSlice, NoInSlice, PatientAxes
from reinfuse.imaging.measures.measured import Measured, measure
from reinfuse.imaging.measures.peak import (
    IBSI_SPHERE,
    SHARED_SPHERE,
    TWELVE_MM_SPHERE,
    Counting,
    Sphere,
    peak_map,
)
from reinfuse.imaging.measures.surface import Border, Surface, border_of, surface_of
from reinfuse.imaging.measures.totals import NoTotals, Totals, total
from reinfuse.imaging.measures.uncertainty import Cause, Interval, Uncertainty
from reinfuse.imaging.measures.uptake import NoUptake, Peak, Uptake, tlg_unit

__all__ = [
    "IBSI_SPHERE",
    "SHARED_SPHERE",
    "TWELVE_MM_SPHERE",
    "Border",
    "Caliper",
    "Calipers",
    "Cause",
    "Counting",
    "InSlice",
    "Interval",
    "Measured",
    "NoInSlice",
    "NoTotals",
    "NoUptake",
    "PatientAxes",
    "Peak",
    "Sphere",
    "Surface",
    "Totals",
    "Uncertainty",
    "Uptake",
    "border_of",
    "ibsi_axes",
    "measure",
    "peak_map",
    "surface_of",
    "tlg_unit",
    "total",
]
