"""What outside judges and damaged files say of PET/CT, as parts of a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docs.markdown import table
from docs.populations import _rows

HOME = Path(__file__).resolve().parent.parent
BENCHMARK = HOME / "benchmarks" / "petct.md"


def damage() -> Iterator[str]:
    """What became of damaged files."""
    rows = _rows("dicom_mutations")
    heads = [name for name in rows[0] if name != "chunk"]
    sums = {name: sum(int(row[name]) for row in rows) for name in heads}
    wrong = [name for name in heads if name not in ("files", "read", "refused") and sums[name]]
    verdict = f"**Not so: {', '.join(wrong)}.**" if wrong else "So it was."
    yield from (
        f"{sums['files']:,} damaged DICOM and NIfTI files, one to three injuries each, alone or as",
        "one slice of three. Each had to be read, or refused with a reason; within 5 s and 1 GiB;",
        "without wrong values silently, and without the patient, hospital or UIDs that each of",
        f"them carries in any word. {verdict}",
        "",
        *table([name.replace("_", " ") for name in heads], [[f"{sums[n]:,}" for n in heads]]),
    )


def agreement() -> Iterator[str]:
    """What others give for the same images."""
    yield from (
        "Each folder of `tests/judge` says where expected numbers are from, and why the tolerance",
        "is what it is.",
        "",
        *table(
            ("what", "judge", "result", "folder"),
            (
                ("SUVbw of 17 reference objects, each stored in another way",
                 "IBSI-SUV (oncoray/suv_computation)", "least, median and greatest within 0.005; "
                 "one within 0.025, which stores no finer", "`suv_reference`"),
                ("a real whole-body scan (GE), its tumour", "published numbers of MIRP; IBSI's "
                 "image", "5095 voxels, 366.08 mL; SUVmax 7.9107, mean 2.5552, within 0.001; SUL, "
                 "SUVibw and SUVbsa in the published bands", "`suv_reference`"),
                ("contours into voxels", "MIRP's masks of three patients (PET, CT, MR)",
                 "every voxel", "`imaging_masks`"),
                ("volume, longest caliper, axes, mean, both peaks", "IBSI digital phantom",
                 "within the published tolerance", "`ibsi_phantom`"),
                ("SEG and TID 1500 as written", "dciodvfy", "no error", "`imaging_masks`"),
                ("a patient who lies differently: three poses of the small twin, up to 48 mm along "
                 "the body, or 8 degrees about it", "the true pose",
                 "within 1 mm at four places of the body: two poses by CT, one by uptake",
                 "in `tests/unit`"),
            ),
        ),
    )  # fmt: skip
    if BENCHMARK.is_file():
        yield from ("", "[How fast it is, against SimpleITK](../../benchmarks/petct.md).")
