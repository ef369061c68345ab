"""Charts of lesions in a few words, for the tables of response criteria."""

from __future__ import annotations

from reinfuse.grading.chart.daily import rank
from reinfuse.grading.grade import Grade
from reinfuse.quantity import Quantity
from reinfuse.record.chart import Mark

LONGEST, SHORTEST = "lesion longest diameter", "lesion shortest diameter"
Value = Quantity | bool | str


def mark(item: str, day: float, value: Value, site: str | None = None, how: str = "") -> Mark:
    return Mark(item=item, day=day, value=value, site=site, method=how or None)


def drawn(table: str) -> list[tuple[str, ...]]:
    lines = [line for line in table.splitlines() if line.strip()][1:]
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines]


def lesion(name: str, kind: str, role: str | None = "target") -> list[Mark]:
    roles = [mark("lesion role", -3, role, name)] if role else []
    return [mark("lesion kind", -3, kind, name), *roles]


def sized(name: str, day: float, axes: str) -> list[Mark]:
    """Two axes from `2.0 x 1.5 cm`, `20 x 15 mm` or a word."""
    if not axes[0].isdigit():
        return [mark("lesion status", day, axes, name)]
    longest, _, rest = axes.partition(" x ")
    shortest, _, unit = rest.partition(" ")
    return [
        mark(LONGEST, day, Quantity(float(longest), unit), name),
        mark(SHORTEST, day, Quantity(float(shortest), unit), name),
    ]


def quiet(day: float) -> list[Mark]:
    """A normal spleen, a clear marrow and nothing new."""
    return [
        mark("spleen length", day, Quantity(11, "cm")),
        mark("marrow lymphoma", day, "absent"),
        mark("new lesion", day, False),
    ]


def ends(grade: Grade) -> tuple[str, str]:
    return str(grade.low), str(grade.high)


def inside(part: Grade, whole: Grade) -> bool:
    """Whether the bounds of a grade from less hold those of the grade from all."""
    criterion = whole.criterion
    least, most = (rank(criterion, part.low or ""), rank(criterion, part.high or ""))
    low, high = (rank(criterion, whole.low or ""), rank(criterion, whole.high or ""))
    return least <= low and high <= most
