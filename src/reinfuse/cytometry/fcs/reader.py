"""Samples from an FCS file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG

import numpy as np
from numpy.typing import NDArray

from reinfuse.cytometry.fcs.data import read_events
from reinfuse.cytometry.fcs.header import HEADER_BYTES, begins_data_set, read_header
from reinfuse.cytometry.fcs.kept import keep_known
from reinfuse.cytometry.fcs.layout import read_layout
from reinfuse.cytometry.fcs.opened import Opened
from reinfuse.cytometry.fcs.parameters import count_parameters, read_channels
from reinfuse.cytometry.fcs.place import place_events
from reinfuse.cytometry.fcs.spill import read_spill
from reinfuse.cytometry.fcs.text import read_text
from reinfuse.cytometry.fcs.words import whole
from reinfuse.cytometry.sample import Sample
from reinfuse.errors import Finding, ReinfuseError, Severity

MOST_DATA_SETS = 1000


def read_fcs(path: str | Path, *, keep_text: bool = False) -> tuple[Sample, ...]:
    """Every data set of an FCS 2.0, 3.0 or 3.1 file, and of a 3.2 file of one type of data.

    Reading is patient: what could be mended was, and is told in `findings`; a data set without
    events has a finding as well. ReinfuseError where nothing can be read, with the keyword.
    Keywords that may name somebody or hold free text are dropped unless `keep_text`. Events are
    `"channels events"` in float32, or in float64 where float32 would round what was written;
    Time keeps its ticks of `$TIMESTEP` seconds.
    """
    place = Path(path)
    try:
        with place.open("rb") as file:
            if not S_ISREG(os.fstat(file.fileno()).st_mode):
                # A device or a pipe may never end, and events are read from places in a file.
                what = "this is no file that is kept on a disk"
                raise ReinfuseError(what, where=place.name, fix="save it and name the file")
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.seek(0, 2)
            return _data_sets(Opened(file=file, size=size, name=place.name), digest, keep_text)
    except OSError as error:
        raise ReinfuseError(
            f"the file cannot be read: {error.strerror}", where=place.name, fix="check its path"
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _DataSet:
    sample: Sample
    end: int  # the byte after its last, from the beginning of the data set
    next: int  # $NEXTDATA


def _data_sets(opened: Opened, digest: str, keep_text: bool) -> tuple[Sample, ...]:
    samples: list[Sample] = []
    while True:
        try:
            one = _read(opened, digest, len(samples) + 1, keep_text)
        except ReinfuseError as error:
            if not samples:
                raise
            return _lost(samples, opened, error.what)
        samples.append(one.sample)
        following, what = _following(opened, one)
        if following is None:
            return _lost(samples, opened, what) if what else tuple(samples)
        if len(samples) == MOST_DATA_SETS:
            return _lost(samples, opened, f"more than {MOST_DATA_SETS} data sets are not read")
        opened = following


def _following(opened: Opened, one: _DataSet) -> tuple[Opened | None, str]:
    """The next data set, or None and, where one is promised and is not there, why."""
    if one.next == 0:
        return None, ""
    # From the beginning of its data set, says the standard; some count from that of the file.
    for start in (opened.start + one.next, one.next):
        ahead = replace(opened, start=start)
        # What overlaps the data before it is no data set: this also makes an end to circles.
        if start >= opened.start + one.end and begins_data_set(ahead):
            return ahead, ""
    if opened.start + one.next >= opened.size - HEADER_BYTES:
        return None, ""  # some writers name the byte after the last
    return None, "$NEXTDATA names a place where no data set begins"


def _lost(samples: list[Sample], opened: Opened, what: str) -> tuple[Sample, ...]:
    """The data sets so far; the last one tells that another could not be read."""
    told = opened.tell(
        Severity.ERROR,
        "fcs-data-set-unreadable",
        f"after data set {len(samples)}, another could not be read: {what}",
    )
    last = samples[-1]
    return (*samples[:-1], replace(last, findings=(*last.findings, told)))


def _read(opened: Opened, digest: str, data_set: int, keep_text: bool) -> _DataSet:
    header = read_header(opened)
    text = read_text(opened, header.text)
    keywords = text.keywords
    count = count_parameters(keywords, opened)
    layout, about_layout = read_layout(keywords, count, opened)
    channels, about_channels = read_channels(keywords, count, opened)
    placed = place_events(header, keywords, layout.event_bytes, opened)
    spill, about_spill = read_spill(keywords, tuple(one.name for one in channels), opened)
    kept, about_kept = _kept(keywords, opened, keep_text)
    events = read_events(opened, layout, placed.begin, placed.events, channels)
    findings = (
        *text.findings,
        *about_layout,
        *about_channels,
        *placed.findings,
        *about_spill,
        *about_kept,
        *_about_events(events, opened),
    )
    sample = Sample(
        file=opened.name,
        sha256=digest,
        version=header.version,
        channels=channels,
        events=events,
        data_set=data_set,
        keywords=kept,
        spill=spill,
        findings=findings,
    )
    end = max(header.text.end + 1, placed.begin + placed.events * layout.event_bytes)
    return _DataSet(sample=sample, end=end, next=whole(keywords.get("$NEXTDATA", "")) or 0)


def _kept(
    keywords: Mapping[str, str], opened: Opened, keep_text: bool
) -> tuple[Mapping[str, str], tuple[Finding, ...]]:
    return (keywords, ()) if keep_text else keep_known(keywords, opened)


def _about_events(events: NDArray[np.floating], opened: Opened) -> tuple[Finding, ...]:
    if not events.shape[1]:
        return (opened.tell(Severity.GAP, "fcs-no-events", "the data set has no events"),)
    wrong = sum(int(row.size - np.isfinite(row).sum()) for row in events)
    if not wrong:
        return ()
    what = f"{wrong} of {events.size} values are no finite numbers"
    return (opened.tell(Severity.AMBIGUITY, "fcs-values-not-finite", what),)
