"""statsmodels for `benchmarks.pooling`: a line of JSON in, seconds and tau2 out, until the end.

It runs in a Python that has statsmodels and nothing of ours. The first call warms it up.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from statsmodels.stats.meta_analysis import combine_effects


def main() -> None:
    """Answer each line; the interval is asked for, since ours comes with one."""
    for line in sys.stdin:
        asked = json.loads(line)
        y, v = np.array(asked["y"]), np.array(asked["v"])
        began = time.perf_counter()
        found = combine_effects(y, v, method_re=asked["method"])
        found.conf_int()
        seconds = time.perf_counter() - began
        print(json.dumps({"seconds": seconds, "tau2": float(found.tau2)}), flush=True)


if __name__ == "__main__":
    main()
