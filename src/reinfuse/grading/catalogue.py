"""Every criterion that a chart can be graded by, family by family."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from reinfuse.errors import ReinfuseError
from reinfuse.grading.blood import CRITERIA as BLOOD
from reinfuse.grading.gvhd import CRITERIA as GVHD
from reinfuse.grading.hyperinflammation import CRITERIA as HYPERINFLAMMATION
from reinfuse.grading.lesions import CRITERIA as LESIONS
from reinfuse.grading.leukemia import CRITERIA as LEUKEMIA
from reinfuse.grading.risk import CRITERIA as RISK
from reinfuse.grading.rules.entry import Entry
from reinfuse.grading.toxicity import CRITERIA as TOXICITY

_ALL = (*TOXICITY, *HYPERINFLAMMATION, *BLOOD, *RISK, *GVHD, *LEUKEMIA, *LESIONS)


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every criterion by its name, in the order in which a reader expects them."""
    found: dict[str, Entry] = {}
    for entry in _ALL:
        if entry.criterion.name in found:
            raise ValueError(f"the criterion {entry.criterion.name} stands twice")
        found[entry.criterion.name] = entry
    return found


def fitting(items: Iterable[str], *, from_transplant: bool) -> tuple[Entry, ...]:
    """The criteria that items feed, without being asked for by name.

    What was only recalled is not among them, nor what another criterion chooses, nor what counts
    from a transplant where day 0 is an infusion.
    """
    there = set(items)
    return tuple(
        entry
        for entry in catalogue().values()
        if there & set(entry.items)
        and not (entry.by_choice or entry.part_of)
        and (from_transplant or not entry.from_transplant)
    )


def criterion_named(text: str) -> Entry:
    """The criterion of this name, whatever its case; raises ReinfuseError with near names."""
    wanted = text.casefold()
    for name, entry in catalogue().items():
        if name.casefold() == wanted:
            return entry
    near = [name for name in catalogue() if wanted in name.casefold()]
    fix = f"did you mean {', '.join(near)}?" if near else "`reinfuse criteria` lists them all"
    raise ReinfuseError(f"no criterion is called {text!r}", fix=fix)
