"""Something that is equal to itself alone, so that what follows from it can be kept by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Held = TypeVar("Held")


@dataclass(frozen=True, slots=True, eq=False)
class Itself(Generic[Held]):
    """A wrapper around a large value that would take too long to compare with its equal."""

    held: Held

    def __eq__(self, other: object) -> bool:
        """Whether both hold the very same object."""
        return isinstance(other, Itself) and self.held is other.held

    def __hash__(self) -> int:
        """The hash of the object and not of what it says."""
        return id(self.held)
