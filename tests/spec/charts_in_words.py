"""Charts written in words, as the tables of criteria tests hold them."""

from __future__ import annotations

from collections.abc import Iterable

from reinfuse.quantity import Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.vocabulary import items


def marks(text: str, day: float) -> Iterable[Mark]:
    """Marks from `ferritin 600 ng/mL; no splenomegaly; NK cell activity: low`."""
    for part in filter(None, map(str.strip, text.split(";"))):
        name, colon, word = part.partition(": ")
        if colon:
            yield Mark(item=name, day=day, value=word)
        elif part.removeprefix("no ") in items():
            yield Mark(item=part.removeprefix("no "), day=day, value=not part.startswith("no "))
        else:
            found = max((one for one in items() if part.startswith(one + " ")), key=len)
            yield Mark(item=found, day=day, value=Quantity.parse(part.removeprefix(found)))


def chart(*texts: str, day: float) -> Chart:
    """A chart of one day; a later text replaces what an earlier one says of an item."""
    held = {mark.item: mark for text in texts for mark in marks(text, day)}
    return Chart.of("a patient", held.values())


def without(charted: Chart, *names: str) -> Chart:
    """The chart with nothing charted of these items."""
    return Chart.of(charted.subject, [one for one in charted.marks if one.item not in names])


def rows(table: str) -> list[tuple[str, ...]]:
    """The cells of a drawn table."""
    lines = [line for line in table.strip().splitlines() if line.strip()]
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines]
