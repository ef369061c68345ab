"""What a person states in place of a file: by which key, and what no scan can have."""

from __future__ import annotations

from dataclasses import dataclass

# As a share of a half-life (ours): that of fluorine-18 is written as 6586 s and as 110 min.
NEAR = 0.05
# Half-lives of PET nuclides in s, recalled but for fluorine-18, which the reference objects of
# IBSI-SUV have; they tell of a slip of the pen, and go into no number.
NUCLIDES_S = {
    "Rb-82": 76.4, "O-15": 122.2, "N-13": 597.9, "C-11": 1221.8, "Cu-62": 580.2, "Ga-68": 4062.6,
    "F-18": 6586.2, "Sc-44": 14_533.0, "Cu-64": 45_721.0, "Y-86": 53_064.0, "Y-90": 230_600.0,
    "Zr-89": 282_276.0, "I-124": 360_806.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A value as a boxes file has it: its key, its unit, how much of ours that is, and its range.

    Outside the range it was hardly meant (ours): a baby weighs more, and nobody is given more.
    """

    key: str
    unit: str
    amount: float
    least: float
    most: float


STATED = {
    "weight": Stated(key="weight_kg", unit="kg", amount=1.0, least=1.0, most=500.0),
    "height": Stated(key="height_cm", unit="cm", amount=1.0, least=30.0, most=250.0),
    "dose": Stated(key="dose_mbq", unit="MBq", amount=1e6, least=1.0, most=10_000.0),
    "half-life": Stated(
        key="half_life_s", unit="s", amount=1.0, least=60.0, most=30.0 * 86400.0
    ),
}  # fmt: skip


def is_of_a_nuclide(half_life_s: float) -> bool:
    """Whether a half-life is near that of a nuclide in use."""
    return any(abs(half_life_s - one) <= NEAR * one for one in NUCLIDES_S.values())
