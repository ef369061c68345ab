"""Reference page of PET/CT: what is read, uptake, borders, sizes, lesions over time, and limits."""

from __future__ import annotations

from collections.abc import Iterator

from docs.markdown import page, table
from docs.petct_lesions import borders, candidates, guards, sizes, sure
from docs.petct_time import criteria, recorded, registration, states
from docs.petct_uptake import decay, injection, inputs, normalisers, speaks_against, units
from reinfuse.imaging.dicom.geometry import IRREGULAR, MOST_VOXELS
from reinfuse.imaging.dicom.sources import MOST_BYTES, MOST_FILES, MOST_ZIPPED
from reinfuse.imaging.dicom.structure import DEEPEST, MOST_ELEMENTS
from reinfuse.imaging.nifti import KINDS

_READ = (
    ("PET and CT", "folder, single file or zip (nothing is unpacked to disk). One file for each "
     "slice, uncompressed, deflated, big-endian or RLE, 8 to 32 bits, each slice by its own slope; "
     "sorted by place and not by name; several series, scouts and other objects may lie beside",
     "multi-frame (enhanced) images; JPEG in any form; dynamic or gated series; a missing slice; "
     f"steps that are more than {100 * IRREGULAR:g} % off (Python: `resample=True`); a tilted "
     "gantry; two patients; two PET series"),
    ("DICOMDIR", "passed over: the files themselves are looked for, in every subfolder", "-"),
    ("RTSTRUCT", "closed planar contours, filled by the rule of crossing lines (even-odd), holes "
     "included; a plane of contours goes to the slice it lies on",
     "another frame of reference; a name that two regions have"),
    ("SEG", "binary, fractional (half or more) and label maps, each segment by its label, carried "
     "to the voxels of the series where it has others, with the volume before and after told",
     "another frame of reference; compressed frames; frames at odd distances"),
    ("NIfTI-1", f"`.nii`, `.nii.gz`, {len(KINDS)} types of numbers: a mask, or one whole number "
     "for each lesion; place by sform, else qform. A file names no frame of reference, so its "
     "place is trusted",
     "NIfTI-2; header and voxels in two files; neither sform nor qform; an image in place of a "
     "mask"),
)  # fmt: skip
_WRITTEN = (
    ("DICOM SEG", "the masks of a scan, one segment for each lesion (`--dicom`)"),
    ("DICOM SR, TID 1500", "volume, axes, SUVmax, mean and peak, TLG, with codes of the standard"),
    ("JSON, CSV", "[all of it](json.md#lesions-in-petct); a row for each lesion and scan"),
)


def petct_page() -> str:
    """All that can be looked up of PET/CT."""
    return page(
        "PET/CT",
        _what(),
        ("## Files", "", *_files()),
        ("## From stored values to uptake", "", *units()),
        ("### What uptake is normalised by", "", *normalisers()),
        ("### Decay, and the moment it was corrected to", "", *decay()),
        ("### The injection", "", *injection()),
        ("### Corrections by a person", "", *inputs()),
        ("### What speaks against an uptake", "", *speaks_against()),
        ("## Borders", "", *borders()),
        ("### Leak guards", "", *guards()),
        ("### Candidates", "", *candidates()),
        ("## Sizes and uptake", "", *sizes()),
        ("### How far a size may be off", "", *sure()),
        ("## Scans brought together", "", *registration()),
        ("## States of a look", "", *states()),
        ("## What criteria of response are given", "", *criteria()),
        ("## What enters a course", "", *recorded()),
        ("## What none of this shows", "", *_limits()),
    )


def _what() -> tuple[str, ...]:
    return (
        "What [`reinfuse petct`](commands.md#reinfuse-petct) reads, by which formulas and rules;",
        "[how to use it](../how-to/petct.md), [how well it was proved](petct-proof.md), [every",
        "warning and refusal in its own words](petct-messages.md). Everything can be called from",
        "Python, in `reinfuse.imaging`. **For research; not for diagnosis and not for decisions",
        "about treatment.** A source marked *recalled* was not read by us in the paper; what is",
        "*ours* was chosen here.",
    )


def _files() -> Iterator[str]:
    yield from table(("format", "read", "refused"), _READ)
    yield from (
        "",
        "Lengths are checked before anything is parsed, and only elements that are asked for are",
        "let through: names, numbers, birth dates and free text of the patient are never kept, and",
        "UIDs as hashes alone. Dates of scans put them in order and leave the program as days.",
        f"Limits: {MOST_FILES:,} files, {MOST_BYTES >> 20} MiB a file, {MOST_ZIPPED >> 30} GiB out",
        f"of a zip, {MOST_VOXELS >> 20} Mi voxels, {MOST_ELEMENTS:,} elements, sequences",
        f"{DEEPEST} deep. Voxels lie on one grid in the patient (LPS, mm: x to the left, y to the",
        "back, z to the head).",
        "",
    )
    yield from table(("written", "holds"), _WRITTEN)
    yield from (
        "",
        "Objects written out carry no name and new UIDs unless `--keep-identity` asks otherwise;",
        "`--key` makes the new UIDs the same in every run.",
    )


def _limits() -> tuple[str, ...]:
    return (
        "- Sizes were proved on ellipsoids of even uptake and on a synthetic twin. Real lesions",
        "  are uneven and have no sharp border: what is true of them, nobody knows to the",
        "  millimetre. On one real sarcoma 41 % of the maximum gave 132 mL, SUV 2.5 gave 234 mL",
        "  and an expert's contour 366 mL.",
        "- Motion between scans is taken as rigid. Bowel, arms and breathing are not.",
        "- No organ is recognised. Candidates are a list, and a person decides.",
        "- Scanners of real makers were seen in reference objects and one whole-body scan (GE).",
        "  Files of Siemens and Philips were made after the standard, not by their scanners.",
        "- A border by uptake is no size by CT. Only a mask on the CT gives a Lugano size.",
        "- Two scans compare as far as scanner, reconstruction, uptake time and sugar were alike;",
        "  no number here can tell whether they were.",
        "- The scale of five points is one of the eye: three numbers suggest, a reader gives it.",
    )
