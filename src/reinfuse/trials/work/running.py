"""A plan run to its end: what is kept is not done again, what fails does not stop the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole
from reinfuse.trials.work.doing import function_of
from reinfuse.trials.work.ended import Failure, Receipt
from reinfuse.trials.work.executors.executor import Executor, Job
from reinfuse.trials.work.ledger import enter, kept, mend
from reinfuse.trials.work.lock import held
from reinfuse.trials.work.place import Place, begin, refuse_foreign
from reinfuse.trials.work.plan import Chunk, Plan

_MOST_SHOWN = 5

Watch = Callable[[int, int], None]  # patients done, of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A run that is whole: how many chunks were found done, and how many were made now."""

    folder: Path
    found: int
    made: int


def run_plan(
    plan: Plan, folder: Path, executor: Executor, *, resume: bool = False,
    watch: Watch = lambda done, of: None,
) -> Finished:  # fmt: skip
    """Do every chunk of a plan that is not done yet, and keep its part in the folder.

    The run can be ended at any moment, in any way: with `resume` it goes on, and redoes at most
    what each worker was doing. Raises ReinfuseError for a folder with another plan, for one
    with parts unless `resume` is given, for one where another run works, and, after all others
    are done, for chunks that failed.
    """
    function_of(plan.work)
    refuse_foreign(folder)
    place = Place(folder.absolute())
    place.folder.mkdir(parents=True, exist_ok=True)
    with held(place.lock):
        begin(place, plan, resume=resume)
        place.failures.unlink(missing_ok=True)
        mend(place)
        found = kept(place, plan)
        left = tuple(chunk for chunk in plan.chunks if chunk.number not in found)
        failures = _done(Job(place, plan, left), executor, watch) if left else []
        if failures:
            _refuse(place, plan, failures)
        _tidy(place)
    return Finished(folder=folder, found=len(found), made=len(left))


def _done(job: Job, executor: Executor, watch: Watch) -> list[Failure]:
    """Every chunk done or failed, those that are done in the ledger."""
    open_ = {chunk.number: chunk for chunk in job.chunks}
    done = job.plan.patients - sum(chunk.last - chunk.first for chunk in job.chunks)
    failures: list[Failure] = []
    watch(done, job.plan.patients)
    with closing(executor.run(job)) as all_ended:
        for ended in all_ended:
            chunk = open_.pop(ended.chunk)
            if isinstance(ended, Receipt):
                enter(job.place, ended)
                done += chunk.last - chunk.first
                watch(done, job.plan.patients)
            else:
                failures.append(ended)
    failures += [Failure(chunk=number, said="nobody did it") for number in open_]
    return sorted(failures, key=lambda one: one.chunk)


def _refuse(place: Place, plan: Plan, failures: Sequence[Failure]) -> None:
    write_whole(place.failures, "\n".join(_told(plan.chunks[one.chunk], one) for one in failures))
    shown = [f"{plan.chunks[one.chunk].words}: {one.said}" for one in failures[:_MOST_SHOWN]]
    if len(failures) > _MOST_SHOWN:
        shown.append(f"and {len(failures) - _MOST_SHOWN} more")
    raise ReinfuseError(
        f"{len(failures)} of {len(plan.chunks)} chunks failed; all others are kept",
        where="\n         ".join([str(place.folder), *shown]),
        fix=f"see {place.failures.name} there, correct the cause, and go on with --resume",
    )


def _told(chunk: Chunk, failure: Failure) -> str:
    return f"{chunk.words}: {failure.said}\n{failure.trace}"


def _tidy(place: Place) -> None:
    """Take away what killed workers left half-written."""
    for path in (*place.parts.glob(".*.part"), *place.parts.glob("*.ended")):
        path.unlink(missing_ok=True)
