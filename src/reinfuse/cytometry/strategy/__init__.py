"""Gating strategies on markers, panels that say which channel a marker has, and one tube gated."""

from reinfuse.cytometry.strategy.panel import Beads, Panel, Tube
from reinfuse.cytometry.strategy.panel_reading import read_panel, read_panel_text
from reinfuse.cytometry.strategy.reading import SHIPPED, read_strategy, read_strategy_text
from reinfuse.cytometry.strategy.reference import strategy_reference
from reinfuse.cytometry.strategy.resolving import LeftOut, Resolved, resolve, resolved
from reinfuse.cytometry.strategy.tube import (
    Counted,
    NoPair,
    NoShare,
    Pair,
    TubeGated,
    apply_strategy,
)
from reinfuse.cytometry.strategy.values import (
    Absent,
    Control,
    Kind,
    Light,
    Marker,
    Population,
    Strategy,
    Wanted,
)

__all__ = [
    "SHIPPED",
    "Absent",
    "Beads",
    "Control",
    "Counted",
    "Kind",
    "LeftOut",
    "Light",
    "Marker",
    "NoPair",
    "NoShare",
    "Pair",
    "Panel",
    "Population",
    "Resolved",
    "Strategy",
    "Tube",
    "TubeGated",
    "Wanted",
    "apply_strategy",
    "read_panel",
    "read_panel_text",
    "read_strategy",
    "read_strategy_text",
    "resolve",
    "resolved",
    "strategy_reference",
]
