"""A virtual trial run to its end: patients, endpoints, and what may be said of them."""

from reinfuse.trials.running.differences import Difference
from reinfuse.trials.running.estimates import Estimate, times_of
from reinfuse.trials.running.plain import as_plain
from reinfuse.trials.running.said import said_of
from reinfuse.trials.running.trial import TrialResult, endpoints_text, run_trial
from reinfuse.trials.running.work import plan_of

__all__ = [
    "Difference",
    "Estimate",
    "TrialResult",
    "as_plain",
    "endpoints_text",
    "plan_of",
    "run_trial",
    "said_of",
    "times_of",
]
