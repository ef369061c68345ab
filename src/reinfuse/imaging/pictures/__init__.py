"""Pictures of scans with their lesions, as numbers, for whoever draws them."""

from reinfuse.imaging.pictures.numbers import figures_of, looks_of
from reinfuse.imaging.pictures.picturing import high_of, pictures_of
from reinfuse.imaging.pictures.plain import as_plain, read_figures
from reinfuse.imaging.pictures.values import (
    LEVELS,
    Figures,
    Kind,
    LookNumbers,
    Mark,
    Raster,
    ScanPicture,
    Seen,
    View,
)

__all__ = [
    "LEVELS", "Figures", "Kind", "LookNumbers", "Mark", "Raster", "ScanPicture", "Seen", "View",
    "as_plain", "figures_of", "high_of", "looks_of", "pictures_of", "read_figures",
]  # fmt: skip
