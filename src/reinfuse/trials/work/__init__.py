"""Work over patients by number: planned, cut in chunks, done by whatever is there, and joined."""

from reinfuse.trials.work.chance import generator_of, standard_normals, uniforms
from reinfuse.trials.work.doing import work_threads
from reinfuse.trials.work.ended import Ended, Failure, Receipt
from reinfuse.trials.work.executors import Dask, Executor, Inline, Job, Pool, Ray, Slurm
from reinfuse.trials.work.ledger import joined
from reinfuse.trials.work.place import plan_in
from reinfuse.trials.work.plan import Chunk, Plan
from reinfuse.trials.work.running import Finished, run_plan

__all__ = [
    "Chunk",
    "Dask",
    "Ended",
    "Executor",
    "Failure",
    "Finished",
    "Inline",
    "Job",
    "Plan",
    "Pool",
    "Ray",
    "Receipt",
    "Slurm",
    "generator_of",
    "joined",
    "plan_in",
    "run_plan",
    "standard_normals",
    "uniforms",
    "work_threads",
]
