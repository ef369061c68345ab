"""A DICOM object put on disk whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from reinfuse.errors import ReinfuseError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def save_object(written: Dataset, path: Path) -> None:
    """Write an object beside its place and rename it; ReinfuseError where it cannot be written."""
    aside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with aside.open("wb") as file:
            written.save_as(file, enforce_file_format=True)
        aside.replace(path)
    except OSError as error:
        raise _cannot(path, error) from None
    finally:
        aside.unlink(missing_ok=True)


def _cannot(path: Path, error: OSError) -> ReinfuseError:
    return ReinfuseError(
        f"the object cannot be written: {error.strerror}",
        where=path.name,
        fix="name a folder that exists and has room",
    )
