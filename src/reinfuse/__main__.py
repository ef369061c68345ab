"""`python -m reinfuse` is the command line."""

import sys

from reinfuse.cli import main

sys.exit(main())
