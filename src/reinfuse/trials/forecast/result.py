"""What a forecast gives back: options side by side, and what each difference hangs on."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import NDArray

from reinfuse.trials.forecast.asked import Option
from reinfuse.trials.forecast.questions import Question

BAND_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the draws say to one question.

    `low` to `high` is the central 90 % over draws. `middle` is the mean of a probability, the
    median of a quantity, and None where one number would claim too much (uncalibrated). `most` is
    the largest value that the horizon lets be seen: a number there means at least so many. `why`
    says why there is no answer; then all numbers are None.
    """

    question: Question
    middle: float | None
    low: float | None
    high: float | None
    most: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A parameter that a difference hangs on: its rank correlation over draws, from -1 to 1.

    `narrowing` is posterior over prior spread, None where the number was drawn anew or is no
    latent of the fit; `informed` whether the data of this patient narrowed it.
    """

    name: str
    meaning: str
    correlation: float
    narrowing: float | None
    informed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An option less the reference, draw by draw, in the answers to one question.

    `higher` and `lower` are the shares of draws in which the option is above and below by more
    than what counts as equal. `told` says whether either is at least 95 %; `learned` whether what
    the difference hangs on was learned from this patient. `words` says both to a reader.
    """

    question: Question
    middle: float | None
    low: float
    high: float
    higher: float
    lower: float
    told: bool
    learned: bool
    drivers: tuple[Driver, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Quantiles of an output over days after the infusion of the record, `"days levels"`.

    Levels are those of `BAND_LEVELS`. Leukemia is that of patients, 0 once a clone has died out,
    and not that of an average patient.
    """

    what: str
    days: NDArray
    values: NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasted:
    """One option: what it is, what it takes for granted, and what comes out.

    `anew` names the parameters that no data of this patient can speak of since the option has
    another product. `differences` is empty for the reference. `told` says whether on any of the
    main questions the model tells it from the reference, `learned` whether such a difference was
    learned from this patient; `words` are for a reader.
    """

    option: Option
    name: str
    description: str
    assumes: tuple[str, ...]
    anew: tuple[str, ...]
    answers: tuple[Answer, ...]
    differences: tuple[Difference, ...]
    bands: tuple[Band, ...]
    told: bool
    learned: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How far quick numbers of 32 bits lie from those of 64, over the first draws of each option.

    `probability` is the largest deviation of a mean probability, `quantity` the largest relative
    one of a median.
    """

    draws: int
    probability: float
    quantity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Options in the order of their file, all on the same draws.

    Days count from the infusion of the record. `followed_until` is the last day of follow-up,
    `days` those that are asked about, `horizon` the last. `draws` were used; `left_out` could not
    be solved in some option. `prior_only` says that nothing of this patient was measured, so that
    all is what was assumed; `fit` says how the fit ended.
    """

    infusion: str
    label: str
    reference: str
    horizon: float
    followed_until: float
    days: tuple[float, ...]
    sites: tuple[str, ...]
    draws: int
    left_out: int
    prior_only: bool
    fit: str
    options: tuple[Forecasted, ...]
    precision: Precision
    words: tuple[str, ...]

    def option(self, name: str) -> Forecasted:
        """The option of that name; KeyError where there is none."""
        for found in self.options:
            if found.name == name:
                return found
        raise KeyError(name)
