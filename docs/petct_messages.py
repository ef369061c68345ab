"""Every finding and every refusal of the imaging room, read off its code, as a reference page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docs.markdown import page, table
from docs.said import OPEN, Message, messages_of

HOME = Path(__file__).resolve().parent.parent
ROOM = HOME / "src" / "reinfuse" / "imaging"
_PARTS = (
    ("Files and series", ("dicom", "nifti.py")),
    ("Uptake", ("suv",)),
    ("Lesions and sizes", ("lesions", "measures", "volume.py", "lesion.py")),
    ("Masks", ("masks",)),
    ("Scans over time", ("following",)),
    ("The boxes file, and putting it together", ("measured", "pictures")),
)
# One piece of code that makes findings of several rules.
_SEVERAL = {f"suv-{OPEN}": ("suv-uptake-time", "suv-dose", "suv-weight")}
_ASKS = {
    "error": "what was asked for could not be done; the exit code is 2",
    "contradiction": "two things cannot both be true: correct one, or say which holds",
    "ambiguity": "one of several may be meant: look, and say which",
    "gap": "something is not known",
    "note": "to be known, with nothing to do",
}


def messages_page() -> str:
    """Findings by rule, then refusals by the part that refuses."""
    found = messages_of({path: _part(path) for path in sorted(ROOM.rglob("*.py"))})
    findings = sorted(
        (one for one in found if one.rule), key=lambda one: (_order(one.part), one.rule)
    )
    return page(
        "What is said of PET/CT",
        _what(),
        ("## Findings", "", *_asked(), "", *_findings(findings)),
        ("## Refusals", "", *_refusals([one for one in found if not one.rule])),
    )


def _what() -> tuple[str, ...]:
    return (
        "Every finding and refusal of [`reinfuse petct`](commands.md#reinfuse-petct), in its own",
        f"words; `{OPEN}` stands for a value. [What to do about",
        "them](../how-to/petct.md#what-warnings-ask-of-you) · [formulas and rules](petct.md).",
        "The rule of a finding stands in JSON, and in the note of a look in a course; on the",
        "terminal and on the page stand its words.",
    )


def _asked() -> Iterator[str]:
    yield from table(("severity", "means"), ((f"`{name}`", text) for name, text in _ASKS.items()))


def _findings(found: list[Message]) -> Iterator[str]:
    rows = [
        (f"`{rule}`", one.severity, one.what, one.fix)
        for one in found
        for rule in _SEVERAL.get(one.rule, (one.rule,))
    ]
    yield from table(("rule", "severity", "says", "asks of you"), dict.fromkeys(rows))


def _refusals(found: list[Message]) -> Iterator[str]:
    yield "What cannot be used is refused with file and attribute, and nothing is guessed. A scan,"
    yield "lesion or mask that is refused does not stop the others; the exit code is 2."
    for part, _ in _PARTS:
        rows = [(one.what, one.fix) for one in found if one.part == part and one.what != OPEN]
        if rows:
            yield from ("", f"### {part}", "")
            yield from table(("says", "asks of you"), dict.fromkeys(rows))


def _part(path: Path) -> str:
    first = path.relative_to(ROOM).parts[0]
    return next((part for part, rooms in _PARTS if first in rooms), "")


def _order(part: str) -> int:
    return [name for name, _ in _PARTS].index(part) if part else len(_PARTS)
