"""The page of one outcome: what was asked, what the cohorts come to, and what they rest on."""

from reinfuse.report.pool_page.inputs import (
    MethodLine,
    PooledEffects,
    PoolInputs,
    PoolPart,
    asked_of,
)
from reinfuse.report.pool_page.render import render_pool

__all__ = ["MethodLine", "PoolInputs", "PoolPart", "PooledEffects", "asked_of", "render_pool"]
