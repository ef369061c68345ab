"""Numbers with limits from the counts of one tube and its controls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reinfuse.cytometry.measured.gathering import ControlCounted, Gathered
from reinfuse.cytometry.measured.relevant import beads_population, path_of
from reinfuse.cytometry.measured.values import (
    ControlUsed,
    NoResult,
    RatioResult,
    Result,
    ShareResult,
    SplitResult,
)
from reinfuse.cytometry.numbers.assay import CAR_T, MRD, Assay
from reinfuse.cytometry.numbers.blank import (
    Blank,
    ControlKind,
    NoBlank,
    pool_controls,
)
from reinfuse.cytometry.numbers.blank import Control as ControlCount
from reinfuse.cytometry.numbers.concentration import (
    AbsoluteCount,
    Beads,
    NoConcentration,
    PerMicrolitre,
    count_by_beads,
    count_by_dual_platform,
)
from reinfuse.cytometry.numbers.guards import CAR_T_GUARDS, Acquisition, Guards
from reinfuse.cytometry.numbers.measured import Measured, measure
from reinfuse.cytometry.numbers.rules import CV_20
from reinfuse.cytometry.numbers.share import Interval, NoShare, exact_interval, share_of
from reinfuse.cytometry.strategy.tube import NoPair, Pair
from reinfuse.cytometry.strategy.values import Control, Kind, Strategy, Wanted
from reinfuse.errors import ReinfuseError

ASSAYS = {"CAR-T cells": CAR_T, "MRD": MRD}
# Other shares: as fit for use as the tube is, and quoted by how well they are counted.
OTHER = Assay(what="", of="", rule=CV_20, guards=Guards(viability=CAR_T_GUARDS.viability))
KINDS = {
    Control.FMO: ControlKind.FMO,
    Control.CAR_NEGATIVE: ControlKind.NEGATIVE_DONOR,
    Control.UNSTAINED: ControlKind.UNSTAINED,
    Control.BLANK: ControlKind.REGENERATING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A result of a tube, and what it is judged by."""

    wanted: Wanted
    tube: Gathered
    strategy: Strategy
    acquisition: Acquisition
    level: float


def viability_of(tube: Gathered, strategy: Strategy) -> float | None:
    """The share of living cells, 0 to 1; None where the tube has no such gate, or nothing in it."""
    one = tube.gated.populations.get(strategy.viable)
    return None if one is None or one.parent_count == 0 else one.count / one.parent_count


def result_of(
    wanted: Wanted,
    tube: Gathered,
    strategy: Strategy,
    *,
    positives_before: int | None,
    level: float,
) -> Result:
    """One result of a tube: a share with its limits, a split, a ratio, or why there is none.

    A split does not know its whole yet; see `with_wholes`.
    """
    pair = next(one for one in tube.gated.results if one.wanted.name == wanted.name)
    if isinstance(pair, NoPair):
        return NoResult(wanted=wanted, because=pair.because, failed=False)
    # No event can fall into such a gate, so that none in it says nothing of the cells.
    unreached = [
        name for name in path_of(wanted, tube.gated.gate_set.gates) if name in tube.gated.beyond
    ]
    if unreached:
        because = f"gate {unreached[0]} lies where its channel can have no events"
        return NoResult(wanted=wanted, because=because, failed=True)
    if wanted.kind is Kind.RATIO:
        return _ratio(wanted, pair, level)
    if wanted.kind is Kind.SPLIT:
        return _split(wanted, pair, level)
    asked = _Asked(
        wanted=wanted,
        tube=tube,
        strategy=strategy,
        acquisition=Acquisition(
            viability=viability_of(tube, strategy), positives_before=positives_before
        ),
        level=level,
    )
    measured = _measured(asked, wanted.of, _name_of(wanted))
    if isinstance(measured, NoShare):
        because = f"{wanted.of} holds no events"
        return NoResult(wanted=wanted, because=because, failed=bool(wanted.analyte))
    return ShareResult(
        wanted=wanted,
        measured=measured,
        controls=tuple(_used(wanted, one) for one in _controls(asked, wanted.of)),
        per_ul=_per_ul(asked, measured),
    )


def with_wholes(results: Iterable[Result]) -> tuple[Result, ...]:
    """The results of a tube, each split beside the share that counts what it is a split of."""
    found = tuple(results)
    wholes = {one.wanted.count: one.measured for one in found if isinstance(one, ShareResult)}
    return tuple(
        replace(one, whole=wholes.get(one.wanted.of)) if isinstance(one, SplitResult) else one
        for one in found
    )


def _split(wanted: Wanted, pair: Pair, level: float) -> SplitResult | NoResult:
    share = share_of(pair.count, pair.of, level=level)
    if isinstance(share, NoShare):
        because = f"{wanted.of} holds no events"
        return NoResult(wanted=wanted, because=because, failed=False)
    return SplitResult(wanted=wanted, share=share)


def _ratio(wanted: Wanted, pair: Pair, level: float) -> RatioResult | NoResult:
    if pair.of == 0:
        because = f"{wanted.of} holds no events to compare with"
        return NoResult(wanted=wanted, because=because, failed=False)
    # Given the sum of both counts, the first is binomial: p / (1 - p) is the ratio.
    share = exact_interval(pair.count, pair.count + pair.of, level)
    return RatioResult(
        wanted=wanted,
        count=pair.count,
        of=pair.of,
        value=pair.count / pair.of,
        interval=Interval(low=_odds(share.low), high=_odds(share.high), level=level),
    )


def _odds(share: float) -> float:
    return share / (1 - share)  # of below 1, as `of` holds events


def _name_of(wanted: Wanted) -> str:
    return wanted.denominator or wanted.of


def _measured(asked: _Asked, population: str, name: str) -> Measured | NoShare:
    """The result as a share of a population, with the blank of the same population."""
    populations, wanted = asked.tube.gated.populations, asked.wanted
    assay = replace(ASSAYS.get(wanted.analyte, OTHER), what=wanted.name, of=name)
    return measure(
        populations[wanted.count].count,
        populations[population].count,
        assay=assay,
        blank=_blank(asked, population),
        acquisition=asked.acquisition,
        level=asked.level,
    )


def _controls(asked: _Asked, population: str) -> tuple[ControlCounted, ...]:
    """The controls of the tube that are controls of this result."""
    wanted, gates = asked.wanted, asked.strategy.gates.gates
    if not wanted.controls or not path_of(wanted, gates):
        return ()
    return tuple(
        one
        for one in asked.tube.controls
        if one.tube.role in wanted.controls
        and wanted.name in one.results
        and wanted.count in one.counts
        and population in one.counts
    )


def _blank(asked: _Asked, population: str) -> Blank | NoBlank:
    wanted = asked.wanted
    if not wanted.controls:
        return NoBlank(reason="the strategy names no control for this result")
    controls = _controls(asked, population)
    refused = [f"{file}: {why}" for file, why in asked.tube.refused.items()]
    if not controls:
        kinds = " or ".join(role.value for role in wanted.controls)
        reasons = "; ".join(refused)
        missing = f"no control ({kinds}) was given"
        return NoBlank(reason=f"{missing}; {reasons}" if reasons else missing)
    try:
        return pool_controls(
            [
                ControlCount(
                    kind=KINDS[one.tube.role],
                    events=one.counts[wanted.count],
                    cells=one.counts[population],
                    file=one.file,
                )
                for one in controls
            ]
        )
    except ReinfuseError as error:
        return NoBlank(reason=f"{error.where}: {error.what}" if error.where else error.what)


def _used(wanted: Wanted, one: ControlCounted) -> ControlUsed:
    return ControlUsed(
        file=one.file,
        sha256=one.sha256,
        data_set=one.data_set,
        role=one.tube.role,
        without=one.tube.without,
        events=one.counts[wanted.count],
        cells=one.counts[wanted.of],
    )


def _per_ul(asked: _Asked, measured: Measured) -> PerMicrolitre | NoConcentration | None:
    """Cells per microlitre: by beads if the tube has them, else by the first count that fits."""
    wanted, tube = asked.wanted, asked.tube.tube
    if not wanted.absolute:
        return None
    if tube.beads is not None:
        return _by_beads(asked, measured)
    for count, population in wanted.absolute.items():
        if count in tube.counts:
            return _by_count(asked, measured, count, population)
    return None


def _by_beads(asked: _Asked, measured: Measured) -> PerMicrolitre | NoConcentration:
    beads, name = asked.tube.tube.beads, beads_population(asked.strategy)
    populations = asked.tube.gated.populations
    if beads is None or name is None or name not in populations:
        return NoConcentration(
            reason="beads were added, and no channel of the tube is known as theirs; name it in the"
            " panel, like BEADS: APC-A"
        )
    counted = Beads(
        counted=populations[name].count,
        added=beads.added,
        volume_ul=beads.volume_ul,
    )
    return count_by_beads(measured, counted)


def _by_count(
    asked: _Asked, measured: Measured, count: str, population: str
) -> PerMicrolitre | NoConcentration:
    """By the count of the denominator, or of a population that holds it."""
    wanted = asked.wanted
    if population not in asked.tube.gated.populations:
        return NoConcentration(
            reason=f"the count of {count} is given, and {population} is left out"
        )
    share: Measured | NoShare = measured
    if population != wanted.of:
        share = _measured(asked, population, population)
    if isinstance(share, NoShare):
        return NoConcentration(reason=share.reason)
    return count_by_dual_platform(
        share, AbsoluteCount(of=share.assay.of, count=asked.tube.tube.counts[count])
    )
