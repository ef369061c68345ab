"""A loop of plain Python that shares nothing, to see what two processors give."""

from __future__ import annotations

import json
import sys
import time

ROUNDS = 10_000_000


def main() -> None:
    """Count once for each line of standard input, and say how long it took by the clock."""
    print(json.dumps({"versions": {}}), flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        total = 0
        for number in range(ROUNDS):
            total += number & 7
        print(json.dumps({"wall": time.perf_counter() - began, "total": total}), flush=True)


if __name__ == "__main__":
    main()
