"""What is unknown of a course, as standard normal numbers: parameters, days, limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reinfuse.estimation.mechanistic.observed import Kind
from reinfuse.estimation.mechanistic.reach import reaching
from reinfuse.estimation.mechanistic.scatter import SCATTER
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.products import FITNESS, SEEN
from reinfuse.mechanism.table import Parameter, Role, parameters_of

_FITNESS = "fitness"
MARROW_START, LESION_START = "marrow_start", "lesion_start_"
_MARROW = frozenset({Kind.MRD, Kind.BLASTS})
_DEPLETING = frozenset({"fludarabine_loss", "fludarabine_kill", "cyclophosphamide_kill"})
_PLAIN_DENSITIES = frozenset({0.0, 1.0})  # at which a target's effect needs no middle


class What(StrEnum):
    """What a latent stands for."""

    PARAMETER = "parameter"
    INFUSION_DAY = "day of the infusion"
    DEPLETION_DAY = "first day of lymphodepletion"
    TOCILIZUMAB_DAY = "day of tocilizumab"
    LIMIT = "limit that nobody stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Latent:
    """One unknown, standard normal beforehand.

    `name` is its own within a course (`rho`, `fitness@infusion-2`). A parameter spreads by
    `spread` on its scale; a day is even over `range`, a limit even on the logarithm over it.
    `window` is the place of the window it belongs to, None where it belongs to the patient.
    `sampled` is False where nothing that was measured can depend on it: it stays as it was
    before, and is drawn apart. For leukemia cells of a site `day` is the day they are counted on:
    that of the first look at the site if it was before the infusion, else that of the infusion.
    A window may begin months before either, and cells grow untreated from there on: counted at
    the window's beginning, what is known of a site would hang on how fast they grow.
    """

    name: str
    what: What
    window: int | None
    sampled: bool
    parameter: Parameter | None = None
    spread: float = 0.0
    range: tuple[float, float] | None = None
    kind: Kind | None = None
    dose: int = 0  # which tocilizumab, from 1
    day: float | None = None

    @property
    def label(self) -> str:
        """The name without its window."""
        return self.name.split("@")[0]


def latents_of(windows: Sequence[Window]) -> tuple[Latent, ...]:
    """The unknowns of a course: the patient's, then each window's, then limits."""
    reached = [_reached(window) for window in windows]
    shared = _shared(windows, frozenset().union(*reached))
    own = tuple(
        latent
        for place, window in enumerate(windows)
        for latent in (*_own(place, window, reached[place]), *_days(place, window, reached[place]))
    )
    return (*shared, *own, *_limits(windows))


def _shared(windows: Sequence[Window], reached: frozenset[str]) -> tuple[Latent, ...]:
    lesions = max((len(window.lesions) for window in windows), default=0)
    return tuple(
        Latent(
            name=row.name, what=What.PARAMETER, window=None, parameter=row, spread=row.spread,
            sampled=row.name in reached,
        )
        for row in parameters_of(lesions)
        if row.role is Role.PATIENT and row.spread > 0
    )  # fmt: skip


def _own(place: int, window: Window, reached: frozenset[str]) -> Iterator[Latent]:
    for row in parameters_of(len(window.lesions)):
        if row.role in {Role.INFUSION, Role.LESION} and row.spread > 0:
            spread = row.spread
            if row.name == _FITNESS:
                spread = FITNESS[window.product.origin].spread
            yield Latent(
                name=f"{row.name}@{window.infusion}", what=What.PARAMETER, window=place,
                parameter=row, spread=spread, sampled=row.name in reached,
                day=_counted_on(window, row.name),
            )  # fmt: skip


def _counted_on(window: Window, name: str) -> float | None:
    if not is_start(name):
        return None
    infusion = 0.5 * (window.infusion_days[0] + window.infusion_days[1])
    lesion = int(name.removeprefix(LESION_START)) if name != MARROW_START else None
    middles = [
        0.5 * (one.days[0] + one.days[1])
        for one in window.observed
        if one.lesion == lesion and (lesion is not None or one.kind in _MARROW)
    ]
    return max(window.first_day, min([infusion, *middles]))


def is_start(name: str) -> bool:
    """Whether a parameter is the number of leukemia cells of a site when the window begins."""
    return name == MARROW_START or name.startswith(LESION_START)


def _days(place: int, window: Window, reached: frozenset[str]) -> Iterator[Latent]:
    days: list[tuple[What, str, tuple[float, float] | None, int]] = [
        (What.INFUSION_DAY, "infusion_day", window.infusion_days, 0),
        (What.DEPLETION_DAY, "depletion_day", window.depletion_days, 0),
        *(
            (What.TOCILIZUMAB_DAY, f"tocilizumab_day_{number}", day, number)
            for number, day in enumerate(window.tocilizumab_days[:2], 1)
        ),
    ]
    for what, name, between, dose in days:
        if between is not None and between[1] > between[0]:
            yield Latent(
                name=f"{name}@{window.infusion}", what=what, window=place, range=between,
                sampled=name in reached, dose=dose,
            )  # fmt: skip


def _limits(windows: Sequence[Window]) -> Iterator[Latent]:
    """One for each assay of the course: what it reported lies above its limit."""
    seen = [one for window in windows for one in window.observed]
    for kind in Kind:
        of_kind = [one for one in seen if one.kind is kind]
        if any(one.limit_unknown for one in of_kind):
            low, high = SCATTER[kind].unknown_limit
            values = [one.value for one in of_kind if one.value is not None]
            high = min([high, *(value for value in values if value > low)])
            yield Latent(
                name=f"limit of {kind.value}", what=What.LIMIT, window=None, range=(low, high),
                kind=kind, sampled=True,
            )  # fmt: skip


def _reached(window: Window) -> frozenset[str]:
    """Parameters that what was measured in a window can depend on."""
    outputs = {one.output for one in window.observed}
    if not outputs:
        return frozenset()
    model = course_model(len(window.lesions), window.first_day)
    found = reaching(model, outputs) - _silent(window)
    measured = any(lesion.volume is not None for lesion in window.lesions)
    return found | {"density"} if measured and any(map(is_start, found)) else found


def _silent(window: Window) -> frozenset[str]:
    """Parameters that are multiplied by nothing in this window."""
    product, silent = window.product, set()
    if product.foreign == 0.0:
        silent.add("rejection")
    if product.first or product.same_binder is False:
        silent.add("immunity_start")
    if window.plan.depletion is None:
        silent |= _DEPLETING
    if set(SEEN[product.target]) <= _PLAIN_DENSITIES:
        silent.add("density_half")
    return frozenset(silent)
