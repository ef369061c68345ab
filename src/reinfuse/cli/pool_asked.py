"""What was asked of `reinfuse pool`, checked before anything is computed."""

from __future__ import annotations

import re
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.parser_evidence import NARROWING
from reinfuse.errors import ReinfuseError
from reinfuse.pooling.bayes import THREE_PRIORS, Prior, Spread
from reinfuse.pooling.effects import Measure
from reinfuse.pooling.effects.measure import ONE_ARM
from reinfuse.pooling.inverse_variance import Method
from reinfuse.source import Source, Standing

GLMM = "GLMM"
COUNT = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*")
_OWN_PRIOR = re.compile(r"(half-normal|half-cauchy)\(\s*([0-9.eE+-]+)\s*\)", re.IGNORECASE)
_FAMILIES = {"half-normal": Spread.HALF_NORMAL, "half-cauchy": Spread.HALF_CAUCHY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How the rows are to be pooled.

    `measure` is None for rates by their counts, which `method` None then pools by the
    binomial-normal model; `counts_lead` says that this model was asked for by name. `priors` is
    None where nobody named one.
    """

    outcomes: tuple[str, ...]
    narrowed: dict[str, tuple[str, ...]]
    mixing: tuple[str, ...]
    with_recalled: bool
    measure: Measure | None
    method: Method | None
    counts_lead: bool
    knapp_hartung: bool
    level: float
    priors: tuple[Prior, ...] | None
    moderator: str | None
    arm: tuple[int, int] | None
    course: Path | None
    wanted: str | None
    margin: float
    settle: float | None

    @property
    def of_rates(self) -> bool:
        """Whether what is pooled are events of patients in one arm."""
        return self.measure is None or self.measure in ONE_ARM

    @property
    def compares(self) -> bool:
        """Whether an arm or a course is to be set against the cohorts."""
        return self.arm is not None or self.course is not None

    @property
    def by_inverse_variance(self) -> bool:
        """Whether such a method was asked for, and leads."""
        return self.measure is not None or self.method is not None


def read_asked(options: Namespace) -> Asked:
    """The options as values; ReinfuseError for what contradicts itself or cannot be written."""
    measure = None if options.measure is None else Measure(options.measure)
    method = None if options.method in (None, GLMM) else Method(options.method)
    arm, course = _compared(options.compare)
    asked = Asked(
        outcomes=tuple(options.outcome or ()),
        narrowed={
            name: tuple(getattr(options, name))
            for name in NARROWING
            if getattr(options, name) is not None
        },
        mixing=tuple(
            word.strip()
            for text in options.mixing or ()
            for word in text.split(",")
            if word.strip()
        ),
        with_recalled=options.with_recalled,
        measure=measure,
        method=method,
        counts_lead=options.method == GLMM,
        knapp_hartung=options.knapp_hartung,
        level=options.level,
        priors=_priors(options.prior),
        moderator=options.moderator,
        arm=arm,
        course=course,
        wanted=options.wanted,
        margin=options.margin or 0.0,
        settle=options.settle,
    )
    _refuse_contradictions(asked, options)
    inputs = [one for one in (options.studies, course) if one is not None]
    check_outputs((options.output,), inputs)
    return asked


def _refuse_contradictions(asked: Asked, options: Namespace) -> None:
    if options.method == GLMM and asked.measure is not None:
        raise ReinfuseError(
            f"--method GLMM takes the counts as they are, and --measure {asked.measure} does not",
            fix="leave out --measure, or name a method such as REML",
        )
    if asked.knapp_hartung and not asked.by_inverse_variance:
        raise ReinfuseError(
            "--knapp-hartung belongs to methods by inverse variance, and none is asked for",
            fix="add --measure PLO or --method REML; without it both are shown side by side",
        )
    if asked.priors is not None and asked.by_inverse_variance and asked.of_rates:
        raise ReinfuseError(
            f"--prior leads, and so does --{'method' if asked.measure is None else 'measure'}",
            fix="leave one of them out: the other is shown beside it",
        )
    _refuse_comparing(asked, options)


def _refuse_comparing(asked: Asked, options: Namespace) -> None:
    if not asked.of_rates and asked.compares:
        raise ReinfuseError(
            f"--compare sets an arm against a rate, and {asked.measure} is none",
            fix="leave out --measure, or --compare",
        )
    given = {"--wanted": asked.wanted, "--margin": options.margin, "--settle": asked.settle}
    for name in (name for name, value in given.items() if value is not None and asked.arm is None):
        what = "--compare names one course" if asked.course is not None else "none is given"
        raise ReinfuseError(
            f"{name} speaks of an arm, and {what}",
            fix="write --compare as events of patients, such as 3/9",
        )
    if asked.wanted is None and (asked.settle is not None or options.margin is not None):
        raise ReinfuseError(
            "what is better is not said", fix="add --wanted higher (responses) or lower (toxicity)"
        )
    if asked.arm == (0, 0) and asked.settle is None:
        raise ReinfuseError(
            "--compare 0/0 is an arm without patients", fix="add --settle, or give counts"
        )


def _compared(text: str | None) -> tuple[tuple[int, int] | None, Path | None]:
    if text is None:
        return None, None
    found = COUNT.fullmatch(text)
    if found is None:
        path = Path(text)
        if path.suffix.casefold() not in (".yaml", ".yml"):
            raise ReinfuseError(
                f"--compare {path.name} is neither counts nor a course",
                fix="write events of patients, such as 3/9, or name a course file (YAML)",
            )
        return None, path
    events, n = int(found[1]), int(found[2])
    if events > n:
        raise ReinfuseError(f"{events} events among {n} cannot be", fix="write X/N with X <= N")
    return (events, n), None


def _priors(named: list[str] | None) -> tuple[Prior, ...] | None:
    return None if named is None else tuple(dict.fromkeys(map(_prior, named)))


def _prior(text: str) -> Prior:
    ready = {one.name: one for one in THREE_PRIORS}
    wanted = text.strip().casefold()
    if wanted in ready:
        return ready[wanted]
    found = _OWN_PRIOR.fullmatch(text.strip())
    if found is None:
        raise ReinfuseError(
            f"--prior {text} is not known",
            fix=f"write {', '.join(ready)}, half-normal(SCALE) or half-cauchy(SCALE)",
        )
    try:
        scale = float(found[2])
    except ValueError as cause:
        raise ReinfuseError(
            f"--prior {text} has no number", fix="write such as half-normal(0.7)"
        ) from cause
    middle = ready["middle"]
    return Prior(
        name=f"{found[1].casefold()}({scale:g})",
        tau_family=_FAMILIES[found[1].casefold()],
        tau_scale=scale,
        mu_mean=middle.mu_mean,
        mu_sd=middle.mu_sd,
        source=Source(
            cite="asked for with --prior",
            place="the spread; the middle is that of the middle prior",
            standing=Standing.OURS,
        ),
    )
