"""Ids for a file: what XML lets an id be, each of them once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

Key = tuple[str, ...]  # what is named, such as `("gate", "CD3+")`; the name comes last

# Not in an xs:NCName. Of letters that are not English, those of European names and of Greek:
# programs differ over which others may be there.
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_.\-À-ÖØ-öø-ÿΑ-ΡΣ-ώ]")


def identifiers(keys: Iterable[Key], *, taken: Iterable[str] = ()) -> Mapping[Key, str]:
    """An id for each thing: its name where XML allows it and nothing else has it already."""
    found: dict[Key, str] = {}
    used = set(taken)
    for key in keys:
        if key in found:
            continue
        plain = _NOT_ALLOWED.sub("_", key[-1])
        if not plain or not (plain[0].isalpha() or plain[0] == "_"):
            plain = f"_{plain}"
        identifier, further = plain, 2
        while identifier in used:
            identifier, further = f"{plain}.{further}", further + 1
        found[key] = identifier
        used.add(identifier)
    return found
