"""Standardised uptake values: the activity in a voxel against what was given, with its reasons."""

from reinfuse.imaging.suv.body import NORMALISERS, Normaliser
from reinfuse.imaging.suv.computing import provenance_of, scaled, suv_of
from reinfuse.imaging.suv.facts import Moment, PetFacts
from reinfuse.imaging.suv.inputs import Overrides
from reinfuse.imaging.suv.result import Provenance, Suv
from reinfuse.imaging.suv.tracer import Tracer

__all__ = [
    "NORMALISERS",
    "Moment",
    "Normaliser",
    "Overrides",
    "PetFacts",
    "Provenance",
    "Suv",
    "Tracer",
    "provenance_of",
    "scaled",
    "suv_of",
]
