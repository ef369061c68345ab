"""What is counted among what, and by which rule and guards it is judged."""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.cytometry.numbers.guards import CAR_T_GUARDS, MRD_GUARDS, Guards
from reinfuse.cytometry.numbers.rules import CAR_T_RULE, MRD_RULE, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Assay:
    """`what` is counted among `of`; `replace` gives a laboratory's own rule or guards."""

    what: str
    of: str
    rule: Rule
    guards: Guards


MRD = Assay(what="MRD", of="viable single nucleated cells", rule=MRD_RULE, guards=MRD_GUARDS)
CAR_T = Assay(what="CAR-T cells", of="viable single T cells", rule=CAR_T_RULE, guards=CAR_T_GUARDS)
