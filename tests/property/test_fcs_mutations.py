"""Damaged FCS files are read or refused in words: a small part of `studies/fcs_mutations.py`."""

from __future__ import annotations

from studies.fcs_mutations import HEADER, counts


def test_three_hundred_damaged_files_are_read_or_refused() -> None:
    found = dict(zip(HEADER[1:], counts(start=100, files=300), strict=True))
    assert found.pop("read") + found.pop("refused") == found.pop("files") == 300
    assert not any(found.values()), found
