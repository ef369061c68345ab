"""What a gating strategy is: populations, gates on markers, results, and where each came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reinfuse.cytometry.gates.values import GateSet
from reinfuse.cytometry.placing.values import How
from reinfuse.source import Source


class Light(StrEnum):
    """What a marker is measured by, which says where its channel is looked up."""

    DYE = "dye"  # a fluorochrome: looked up by the label of the stain, $PnS
    SCATTER = "scatter"  # looked up by the name of the channel, $PnN; never compensated
    TIME = "time"  # the same
    BEADS = "beads"  # the same; beads are bright everywhere, so it may share a stain's channel


class Absent(StrEnum):
    """What becomes of a population when a tube lacks one of its markers."""

    REFUSE = "refuse"  # the tube cannot be gated by this strategy
    SKIP = "skip"  # the step is passed over: what hangs on it hangs on its parent instead
    LEAVE_OUT = "leave out"  # it is left out, with all that hangs on it


class Control(StrEnum):
    """What a tube was stained for: the sample itself, or a control of it."""

    SAMPLE = "sample"
    FMO = "fmo"  # all stains but one
    CAR_NEGATIVE = "car-negative"  # cells of somebody without CAR-T cells, fully stained
    UNSTAINED = "unstained"
    BLANK = "blank"  # marrow or blood without leukemia, fully stained
    BEADS = "beads"


class Kind(StrEnum):
    """What a result is."""

    SHARE = "share"  # `count` as a part of `of`
    SPLIT = "split"  # the same of a population that was found: nothing rare, so without a blank
    RATIO = "ratio"  # `count` to `of`, neither inside the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What gates speak of: an antigen, a scatter or the time; all names a tube may give it.

    `instead` are markers that may stand in its place, in this order, where a tube lacks it.
    `scale` names a scale of the strategy, None for values as they are.
    """

    name: str
    light: Light = Light.DYE
    scale: str | None = None
    aliases: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """What a gate is for; the gate itself stands in `Strategy.gates` under the same name.

    `placement` says how the gate may be moved by itself, None that it may not.
    """

    name: str
    about: str = ""
    absent: Absent = Absent.REFUSE
    placement: How | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A number that comes out: the events of `count` against those of `of`.

    `analyte`, `denominator` and `gated_free_of` are what the record calls it. `controls` are the
    kinds of tube of which one gives the background; without one the result has no limit of
    detection. `absolute` maps a cell count that a laboratory may give, such as `lymphocytes`, to
    the population that was counted.
    """

    name: str
    kind: Kind
    count: str
    of: str
    analyte: str = ""
    denominator: str = ""
    gated_free_of: str = ""
    controls: tuple[Control, ...] = ()
    absolute: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """A gating strategy on markers, the same for every tube of a panel.

    The dimensions of `gates` name markers. `viable` names the population of living cells, whose
    share of its parent is the viability, and `beads` the one of counting beads; empty where the
    strategy has none.
    """

    name: str
    title: str
    version: str
    file: str
    markers: Mapping[str, Marker]
    gates: GateSet
    populations: tuple[Population, ...]
    results: tuple[Wanted, ...]
    viable: str = ""
    beads: str = ""
    about: str = ""
    sources: tuple[Source, ...] = ()
