"""The values of a boxes file, one at a time; what is wrong with them is collected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from reinfuse.imaging.dicom.moments import read_second
from reinfuse.imaging.measured.boxes import Point
from reinfuse.imaging.suv import Moment

LONGEST_NAME = 60
_AXES = 3


@dataclass(slots=True)
class Told:
    """Reads values, and collects what is wrong with them."""

    file: str
    problems: list[str] = field(default_factory=list)

    def say(self, where: str, what: str) -> None:
        """Keep a problem with its place."""
        self.problems.append(f"  {self.file}, {where}: {what}")

    def keys(
        self, node: object, where: str, known: Sequence[str], needed: Sequence[str] = ()
    ) -> dict[str, object]:
        """The keys and values of a mapping; none where it is no mapping."""
        if not isinstance(node, dict):
            self.say(where, f"write keys here: {', '.join(known)}")
            return {}
        for key in node:
            if key not in known:
                self.say(where, f"there is no key {str(key)[:LONGEST_NAME]!r}; {', '.join(known)}")
        for key in needed:
            if key not in node:
                self.say(where, f"`{key}` is missing")
        return {str(key): value for key, value in node.items()}

    def items(self, node: object, where: str) -> list[object]:
        """The entries of a list; none where it is no list."""
        if isinstance(node, list):
            return node
        self.say(where, "write a list here, each entry behind a dash")
        return []

    def name(self, node: object, where: str) -> str:
        """A name of up to 60 printable characters; `?` where it is none."""
        text = str(node).strip() if isinstance(node, (str, int)) else ""
        if not text or len(text) > LONGEST_NAME or not text.isprintable():
            self.say(where, f"write a name of up to {LONGEST_NAME} characters")
            return "?"
        return text

    def number(self, node: object, where: str) -> float | None:
        """A number above 0; None where nothing is written, or something else."""
        if node is None:
            return None
        if isinstance(node, (int, float)) and not isinstance(node, bool):
            value = float(node)
            if math.isfinite(value) and value > 0:
                return value
        self.say(where, "write a number above 0")
        return None

    def whole(self, node: object, where: str) -> int | None:
        """A whole number; None as `number`."""
        if node is None or (isinstance(node, int) and not isinstance(node, bool)):
            return node
        self.say(where, "write a whole number")
        return None

    def flag(self, node: object, where: str, *, absent: bool) -> bool:
        """True or false; `absent` where nothing is written."""
        if node is None:
            return absent
        if not isinstance(node, bool):
            self.say(where, "write true or false")
        return node is True

    def moment(self, node: object, where: str) -> Moment | None:
        """A time of day, with its date where one is written; None as `number`."""
        if node is None:
            return None
        if isinstance(node, datetime):
            midnight = datetime.combine(node.date(), time())
            second = (node.replace(tzinfo=None) - midnight).total_seconds()
            return Moment(second=second, day=node.date())
        found = read_second(node.strip()) if isinstance(node, str) else None
        if found is None:
            self.say(where, "write a time as '10:30:00', in quotes, or 2026-05-01 10:30:00")
            return None
        return Moment(second=found)

    def point(self, node: object, where: str) -> Point | None:
        """Three numbers, xyz in mm; None where something else stands there."""
        if (
            isinstance(node, list)
            and len(node) == _AXES
            and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in node)
            and all(math.isfinite(one) for one in node)
        ):
            x, y, z = (float(one) for one in node)
            return x, y, z
        self.say(where, "write three numbers in mm, such as [-46, 26, -178]")
        return None

    def no_twins(self, names: Sequence[str], where: str) -> None:
        """Tell names that stand twice, but for those that could not be read."""
        twins = sorted({one for one in names if names.count(one) > 1 and one != "?"})
        if twins:
            self.say(where, f"{', '.join(twins)} stand there twice")
