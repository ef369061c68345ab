"""Where walkers begin: wider than the posterior, around every mode found."""

from __future__ import annotations

import numpy as np

from reinfuse.estimation.whitened.counted import Counted
from reinfuse.estimation.whitened.laplace import Laplace
from reinfuse.estimation.whitened.reference import reference_from_modes
from reinfuse.estimation.whitened.search import Screened
from reinfuse.estimation.whitened.walkers import Walkers, walk

_HEATS = (0.2, 0.5)  # shares of the log likelihood let in on the way
_CANDIDATES = 8  # per walker
_ROUNDS = 4  # at each heat


def spread(
    counted: Counted,
    rng: np.random.Generator,
    screened: Screened,
    modes: tuple[Laplace, ...],
    *,
    walkers: int,
) -> Walkers:
    """Walkers that have come from a fifth of the likelihood down to half of it.

    They are chosen by weight, at the first heat, from prior draws and draws of the modes' own
    normals together: a peak that no climb found, or a posterior wider or more crooked than those
    normals, is so covered from outside.
    """
    reference = reference_from_modes(modes, _HEATS[0])
    own = reference.draws(rng, _CANDIDATES * walkers)
    means = np.array([mode.mean for mode in modes])
    z = np.concatenate([screened.z, reference.latents(own), means])
    fresh = z[len(screened.z) :]
    found = np.concatenate([screened.log_likelihood, counted.values(fresh)])
    # Prior over what the candidates were drawn from, prior and normals in their proportions.
    over = reference.log_prior_over_reference(reference.turned(z))
    shares = np.log(np.array([len(screened.z), len(own)]) / (len(screened.z) + len(own)))
    log_weights = _HEATS[0] * found - np.logaddexp(shares[0], shares[1] - over)
    weights = np.exp(log_weights - log_weights.max())
    weights = np.minimum(weights, weights.sum() / walkers)  # no draw is every walker
    chosen = rng.choice(len(z), size=walkers, p=weights / weights.sum())
    begun = Walkers(at=z[chosen], log_likelihood=found[chosen])
    for heat in _HEATS:
        walk(counted, begun, reference_from_modes(modes, heat), rng, rounds=_ROUNDS, heat=heat)
    return begun
