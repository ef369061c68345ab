"""The label of a mark that speaks for several entries."""

from __future__ import annotations

from reinfuse.report.timeline.vocabulary import Told

_LONGEST = 36  # letters; what does not fit is counted


def label_of(members: tuple[Told, ...]) -> str:
    """`CR, MRD negative`; what does not fit is counted: `White blood cells 3.3 +2`."""
    words = _phrases(members)
    label, rest = words[0], len(words) - 1
    for word in words[1:]:
        if len(label) + len(word) + 2 > _LONGEST:
            break
        label, rest = f"{label}, {_small(word)}", rest - 1
    return f"{label} +{rest}" if rest else label


def _phrases(members: tuple[Told, ...]) -> list[str]:
    """The labels; those with one verdict share it: `IL-6, IL-10 increased`."""
    phrases: dict[str, str] = {}
    for one in members:
        key = one.verdict or one.label
        if key in phrases and one.verdict:
            named = phrases[key].removesuffix(f" {one.verdict}")
            phrases[key] = f"{named}, {_small(one.label)}"
        else:
            phrases.setdefault(key, one.label)
    return list(phrases.values())


def _small(word: str) -> str:
    """A label that does not begin a line: lower case, unless it is an abbreviation."""
    return word[:1].lower() + word[1:] if word[1:2].islower() or word[1:2] == " " else word
