"""Chunks on a Ray cluster, or on workers that Ray begins on this machine."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from types import ModuleType
from typing import Any  # Ray is an extra: its types may not be here

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work.ended import Ended, failure_of
from reinfuse.trials.work.executors.executor import Job, module_path, needed, processors
from reinfuse.trials.work.executors.remote import received, sent, turns
from reinfuse.trials.work.plan import Chunk

_AHEAD = 2  # chunks for each processor of the cluster, so that none waits for the head


@dataclass(frozen=True, slots=True, kw_only=True)
class Ray:
    """A cluster by its `address`, or `auto`; without one, `workers` processes here.

    The cluster needs the same version of reinfuse, and the module of the work. Each chunk asks
    for `threads` processors. Chunks of a worker that dies are begun again by Ray. A Ray that
    this process is connected to already is used and left as it is.
    """

    address: str = ""
    workers: int = 0
    threads: int = 1

    def run(self, job: Job) -> Generator[Ended, None, None]:
        """How each chunk ended, as they end."""
        ray = needed("ray", "ray")
        ours = not ray.is_initialized()
        if ours:
            self._connect(ray)
        try:
            yield from self._ended(ray, job)
        finally:
            if ours:
                ray.shutdown()

    def _ended(self, ray: ModuleType, job: Job) -> Generator[Ended, None, None]:
        do = ray.remote(num_cpus=self.threads, max_retries=3)(sent)
        width = max(1, int(ray.cluster_resources().get("CPU", 1)) // self.threads) * _AHEAD
        now, later = turns(job.chunks, width)
        begun: dict[Any, Chunk] = {}
        try:
            while now or begun:
                for chunk in now:
                    begun[do.remote(job.plan.text, chunk.number, self.threads)] = chunk
                (reference, *_), _ = ray.wait(list(begun), num_returns=1)
                chunk = begun.pop(reference)
                try:
                    ended = received(job, chunk, ray.get(reference))
                except ray.exceptions.RayError as error:  # workers died in it
                    ended = failure_of(chunk, error)
                yield ended
                now = [later.pop()] if later else []
        finally:
            for reference in begun:
                ray.cancel(reference, force=True)

    def _connect(self, ray: ModuleType) -> None:
        here = {
            "num_cpus": self.workers or processors(), "include_dashboard": False,
            "runtime_env": {"env_vars": {"PYTHONPATH": module_path()}},
        }  # fmt: skip
        try:
            ray.init(
                log_to_driver=False, configure_logging=False,
                **({"address": self.address} if self.address else here),
            )  # fmt: skip
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise ReinfuseError(
                f"no Ray answers: {error}", where=self.address,
                fix="give the address of a cluster, or none for workers on this machine",
            ) from error  # fmt: skip
