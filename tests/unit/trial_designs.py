"""Small designs of virtual trials for tests."""

from __future__ import annotations

from pathlib import Path

from reinfuse.trials.design import Design, read_design, read_design_text

TWO_ARMS = Path(__file__).parents[2] / "examples/trials/two-arms.yaml"
SMALL = """\
title: two doses
seed: 11
patients: 60
paired: yes
population:
  age: adult
  marrow: high
  lesions:
    - {kind: CNS, volume: 5 mL, share: 50 %}
arms:
  - {name: low, dose: 1e5 cells/kg, tocilizumab: at CRS grade 2}
  - {name: high, dose: 1e7 cells/kg, tocilizumab: at CRS grade 2}
visits:
  disease: [28, 90, 180]
  blood: 0:28:4, 60, 90, 120, 150, 180
missing: 20 %
endpoints:
  - CRS grade >= 2
  - CR by day 28
  - MRD-negative CR by day 90
  - site clearance by day 90
  - relapse-free at 5 months
  - CD19-negative relapse by 5 months
  - B-cell aplasia at 5 months
  - loss of B-cell aplasia by 5 months
  - CAR-T persistence at 5 months
  - acute GVHD by day 100
  - tocilizumab
  - Cmax
  - Tmax
  - IL-6 peak
"""


def design_in(text: str) -> Design:
    """The design of a text that has one."""
    read = read_design_text(text, "design.yaml")
    assert read.design is not None, [one.what for one in read.problems]
    return read.design


def small(**changed: str) -> Design:
    """The small design, with other values of top keys that are on one line."""
    return design_in(small_text(**changed))


def small_text(**changed: str) -> str:
    """The text of `small`."""
    lines = SMALL.splitlines()
    for name, value in changed.items():
        place = next(at for at, line in enumerate(lines) if line.startswith(f"{name}:"))
        lines[place] = f"{name}: {value}"
    return "\n".join(lines) + "\n"


def shipped() -> Design:
    """The design of the examples."""
    found = read_design(TWO_ARMS).design
    assert found is not None
    return found
