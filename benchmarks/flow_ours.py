"""One run of ours for `benchmarks.flow`: `python -m benchmarks.flow_ours TUBE GATES RESULT`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from reinfuse.cytometry.fcs import read_fcs
from reinfuse.cytometry.gates.applied import members
from reinfuse.cytometry.gatingml import read_gatingml


def main(tube: str, gates: str, result: str) -> None:
    """Write seconds and counts as JSON to `result`."""
    gate_set = read_gatingml(gates)
    began = time.perf_counter()
    (sample,) = read_fcs(tube)
    read = time.perf_counter()
    gated = members(gate_set, sample)
    ended = time.perf_counter()
    told = {"read": read - began, "gate": ended - read, "counts": dict(gated.counts)}
    Path(result).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
