"""The words for what is wrong with a DICOM file: its bare name, the tag and its keyword."""

from __future__ import annotations

from reinfuse.errors import Finding, ReinfuseError, Severity

SEND_AGAIN = "export the series again from the archive, uncompressed, with all of its images"
COPY_AGAIN = "the file is damaged: copy it again, or take it out of the folder"


def tag_words(tag: int) -> str:
    """A tag as DICOM prints it, with its keyword: `(0028,0010) Rows`.

    A tag that the standard does not know may be text that was read in the wrong place, such as
    part of a name; of it nothing is shown.
    """
    from pydicom.datadict import keyword_for_tag  # noqa: PLC0415 - quick start without pydicom

    keyword = keyword_for_tag(tag)
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X}) {keyword}" if keyword else "at an unknown tag"


def refuse(name: str, what: str, *, tag: int | None = None, fix: str = COPY_AGAIN) -> ReinfuseError:
    """An error about a file, or a series, that is called `name`."""
    where = name if tag is None else f"{name} {tag_words(tag)}"
    return ReinfuseError(what, where=where, fix=fix)


def tell(severity: Severity, rule: str, what: str, *, where: str, fix: str = "") -> Finding:
    """A finding about a file or a series."""
    return Finding(severity=severity, rule=rule, what=what, where=where, fix=fix)


def listed(names: list[str], most: int = 3) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
