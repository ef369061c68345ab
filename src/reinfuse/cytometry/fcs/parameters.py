"""What the keywords say of each parameter: its name, its marker and how it was amplified."""

from __future__ import annotations

from collections.abc import Mapping

from reinfuse.cytometry.fcs.opened import Opened, listed
from reinfuse.cytometry.fcs.words import number, whole
from reinfuse.cytometry.sample import Channel
from reinfuse.errors import Finding, Severity

MOST_DECADES = 20.0
# The most colourful cytometers have some hundreds.
MOST_PARAMETERS = 5_000
# What can be odd about parameters: said once for all that it concerns.
ODD: Mapping[str, tuple[Severity, str, str]] = {
    "fcs-amplified-floats": (
        Severity.AMBIGUITY,
        "E",
        "says logarithmic for floating-point values; they are taken as linear",
    ),
    "fcs-amplification-unreadable": (
        Severity.AMBIGUITY,
        "E",
        "is not two numbers such as 0,0 or 4,1; the values are taken as linear",
    ),
    "fcs-amplification-from-zero": (
        Severity.NOTE,
        "E",
        "says that a logarithm begins at 0; it is taken to begin at 1, as the standard advises",
    ),
    "fcs-gain-unreadable": (
        Severity.AMBIGUITY,
        "G",
        "is no gain; the values are taken as they are",
    ),
    "fcs-parameter-without-name": (
        Severity.GAP,
        "N",
        "names no parameter; it is called by its place, such as P3",
    ),
    "fcs-parameter-named-twice": (
        Severity.AMBIGUITY,
        "N",
        "repeats the name of an earlier parameter; (2) is put after it",
    ),
}
Odd = dict[str, list[int]]  # rule -> places


def count_parameters(keywords: Mapping[str, str], opened: Opened) -> int:
    """How many parameters an event has; ReinfuseError where that is not said or cannot be."""
    count = whole(keywords.get("$PAR", ""))
    if not count:
        raise opened.refuse("$PAR does not say how many parameters there are")
    # A parameter takes several keywords: a number out of thin air is found before it is used.
    if count > min(len(keywords), MOST_PARAMETERS):
        raise opened.refuse(
            f"$PAR says {count} parameters, and TEXT has {len(keywords)} keywords; at most "
            f"{MOST_PARAMETERS} parameters are read"
        )
    return count


def read_channels(
    keywords: Mapping[str, str], count: int, opened: Opened
) -> tuple[tuple[Channel, ...], tuple[Finding, ...]]:
    """A channel for each parameter, and what had to be mended.

    Time keeps its ticks: a gain, which some writers give it, is not a gain of it.
    ReinfuseError where an amplification is logarithmic and the range that it spans is not said.
    """
    odd: Odd = {}
    names = _names(keywords, count, odd)
    channels: list[Channel] = []
    for place, name in enumerate(names, start=1):
        decades, lowest = _amplification(keywords, place, odd)
        highest = number(keywords.get(f"$P{place}R", "")) or 0.0
        if decades and highest <= 0:
            raise opened.refuse(
                f"$P{place}E says logarithmic, and $P{place}R does not say over which range"
            )
        channels.append(
            Channel(
                name=name,
                marker=keywords.get(f"$P{place}S", ""),
                range=highest,
                gain=1.0 if is_time(name) else _gain(keywords, place, odd),
                decades=decades,
                lowest=lowest,
            )
        )
    return tuple(channels), tuple(_told(opened, rule, places) for rule, places in odd.items())


def is_time(name: str) -> bool:
    """Whether a parameter of this name counts the time of acquisition."""
    return name.strip().casefold() == "time"


def _told(opened: Opened, rule: str, places: list[int]) -> Finding:
    severity, letter, what = ODD[rule]
    keys = listed([f"$P{place}{letter}" for place in places])
    return opened.tell(severity, rule, f"{keys}: {what}")


def _names(keywords: Mapping[str, str], count: int, odd: Odd) -> list[str]:
    names: list[str] = []
    taken: set[str] = set()
    for place in range(1, count + 1):
        name = keywords.get(f"$P{place}N", "")
        if not name:
            odd.setdefault("fcs-parameter-without-name", []).append(place)
            name = f"P{place}"
        if name in taken:
            odd.setdefault("fcs-parameter-named-twice", []).append(place)
            again = (f"{name} ({number})" for number in range(2, count + 2))
            name = next(one for one in again if one not in taken)
        names.append(name)
        taken.add(name)
    return names


def _amplification(keywords: Mapping[str, str], place: int, odd: Odd) -> tuple[float, float]:
    """Decades and the lowest value of `$PnE`: what was amplified is lowest x 10^(decades x / R)."""
    text = keywords.get(f"$P{place}E", "")
    first, _, second = (text or "0,0").partition(",")
    decades, lowest = number(first), number(second)
    if decades is None or lowest is None or min(decades, lowest) < 0 or decades > MOST_DECADES:
        odd.setdefault("fcs-amplification-unreadable", []).append(place)
        return 0.0, 0.0
    if not decades:
        return 0.0, 0.0
    # Floating-point values are past the amplifier, and linear whatever $PnE says.
    if keywords.get("$DATATYPE", "").strip().upper() != "I":
        odd.setdefault("fcs-amplified-floats", []).append(place)
        return 0.0, 0.0
    if not lowest:
        odd.setdefault("fcs-amplification-from-zero", []).append(place)
    return decades, lowest or 1.0


def _gain(keywords: Mapping[str, str], place: int, odd: Odd) -> float:
    text = keywords.get(f"$P{place}G", "")
    gain = number(text) if text else 1.0
    if gain is None or gain < 0:
        odd.setdefault("fcs-gain-unreadable", []).append(place)
        return 1.0
    return gain or 1.0  # 0 is how some writers say that there was no amplifier
