"""One word per thing: what sites are grouped as, and what an analyte may be written as."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib import resources

from reinfuse.quantity import Quantity

MARROW, CSF, BLOOD = "marrow", "CSF", "blood"


@lru_cache(maxsize=256)
def group_site(site: str) -> str:
    """The group of a site: `left eye`, `upper GI tract`, `pelvis`; else the site as written."""
    words = site.casefold()
    side = re.search(r"\b(left|right|both)\b", words)
    for word, group, keeps_side in _sites():
        if re.search(rf"\b{re.escape(word)}", words):
            return f"{side[0]} {group}" if side and keeps_side else group
    return site


def names_a_site(site: str) -> bool:
    """Whether the words name one site that the table knows; `all extramedullary sites` does not."""
    words = site.casefold()
    return any(re.search(rf"\b{re.escape(word)}", words) for word, _, _ in _sites())


def number_in(quantity: Quantity | None, unit: str) -> float | None:
    """The number in a unit, or None where there is none or it measures something else."""
    if quantity is None or not quantity.fits(unit):
        return None
    return quantity.to(unit).value


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a table that ships with this room."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _sites() -> tuple[tuple[str, str, bool], ...]:
    rows = read_rows("sites.csv")
    return tuple((row["word"], row["group"], row["keeps_side"] == "yes") for row in rows)
