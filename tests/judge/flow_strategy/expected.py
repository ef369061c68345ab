"""Writes counts.csv anew; see SOURCE.md.

In the project's environment, `expected.py write FOLDER` writes tubes and gates to a folder; with
the Python of an environment that holds FlowKit 1.3.2, `expected.py count FOLDER` counts the events
and writes the table.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[2] / "examples"
BLOOD, MARROW = ("car-t",), ("b-all-mrd", "b-all-mrd-cd19-free")


def write(folder: Path) -> None:
    """Tubes as FCS, and the gates of each tube and strategy as Gating-ML."""
    from reinfuse.cytometry.gatingml import write_gatingml  # noqa: PLC0415  # not FlowKit's
    from reinfuse.cytometry.strategy import read_panel, read_strategy, resolved  # noqa: PLC0415

    sys.path.insert(0, str(EXAMPLES))
    from make_flow import main, tubes  # noqa: PLC0415

    main([str(folder)])
    for made in tubes():
        marrow = "marrow" in made.sample.file
        panel = read_panel(EXAMPLES / "flow" / f"{'mrd' if marrow else 'car-t'}-panel.yaml")
        for name in MARROW if marrow else BLOOD:
            gates = resolved(read_strategy(name), panel, made.sample)
            write_gatingml(gates, folder / f"{Path(made.sample.file).stem}.{name}.xml")


def count(folder: Path) -> None:
    """Events of every gate by FlowKit, which lets pass only what the schema does."""
    import flowkit  # noqa: PLC0415  # in an environment of its own
    from lxml import etree  # noqa: PLC0415

    rows = [("file", "strategy", "population", "count")]
    for path in sorted(folder.glob("*.xml")):
        stem, strategy = path.stem.split(".")
        kept = etree.parse(str(path)).iterfind(".//reinfuse-name")
        names = {each.get("id"): each.get("name") for each in kept}
        gates = flowkit.parse_gating_xml(str(path))
        report = gates.gate_sample(flowkit.Sample(str(folder / f"{stem}.fcs"))).report
        rows += [
            (
                f"{stem}.fcs",
                strategy,
                names.get(row["gate_name"], row["gate_name"]),
                str(row["count"]),
            )
            for _, row in report.iterrows()
        ]
    with (HERE / "counts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    {"write": write, "count": count}[sys.argv[1]](Path(sys.argv[2]))
