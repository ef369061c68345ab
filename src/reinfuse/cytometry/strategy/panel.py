"""What a panel is: which channel measures which marker, and what each tube is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from reinfuse.cytometry.sample import Spill
from reinfuse.cytometry.strategy.values import Control
from reinfuse.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Beads:
    """Counting beads: how many were `added` to `volume_ul` microlitres of the specimen."""

    added: float
    volume_ul: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tube:
    """What is known of the files whose names fit `file`, where * stands for anything.

    `control_of` are patterns of the files that a control belongs to, all of them if empty;
    `without` is the marker that an FMO leaves out. `day` counts from `infusion`, the number of an
    infusion. `counts` are cell counts of the same specimen, such as `lymphocytes`; `site` is where
    it was taken, such as bone marrow, empty where that of the panel stands.
    """

    file: str
    role: Control = Control.SAMPLE
    without: str = ""
    control_of: tuple[str, ...] = ()
    infusion: int | None = None
    day: float | None = None
    counts: Mapping[str, Quantity] = field(default_factory=dict)
    beads: Beads | None = None
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Channels by marker, in any spelling, and tubes.

    `file` is the name of the panel file. A marker may have several spellings, of which the first
    that a tube has is taken. `compensated` is no where nothing is to be undone; `matrix` stands
    in place of the one that the file carries. `site` is where the specimens were taken, empty where
    nobody said.
    """

    name: str
    file: str = ""
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compensated: bool = True
    matrix: Spill | None = None
    tubes: tuple[Tube, ...] = ()
    site: str = ""

    def tube(self, file: str) -> Tube:
        """What is said of a file by the first tube that fits it; a sample if none does."""
        fits = (tube for tube in self.tubes if _fits(file, tube.file))
        return next(fits, Tube(file=file))

    def controls(self, file: str, among: Iterable[str]) -> tuple[tuple[str, Tube], ...]:
        """The controls of a file among other files, in the order of `among`."""
        listed = ((other, self.tube(other)) for other in among if other != file)
        return tuple(
            (other, tube)
            for other, tube in listed
            if tube.role is not Control.SAMPLE
            and (not tube.control_of or any(_fits(file, one) for one in tube.control_of))
        )


def _fits(file: str, pattern: str) -> bool:
    return fnmatchcase(file.casefold(), pattern.casefold())
