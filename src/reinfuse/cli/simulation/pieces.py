"""The work in pieces of some thousand patients, kept on the disk until all of it is done."""

from __future__ import annotations

import os
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reinfuse.cli.progress import say_left
from reinfuse.cli.simulation.plan import Plan
from reinfuse.cli.simulation.tally import Tally, tally_from, tally_in
from reinfuse.engine.simulate import simulate

_MOST = 8192
_MOST_PLAINLY = 256  # of the plain solver, which is slow: progress is told by the piece
_VALUES = 8_000_000  # of one piece
_DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class Piece:
    """Patients `first` to `last - 1`: `outputs` is `"patients times outputs"`."""

    first: int
    last: int
    outputs: NDArray[np.floating]
    status: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Kept:
    """Where pieces, or the tally so far, wait beside an output until the run is whole."""

    folder: Path
    key: str

    @classmethod
    def beside(cls, output: Path, key: str) -> Kept:
        """The place beside an output; what lies there under another key is thrown away."""
        kept = cls(output.with_name(f".{output.name}.unfinished"), key)
        head = kept.folder / "key"
        if not head.is_file() or head.read_text(encoding="utf-8") != key:
            kept.remove()
            kept.folder.mkdir()
            head.write_text(key, encoding="utf-8")
        return kept

    @property
    def holds_work(self) -> bool:
        """Whether anything is kept that need not be computed again."""
        return any(self.folder.glob("*.npz"))

    def piece(self, first: int, last: int, shape: tuple[int, ...]) -> Piece | None:
        """A piece that was kept whole; a damaged one is computed again."""
        try:
            with (
                self._path(first).open("rb") as file,
                np.load(file, allow_pickle=False) as found,
            ):
                piece = Piece(first, last, found["outputs"], found["status"])
        except _DAMAGED:
            return None
        whole = piece.outputs.shape == (last - first, *shape) and len(piece.status) == last - first
        return piece if whole else None

    def keep(self, piece: Piece) -> None:
        """Keep a piece; it is on the disk when this returns."""
        self._save(self._path(piece.first), outputs=piece.outputs, status=piece.status)

    def tally(self) -> Tally | None:
        """The tally that was kept, if it is whole."""
        try:
            with (
                (self.folder / "tally.npz").open("rb") as file,
                np.load(file, allow_pickle=False) as found,
            ):
                return tally_from(dict(found))
        except _DAMAGED:
            return None

    def keep_tally(self, tally: Tally) -> None:
        """Keep a tally in place of the one before."""
        self._save(self.folder / "tally.npz", **tally_in(tally))

    def remove(self) -> None:
        """Throw everything away that was kept."""
        if self.folder.is_dir():
            shutil.rmtree(self.folder)
        else:
            self.folder.unlink(missing_ok=True)

    def _path(self, first: int) -> Path:
        return self.folder / f"{first:09d}.npz"

    def _save(self, path: Path, **arrays: NDArray[np.generic]) -> None:
        aside = path.with_suffix(f".{os.getpid()}")
        with aside.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type] # its other option is no array
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)


def pieces_of(plan: Plan, kept: Kept | None, *, start: int = 0) -> Iterator[Piece]:
    """Every piece from patient `start` on, from what was kept or computed and then kept."""
    shape = (len(plan.times), len(plan.outputs))
    begun, computed_from = time.monotonic(), start
    for first in range(start, plan.patients.count, _size(plan)):
        last = min(first + _size(plan), plan.patients.count)
        piece = None if kept is None else kept.piece(first, last, shape)
        if piece is None:
            piece = _computed(plan, first, last, begun, computed_from)
            if kept is not None:
                kept.keep(piece)
        else:
            begun, computed_from = time.monotonic(), last
        yield piece


def _computed(plan: Plan, first: int, last: int, begun: float, computed_from: int) -> Piece:
    def watch(done: int, _: int) -> None:
        say_left(first + done, plan.patients.count, begun=begun, first=computed_from)

    watch(0, 0)
    found = simulate(
        plan.model, plan.patients.parameters(plan.model, first, last), plan.times,
        doses=plan.patients.dosed(first, last), settings=plan.settings, watch=watch,
    )  # fmt: skip
    kind = np.float32 if plan.settings.bits == 32 else np.float64  # noqa: PLR2004 # bits
    return Piece(first, last, found.outputs.astype(kind, copy=False), found.status)


def _size(plan: Plan) -> int:
    """Patients of a piece; a power of two, and nothing of the machine goes into it."""
    values = len(plan.times) * len(plan.outputs)
    fits = 1 << max(0, (_VALUES // max(values, 1)).bit_length() - 1)
    return min(fits, _MOST_PLAINLY if plan.waits else _MOST)
