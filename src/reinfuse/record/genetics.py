"""Fusion genes and karyotypes in their standard spelling, from what a report prints."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources

_JOINED = re.compile(r"\s*([A-Za-z0-9]+)\s*(?:::|/|-|–|_)\s*([A-Za-z0-9]+)\s*")
_STANDARD = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)?::[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)?")
# Fusions that are always written in this order, 5' partner first (WHO and ICC names).
_ORDER = ("TCF3::PBX1", "TCF3::HLF", "ETV6::RUNX1", "BCR::ABL1", "KMT2A::AFF1", "KMT2A::MLLT3",
          "KMT2A::MLLT1")  # fmt: skip


@cache
def _symbols() -> dict[str, str]:
    text = resources.files(__package__).joinpath("gene_names.csv").read_text(encoding="utf-8")
    return {row["alias"]: row["symbol"] for row in csv.DictReader(text.splitlines())}


def fusion_name(printed: str) -> str | None:
    """The name of a fusion by HGNC, `TCF3::PBX1` from `E2A-PBX1`; None if it cannot be read.

    Former gene names become current symbols; a well-known fusion printed the other way round
    gets its standard order.

    Source: Bruford et al. 2021, doi:10.1038/s41375-021-01436-6 (double colon, 5' partner first).
    """
    match = _JOINED.fullmatch(printed)
    if match is None:
        return None
    first, second = (_symbols().get(name.upper(), name.upper()) for name in match.groups())
    turned = f"{second}::{first}"
    return turned if turned in _ORDER else f"{first}::{second}"


def is_fusion_name(name: str) -> bool:
    """Whether a name has the form of HGNC: two symbols in capitals joined by a double colon."""
    return _STANDARD.fullmatch(name) is not None


def tidy_karyotype(printed: str) -> str:
    """A karyotype without blanks and with `;` between chromosomes: `46,XX,t(1;19)`.

    Nothing is added: breakpoints that were not printed stay out.

    Source: ISCN, rules of punctuation (recalled).
    """
    without_blanks = "".join(printed.split())
    return re.sub(r"\(([^()]*)\)", lambda found: f"({found[1].replace(',', ';')})", without_blanks)


def same_karyotype(printed: str, normalised: str) -> bool:
    """Whether a normalised karyotype says what was printed, breakpoints and cell counts apart."""

    def bare(text: str) -> str:
        tidy = re.sub(r"\[[^\]]*\]", "", tidy_karyotype(text))
        return re.sub(r"(\([0-9XY;]+\))(\([a-z0-9.;?]+\))", r"\1", tidy)

    return bare(printed) == bare(normalised)
