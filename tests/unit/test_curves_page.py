"""The page of curves leaves none out, and the curve of one's own on it can be fitted."""

from __future__ import annotations

import contextlib
import io
import re

from docs.curves import FORMULAS, OWN_CURVE, curves_page
from reinfuse.kinetics.curves import CURVES
from reinfuse.kinetics.published import POPULATIONS


def test_every_curve_has_its_formula_and_its_place() -> None:
    assert list(FORMULAS) == list(CURVES)
    shown = curves_page()
    for name in (*CURVES, *POPULATIONS):
        assert f"### {name}\n" in shown


def test_the_curve_of_ones_own_is_short_and_runs() -> None:
    block = re.fullmatch(r"```python\n(.*)```", OWN_CURVE, re.DOTALL)
    assert block is not None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block[1], "curves.md", "exec"), {})
    assert re.search(r"top 1\d\d cells/uL, standard error \d", printed.getvalue())
