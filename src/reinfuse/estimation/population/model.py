"""A population model: a curve, what varies between patients and infusions, and how assays err."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reinfuse.errors import ReinfuseError
from reinfuse.kinetics.curves import Curve


class Residual(StrEnum):
    """How a measurement scatters around the curve."""

    ADDITIVE = "additive"  # SD a
    PROPORTIONAL = "proportional"  # SD b f
    COMBINED = "combined"  # variance a^2 + b^2 f^2
    LOG_NORMAL = "log-normal"  # SD a of the natural logarithm
    STUDENT = "student"  # additive, Student's t
    LOG_STUDENT = "log-student"  # of the logarithm, Student's t


ON_LOGARITHMS = (Residual.LOG_NORMAL, Residual.LOG_STUDENT)
STUDENTS = (Residual.STUDENT, Residual.LOG_STUDENT)
# The parameters of each residual model, in their order.
RESIDUAL_PARAMETERS: Mapping[Residual, tuple[str, ...]] = {
    Residual.ADDITIVE: ("a",),
    Residual.PROPORTIONAL: ("b",),
    Residual.COMBINED: ("a", "b"),
    Residual.LOG_NORMAL: ("a",),
    Residual.STUDENT: ("a",),
    Residual.LOG_STUDENT: ("a",),
}
DEGREES_OF_FREEDOM = 4.0


class Censoring(StrEnum):
    """What is done with a measurement below or above a limit; the names are Beal's (2001).

    M3 and M4 also take values above an upper limit and between two limits.
    Source: doi:10.1023/A:1012299115260.
    """

    M1 = "M1"  # dropped: biased, kept for comparison
    M3 = "M3"  # the probability of lying below
    M4 = "M4"  # the same, given that levels are positive
    M5 = "M5"  # half the limit: biased, kept for comparison


class EffectKind(StrEnum):
    """How a covariate moves a parameter on its scale of estimation."""

    POWER = "power"  # + effect x ln(value / reference)
    LINEAR = "linear"  # + effect x (value - reference)
    CATEGORY = "category"  # + effect where the value is `level`


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One covariate's effect on one parameter.

    `reference` defaults to the median over subjects; `level` is the category that is set against
    all others. `start` is where estimation begins; `held` keeps it there.
    """

    parameter: str
    covariate: str
    kind: EffectKind
    reference: float | None = None
    level: str | None = None
    start: float = 0.0
    held: bool = False

    @property
    def name(self) -> str:
        """The effect in short, such as `cmax ~ weight`."""
        level = "" if self.level is None else f"={self.level}"
        return f"{self.parameter} ~ {self.covariate}{level}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationModel:
    """What is to be estimated.

    `random` are the parameters that vary between patients (all, if None); `blocks` the groups of
    them whose random effects are correlated (none: a diagonal covariance); `between_infusions`
    those that also vary between the infusions of one patient. `start` and `held` are typical
    values in the parameters' own units; `spread` starting SDs of random effects. `residuals` is
    by assay label, or one for all under the key "". `scaled` are labels of assays that see the
    curve times a factor of their own, which is estimated.
    """

    curve: Curve
    random: tuple[str, ...] | None = None
    blocks: tuple[tuple[str, ...], ...] = ()
    between_infusions: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    residuals: Mapping[str, Residual] = field(default_factory=lambda: {"": Residual.LOG_NORMAL})
    censoring: Censoring = Censoring.M3
    scaled: tuple[str, ...] = ()
    start: Mapping[str, float] = field(default_factory=dict)
    held: Mapping[str, float] = field(default_factory=dict)
    spread: Mapping[str, float] = field(default_factory=dict)
    residual_start: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse names that the curve has not, with all of them in one message."""
        known = {*self.curve.names, *(scale_name(label) for label in self.scaled)}
        named = {
            "random": self.random or (),
            "between_infusions": self.between_infusions,
            "blocks": tuple(name for block in self.blocks for name in block),
            "effects": tuple(one.parameter for one in self.effects),
            "start": tuple(self.start),
            "held": tuple(self.held),
            "spread": tuple(self.spread),
        }
        unknown = [f"{name} in {place}" for place, names in named.items()
                   for name in names if name not in known]  # fmt: skip
        loose = [name for block in self.blocks for name in block if name not in self.varying]
        unknown += [f"{name} in blocks without a random effect" for name in loose]
        if unknown:
            raise ReinfuseError(
                f"the model names what curve {self.curve.name} has not: {', '.join(unknown)}",
                fix=f"its parameters are {', '.join(sorted(known))}",
            )

    @property
    def varying(self) -> tuple[str, ...]:
        """The parameters with a random effect between patients, in the curve's order."""
        if self.random is None:
            return tuple(name for name in self.curve.names if name not in self.held)
        order = (*self.curve.names, *(scale_name(label) for label in self.scaled))
        return tuple(name for name in order if name in self.random)

    def residual_of(self, label: str) -> Residual:
        """The residual model of an assay."""
        return self.residuals.get(label, self.residuals.get("", Residual.LOG_NORMAL))


def scale_name(label: str) -> str:
    """The name of the factor by which an assay sees the curve."""
    return f"scale[{label}]"
