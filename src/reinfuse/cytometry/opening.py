"""The bytes and the text of small files, with a limit, and one wording for what stops them."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from reinfuse.errors import ReinfuseError


def bytes_of(path: str | PathLike[str], *, most: int, fix: str) -> bytes:
    """All bytes of a file; ReinfuseError if there is none, or more than `most`, with this `fix`.

    Nothing behind the limit is read, so that a wrong file costs no memory.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        said = error.strerror if isinstance(error, OSError) else error
        what = f"the file cannot be opened: {said}"
        raise ReinfuseError(what, where=path.name, fix="check its name and folder") from None
    if len(data) > most:
        what = f"the file has more than {most:,} bytes"
        raise ReinfuseError(what, where=path.name, fix=fix)
    return data


def text_of(path: str | PathLike[str], *, most: int, fix: str) -> str:
    """The text of a file in UTF-8; ReinfuseError as `bytes_of`, and with the line if it is none."""
    data = bytes_of(path, most=most, fix=fix)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = f"{Path(path).name} line {line}"
        what = "the file is not UTF-8 text"
        raise ReinfuseError(what, where=where, fix="save it as plain text, UTF-8") from None
