"""What is seen through each gate, counted on a grid: no event and no name is kept."""

from reinfuse.cytometry.pictures.book import PictureBook
from reinfuse.cytometry.pictures.tube import tube_pictures, with_templates
from reinfuse.cytometry.pictures.values import (
    Corners,
    GatePicture,
    Outline,
    Ruler,
    Shape,
    Stretch,
    Tick,
    TubePictures,
)

__all__ = [
    "Corners",
    "GatePicture",
    "Outline",
    "PictureBook",
    "Ruler",
    "Shape",
    "Stretch",
    "Tick",
    "TubePictures",
    "tube_pictures",
    "with_templates",
]
