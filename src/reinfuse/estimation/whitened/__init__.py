"""The posterior of many standard normal latents of which the data inform a few combinations."""

from __future__ import annotations

from reinfuse.estimation.whitened.chain_convergence import (
    Convergence,
    convergence,
)
from reinfuse.estimation.whitened.climb import (
    End,
)
from reinfuse.estimation.whitened.counted import (
    Limit,
    Stage,
)
from reinfuse.estimation.whitened.fit import (
    fit_whitened,
)
from reinfuse.estimation.whitened.laplace import (
    Laplace,
)
from reinfuse.estimation.whitened.learned import (
    INFORMED_BELOW,
    Direction,
    LatentLearned,
    Learned,
    Narrowed,
    NotNarrowed,
    learned_from,
    narrowed,
)
from reinfuse.estimation.whitened.problem import (
    Differentiable,
    Slopes,
    Whitened,
)
from reinfuse.estimation.whitened.result import (
    Ending,
    Impossible,
    WhitenedFit,
)
from reinfuse.estimation.whitened.sampling import (
    Progress,
    Sampling,
    Watch,
)
from reinfuse.estimation.whitened.search import (
    Mode,
    Search,
    StartEnd,
)

__all__ = [
    "INFORMED_BELOW",
    "Convergence",
    "Differentiable",
    "Direction",
    "End",
    "Ending",
    "Impossible",
    "Laplace",
    "LatentLearned",
    "Learned",
    "Limit",
    "Mode",
    "Narrowed",
    "NotNarrowed",
    "Progress",
    "Sampling",
    "Search",
    "Slopes",
    "Stage",
    "StartEnd",
    "Watch",
    "Whitened",
    "WhitenedFit",
    "convergence",
    "fit_whitened",
    "learned_from",
    "narrowed",
]
