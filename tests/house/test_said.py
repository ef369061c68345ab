"""What pages say that the code says is what it says."""

from __future__ import annotations

from pathlib import Path

from docs.petct_messages import messages_page
from docs.said import Message, messages_of

FILE = """
SOON = "soon"
LIMIT = 2.0

def refuse(name, what, *, fix="copy it again"):
    return ReinfuseError(what, where=name, fix=fix)

def read(name, count):
    if count < 0:
        raise refuse(name, f"{count} is below {LIMIT:g}")
    raise refuse(name, "one" if count else "none", fix=f"come {SOON}")

def look(scan):
    what = "first words"
    yield Finding(severity=Severity.NOTE, rule="a-rule", what=what, fix=SOON)
    what = f"then {scan} others"
    yield Finding(severity=Severity.ERROR, rule="b-rule", what=what)
    yield _unknown(scan, "told by its caller", "ask")

def _unknown(scan, what, fix):
    return Finding(severity=Severity.GAP, rule="c-rule", what=what, where=scan, fix=fix)
"""


def test_findings_and_refusals_are_read_with_what_they_ask(tmp_path: Path) -> None:
    path = tmp_path / "room.py"
    path.write_text(FILE, encoding="utf-8")
    found = set(messages_of({path: "a part"}))
    assert found == {
        _said("", "", "... is below 2", "copy it again"),
        _said("", "", "one", "come soon"),
        _said("", "", "none", "come soon"),
        _said("a-rule", "note", "first words", "soon"),
        _said("b-rule", "error", "then ... others", ""),
        _said("c-rule", "gap", "told by its caller", "ask"),
    }


def test_the_page_has_what_a_scan_without_weight_is_told() -> None:
    page = messages_page()
    assert (
        "... needs ..., which is missing or zero | write `...` beside the scan in the boxes" in page
    )
    assert "`lesion-touches-box` | ambiguity | the border runs into the edge of its box" in page


def _said(rule: str, severity: str, what: str, fix: str) -> Message:
    return Message(part="a part", rule=rule, severity=severity, what=what, fix=fix)
