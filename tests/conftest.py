"""How hard the property tests look; choose with `--hypothesis-profile`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "test",
    derandomize=True,  # the same examples on every machine: a red test is red for everyone
    database=None,
    max_examples=100,
    deadline=None,
    print_blob=True,
)
settings.register_profile(
    "studies",
    max_examples=5000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("test")

# Tests run side by side: fits that shared processors would wait for each other.
os.environ.setdefault("REINFUSE_WORKERS", "1")
