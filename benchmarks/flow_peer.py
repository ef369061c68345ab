"""One run of FlowKit 1.3.2 for `benchmarks.flow`: `python flow_peer.py TUBE GATES RESULT`.

It runs in a Python that has FlowKit and nothing of ours. The gating strategy compensates and
transforms by itself; nothing is done twice.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import flowkit


def main(tube: str, gates: str, result: str) -> None:
    """Write seconds and counts as JSON to `result`."""
    strategy = flowkit.parse_gating_xml(gates)
    began = time.perf_counter()
    sample = flowkit.Sample(tube)
    read = time.perf_counter()
    gated = strategy.gate_sample(sample)
    ended = time.perf_counter()
    report = gated.report
    counts = {
        str(name): int(count)
        for name, count in zip(report["gate_name"], report["count"], strict=True)
    }
    told = {"read": read - began, "gate": ended - read, "counts": counts}
    Path(result).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
