"""Kinetic measurements of many patients with the infusions they follow: one set of data to fit."""

from __future__ import annotations

from reinfuse.record.data_set.data_set import (
    Assay,
    DataSet,
    Dose,
    Known,
    Sample,
    Subject,
)

__all__ = ["Assay", "DataSet", "Dose", "Known", "Sample", "Subject"]
