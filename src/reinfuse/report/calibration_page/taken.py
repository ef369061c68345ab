"""What a virtual trial of each target was told, and what was taken where a source left it open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reinfuse.evidence import Target
from reinfuse.evidence.target import NOT_STATED
from reinfuse.trials.calibration import Compared


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A target with the words its trial was told, and those that are our own choice."""

    id: str
    told: str
    taken: str
    note: str


def setting_rows(compared: Iterable[Compared]) -> tuple[SettingRow, ...]:
    """A row for each target."""
    return tuple(_row(one.target) for one in compared)


def _row(target: Target) -> SettingRow:
    told = [f"{key}: {word}" for key, word in target.settings if word != NOT_STATED]
    taken = [f"{key}: {target.taken(key)}" for key, word in target.settings if word == NOT_STATED]
    return SettingRow(target.id, "; ".join(told), "; ".join(taken), target.note)
