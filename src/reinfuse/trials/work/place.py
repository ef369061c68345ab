"""The folder of a run: its plan, the parts, the ledger, and who is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole
from reinfuse.trials.work.plan import Plan, differences

OTHER_FOLDER = "give another folder"


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything of one run lies."""

    folder: Path

    @property
    def plan(self) -> Path:
        """The plan as canonical JSON, with a line end."""
        return self.folder / "plan.json"

    @property
    def ledger(self) -> Path:
        """One line for each part that is finished; written by the head alone."""
        return self.folder / "ledger.jsonl"

    @property
    def lock(self) -> Path:
        """Held by the run that works here."""
        return self.folder / "lock"

    @property
    def failures(self) -> Path:
        """What went wrong in the last run, with traces."""
        return self.folder / "failures.txt"

    @property
    def slurm(self) -> Path:
        """The script of a Slurm array, its number, and what its tasks said."""
        return self.folder / "slurm"

    @property
    def parts(self) -> Path:
        """The folder of the parts."""
        return self.folder / "parts"

    def part(self, number: int) -> Path:
        """The bytes that the work gave for a chunk."""
        return self.parts / f"{number:06d}.part"

    def note(self, number: int) -> Path:
        """What a worker in another process left to the head: how its chunk ended."""
        return self.parts / f"{number:06d}.ended"


def plan_in(folder: Path) -> Plan:
    """The plan of a run's folder; raises ReinfuseError where there is none."""
    try:
        return Plan.read(Place(folder).plan.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ReinfuseError(
            "no run was begun here: plan.json is missing", where=str(folder), fix="name its folder"
        ) from error
    except (ValueError, TypeError, ReinfuseError) as error:
        raise ReinfuseError(
            "plan.json cannot be read as a plan", where=str(folder), fix=OTHER_FOLDER
        ) from error


def refuse_foreign(folder: Path) -> None:
    """Raise ReinfuseError for a folder that holds something, and no run."""
    if folder.exists() and not folder.is_dir():
        raise ReinfuseError("not a folder", where=str(folder), fix=OTHER_FOLDER)
    ours = {"lock", "parts"}  # of a run that was ended before its plan was written
    if folder.is_dir() and not Place(folder).plan.exists():
        others = sorted(one.name for one in folder.iterdir() if not one.name.startswith("."))
        if others and not ours.issuperset(others):
            raise ReinfuseError(
                f"the folder holds other files, such as {others[0]}", where=str(folder),
                fix="give an empty folder, or one that does not exist",
            )  # fmt: skip


def begin(place: Place, plan: Plan, *, resume: bool) -> None:
    """Write the plan, or find it here; raises ReinfuseError for another plan, or unasked parts.

    Call it with the lock held.
    """
    place.parts.mkdir(exist_ok=True)
    if not place.plan.exists():
        write_whole(place.plan, f"{plan.text}\n")
        return
    there = plan_in(place.folder)
    if there.digest != plan.digest:
        differ = "; ".join(differences(there, plan)) or "written otherwise"
        raise ReinfuseError(
            f"the folder holds another run ({differ})", where=str(place.folder),
            fix=f"{OTHER_FOLDER}, or ask for what was begun there",
        )  # fmt: skip
    if not resume and any(place.parts.iterdir()):
        raise ReinfuseError(
            "the folder already holds parts of this run", where=str(place.folder),
            fix=f"give --resume to go on, or {OTHER_FOLDER[5:]}",
        )  # fmt: skip
