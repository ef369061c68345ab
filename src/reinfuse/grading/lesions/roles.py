"""Which lesions are targets, which are followed by eye, and which are new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reinfuse.grading.lesions.series import (
    NEW,
    NODE,
    NON_TARGET,
    TARGET,
    Imaging,
    Lesion,
    Size,
    Visit,
    size_of,
)
from reinfuse.grading.rules.finding import Span
from reinfuse.grading.rules.judge import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """How many targets a set of criteria allows, and what makes a lesion one.

    `per_organ` is None where only the whole number is limited; `measurable` says of a lesion and
    its size at baseline whether it may be a target, `extent` gives what the largest is told by.
    """

    most: int
    per_organ: int | None
    unit: str
    measurable: Callable[[Lesion, Size], Truth]
    extent: Callable[[Lesion, Size], Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The lesions by their role; `unsure` may be new, or a target that baseline lacks."""

    targets: tuple[Lesion, ...]
    others: tuple[Lesion, ...]
    new: tuple[Lesion, ...]
    unsure: tuple[Lesion, ...]
    notes: tuple[str, ...] = ()


def roles_in(imaging: Imaging, selection: Selection) -> Roles:
    """The roles that the chart states, else those that the sizes at baseline give.

    Where no target is stated, the largest measurable lesions of the baseline are taken up to the
    limits. A lesion without a role is unsure where the baseline does not hold its kind and size.
    A stated role wins over the limits; too many targets are said in `notes` (ours).
    """
    stated = tuple(lesion for lesion in imaging.lesions if lesion.role == TARGET)
    open_ones = [lesion for lesion in imaging.lesions if lesion.role is None]
    held = [one for one in open_ones if _at_baseline(imaging.baseline, one, selection)]
    chosen = () if stated else _largest(imaging.baseline, held, selection)
    left = tuple(lesion for lesion in held if lesion not in chosen)
    followed = tuple(lesion for lesion in imaging.lesions if lesion.role == NON_TARGET)
    return Roles(
        targets=stated or chosen,
        others=(*followed, *left),
        new=tuple(lesion for lesion in imaging.lesions if lesion.role == NEW),
        unsure=tuple(lesion for lesion in open_ones if lesion not in held),
        notes=_too_many(stated, selection),
    )


def _at_baseline(baseline: Visit, lesion: Lesion, selection: Selection) -> bool:
    size = size_of(baseline, lesion.name, selection.unit)
    fit = selection.measurable(lesion, size)
    return size.gone is False and (
        fit is False or (fit is True and _known(lesion, size, selection))
    )


def _known(lesion: Lesion, size: Size, selection: Selection) -> bool:
    return selection.extent(lesion, size).exact


def _largest(baseline: Visit, lesions: list[Lesion], selection: Selection) -> tuple[Lesion, ...]:
    sizes = {lesion: size_of(baseline, lesion.name, selection.unit) for lesion in lesions}
    fit = [lesion for lesion in lesions if selection.measurable(lesion, sizes[lesion])]
    fit.sort(key=lambda lesion: -selection.extent(lesion, sizes[lesion]).low)
    chosen: list[Lesion] = []
    for lesion in fit:
        organ = _organ(lesion)
        same = sum(1 for other in chosen if organ is not None and _organ(other) == organ)
        if selection.per_organ is None or same < selection.per_organ:
            chosen.append(lesion)
    kept = chosen[: selection.most]
    return tuple(lesion for lesion in lesions if lesion in kept)


def _organ(lesion: Lesion) -> str | None:
    """The organ of a lesion; nodes are one organ, an organ not recorded is nobody else's (ours)."""
    return "lymph node" if lesion.kind == NODE else lesion.organ


def _too_many(stated: tuple[Lesion, ...], selection: Selection) -> tuple[str, ...]:
    if len(stated) <= selection.most:
        return ()
    return (f"{len(stated)} targets are stated, at most {selection.most} are allowed",)
