"""The studies and the expected numbers of this folder; see SOURCE.md."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any  # JSON

import numpy as np

HERE = Path(__file__).parent
ALL_KEYS = 295

#: Data sets with one arm: events `xi` of `ni` in each study.
ONE_ARM = (
    "pritz1997",
    "debruin2009",
    "nielweise_ctrl",
    "nielweise_trt",
    "miller1978",
)


@cache
def expected() -> dict[str, dict[str, Any]]:
    """What metafor 3.8-1 says: key `data|measure|method|more` to names and numbers."""
    return _read_json("expected_metafor_3.8-1.json")


@cache
def expected_quadrature() -> dict[str, dict[str, float]]:
    """Maximum likelihood of the binomial-normal model by dense quadrature: by data set."""
    return _read_json("expected_glmm_ml_quadrature.json")


@cache
def expected_bayes() -> dict[str, Any]:
    """Posterior summaries by deterministic quadrature: by data set and model."""
    return _read_json("expected_bayes_quadrature.json")


def glmm_keys() -> list[str]:
    """The keys of the binomial-normal model; `test_glmm.py` checks each."""
    return [key for key in expected() if key.split("|")[1] == "GLMM"]


def classic_keys() -> list[str]:
    """Every other key: effects and inverse variance."""
    return [key for key in expected() if key.split("|")[1] != "GLMM"]


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The lines of `name`.csv, in order."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def counts(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Events and patients of a one-arm data set; both have the axis (studies)."""
    return column(name, "xi").astype(int), column(name, "ni").astype(int)


def column(name: str, field: str) -> np.ndarray:
    """One column as numbers, with the axis (studies)."""
    return np.array([float(row[field]) for row in rows(name)])


def _read_json(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return found
