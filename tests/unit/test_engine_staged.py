"""A step in pieces is the same step: forced upon models that are short enough for one piece."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reinfuse.engine.compiler.lowering import equations_of
from reinfuse.engine.compiler.staged import staged_step
from reinfuse.engine.language import Model, read_model, read_model_file
from reinfuse.engine.native import kernel, parts
from reinfuse.engine.simulate import Settings, simulate, usual_parameters

MODELS = Path(__file__).resolve().parents[2] / "examples" / "models"

# Rates that move with time by themselves, a state that nothing changes, a rate of parameters alone.
DRIVEN = read_model("""
model driven
time in d from 0
parameter a = 2
parameter b = 3
state X = 1
state Y = b
state Z = 0
rate X = -a*(X - cos(b*time)) + Y/(1 + Y)
rate Y = 0*Y
rate Z = a/b
""")

# Conditions that hang on parameters alone, before and among what moves.
SWITCHED = read_model("""
model switched
time in d from 0
parameter a = 2
parameter b = 3
state X = 1
state Y = 0
rate X = if a*a > b then -X else Y
rate Y = if a > 1 and X > 0.5 then a^b*X - Y else -(a + b)*Y
""")


@pytest.mark.parametrize("model", [DRIVEN, SWITCHED, read_model_file(MODELS / "cart8.model")],
                         ids=["driven", "switched", "cart8"])  # fmt: skip
@pytest.mark.parametrize("bits", [64, 32])
def test_pieces_give_what_the_whole_gives(
    model: Model, bits: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REINFUSE_CACHE", str(tmp_path))
    rows = usual_parameters(model, 3)
    rows *= np.asarray([1.0, 1.1, 0.9])[:, None]
    chosen = Settings(bits=bits, rtol=1e-6)
    whole = simulate(model, rows, [0.5, 3.0, 30.0], settings=chosen)
    monkeypatch.setattr(parts, "LONGEST_STEP", 0)
    monkeypatch.setattr(kernel, "recalled", lambda _: None)
    kernel.shared_kernel.cache_clear()
    pieces = simulate(model, rows, [0.5, 3.0, 30.0], settings=chosen)
    kernel.shared_kernel.cache_clear()
    assert whole.failures() == pieces.failures() == ()
    close = 1e-10 if bits == 64 else 3e-5
    assert pieces.outputs == pytest.approx(whole.outputs, rel=close, abs=close)


def test_what_hangs_on_parameters_alone_is_computed_once() -> None:
    """`a/b` and the reciprocal in it are held; the rates divide by nothing but what moves."""
    staged = staged_step(equations_of(DRIVEN))
    divisions = sum(one.op == "div" for one in staged.rates.instructions)
    assert divisions == 1  # by 1 + Y
    assert staged.drift[0] is not None
    assert staged.drift[1:] == (None, None)
