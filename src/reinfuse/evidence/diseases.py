"""Which disease a name can mean: B-ALL is an ALL, and neither is a lymphoma."""

from __future__ import annotations

import re

# Each disease with the wider names that it also goes by.
WIDER: dict[str, tuple[str, ...]] = {
    "B-ALL": ("ALL", "B-cell malignancies"),
    "T-ALL": ("ALL",),
    "ALL": (),
    "AML": (),
    "CLL": ("NHL", "B-cell malignancies"),
    "DLBCL": ("NHL", "LBCL", "B-cell malignancies"),
    "LBCL": ("NHL", "B-cell malignancies"),
    "FL": ("NHL", "B-cell malignancies"),
    "MCL": ("NHL", "B-cell malignancies"),
    "NHL": ("B-cell malignancies",),
    "HL": (),
    "MM": (),
    "B-cell malignancies": (),
}
_DISEASE = re.compile(rf"(?<![\w-])({'|'.join(sorted(WIDER, key=len, reverse=True))})(?![\w-])")
_LONG_NAMES = {
    "acute lymphoblastic leukemia": "ALL",
    "chronic lymphocytic leukemia": "CLL",
    "acute myeloid leukemia": "AML",
    "lymphoma": "NHL",
    "myeloma": "MM",
    "b-cell malignanc": "B-cell malignancies",
}


def known_disease(text: str | None) -> str | None:
    """The first disease that a text names, in its short form, or `None`."""
    match = _DISEASE.search(text or "")
    if match:
        return match[1]
    folded = (text or "").casefold().replace("leukaemia", "leukemia")
    return next((short for long, short in _LONG_NAMES.items() if long in folded), None)


def are_strangers(called: str | None, own: str | None) -> bool:
    """Whether the disease something is called by is none that it can be.

    A narrower name for a wider group is a stranger too: patients with B-cell malignancies are not
    B-ALL patients. What names no known disease is no stranger.
    """
    name, disease = known_disease(called), known_disease(own)
    if name is None or disease is None:
        return False
    return name != disease and name not in WIDER[disease]


def exclude_each_other(one: str | None, other: str | None) -> bool:
    """Whether two names can never be of one patient: no disease goes by both of them.

    Milder than `are_strangers`: an ALL may be a B-ALL, and then it is a B-cell malignancy.
    """
    first, second = known_disease(one), known_disease(other)
    if first is None or second is None:
        return False
    return not any({first, second} <= {name, *wider} for name, wider in WIDER.items())
