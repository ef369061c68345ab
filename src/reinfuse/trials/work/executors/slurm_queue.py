"""Slurm's own commands: an array submitted, asked for, and taken off the queue."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole
from reinfuse.trials.work.place import Place

_UNKNOWN = "invalid job id"  # what squeue says of a job that ended a while ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Array:
    """A submitted array: Slurm's number of it, and the chunks of each task."""

    number: str
    shares: tuple[tuple[int, ...], ...]

    @property
    def chunks(self) -> tuple[int, ...]:
        """The chunks of all tasks."""
        return tuple(number for share in self.shares for number in share)

    def write(self, place: Place) -> None:
        """Remember the array, for a run that takes over from this one."""
        write_whole(place.slurm / "array.json", json.dumps(asdict(self)))

    @classmethod
    def read(cls, place: Place) -> Array | None:
        """The array that was submitted last."""
        try:
            tree = json.loads((place.slurm / "array.json").read_text(encoding="utf-8"))
            shares = tuple(tuple(share) for share in tree["shares"])
            return cls(number=tree["number"], shares=shares)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None


def submit(place: Place, script: str, options: Sequence[str]) -> str:
    """Submit a script; the number of its job."""
    place.slurm.mkdir(exist_ok=True)
    path = place.slurm / "array.sh"
    write_whole(path, script)
    answer = _asked([
        "sbatch", "--parsable", f"--chdir={place.slurm}", "--output=%A_%a.txt", *options, str(path)
    ])  # fmt: skip
    if answer.returncode != 0:
        raise ReinfuseError(
            f"sbatch refused the array: {answer.stderr.strip()}", where=str(path),
            fix="correct the options for sbatch, and go on with --resume",
        )  # fmt: skip
    return answer.stdout.strip().partition(";")[0]  # a federation adds the cluster's name


def is_queued(number: str) -> bool:
    """Whether any task of an array waits or runs; one that Slurm says nothing of may."""
    answer = _asked(["squeue", "--noheader", f"--jobs={number}", "--format=%i"])
    if answer.returncode != 0:
        return _UNKNOWN not in answer.stderr.casefold()
    return bool(answer.stdout.strip())


def stop(number: str) -> None:
    """Take an array off the queue, and end its tasks."""
    _asked(["scancel", number])


def _asked(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise ReinfuseError(
            f"{command[0]} is not on this machine",
            fix="run this where jobs are submitted, or take another executor",
        ) from error
