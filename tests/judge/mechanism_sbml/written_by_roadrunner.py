"""What libRoadRunner makes of the mechanism's SBML: `trajectories.csv`, which the tests read.

    PYTHON_WITH_LIBROADRUNNER written_by_roadrunner.py mechanism.xml OUTPUT,OUTPUT,...

`mechanism.xml` is `sbml_of(course_model(1))`, the outputs are its `observable_names`.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import numpy as np
import roadrunner

HERE = Path(__file__).parent
START = -7.0  # of the model, which SBML moves to 0
# No day on which anything is given: programs differ in what they show at that moment.
DAYS = (-6.5, -4.5, -2.75, -1.1, 0.1, 1.25, 3.25, 5.25, 7.1, 7.75, 8.75, 9.25, 10.25, 11.25, 12.25,
        14.25, 17.25, 21.25, 28.25, 35.25, 42.25, 49.25, 60.25, 75.25, 90.25, 120.25)  # fmt: skip


def main() -> None:
    """Solve every patient of `patients.csv`."""
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    outputs = sys.argv[2].split(",")
    with (HERE / "trajectories.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["patient", "day", *outputs])
        for patient, given in patients().items():
            runner = loaded(text, given)
            runner.timeCourseSelections = ["time", *outputs]
            # The first of these times is where libRoadRunner begins, whatever it is.
            found = runner.simulate(times=[0.0, *(day - START for day in DAYS)])
            for day, row in zip(DAYS, np.asarray(found)[1:], strict=True):
                table.writerow([patient, day, *(f"{value:.10g}" for value in row[1:])])
    print("libRoadRunner", roadrunner.__version__)


def loaded(text: str, given: dict[str, float]) -> roadrunner.RoadRunner:
    """A patient's model: numbers go into the text, so that initial values follow from them."""
    for name, value in given.items():
        start = f'<parameter id="{name}" '
        found = re.subn(rf'({start}[^>]*value=)"[^"]*"', rf'\g<1>"{value!r}"', text)
        text = found[0]
        if found[1] != 1:
            raise SystemExit(f"the model has {found[1]} parameters {name}")
    runner = roadrunner.RoadRunner(text)
    integrator = runner.getIntegrator()
    for name, value in (
        ("relative_tolerance", 1e-11), ("absolute_tolerance", 1e-18), ("stiff", True),
        ("maximum_num_steps", 1_000_000),
    ):  # fmt: skip
        integrator.setValue(name, value)
    return runner


def patients() -> dict[str, dict[str, float]]:
    """Parameters by patient."""
    with (HERE / "patients.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "parameter"]
    return {name: {row["parameter"]: float(row[name]) for row in rows} for name in names}


if __name__ == "__main__":
    main()
