"""Every criterion of CRS and ICANS as an entry of the catalogue, each with its rivals named."""

from __future__ import annotations

from dataclasses import replace

from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.grading.toxicity import (
    crs_cartox,
    crs_ctcae,
    crs_lee,
    crs_mskcc,
    crs_penn,
    icans_child,
    icans_ice,
)
from reinfuse.grading.toxicity.crs_timed import crs_entry
from reinfuse.grading.toxicity.icans_by_age import icans_entry
from reinfuse.grading.toxicity.implied import HIGH_RATE_PENN, LOW_PRESSURE
from reinfuse.grading.toxicity.prepared import Prepared, prepared_entry
from reinfuse.grading.toxicity.support import dose_rows, pressure_row
from reinfuse.source import Standing

_CRS = (
    "ASTCT-CRS-2019",
    "Lee-CRS-2014",
    "Penn-CRS",
    "CARTOX-CRS-2018",
    "MSKCC-CRS",
    "CTCAE-5.0 CRS",
)


def _crs(rule: Prepared, *further: PrintedRow) -> Entry:
    """A CRS scale beside the others, none of which may be taken for it."""
    others = tuple(name for name in _CRS if name != rule.scale.criterion.name)
    return prepared_entry(rule, topic="CRS", variants=others, further_rows=further)


def _icans(rule: Prepared, *others: str) -> Entry:
    entry = prepared_entry(rule, topic="ICANS", variants=("ASTCT-ICANS-2019", *others))
    return replace(entry, part_of="ASTCT-ICANS-2019")


CRITERIA: tuple[Entry, ...] = (
    crs_entry(_CRS[1:]),
    icans_entry(),
    _icans(icans_ice.TABLE, icans_child.SCALE.criterion.name),
    _icans(icans_child.TABLE, icans_ice.SCALE.criterion.name),
    _crs(crs_lee.TABLE, *dose_rows(), pressure_row(LOW_PRESSURE)),
    _crs(crs_penn.TABLE, *dose_rows(HIGH_RATE_PENN)),
    _crs(
        crs_cartox.TABLE,
        *dose_rows(),
        pressure_row(crs_cartox.LOW_PRESSURE, Standing.SECONDARY),
    ),
    _crs(crs_mskcc.TABLE),
    _crs(crs_ctcae.TABLE, pressure_row(LOW_PRESSURE)),
)
