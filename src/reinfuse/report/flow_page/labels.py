"""What a file is called on a page, as its name may hold the name of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reinfuse.cytometry.measured.values import Measured
from reinfuse.errors import Finding, Severity
from reinfuse.report.flow_page.roles import role_words

HASH_DIGITS = 12


def labels_for(measured: Measured) -> dict[str, str]:
    """Labels that name no file: tubes by their day or hash, controls and others by a number."""
    found: dict[str, str] = {}
    days = Counter(tube.label for tube in measured.tubes)
    for tube in measured.tubes:
        same = "" if days[tube.label] == 1 else f", tube {tube.sha256[:HASH_DIGITS]}"
        found[tube.file] = f"{tube.label}{same}"
    for number, control in enumerate(measured.controls, start=1):
        found.setdefault(
            control.file,
            f"control {number} ({role_words(control.tube.role, control.tube.without)})",
        )
    for number, failed in enumerate(measured.failed, start=1):
        found.setdefault(failed.file, f"file {number} that could not be measured")
    # A panel may speak of files that are not there, and findings then name them.
    for number, known in enumerate(measured.panel.tubes if measured.panel else (), start=1):
        found.setdefault(known.file, f"tube {number} of the panel")
    return found


@dataclass(frozen=True, slots=True)
class Namer:
    """Puts labels in place of the names of files."""

    labels: Mapping[str, str]

    def of(self, file: str) -> str:
        """What one file is called."""
        return self.labels.get(file, file)

    def said(self, text: str) -> str:
        """A text without the names of files that have a label."""
        # The longest first: one name may begin another.
        for file in sorted(self.labels, key=len, reverse=True):
            text = text.replace(file, self.labels[file]) if file else text
        return text

    def findings(self, given: Iterable[Finding]) -> list[tuple[Severity, list[dict[str, str]]]]:
        """Findings by severity, the worst first, each as text by key; none is told twice."""
        by: dict[Severity, list[dict[str, str]]] = {severity: [] for severity in Severity}
        for one in dict.fromkeys(given):
            by[one.severity].append(
                {
                    "what": self.said(one.what),
                    "where": self.said(one.where),
                    "rule": one.rule,
                    "fix": self.said(one.fix),
                }
            )
        return [(severity, items) for severity, items in by.items() if items]
