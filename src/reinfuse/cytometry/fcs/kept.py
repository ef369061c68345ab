"""Which keywords are kept: a list of those that name no person and hold no free text.

A list of what to strip would never be complete: laboratories write names, numbers of patients and
whole histories under keywords of their own. What is not on this list is dropped, and what is on
it is dropped where its value is not of the form that it should have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from reinfuse.cytometry.fcs.opened import Opened, listed
from reinfuse.errors import Finding, Severity

_NUMBERS = r"[-+0-9.,eE\s]*"
_WORD = r"[A-Za-z]{0,12}"
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[:.]\d{1,6})?)?"
_DATE = r"\d{1,4}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{1,4}"
_STAMP = r"\d{4}-\d{2}-\d{2}T[-+:.\dZ]*"
_LABEL = r"[^\r\n]{0,120}"

# A form for each kind of keyword; the first pattern that matches decides.
FORMS: tuple[tuple[str, str], ...] = (
    (r"\$(PAR|TOT|NEXTDATA|TIMESTEP|VOL|ABRT|LOST)", _NUMBERS),
    (r"\$(BEGIN|END)(DATA|TEXT|STEXT|ANALYSIS)", _NUMBERS),
    (r"\$(MODE|DATATYPE)", r"[A-Za-z]"),
    (r"\$BYTEORD", _NUMBERS),
    (r"\$(BTIM|ETIM)", _TIME),
    (r"\$DATE", _DATE),
    (r"\$(BEGIN|END)DATETIME", _STAMP),
    # What kind of cytometer, and under which system: not whose.
    (r"\$(CYT|SYS)", _LABEL),
    (r"\$P\d+[BEGLOPRV]", _NUMBERS),
    # What a detector is called and what it looks at.
    (r"\$P\d+[NS]", _LABEL),
    (r"\$P\d+(DATATYPE|TYPE|FEATURE)", _WORD),
    (r"P\d+(BS|MS)", _NUMBERS),
    (r"P\d+DISPLAY", _WORD),
    (r"APPLY COMPENSATION", _WORD),
)
_COMPILED = tuple((re.compile(key), re.compile(form)) for key, form in FORMS)


def keep_known(
    keywords: Mapping[str, str], opened: Opened
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """The keywords of the list whose values have their form, and a finding for each other value.

    No finding holds a value: what stands in the wrong place may be a name.
    """
    kept: dict[str, str] = {}
    odd: list[str] = []
    for key, value in keywords.items():
        form = next((form for pattern, form in _COMPILED if pattern.fullmatch(key)), None)
        if form is None or not value:
            continue
        if form.fullmatch(value):
            kept[key] = value
        else:
            odd.append(key)
    if not odd:
        return kept, ()
    told = opened.tell(
        Severity.NOTE,
        "fcs-keyword-of-other-form",
        f"what {listed(odd)} should hold is written in no known form, and was left out",
    )
    return kept, (told,)
