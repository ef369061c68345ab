"""Who is infused in a virtual trial, with what, and what is done when signs come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from reinfuse.errors import ReinfuseError
from reinfuse.mechanism.plan import Depletion
from reinfuse.mechanism.products import Failure, Product
from reinfuse.mechanism.sign_rules import SignRules, shipped_rules
from reinfuse.mechanism.table import Role, Scale, parameters_of

MOST_LESIONS = 8
USUAL_DEPLETION = Depletion()
# Products fail more often among more leukemia: the share that is given holds at `FAILURES_AT`, as a
# share of blasts, and its log-odds change by so much with those of blasts. That they do is
# published (disease burden and outcome: Schultz 2022, doi:10.1200/JCO.20.03585; 768 patients
# of a registry, Blood Adv 9:5249; abstracts); by how much is ours.
FAILURES_AT, FAILURE_SLOPE = 0.3, 0.2
FIRST_DAY = -7.0  # on which every virtual patient begins, against the infusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Blasts of marrow as a share, 0 to 1: evenly spread on the log-odds from `low` to `high`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Blasts of marrow as a share, 0 to 1: normal on the log-odds, `spread` its deviation."""

    median: float
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionSetting:
    """A lesion outside of the marrow that a share of the patients has.

    `kind` is for readers, such as CNS. `volume` in mL is the median, `spread` the standard
    deviation of its logarithm. `access` and `kill_share` are medians in place of the table's.
    """

    kind: str
    volume: float
    spread: float = 1.0
    share: float = 1.0
    access: float | None = None
    kill_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Bodies: median weight in kg, the spread of its logarithm, and filtration in mL/min."""

    weight: float = 60.0
    spread: float = 0.25
    filtration: float = 100.0


#: By age. Children as in Stein 2019, doi:10.1002/psp4.12388: median 12 years and 39 kg; the spread
#: and the other two are our own choice.
PEOPLE: Mapping[str, People] = MappingProxyType(
    {
        "child": People(weight=39.0, spread=0.5),
        "adult": People(weight=70.0, spread=0.2),
        "all": People(weight=55.0, spread=0.45),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """CAR-T cells infused, of which `per_kg` says whether they are for each kg of weight."""

    amount: float
    per_kg: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A further infusion of the same product, `day` days after the first."""

    day: float
    dose: Dose


class On(StrEnum):
    """What a drug is given for."""

    GRADE = "CRS grade"  # at least `at`, as ASTCT grades signs of one day
    FEVER = "temperature"  # at least `at`, Cel
    DAY = "day"  # on day `at` after the infusion, whatever happens


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a drug against CRS is begun."""

    on: On
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TocilizumabRule:
    """Tocilizumab by a rule: 8 mg/kg, 12 below 30 kg, at most 800 mg.

    A second of at most `doses` (1 or 2) is given on the first later day on which the rule still
    holds, or, by day, on the next.
    """

    rule: Rule
    doses: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SteroidRule:
    """Steroids of full effect by a rule, for `days` days."""

    rule: Rule
    days: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Another value, or another spread, of a parameter; None is as in the table.

    `value` is the middle of patients on the parameter's scale; of `immunity_start` it is the share
    of those with the same binder before who reject it.
    """

    value: float | None = None
    spread: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Patients and what is done with them, in one arm of a trial.

    Patients of one seed and number are the same in all settings as far as these let them be. At
    most `MOST_LESIONS` lesions. `parameters` change the table of the mechanism by name, a lesion's
    as `access_2`; what an arm sets (role `plan`) is not among them: see `changeable`. `signs` are
    what turns cytokines into signs. `failures` are products that hardly expand, None for those of
    the table of products; the share is that at `FAILURES_AT`, and `failure_slope` is the change of
    its log-odds with those of blasts, lesions counted among them.

    Raises ReinfuseError with every parameter that cannot be changed so.
    """

    marrow: Between | Around
    product: Product
    dose: Dose
    lesions: tuple[LesionSetting, ...] = ()
    people: People = PEOPLE["all"]
    depletion: Depletion | None = USUAL_DEPLETION
    again: Again | None = None
    tocilizumab: TocilizumabRule | None = None
    steroids: SteroidRule | None = None
    parameters: Mapping[str, Changed] = field(default_factory=dict)
    failures: Failure | None = None
    failure_slope: float = FAILURE_SLOPE
    signs: SignRules = field(default_factory=shipped_rules)

    def __post_init__(self) -> None:
        """Raise ReinfuseError with every problem."""
        problems = [
            f"{name}: {problem}"
            for name, changed in self.parameters.items()
            if (problem := why_not(name, changed, len(self.lesions)))
        ]
        if len(self.lesions) > MOST_LESIONS:
            problems.append(f"{len(self.lesions)} lesions, and {MOST_LESIONS} are the most")
        if problems:
            raise ReinfuseError("; ".join(problems), where="setting", fix="correct them")


def why_not(name: str, changed: Changed, lesions: int) -> str | None:
    """Why a parameter cannot be changed so, in words; None if it can."""
    rows = {row.name: row for row in parameters_of(lesions)}
    if name not in rows:
        return f"the mechanism with {lesions} lesions has no such parameter"
    row = rows[name]
    if row.role is Role.PLAN:
        return "it is set by the arm"
    if name.startswith(("marrow_start", "lesion_start")):
        return "it is set by blasts of the marrow, or by the volume of the lesion"
    if changed.spread is not None and row.scale is Scale.NONE:
        return "it is the same for everybody and has no spread"
    if changed.spread is not None and changed.spread < 0:
        return f"a spread of {changed.spread:g} is below 0"
    value = changed.value
    high = 1.0 if row.scale is Scale.SPIKE else row.high
    if value is not None and not row.low <= value <= high:
        return f"{value:g} is not from {row.low:g} to {high:g}"
    return _on_its_scale(value, row.scale)


def _on_its_scale(value: float | None, scale: Scale) -> str | None:
    if value is None:
        return None
    if scale is Scale.LOG and value <= 0:
        return f"{value:g} is not above 0"
    if scale is Scale.LOGIT and not 0 < value < 1:
        return f"{value:g} is not between 0 and 1"
    return None
