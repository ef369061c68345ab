"""Writes the CSV files here: `python expected.py FOLDER`, with FlowKit 1.3.2, see SOURCE.md.

FOLDER holds `100715.fcs` of FlowKit's repository.
"""

import csv
import sys
from pathlib import Path

import flowkit
import numpy as np

HERE = Path(__file__).parent
EVENTS = 200
SCALES = {
    "linear top=262144 shift=10000": flowkit.transforms.LinearTransform(262144, 10000),
    "log top=262144 decades=4.5": flowkit.transforms.LogTransform(262144, 4.5),
    "asinh top=262144 decades=4.5 negative=0": flowkit.transforms.AsinhTransform(262144, 4.5, 0),
    "asinh top=262144 decades=4 negative=1": flowkit.transforms.AsinhTransform(262144, 4, 1),
    **{
        f"{kind} top=262144 width={w} decades={m} negative={a}": made(262144, w, m, a)
        for kind, made in (
            ("logicle", flowkit.transforms.LogicleTransform),
            ("hyperlog", flowkit.transforms.HyperlogTransform),
        )
        for w, m, a in ((0.5, 4.5, 0), (1, 4, 1), (1.5, 5, -1), (0.1, 4.5, 0.5))
    },
    **{
        f"biexponential top={top} width={w} positive={p} negative={n}": (
            flowkit.transforms.WSPBiexTransform(negative=n, width=w, positive=p, max_value=top)
        )
        for top, w, p, n in (
            (262144, -10, 4.418540, 0),
            (262144, -100, 4.418540, 0.5),
            (4194304, -31.6228, 5.1, 1),
            (1000, -1, 3, 0),
        )
    },
}


def write(name: str, heads: list[str], columns: list[np.ndarray], form: str) -> None:
    with (HERE / name).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows([format(value, form) for value in row] for row in np.array(columns).T)


def main() -> None:
    sample = flowkit.Sample(Path(sys.argv[1]) / "100715.fcs")
    spill = sample.metadata["spill"]
    count = int(spill.split(",")[0])
    detectors = spill.split(",")[1 : count + 1]
    with (HERE / "spill.csv").open("w", newline="") as file:
        shares = spill.split(",")[count + 1 :]
        rows = [shares[start : start + count] for start in range(0, len(shares), count)]
        csv.writer(file, lineterminator="\n").writerows([detectors, *rows])
    sample.apply_compensation(flowkit.Matrix(spill, detectors))
    at = [sample.get_channel_index(name) for name in detectors]
    chosen = np.random.default_rng(7).choice(sample.event_count, EVENTS, replace=False)
    observed = sample.get_events("raw")[np.ix_(chosen, at)]
    true = sample.get_events("comp")[np.ix_(chosen, at)]
    write("observed.csv", detectors, list(observed.T), ".9g")
    write("compensated.csv", detectors, list(true.T), ".12g")

    # Values of all detectors, of the lowest and highest too, and some beyond the scales.
    ordered = np.sort(true, axis=None)
    values = ordered[np.linspace(0, ordered.size - 1, EVENTS - 6).astype(int)]
    values = np.concatenate([[-1e6, -5e4, 0.0], values, [262144.0, 1e6, 1e7]])
    values = np.array([float(format(value, ".9g")) for value in values])
    # Biexponentials are told in channels of 4096.
    expected = [
        scale.apply(values) / (4096 if name.startswith("biex") else 1)
        for name, scale in SCALES.items()
    ]
    write("scales.csv", ["value", *SCALES], [values, *expected], ".12g")


if __name__ == "__main__":
    main()
