"""Virtual patients of a setting, each by its number alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reinfuse.mechanism.draws import IMMUNE_SHARE, spread_values
from reinfuse.mechanism.plan import Body, Plan, fludarabine_loss, fludarabine_volume, plan_values
from reinfuse.mechanism.products import FAILURES, FITNESS, product_values
from reinfuse.mechanism.signs import DEVIATIONS
from reinfuse.mechanism.table import Parameter, Scale, parameter, parameters_of
from reinfuse.trials.population.chances import Chances, chances_of
from reinfuse.trials.population.setting import FAILURES_AT, Between, Changed, Dose, Setting

Floats = NDArray[np.float64]

NOBODY = 1e-6  # cells of a site that a patient does not have, as the mechanism wants it
_HIGHEST_SHARE = 0.9719  # blasts of a full marrow: the observable of `course_model`
_LIGHTEST, _HEAVIEST = 5.0, 180.0  # kg
_FEWEST_BLASTS = 1e-6  # below which fewer cells make no difference any more
_AS_TOLD = Changed()
_BY_PATIENT = ("rows", "luck", "deviations", "weight", "blasts", "present")


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualPatients:
    """Patients `first` to below `last` of a setting.

    `rows` are parameters of `course_model(lesions)`, `"patients parameters"`; `z` the standard
    normal numbers behind them by name; `luck`, `"patients clones"`, even from 0 to 1; `deviations`,
    `"patients signs"`, normal; `weight` in kg and `blasts` (a share of the marrow on the first
    day), `"patients"`; `present`, `"patients lesions"`, says who has which lesion.
    """

    setting: Setting
    first: int
    last: int
    rows: Floats
    z: dict[str, Floats]
    luck: Floats
    deviations: Floats
    weight: Floats
    blasts: Floats
    present: NDArray[np.bool_]

    @property
    def lesions(self) -> int:
        """How many lesions the model has."""
        return len(self.setting.lesions)

    def some(self, chosen: NDArray) -> VirtualPatients:
        """Some of the patients, by truths or places; `first` and `last` stay."""
        return replace(
            self,
            z={name: numbers[chosen] for name, numbers in self.z.items()},
            **{name: getattr(self, name)[chosen] for name in _BY_PATIENT},
        )

    def of(self, name: str) -> Floats:
        """A parameter, `"patients"`."""
        return self.rows[:, _names(self.lesions).index(name)]


def virtual_patients(setting: Setting, seed: int, first: int, last: int) -> VirtualPatients:
    """Patients `first` to `last - 1`; patient i follows from setting, seed and i alone."""
    chances = chances_of(seed, range(first, last), len(setting.lesions), len(DEVIATIONS))
    z = chances.z
    people = setting.people
    weight = np.clip(people.weight * np.exp(people.spread * z["weight"]), _LIGHTEST, _HEAVIEST)
    shares = np.array([lesion.share for lesion in setting.lesions])
    present = chances.there < shares
    blasts = blasts_share(setting, z["marrow_start"])
    given = _told(setting, weight) | {"marrow_start": cells_of(blasts)}
    listed = parameters_of(len(setting.lesions))
    values: dict[str, Floats] = {}
    for row in listed:
        if not row.name.startswith("lesion_start_"):
            values[row.name] = _column(row, setting, z, given.get(row.name))
    values |= (lesions := _lesions(setting, chances, present, values.get("density", np.ones(()))))
    # Those who fail at one share of failures do so at any higher one.
    failures = setting.failures or FAILURES[setting.product.origin]
    share = failing_share(setting, values["marrow_start"] + sum(lesions.values()))
    hardly = np.where(chances.failing < share, failures.fitness, 1.0)
    values["fitness"] = np.maximum(values["fitness"] * hardly, parameter("fitness").low)
    return VirtualPatients(
        setting=setting, first=first, last=last,
        rows=np.stack([np.broadcast_to(values[row.name], weight.shape) for row in listed], axis=1),
        z=z, luck=chances.luck, deviations=chances.deviations, weight=weight, blasts=blasts,
        present=present,
    )  # fmt: skip


def failing_share(setting: Setting, cells: Floats) -> Floats:
    """The share of products that hardly expand among so many leukemia cells, wherever they are."""
    from scipy.special import expit, logit  # noqa: PLC0415 # heavy, and rarely needed

    failures = setting.failures or FAILURES[setting.product.origin]
    if failures.share in (0.0, 1.0):
        return np.full(np.shape(cells), failures.share)
    blasts = _HIGHEST_SHARE * cells / (parameter("marrow_half").value + cells)
    more = logit(np.maximum(blasts, _FEWEST_BLASTS)) - logit(FAILURES_AT)
    return np.asarray(expit(logit(failures.share) + setting.failure_slope * more), np.float64)


def blasts_share(setting: Setting, z: Floats) -> Floats:
    """Blasts of the marrow on the first day as a share, at standard normal numbers."""
    from scipy.special import expit, logit, ndtr  # noqa: PLC0415 # heavy, and rarely needed

    marrow = setting.marrow
    if isinstance(marrow, Between):
        low, high = logit(marrow.low), logit(marrow.high)
        return expit(low + (high - low) * ndtr(z))
    return expit(logit(marrow.median) + marrow.spread * z)


def cells_of(share: ArrayLike) -> Floats:
    """Leukemia cells of a marrow with so many blasts: the observable of the model turned round."""
    row = parameter("marrow_start")
    shown = np.minimum(np.asarray(share, np.float64), _HIGHEST_SHARE * (1 - 1e-6))
    found = parameter("marrow_half").value * shown / (_HIGHEST_SHARE - shown)
    return np.clip(found, NOBODY, min(row.high, parameter("marrow_room").value))


def surface_of(weight: float) -> float:
    """Body surface in m2 from weight in kg: Costeff 1966, doi:10.1136/adc.41.220.681; recalled."""
    return (4.0 * weight + 7.0) / (weight + 90.0)


def cells_infused(dose: Dose, weight: Floats) -> Floats:
    """CAR-T cells of a dose for each patient."""
    return dose.amount * weight if dose.per_kg else np.full(len(weight), dose.amount)


def _names(lesions: int) -> tuple[str, ...]:
    return tuple(row.name for row in parameters_of(lesions))


def _told(setting: Setting, weight: Floats) -> dict[str, ArrayLike]:
    """What product, plan and bodies say, by name; a number or one for each patient."""
    immune = setting.parameters.get("immunity_start", _AS_TOLD).value
    told: dict[str, ArrayLike] = dict(
        product_values(setting.product, IMMUNE_SHARE if immune is None else immune)
    )
    plan = Plan(depletion=setting.depletion)
    bodies = [
        Body(weight=one, surface=surface_of(one), filtration=setting.people.filtration)
        for one in weight.tolist()
    ]
    plans = [plan_values(plan, body) for body in bodies]
    told |= {name: np.array([one[name] for one in plans]) for name in plans[0]}
    told |= {
        "dose": cells_infused(setting.dose, weight),
        "fludarabine_loss": np.array([fludarabine_loss(body) for body in bodies]),
        "fludarabine_volume": np.array([fludarabine_volume(one.weight) for one in bodies]),
    }
    if setting.again is not None:
        told["again_day"] = setting.again.day
        told["again_dose"] = cells_infused(setting.again.dose, weight)
    return told


def _column(
    row: Parameter, setting: Setting, z: dict[str, Floats], told: ArrayLike | None
) -> Floats:
    """A parameter of all patients."""
    changed = setting.parameters.get(row.name, _AS_TOLD)
    middle = told
    if changed.value is not None and row.scale is not Scale.SPIKE:
        middle = changed.value
    elif middle is None:
        middle = _lesion_middle(row, setting)
    if row.name not in z or row.name == "marrow_start":
        return np.asarray(row.value if middle is None else middle, np.float64)
    spread = changed.spread
    if spread is None and row.name == "fitness":
        spread = FITNESS[setting.product.origin].spread
    return spread_values(row, z[row.name], middle, spread)


def _lesion_middle(row: Parameter, setting: Setting) -> float | None:
    """The median of a lesion's access or killing that the setting gives."""
    name, _, number = row.name.rpartition("_")
    if name not in ("access", "kill_share"):
        return None
    lesion = setting.lesions[int(number) - 1]
    return lesion.access if name == "access" else lesion.kill_share


def _lesions(
    setting: Setting, chances: Chances, present: NDArray[np.bool_], density: Floats
) -> dict[str, Floats]:
    """The cells of each lesion on the first day, by name of the parameter."""
    found = {}
    for number, lesion in enumerate(setting.lesions, 1):
        volume = lesion.volume * np.exp(lesion.spread * chances.z[f"volume_{number}"])
        cells = np.clip(volume * density, NOBODY, parameter("lesion_room").value)
        found[f"lesion_start_{number}"] = np.where(present[:, number - 1], cells, NOBODY)
    return found
