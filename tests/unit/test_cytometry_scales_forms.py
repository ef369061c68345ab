"""Scales as plain values: there and back, and what is refused."""

from __future__ import annotations

import json

import pytest

from reinfuse.cytometry.scales.arithmetic import Asinh, Linear, Log
from reinfuse.cytometry.scales.biexponential import Biexponential
from reinfuse.cytometry.scales.bounded import Bounded
from reinfuse.cytometry.scales.forms import plain, scale_from, scale_of
from reinfuse.cytometry.scales.hyperlog import Hyperlog
from reinfuse.cytometry.scales.logicle import Logicle
from reinfuse.cytometry.scales.scale import Scale
from reinfuse.errors import ReinfuseError


@pytest.mark.parametrize(
    "scale",
    [
        Linear(top=262144.0, shift=3.0),
        Log(top=262144.0, decades=4.5),
        Asinh(top=262144.0, decades=4.5, negative=0.5),
        Logicle(top=262144.0, width=0.5, decades=4.5),
        Hyperlog(top=262144.0, width=0.5, decades=4.5, negative=0.1),
        Biexponential(top=262144.0, width=-100.0),
        Bounded(scale=Log(top=1000.0, decades=3.0), low=0.0),
        Bounded(scale=Logicle(top=1000.0, width=0.1, decades=3.0), low=-0.5, high=1.0),
    ],
    ids=str,
)
def test_a_scale_comes_back_from_its_plain_form(scale: Scale) -> None:
    stored = json.loads(json.dumps(plain(scale), allow_nan=False))
    assert scale_of(stored) == scale


def test_a_plain_form_names_its_parameters() -> None:
    assert plain(Logicle(top=1000.0, width=0.5, decades=4.5)) == {
        "kind": "logicle",
        "top": 1000.0,
        "width": 0.5,
        "decades": 4.5,
        "negative": 0.0,
    }


@pytest.mark.parametrize(
    ("form", "said", "fix"),
    [
        ({"kind": "log10", "top": 1}, "no scale of kind log10", "linear, log, asinh"),
        ({"top": 1}, r"no scale of kind \(none\)", "linear, log, asinh"),
        ({"kind": "log", "top": 1, "T": 2}, "no parameter T", "top, decades, low, high"),
        ({"kind": "logicle", "top": 1}, "too few parameters: top", "top, width, decades"),
        ({"kind": "linear", "top": "big"}, "top = big is no number", "262144"),
        ({"kind": "linear", "top": None}, "top = None is no number", "262144"),
        ({"kind": "linear", "top": -1}, "T = -1", "T above 0"),
        ({"kind": "linear", "top": 1, "low": 2, "high": 1}, "low = 2, high = 1", "low below high"),
    ],
)
def test_a_form_that_is_no_scale_is_refused(form: dict[str, object], said: str, fix: str) -> None:
    with pytest.raises(ReinfuseError, match=said) as refused:
        scale_of(form, where="panel.yaml, line 7")
    assert fix in refused.value.fix
    assert refused.value.where == "panel.yaml, line 7"


def test_text_numbers_of_a_file_are_read() -> None:
    assert scale_from("linear", {"top": "1000", "shift": "1e1"}) == Linear(top=1000.0, shift=10.0)
