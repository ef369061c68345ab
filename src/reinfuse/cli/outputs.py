"""Says no to an output that would overwrite what is read, or that has nowhere to go."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reinfuse.errors import ReinfuseError


def check_outputs(outputs: Iterable[Path | None], inputs: Iterable[Path]) -> None:
    """Raise ReinfuseError, before anything is computed, for an output that cannot be written.

    An output may not be an input, by whatever name or link, nor another output, nor a folder,
    and its folder must be there. None is an output that nobody asked for.
    """
    read = list(inputs)
    seen: list[Path] = []
    for output in outputs:
        if output is None:
            continue
        if any(_same(output, path) for path in read):
            raise ReinfuseError(
                f"{output.name} would overwrite a file that is read", fix="name another output"
            )
        if any(_same(output, path) for path in seen):
            raise ReinfuseError(
                f"{output.name} is named for two outputs", fix="give each its own name"
            )
        if output.is_dir():
            raise ReinfuseError(f"{output} is a folder", fix="name a file in it")
        if not output.parent.is_dir():
            raise ReinfuseError(f"there is no folder {output.parent}", fix="make it first")
        seen.append(output)


def check_folder(folder: Path | None) -> None:
    """Raise ReinfuseError, before anything is computed, for a folder that cannot be made.

    One that is there may be used again. None is a folder that nobody asked for.
    """
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise ReinfuseError(f"{folder.name} is a file", fix="name a folder")
    if not folder.absolute().parent.is_dir():
        raise ReinfuseError(f"there is no folder {folder.parent}", fix="make it first")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return one.resolve() == other.resolve()
