"""How tubes spell the names of channels and markers, and when two spellings mean the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_COMPENSATED = re.compile(r"^\s*(?:fj)?comp(?:ensated)?[-_. :]+", re.IGNORECASE)
_PULSE = re.compile(r"[-_. :](a|h|w|area|height|width)\s*$", re.IGNORECASE)
_SPLIT = re.compile(r"[^0-9a-zα-ω+]+")
# CD45 RA is CD45RA, whatever stands between the two.
_ISOFORMS = {"ra", "ro", "rb"}


@dataclass(frozen=True, slots=True)
class Spelled:
    """A name of a channel in parts: `FJComp-PE-Cy7-A` is `pecy7`, pulse `a`, compensated."""

    stem: str
    pulse: str
    compensated: bool

    @property
    def whole(self) -> str:
        """Stem and pulse in one, such as `pecy7a`."""
        return self.stem + self.pulse


def key(text: str) -> str:
    """A name without what spellings differ in: case, spaces, dashes and signs between letters."""
    return "".join(words(text))


def words(text: str) -> tuple[str, ...]:
    """The words of a label, folded: `CD19 PE-Cy7` is cd19, pe, cy7."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    found: list[str] = []
    for word in _SPLIT.split(folded):
        if found and word in _ISOFORMS:
            found[-1] += word
        elif word:
            found.append(word)
    return tuple(found)


def spelled(name: str) -> Spelled:
    """A channel's name in parts."""
    bare = _COMPENSATED.sub("", name)
    ending = _PULSE.search(bare)
    stem = bare if ending is None else bare[: ending.start()]
    pulse = "" if ending is None else ending[1].casefold()[0]
    return Spelled(key(stem), pulse, bare != name)


def without_pulse(label: str) -> str:
    """A label of a stain without what belongs to the channel: `Comp-CD19-A` is `CD19`."""
    return _PULSE.sub("", _COMPENSATED.sub("", label))


def claims(label: str, names: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Which markers a label such as `CD19 PE-Cy7` speaks of.

    `names` gives the keys of each marker. Where one name lies inside another, as CD19 does in
    `anti CD19 CAR`, the longer one counts; two that lie apart both count.
    """
    found = words(without_pulse(label))
    runs = [
        (start, end, marker)
        for marker, keys in names.items()
        for start, end in _runs(found, set(keys))
    ]
    runs.sort(key=lambda run: run[0] - run[1])  # the longest first
    kept: list[tuple[int, int, str]] = []
    for start, end, marker in runs:
        if all(end <= other[0] or other[1] <= start or other[2] == marker for other in kept):
            kept.append((start, end, marker))
    return tuple(dict.fromkeys(marker for _, _, marker in kept))


def _runs(found: Sequence[str], keys: set[str]) -> list[tuple[int, int]]:
    """Begins and ends of the stretches of words that, joined, are one of the keys."""
    return [
        (start, end)
        for start in range(len(found))
        for end in range(start + 1, len(found) + 1)
        if "".join(found[start:end]) in keys
    ]
