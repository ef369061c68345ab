"""Ways to get chunks done: here, by processes of this machine, by Slurm, Dask or Ray."""

from reinfuse.trials.work.executors.executor import Executor, Job
from reinfuse.trials.work.executors.inline import Inline
from reinfuse.trials.work.executors.on_dask import Dask
from reinfuse.trials.work.executors.on_ray import Ray
from reinfuse.trials.work.executors.on_slurm import Slurm
from reinfuse.trials.work.executors.pool import Pool

__all__ = ["Dask", "Executor", "Inline", "Job", "Pool", "Ray", "Slurm"]
