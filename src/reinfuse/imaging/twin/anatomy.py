"""The invented body of the twin: organs as simple shapes, with uptake and density."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.imaging.twin.shapes import Form, Shape, turned

# Millimetres from the middle of the trunk, LPS: x to the left, y to the back, z to the head.
# Uptakes are those of an ordinary FDG scan, invented within the usual ranges.
AIR_HU, FAT_HU, MUSCLE_HU = -1000.0, -100.0, 45.0
MUSCLE_SUV = 0.7
SKIN_MM = 14.0  # of fat below the skin
DISC_EVERY_MM = 32
SPINE_MM = (-230, 240)
LIVER_MM, AORTA_MM = (-75.0, -10.0, -5.0), (22.0, 42.0, 105.0)


def body(bladder: float, bladder_suv: float) -> tuple[Shape, ...]:
    """The organs of the twin in the order of painting; later ones lie over earlier ones.

    `bladder` scales how full the bladder is (1: half lengths of 40 x 34 x 34 mm).
    """
    return (*_trunk(), *_head(), *_bones(), *_chest(), *_abdomen(bladder, bladder_suv))


def couch() -> Shape:
    """The table: it stays where it is while the patient lies differently."""
    return Shape(
        name="couch", centre=(0, 139, 0), half=(210, 9, 2000), form=Form.BOX, suv=0.0, hu=-350
    )


def _trunk() -> Iterator[Shape]:
    parts = (
        ("trunk", (0, 0, -60), (168, 112, 275)),
        ("left thigh", (88, 0, -400), (76, 80, 110)),
        ("right thigh", (-88, 0, -400), (76, 80, 110)),
        ("neck", (0, 15, 255), (58, 58, 60)),
    )
    for name, centre, half in parts:
        yield Shape(name=name, centre=centre, half=half, form=Form.COLUMN, suv=0.3, hu=FAT_HU)
    for name, centre, half in parts:
        inner = (half[0] - SKIN_MM, half[1] - SKIN_MM, half[2] - 1.0)
        yield Shape(
            name=f"muscle of {name}",
            centre=centre,
            half=inner,
            form=Form.COLUMN,
            suv=MUSCLE_SUV,
            hu=MUSCLE_HU,
        )


def _head() -> Iterator[Shape]:
    centre = (0.0, 0.0, 345.0)
    yield Shape(name="scalp", centre=centre, half=(80, 96, 78), suv=0.5, hu=MUSCLE_HU)
    yield Shape(name="skull", centre=centre, half=(75, 91, 73), suv=0.8, hu=900)
    yield Shape(name="brain", centre=centre, half=(68, 84, 66), suv=8.0, hu=35)


def _bones() -> Iterator[Shape]:
    low, high = SPINE_MM
    middle, half = (low + high) / 2, (high - low) / 2
    yield Shape(
        name="spine", centre=(0, 68, middle), half=(20, 18, half), form=Form.COLUMN, suv=1.2, hu=260
    )
    for height in range(low + DISC_EVERY_MM // 2, high, DISC_EVERY_MM):
        yield Shape(
            name="disc", centre=(0, 68, height), half=(20, 18, 4), form=Form.COLUMN, suv=0.6, hu=80
        )
    for side, name in ((1, "left"), (-1, "right")):
        yield Shape(
            name=f"{name} hip bone",
            centre=(side * 110, 25, -250),
            half=(11, 55, 65),
            suv=1.0,
            hu=420,
            axes=turned(0, 12, side * 15),
        )
        yield Shape(
            name=f"{name} femur",
            centre=(side * 92, 0, -400),
            half=(15, 15, 100),
            form=Form.COLUMN,
            suv=0.8,
            hu=700,
        )


def _chest() -> Iterator[Shape]:
    yield Shape(name="right lung", centre=(-78, 0, 115), half=(60, 78, 95), suv=0.4, hu=-780)
    yield Shape(name="left lung", centre=(82, 5, 115), half=(52, 74, 95), suv=0.4, hu=-780)
    yield Shape(
        name="mediastinum", centre=(2, 5, 120), half=(26, 55, 90), form=Form.COLUMN, suv=1.1, hu=40
    )
    yield Shape(name="heart", centre=(28, -28, 85), half=(46, 40, 48), suv=3.2, hu=50)
    yield Shape(name="blood in the heart", centre=(28, -28, 85), half=(30, 25, 33), suv=1.6, hu=45)
    yield Shape(name="aorta", centre=AORTA_MM, half=(13, 13, 75), form=Form.COLUMN, suv=1.6, hu=45)


def _abdomen(bladder: float, bladder_suv: float) -> Iterator[Shape]:
    yield Shape(name="liver", centre=LIVER_MM, half=(80, 78, 68), suv=2.2, hu=62)
    yield Shape(name="spleen", centre=(108, 30, -5), half=(30, 36, 52), suv=1.8, hu=52)
    for side, name in ((1, "left"), (-1, "right")):
        yield Shape(
            name=f"{name} kidney", centre=(side * 70, 58, -65), half=(27, 25, 48), suv=3.5, hu=34
        )
    first, second, third = (scale * bladder for scale in (40.0, 34.0, 34.0))
    yield Shape(
        name="bladder",
        centre=(-6, -38, -292),
        half=(first, second, third),
        suv=bladder_suv,
        hu=8,
    )
