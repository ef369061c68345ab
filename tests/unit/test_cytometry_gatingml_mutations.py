"""Damaged files of gates: refused in our own words or read, and never anything else."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.flowjo import parse_workspace
from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.gatingml import gatingml_text, parse_gatingml
from reinfuse.errors import ReinfuseError
from tests.unit.cytometry_gated_tubes import tube
from tests.unit.test_cytometry_gatingml import whole

WORKSPACES = Path(__file__).parents[1] / "judge" / "flowjo"
NUMBERS = (b"nan", b"inf", b"-1", b"0", b"1e308", b"1e-320", b"x", b"", b"0.5", b"9" * 30)
TIMES = 60
TUBE = tube(**{name: [0, 1, 50, 9e4] for name in ("FL1", "FL2", "FL3", 'CD3 <A> & "B"', "FSC-A")})
LINE = tube(channel_A=[0, 1, 50, 9e4], channel_B=[0, 1, 50, 1.1e5])


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    text = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        kind = rng.integers(4)
        place = int(rng.integers(len(text)))
        if kind == 0:
            text[place] = int(rng.integers(256))
        elif kind == 1:
            del text[place : place + int(rng.integers(1, 100))]
        else:
            found = list(re.finditer(rb'"(-?[0-9.e+-]+)"' if kind == 2 else rb"<[^>]*>", text))
            if found:
                one = found[int(rng.integers(len(found)))]
                other = found[int(rng.integers(len(found)))]
                new = NUMBERS[int(rng.integers(len(NUMBERS)))]
                start, end = one.span(1) if kind == 2 else one.span()
                text[start:end] = new if kind == 2 else other.group()
    return bytes(text)


@pytest.mark.parametrize("seed", range(3))
def test_damaged_gatingml(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sound = gatingml_text(whole()).encode()
    refused = 0
    for _ in range(TIMES):
        try:
            gate_set, _ = parse_gatingml(damaged(sound, rng), source="gates.xml")
            members(gate_set, TUBE)
        except ReinfuseError:
            refused += 1
    assert 0 < refused < TIMES


@pytest.mark.parametrize("name", ["line_polygon", "line_ellipse"])
def test_damaged_workspaces(name: str) -> None:
    rng = np.random.default_rng(7)
    sound = (WORKSPACES / f"{name}.wsp").read_bytes()
    refused = 0
    for _ in range(TIMES):
        try:
            for sample in parse_workspace(damaged(sound, rng), source="w.wsp"):
                members(sample.gates, LINE)
        except ReinfuseError:
            refused += 1
    assert 0 < refused < TIMES
