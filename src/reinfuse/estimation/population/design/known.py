"""What is designed for or simulated from: a fit, a kept fit, or a published population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any  # a tree of plain values

import jax.numpy as jnp

from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.kept import KeptFit
from reinfuse.estimation.population.model import (
    RESIDUAL_PARAMETERS,
    EffectKind,
    PopulationModel,
    Residual,
)
from reinfuse.estimation.population.posterior.known_population import (
    KnownPopulation,
    NamedPopulation,
    known_population,
)
from reinfuse.estimation.population.result import PopulationFit
from reinfuse.estimation.population.structure import Population
from reinfuse.kinetics.published import NotPublished, PublishedPopulation

Source = PopulationFit | KeptFit | NamedPopulation | PublishedPopulation


def known_of(source: Source) -> KnownPopulation:
    """The population with its model, whose references no longer depend on data.

    Raises ReinfuseError for a published population that lacks a number, with all that it lacks.
    """
    if isinstance(source, KeptFit):
        return _of_kept(source)
    return known_population(_of_published(source) if isinstance(source, PublishedPopulation)
                            else source)  # fmt: skip


def _of_published(published: PublishedPopulation) -> NamedPopulation:
    spreads = {name: one for name, one in published.spread().items()
               if not isinstance(one, NotPublished)}  # fmt: skip
    typical = {name: one for name, one in published.typical().items()
               if not isinstance(one, NotPublished)}  # fmt: skip
    # A factor without a printed spread is the same for all; a parameter without a typical value
    # cannot be made up.
    lacking = [one.name for one in published.parameters if one.name not in typical]
    residual = published.residual_sd
    if lacking or not spreads or isinstance(residual, NotPublished):
        raise ReinfuseError(
            f"population {published.name} is not whole: "
            + ", ".join([*lacking, *([] if spreads else ["every spread"]),
                         *(["the residual"] if isinstance(residual, NotPublished) else [])]),
            fix="use a population that is, such as stein-2019, or a fit of your own",
        )  # fmt: skip
    model = PopulationModel(
        curve=published.curve,
        random=tuple(spreads),
        held={name: value for name, value in typical.items() if name not in spreads},
        residuals={"": Residual.LOG_NORMAL},
    )
    return NamedPopulation(
        model=model, typical=typical, spreads=spreads, residual={"a": residual},
        source=published.source,
    )  # fmt: skip


def _of_kept(kept: KeptFit) -> KnownPopulation:
    references: Mapping[str, Any] = kept.content.get("references", {})
    effects = tuple(
        effect if effect.kind is EffectKind.CATEGORY or effect.reference is not None
        else replace(effect, reference=references[effect.covariate])
        for effect in kept.model.effects
    )  # fmt: skip
    return KnownPopulation(
        model=replace(kept.model, effects=effects),
        numbers=Population(*(jnp.asarray(one, jnp.float64) for one in kept.population)),
        assays=_assays(kept.model, len(kept.population.residual), kept.content.get("residual", {})),
        source=None,
    )


def _assays(model: PopulationModel, sizes: int, residual: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels of the assays, from the names of their residual sizes."""
    labels = [name[name.index("[") + 1 : -1] for name in residual if "[" in name]
    if labels:
        return tuple(dict.fromkeys(labels))
    only = next((label for label in model.residuals if label), "")
    if len(RESIDUAL_PARAMETERS[model.residual_of(only)]) != sizes:
        raise ReinfuseError("the fit does not say which assays it has", fix="fit again")
    return (only,)
