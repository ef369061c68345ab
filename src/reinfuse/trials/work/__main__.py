"""`python -m reinfuse.trials.work FOLDER CHUNK..`: what the tasks of a queue run."""

from __future__ import annotations

import sys

from reinfuse.trials.work.worker import main

sys.exit(main())
