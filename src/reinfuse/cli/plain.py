"""Grades, findings and events as plain values that JSON can hold."""

from __future__ import annotations

import json
from typing import Any

from reinfuse import __version__
from reinfuse.cli.loading import Loaded
from reinfuse.cli.notice import NOTICE
from reinfuse.errors import Finding
from reinfuse.grading import Grade

# JSON has no type narrower than this for a tree of plain values.
Plain = dict[str, Any]


def grade_as_plain(grade: Grade) -> Plain:
    """A grade with at least criterion, subject, when, low, high, reported, because, missing."""
    return {
        "topic": grade.topic,
        "criterion": grade.criterion.name,
        "subject": grade.subject,
        "when": grade.when,
        "low": grade.low,
        "high": grade.high,
        "evaluable": grade.evaluable,
        "trust": str(grade.trust),
        "reported": _number(grade.reported),
        "reported_by": list(grade.reported_by),
        "because": [
            {"text": reason.text, "entries": list(reason.entries)} for reason in grade.because
        ],
        "missing": list(grade.missing),
        "assumed": list(grade.assumed),
        "as_published": grade.published,
        "episodes": [
            {
                "onset": one.onset,
                "peak": one.peak,
                "peak_day": one.peak_day,
                "resolved": one.resolved,
            }
            for one in grade.episodes
        ],
        "series": [{"day": day.day, "low": day.low, "high": day.high} for day in grade.series],
        "source": str(grade.criterion.source),
    }


def finding_as_plain(finding: Finding, loaded: Loaded) -> Plain:
    """A finding: severity, rule, what, where, fix, about."""
    return {
        "severity": str(finding.severity),
        "rule": finding.rule,
        "what": finding.what,
        "where": loaded.place(finding.about) or finding.where,
        "fix": finding.fix,
        "about": list(finding.about),
    }


def document(loaded: Loaded, **content: object) -> str:
    """A JSON document with its provenance; the key order is stable."""
    return json_text(head_of(loaded.file, loaded.sha256) | content)


def head_of(file: str, sha256: str) -> Plain:
    """What every document about a file begins with."""
    return {
        "reinfuse": __version__,
        "file": file,
        "sha256": sha256,
        "notice": NOTICE,
    }


def json_text(content: Plain) -> str:
    """Plain values as the JSON that every command prints."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)


def _number(text: str | None) -> int | str | None:
    return int(text) if text is not None and text.isdigit() else text
