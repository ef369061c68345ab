"""The assays of a data set, met one after the other, each with the unit of its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reinfuse.exchange.data_set.cells import cell_of, missing
from reinfuse.exchange.data_set.told import Place, Sort, Told, visible
from reinfuse.record.data_set import Assay

ASSAY = Sort("data-assay", "no assay")
UNIT = Sort("data-unit", "two units in one assay")
ONLY = "1"  # the label of the one assay of a file that names none


@dataclass(slots=True)
class Assays:
    """Labels in the order in which they are met, with a unit for each that states one."""

    told: Told
    labels: dict[str, int] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    _units: dict[str, str] = field(default_factory=dict)
    _spelled: dict[str, int | None] = field(default_factory=dict)

    def place(self, text: str, where: Callable[[], Place], column: str) -> int | None:
        """The place of an assay by its label; None, and told, where the label is missing."""
        found = self._spelled.get(text, -1)
        if found == -1:
            found = self._spelled[text] = self._new(text)
        if found is None:
            self.told.add(ASSAY, where(), f"{column} is missing in a sample", "name its assay")
        return found

    def only(self) -> int:
        """The place of the one assay of a file that names none."""
        return self.labels.setdefault(ONLY, 0)

    def note_unit(self, assay: int, text: str, where: Callable[[], Place]) -> None:
        """Keep the unit of an assay; another than before is an error."""
        unit = self._units.get(text)
        if unit is None:
            unit = self._units[text] = "" if missing(text) else text.strip()
        known = self.units.setdefault(assay, unit) if unit else unit
        if known != unit:
            label = list(self.labels)[assay]
            what = f"assay {visible(label)} is in {visible(known)}, and here in {visible(unit)}"
            self.told.add(UNIT, where(), what, "convert the values, or give them another DVID")

    def in_order(self) -> tuple[tuple[Assay, ...], Sequence[int]]:
        """The assays, numbers first to last and else as met; and the new place of each."""
        labels = list(self.labels)
        numbers = [cell_of(one) for one in labels]
        if all(isinstance(one, float) for one in numbers):
            labels.sort(key=float)
        made = tuple(Assay(label=one, unit=self.units.get(self.labels[one], "")) for one in labels)
        return made, [labels.index(one) for one in self.labels]

    def _new(self, text: str) -> int | None:
        if missing(text):
            return None
        number = cell_of(text)
        label = f"{number:g}" if isinstance(number, float) else text.strip()
        return self.labels.setdefault(label, len(self.labels))
