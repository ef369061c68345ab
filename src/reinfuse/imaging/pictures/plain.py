"""Figures as a JSON file, and back; nothing in it is taken on trust."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.pictures.strict import from_plain, to_plain
from reinfuse.imaging.pictures.values import LEVELS, Figures, Raster, ScanPicture

KIND, VERSION = "PET/CT pictures", 1
LARGEST_BYTES = 8_000_000
FIX = "write it again with `reinfuse petct ... -o DIR`"
MM_A_SHADE = (0.5, 50.0)
LEAST_HIGH = 0.01
_HASH = re.compile(r"[0-9a-f]{64}")
_KEYS = ("reinfuse", "kind", "version", "notice", "figures")
Plain = dict[str, Any]  # JSON has no narrower type


def as_plain(figures: Figures, *, version: str, notice: str) -> Plain:
    """Everything that a page draws; `version` is that of the program."""
    return {
        "reinfuse": version,
        "kind": KIND,
        "version": VERSION,
        "notice": notice,
        "figures": to_plain(figures),
    }


def read_figures(path: Path) -> Figures:
    """The figures of a file; ReinfuseError for one that we would not have written."""
    if path.stat().st_size > LARGEST_BYTES:
        raise _unusable(path.name, f"it is larger than {LARGEST_BYTES // 1_000_000} MB")
    return read_figures_text(path.read_bytes(), path.name)


def read_figures_text(text: bytes, file: str) -> Figures:
    """The figures of a text; ReinfuseError as `read_figures`."""
    try:
        tree = json.loads(text.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _unusable(file, "it is not JSON") from None
    if not isinstance(tree, dict) or sorted(tree) != sorted(_KEYS) or tree["kind"] != KIND:
        raise _unusable(file, f"it does not hold {KIND}")
    if tree["version"] != VERSION:
        raise _unusable(file, f"its version is not {VERSION}")
    try:
        figures = from_plain(Figures, tree["figures"])
    except ReinfuseError as problem:
        raise _unusable(file, problem.what, f"{file}, {problem.where}") from problem
    for where, what in _problems(figures):
        raise _unusable(file, what, f"{file}, {where}")
    return figures


def _problems(figures: Figures) -> Iterator[tuple[str, str]]:
    """What each value by itself does not show."""
    names = [scan.scan for scan in figures.scans]
    if not names or len(set(names)) < len(names):
        yield "scans", "there is none, or one stands there twice"
    seen = [(look.lesion, look.scan) for look in figures.looks]
    if len(set(seen)) < len(seen) or any(scan not in names for _, scan in seen):
        yield "looks", "one stands there twice, or is of no scan"
    for look in figures.looks:
        low, high = look.volume_interval_ml or (0.0, 0.0)
        if (look.volume_ml is not None and look.volume_ml <= 0) or not 0 <= low <= high:
            yield f"{look.lesion}, {look.scan}", "its volume or its interval cannot be"
    for scan in figures.scans:
        yield from _of_scan(scan)


def _of_scan(scan: ScanPicture) -> Iterator[tuple[str, str]]:
    if not _HASH.fullmatch(scan.sha256) or scan.high < LEAST_HIGH or not scan.views:
        yield f"scan {scan.scan}", "it has no hash, no window, or no picture"
    for view in scan.views:
        rasters = [view.uptake] if view.ct is None else [view.uptake, view.ct]
        if any(not _is_fit(one) for one in rasters):
            yield f"scan {scan.scan}", "a picture has shades or steps that there are not"
        if view.ct is not None and view.ct.levels.shape != view.uptake.levels.shape:
            yield f"scan {scan.scan}", "CT and uptake are not of one size"


def _is_fit(raster: Raster) -> bool:
    return MM_A_SHADE[0] <= raster.mm <= MM_A_SHADE[1] and int(raster.levels.max()) < LEVELS


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _unusable(file: str, what: str, where: str = "") -> ReinfuseError:
    return ReinfuseError(f"the pictures cannot be used: {what}", where=where or file, fix=FIX)
