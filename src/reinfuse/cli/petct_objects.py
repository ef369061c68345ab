"""Drawn lesions as DICOM objects: who is in them, and how their files are called."""

from __future__ import annotations

import secrets
from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reinfuse import __version__
from reinfuse.cli.needed import check_needed
from reinfuse.cli.progress import say
from reinfuse.errors import ReinfuseError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from reinfuse.imaging.masks import Stamp
    from reinfuse.imaging.measured import Results

EXTRA = "install reinfuse with the extra `dicom-sr`"
KEY_BYTES = 32
MOST_KEY_BYTES = 4096  # a longer file is hardly a key, and may be anything


def stamp_of(options: Namespace) -> Stamp | None:
    """What all objects of this run share, with a key of its own unless one is given.

    None where none are asked for. Raises ReinfuseError, before anything is measured, where there
    would be nothing to write or nowhere to write it, or the key is too short.
    """
    if not options.dicom:
        for name in ("key", "keep_identity"):
            if getattr(options, name):
                raise ReinfuseError(
                    f"--{name.replace('_', '-')} is for DICOM objects, and none are asked for",
                    fix="add --dicom, or leave it out",
                )
        return None
    if options.lesions is None:
        raise ReinfuseError(
            "there are no lesions to write as DICOM", fix="name a boxes file with --lesions"
        )
    if options.output is None:
        raise ReinfuseError("there is no place for DICOM objects", fix="name a folder with -o")
    check_needed("petct --dicom", ("highdicom",), EXTRA)
    from reinfuse.imaging.masks import Stamp

    return Stamp(
        key=secrets.token_bytes(KEY_BYTES) if options.key is None else _key(options.key),
        at=datetime.now(UTC).astimezone(),
        version=__version__,
        keep_identity=options.keep_identity,
    )


def objects_in(results: Results, stamp: Stamp | None) -> Mapping[str, Dataset]:
    """The objects by the names of their files; none without a stamp."""
    if stamp is None:
        return {}
    from reinfuse.imaging.measured.objects import objects_of

    files = object_files([scan.name for scan in results.scans])
    found: dict[str, Dataset] = {}
    try:
        for one in objects_of(results, stamp, say):
            segmentation, report = files[one.scan]
            found |= {segmentation: one.segmentation, report: one.report}
    finally:
        say("")
    return found


def object_files(scans: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """The names of segmentation and report of each scan; no two scans have the same."""
    from reinfuse.imaging.measured.boxes import slug

    taken: dict[str, tuple[str, str]] = {}
    stems: set[str] = set()
    for scan in scans:
        stem, number = slug(scan), 1
        while stem in stems:
            number += 1
            stem = f"{slug(scan)}-{number}"
        stems.add(stem)
        taken[scan] = (f"{stem}-seg.dcm", f"{stem}-sr.dcm")
    return taken


def _key(path: Path) -> bytes:
    with path.open("rb") as file:
        key = file.read(MOST_KEY_BYTES + 1)
    if len(key) > MOST_KEY_BYTES:
        raise ReinfuseError(
            f"{path.name} has more than {MOST_KEY_BYTES} bytes, which is no key",
            fix="name a file of 16 to 64 random bytes",
        )
    return key
