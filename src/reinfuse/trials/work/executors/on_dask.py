"""Chunks on a Dask cluster, or on workers that Dask begins on this machine."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from types import ModuleType
from typing import Any  # Dask is an extra: its types may not be here

from reinfuse.errors import ReinfuseError
from reinfuse.trials.work.ended import Ended, failure_of
from reinfuse.trials.work.executors.executor import Job, needed, processors
from reinfuse.trials.work.executors.remote import received, sent, turns
from reinfuse.trials.work.plan import Chunk

_AHEAD = 2  # chunks for each thread of the cluster, so that none waits for the head


@dataclass(frozen=True, slots=True, kw_only=True)
class Dask:
    """A cluster by the `address` of its scheduler; without one, `workers` processes here.

    The cluster needs the same version of reinfuse, and the module of the work. Each chunk uses
    `threads` threads. Chunks of a worker that dies are given to others by Dask.
    """

    address: str = ""
    workers: int = 0
    threads: int = 1

    def run(self, job: Job) -> Generator[Ended, None, None]:
        """How each chunk ended, as they end."""
        distributed = needed("distributed", "dask")
        with self._client(distributed) as client:
            width = max(1, sum(client.nthreads().values())) * _AHEAD
            now, later = turns(job.chunks, width)
            begun: dict[Any, Chunk] = {}
            ending = distributed.as_completed()
            while now or begun:
                for chunk in now:
                    future = client.submit(
                        sent, job.plan.text, chunk.number, self.threads, pure=False
                    )
                    begun[future] = chunk
                    ending.add(future)
                future = next(ending)
                yield _ended(job, begun.pop(future), future)
                now = [later.pop()] if later else []

    def _client(self, distributed: ModuleType) -> Any:  # noqa: ANN401 # a class of an extra
        try:
            if self.address:
                return distributed.Client(self.address)
            return distributed.Client(
                n_workers=self.workers or processors(), threads_per_worker=1, processes=True,
                # No address is the usual port, dashboard or not, and the usual port may be taken.
                dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False},
            )  # fmt: skip
        except (OSError, ValueError) as error:
            raise ReinfuseError(
                f"no Dask cluster answers: {error}", where=self.address,
                fix="give the address of its scheduler, such as tcp://host:8786",
            ) from error  # fmt: skip


def _ended(job: Job, chunk: Chunk, future: Any) -> Ended:  # noqa: ANN401 # a class of an extra
    try:
        return received(job, chunk, future.result())
    except Exception as error:  # workers died in it, or it could not be sent
        return failure_of(chunk, error)
