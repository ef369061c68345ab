"""Damaged DICOM files are read or refused: a small part of `studies/dicom_mutations.py`."""

from __future__ import annotations

from studies.dicom_mutations import HEADER, counts


def test_two_hundred_damaged_files_are_read_or_refused() -> None:
    found = dict(zip(HEADER[1:], counts(start=100, files=200), strict=True))
    assert found.pop("read") + found.pop("refused") == found.pop("files") == 200
    assert not any(found.values()), found
