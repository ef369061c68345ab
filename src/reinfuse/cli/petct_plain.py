"""A run of `reinfuse petct` as one JSON document."""

from __future__ import annotations

from collections.abc import Sequence

from reinfuse import __version__
from reinfuse.cli.notice import NOTICE
from reinfuse.cli.petct_outcome import Outcome
from reinfuse.cli.plain import Plain, grade_as_plain


def document(outcome: Outcome, written: Sequence[str]) -> Plain:
    """What was measured, what of it enters a course, how it is graded, and which files hold it."""
    from reinfuse.imaging.measured import as_plain, finding_as_plain

    return {
        "reinfuse": __version__,
        "kind": "PET/CT",
        "notice": NOTICE,
        **as_plain(outcome.results, outcome.response),
        "grades": [grade_as_plain(one) for one in outcome.grades],
        "observations": list(outcome.recorded.ids),
        "not_recorded": [finding_as_plain(one) for one in outcome.recorded.findings],
        "written": list(written),
    }
