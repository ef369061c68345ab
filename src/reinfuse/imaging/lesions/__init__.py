"""Lesions drawn by a threshold where a person says they are, and candidates to accept."""

from reinfuse.imaging.lesions.candidates import Candidate, accept, find_candidates
from reinfuse.imaging.lesions.delineate import NoLesion, delineate
from reinfuse.imaging.lesions.hints import Hint, Organ
from reinfuse.imaging.lesions.hot_spot import Connection, Holes
from reinfuse.imaging.lesions.region import Region, region_around, region_between, voxel_at
from reinfuse.imaging.lesions.sphere import Reference, read_reference
from reinfuse.imaging.lesions.thresholds import (
    HALF_WAY,
    MAX_41,
    MAX_50,
    PEAK_41,
    RULES,
    SUV_2_5,
    SUV_4,
    OverLiver,
    Rule,
    fixed,
    fixed_by_lean_mass,
    half_way,
    over_liver,
    share_of_max,
    share_of_peak,
)

__all__ = [
    "HALF_WAY",
    "MAX_41",
    "MAX_50",
    "PEAK_41",
    "RULES",
    "SUV_2_5",
    "SUV_4",
    "Candidate",
    "Connection",
    "Hint",
    "Holes",
    "NoLesion",
    "Organ",
    "OverLiver",
    "Reference",
    "Region",
    "Rule",
    "accept",
    "delineate",
    "find_candidates",
    "fixed",
    "fixed_by_lean_mass",
    "half_way",
    "over_liver",
    "read_reference",
    "region_around",
    "region_between",
    "share_of_max",
    "share_of_peak",
    "voxel_at",
]
