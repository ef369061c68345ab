"""Published outcomes as plain values that JSON can hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from reinfuse import __version__
from reinfuse.cli.evidence_reading import Table, finding_plain
from reinfuse.cli.notice import NOTICE
from reinfuse.cli.plain import Plain
from reinfuse.evidence import Study, bound_rate
from reinfuse.evidence.outcomes import Outcome


def evidence_plain(
    table: Table, outcomes: Sequence[Outcome] | None, studies: Sequence[Study] | None
) -> Plain:
    """Outcomes (None: rows were asked for), rows (None: outcomes were), and findings."""
    return {
        "reinfuse": __version__,
        "notice": NOTICE,
        "kind": "evidence",
        **table.head(),
        "outcomes": None if outcomes is None else [asdict(one) for one in outcomes],
        "studies": None if studies is None else [study_plain(one) for one in studies],
        "refused": len(table.refused),
        "findings": [finding_plain(one) for one in table.findings],
    }


def study_plain(study: Study, *, level: float = 0.95) -> Plain:
    """A row with everything that was recorded of it; `exact` is the interval of its rate."""
    exact = None
    if study.events is not None and study.n is not None:
        found = bound_rate(study.events, study.n, level=level)
        exact = [found.low, found.high]
    return {
        "id": study.id,
        "cohort": study.cohort,
        "label": study.label,
        "population": study.population,
        "disease": study.disease,
        "product": study.product,
        "infusion": None if study.infusion is None else str(study.infusion),
        "site": study.site,
        "age_group": study.age_group,
        "costimulation": study.costimulation,
        "outcome": study.outcome,
        "outcome_definition": study.outcome_definition,
        "scale": study.scale,
        "counted": str(study.counted),
        "counts": str(study.counts),
        "events": study.events,
        "n": study.n,
        "exact": exact,
        "percent": [study.percent_low, study.percent_high],
        "events_control": study.events_control,
        "n_control": study.n_control,
        "measure": None if study.measure is None else str(study.measure),
        "estimate": study.estimate,
        "se": study.se,
        "limits": [study.low, study.high],
        "mean": study.mean,
        "sd": study.sd,
        "follow_up": study.follow_up,
        "source": str(study.source),
        "standing": str(study.source.standing),
        "quote": study.quote,
        "fact": study.fact,
        "overlaps": list(study.overlaps),
        "part_of": study.part_of,
        "note": study.note,
    }
