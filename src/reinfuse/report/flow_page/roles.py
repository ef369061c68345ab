"""What a control is, in words."""

from __future__ import annotations

from reinfuse.cytometry.strategy.values import Control

ROLES = {
    Control.FMO: "FMO",
    Control.CAR_NEGATIVE: "CAR-negative cells",
    Control.UNSTAINED: "unstained cells",
    Control.BLANK: "blank",
}


def role_words(role: Control, without: str) -> str:
    """What a control is: `FMO without CAR`."""
    return f"{ROLES.get(role, role)}{f' without {without}' if without else ''}"
