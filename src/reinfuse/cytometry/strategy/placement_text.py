"""Reads how a gate may be moved by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from reinfuse.cytometry.placing.values import Cluster, Flank, How, Percentile, Tail, Valley
from reinfuse.cytometry.strategy.told import Told, did_you_mean, shortened
from reinfuse.cytometry.strategy.tree import Node

_REACH = "how far it may move, in units of the scale"
_FEWEST = "with fewer events it is not moved"
KEYS: Mapping[str, Mapping[str, str]] = {
    "valley": {
        "how": "borders go to the lowest density between two heaps",
        "reach": _REACH,
        "otherwise": "a `tail` for where there is no valley",
        "fewest": _FEWEST,
    },
    "tail": {
        "how": "borders go beyond the heap beside them",
        "reach": _REACH,
        "spreads": "so many robust standard deviations",
        "side": "above the heap or below it",
        "fewest": _FEWEST,
    },
    "percentile": {
        "how": "borders go where the control ends",
        "reach": _REACH,
        "below": "the share of the control's events below the border, like 0.999",
        "fewest_beyond": "with fewer events of the control above the border it is not moved",
    },
    "flank": {
        "how": "borders go beyond the control's heap, by the width of its upper flank",
        "reach": _REACH,
        "spreads": "so many standard deviations of the flank, like 3.09 for 99.9 %",
        "most_beyond": "with a larger share of the control above the border it is not moved",
        "fewest": _FEWEST,
    },
    "cluster": {
        "how": "the gate is shifted so that the densest heap fits it",
        "reach": "how far it may move along x and y, like [0.1, 0.1]",
        "anchor": "where the template has its heap; its middle if absent",
        "fewest": _FEWEST,
    },
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "tail": ("spreads",),
    "percentile": ("below",),
    "flank": ("spreads",),
}


def read_placement(told: Told, node: Node, thing: str) -> How | None:
    """How a gate may be placed; None when what is wrong has been told."""
    hint = f"the placement of {thing}"
    how = next((value for key, value in told.named(node, hint) if key.text == "how"), None)
    word = told.text(how, f"`how` of {hint}")
    if how is None or word is None or word not in KEYS:
        line = node.line if how is None else how.line
        what = f"{hint} needs `how`" if word is None else f"`how` of {hint} is {shortened(word)!r}"
        told.add(line, what, did_you_mean(word or "", KEYS))
        return None
    written = told.keys(node, hint, KEYS[word], needed=("reach", *_NEEDED.get(word, ())))
    return _MADE[word](_Hint(told, written, hint))


@dataclass(frozen=True, slots=True)
class _Hint:
    """What is written of one placement."""

    told: Told
    written: Mapping[str, Node]
    thing: str

    def above_zero(self, key: str) -> float | None:
        """A number above 0."""
        number = self.told.number(self.written.get(key), f"`{key}` of {self.thing}")
        if number is None or number > 0:
            return number
        what = f"`{key}` of {self.thing} is not above 0"
        self.told.add(self.written[key].line, what, "enlarge it")
        return None

    def counted(self, key: str) -> dict[str, int]:
        """A whole number, if it is written, as an argument."""
        number = self.above_zero(key)
        return {} if number is None else {key: int(number)}

    def pair(self, key: str) -> tuple[float, float] | None:
        """Two numbers."""
        numbers = self.told.numbers(self.written.get(key), f"`{key}` of {self.thing}", 2)
        return None if numbers is None else (numbers[0], numbers[1])


def _tail(hint: _Hint) -> Tail | None:
    reach, spreads = hint.above_zero("reach"), hint.above_zero("spreads")
    side = hint.told.text(hint.written.get("side"), f"`side` of {hint.thing}") or "above"
    if side not in ("above", "below"):
        what = f"`side` of {hint.thing} is {shortened(side)!r}"
        hint.told.add(hint.written["side"].line, what, "write above or below")
    if reach is None or spreads is None:
        return None
    which: Literal["above", "below"] = "below" if side == "below" else "above"
    return Tail(reach=reach, spreads=spreads, side=which, **hint.counted("fewest"))


def _valley(hint: _Hint) -> Valley | None:
    reach, other = hint.above_zero("reach"), hint.written.get("otherwise")
    otherwise = None if other is None else read_placement(hint.told, other, hint.thing)
    if otherwise is not None and not isinstance(otherwise, Tail):
        hint.told.add(hint.written["otherwise"].line, f"{hint.thing} has no other way", "use tail")
        return None
    if reach is None:
        return None
    return Valley(reach=reach, otherwise=otherwise, **hint.counted("fewest"))


def _percentile(hint: _Hint) -> Percentile | None:
    reach, below = hint.above_zero("reach"), hint.above_zero("below")
    if below is not None and below >= 1:
        what = f"`below` of {hint.thing} is not a share below 1"
        hint.told.add(hint.written["below"].line, what, "write it like 0.999")
        return None
    if reach is None or below is None:
        return None
    return Percentile(reach=reach, below=below, **hint.counted("fewest_beyond"))


def _flank(hint: _Hint) -> Flank | None:
    reach, spreads = hint.above_zero("reach"), hint.above_zero("spreads")
    most = hint.above_zero("most_beyond")
    if most is not None and most >= 1:
        what = f"`most_beyond` of {hint.thing} is not a share below 1"
        hint.told.add(hint.written["most_beyond"].line, what, "write it like 0.01")
        return None
    if reach is None or spreads is None:
        return None
    flank = Flank(reach=reach, spreads=spreads, **hint.counted("fewest"))
    return flank if most is None else replace(flank, most_beyond=most)


def _cluster(hint: _Hint) -> Cluster | None:
    reach, anchor = hint.pair("reach"), hint.pair("anchor")
    if reach is not None and min(reach) <= 0:
        what = f"`reach` of {hint.thing} is not above 0"
        hint.told.add(hint.written["reach"].line, what, "enlarge it")
        return None
    return None if reach is None else Cluster(reach=reach, anchor=anchor, **hint.counted("fewest"))


_MADE: Mapping[str, Callable[[_Hint], How | None]] = {
    "valley": _valley,
    "tail": _tail,
    "percentile": _percentile,
    "flank": _flank,
    "cluster": _cluster,
}
