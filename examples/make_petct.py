"""Writes the digital twin of the founding case: invented PET/CT scans at three time points.

`python examples/make_petct.py [FOLDER] [--full]` writes DICOM series and `truth.json`, the same
every time. Without FOLDER they go to out/petct; `--full` writes voxels of a real scanner, about
0.6 GB. Everything in it is synthetic, of nobody, and says so in every file.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from reinfuse.imaging.twin import write_twin

HERE = Path(__file__).resolve().parent
SEED = 20_260_601


def main(arguments: Sequence[str]) -> None:
    """Write the twin and print what it truly holds."""
    folders = [one for one in arguments if not one.startswith("--")]
    folder = Path(folders[0]) if folders else HERE.parent / "out" / "petct"
    folder.mkdir(parents=True, exist_ok=True)
    size = "full" if "--full" in arguments else "small"
    for scan in write_twin(folder, seed=SEED, size=size):
        print(f"{scan.name}, day {scan.day}: {len(scan.lesions)} lesions")
        for lesion in scan.lesions:
            axes = " x ".join(f"{axis:.1f}" for axis in lesion.axes_cm)
            print(f"  {lesion.name}: {axes} cm, {lesion.volume_ml:.1f} mL, SUV {lesion.suv:g}")


if __name__ == "__main__":
    main(sys.argv[1:])
