"""Makes `events.npz` and `expected.json`: run in an environment with the packages of SOURCE.md.

python make_expected.py 100715.fcs
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import FlowCal
import flowio
import flowutils
import numpy as np
import peacoqc
import polars as pl
from scipy.signal import find_peaks
from scipy.stats import gaussian_kde
from sklearn.cluster import MeanShift

HERE = Path(__file__).parent
STEP = 1e-4  # values are kept as whole numbers of this
CHANNELS = {"CD3": "R780-A", "CD4": "V655-A", "CD8": "V800-A", "CD19": "G710-A", "CD57": "V585-A"}
VALLEYS = {"CD4": (0.53, 0.68), "CD8": (0.55, 0.72), "CD57": (0.6, 0.75)}
UNCERTAIN = {"CD3": (-0.23, -0.05)}
CLUSTERS = {"CD3+ CD19 low": (0.45, 0.28), "CD3 low CD19+": (-0.2, 0.62)}
SHIFTED = (8000, 11000)
SHIFT = 0.08


def events(path: str) -> dict[str, np.ndarray]:
    """Every third event, compensated with the file's matrix, on logicle 262144, 0.5, 4.5, 0."""
    data = flowio.FlowData(path)
    table = np.array(data.as_array(preprocess=False))
    cells = data.text["spill"].split(",")
    size = int(cells[0])
    rows = [data.pnn_labels.index(name) for name in cells[1 : 1 + size]]
    matrix = np.array(cells[1 + size :], dtype=float).reshape(size, size)
    table[:, rows] = table[:, rows] @ np.linalg.inv(matrix)
    scaled = flowutils.transforms.logicle(table, rows, t=262144, m=4.5, w=0.5, a=0)
    kept = {name: scaled[::3, data.pnn_labels.index(at)] for name, at in CHANNELS.items()}
    return {
        name: np.rint(one / STEP).clip(-32768, 32767).astype("<i2") for name, one in kept.items()
    }


def valley(values: np.ndarray, low: float, high: float) -> dict[str, float]:
    """The most prominent minimum of SciPy's exact kernel density by Silverman's factor."""
    kernel = gaussian_kde(values, bw_method="silverman")
    grid = np.linspace(low, high, 800)
    heights = kernel(grid)
    bottoms, told = find_peaks(-heights, prominence=0.0)
    best = int(np.argmax(told["prominences"]))
    return {"place": float(grid[bottoms[best]])}


def cluster(x: np.ndarray, y: np.ndarray, seed: tuple[float, float]) -> dict[str, list[float]]:
    """Two ways to the middle of a cluster: flat mean shift, and the densest tenth of a window."""
    both = np.column_stack([x, y])
    near = both[(np.abs(both - seed) < 0.3).all(axis=1)]
    shift = MeanShift(bandwidth=0.06, seeds=np.array([seed]), max_iter=1000).fit(near)
    window = both[(np.abs(both - shift.cluster_centers_[0]) < 0.08).all(axis=1)]
    edges = [np.linspace(c - 0.08, c + 0.08, 65) for c in shift.cluster_centers_[0]]
    dense = FlowCal.gate.density2d(window, channels=[0, 1], bins=edges, gate_fraction=0.1, sigma=6)
    return {
        "seed": list(seed),
        "mean_shift": shift.cluster_centers_[0].tolist(),
        "densest": np.median(np.asarray(dense), axis=0).tolist(),
    }


def main(path: str) -> None:
    """Write both files."""
    stored = events(path)
    np.savez_compressed(HERE / "events.npz", **stored)
    values = {name: one * STEP for name, one in stored.items()}
    expected = {
        "valleys": {name: valley(values[name], *span) for name, span in VALLEYS.items()},
        "uncertain": {name: valley(values[name], *span) for name, span in UNCERTAIN.items()},
        "clusters": {
            name: cluster(values["CD3"], values["CD19"], seed) for name, seed in CLUSTERS.items()
        },
    }
    planted = {name: values[name].copy() for name in ("CD4", "CD8", "CD57")}
    for one in planted.values():
        one[slice(*SHIFTED)] += SHIFT
    time = np.arange(values["CD4"].size) * 0.01
    frame = pl.DataFrame({"Time": time, **planted})
    judged = peacoqc.run_qc(
        frame, channels=list(planted), channel_ranges=dict.fromkeys(planted, (-0.5, 1.2))
    )
    good = np.asarray(judged.good_cells, dtype=bool)
    expected["steady"] = {
        "shifted": list(SHIFTED),
        "shift": SHIFT,
        "removed": float(1 - good.mean()),
        "removed_of_shifted": float(1 - good[slice(*SHIFTED)].mean()),
        "removed_of_others": float(1 - np.delete(good, np.r_[slice(*SHIFTED)]).mean()),
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
