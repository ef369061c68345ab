"""Cited cohorts against their own names, counts and percentages."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.checks.case import Case, listed, number_in
from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.evidence import Group, Study, shipped_studies, split_total
from reinfuse.evidence.diseases import exclude_each_other
from reinfuse.record import Claim

WHOLE = 100
# More splits than this are counted and not written out.
_MOST_SHOWN = 4


def find_mislabelled_cohorts(case: Case) -> Iterator[Finding]:
    """A cohort called by one disease whose own groups are others."""
    for claims in _cohorts(case).values():
        strangers = [claim for claim in claims if exclude_each_other(claim.called, claim.group)]
        if not strangers:
            continue
        first, about = strangers[0], tuple(claim.id for claim in claims)
        size = f"{first.called_n} patients" if first.called_n else "patients"
        results = listed(f"{claim.group}{_percent(claim)}" for claim in claims if claim.group)
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="cohort-label",
            what=f"the {size} of {first.cohort} are called {first.called}, yet results are given "
            f"for {results}{_splits(claims)}{_shipped(claims)}",
            where="; ".join(about),
            fix=f"take each result for its own group, not for {first.called} patients",
            about=about,
        )


def find_impossible_counts(case: Case) -> Iterator[Finding]:
    """Events, denominators and percentages of a cited result that cannot all be so."""
    for claim in case.course.claims:
        for what in _count_errors(claim):
            yield _counts(what, claim)
    for claims in _cohorts(case).values():
        groups = {claim.group: claim.n for claim in claims if claim.group and claim.n is not None}
        called = next((claim.called_n for claim in claims if claim.called_n), None)
        if called is not None and sum(groups.values()) > called:
            what = (
                f"the groups of {claims[0].cohort} add up to {sum(groups.values())}, not {called}"
            )
            yield _counts(what, *claims)


def find_claims_against_studies(case: Case) -> Iterator[Finding]:
    """A cited count that is not the one in the study table that comes with the package."""
    for claim in case.course.claims:
        study = _study_of(claim)
        if study is None or None in (claim.events, claim.n, study.events, study.n):
            continue
        if (claim.events, claim.n) != (study.events, study.n):
            yield Finding(
                severity=Severity.CONTRADICTION,
                rule="claim-against-study",
                what=f"{claim.id} cites {claim.events}/{claim.n}, the study table has "
                f"{study.events}/{study.n} ({study.source})",
                where=claim.id,
                fix="look the count up in the cited paper",
                about=(claim.id,),
            )


def _cohorts(case: Case) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in case.course.claims:
        found.setdefault(claim.cohort, []).append(claim)
    return found


def _percent(claim: Claim) -> str:
    return "" if claim.percent is None else f" ({claim.percent.shown()})"


def _splits(claims: list[Claim]) -> str:
    """The group sizes and counts that the printed whole percentages leave possible."""
    percents = _whole_percents(claims)
    total = next((claim.called_n for claim in claims if claim.called_n), None)
    if total is None or len(percents) <= 1:
        return ""
    known = {claim.group: claim.n for claim in claims if claim.group in percents and claim.n}
    try:
        splits = split_total(total, percents, sizes=known)
    except ReinfuseError:
        return f"; too many splits of {total} fit these percentages to name them"
    if not splits:
        return f"; no split of {total} into these groups gives these percentages"
    if len(splits) > _MOST_SHOWN:
        return f"; {len(splits)} splits of {total} give these percentages"
    return f"; of {total}, only these fit: {' or '.join(_shown(split) for split in splits)}"


def _whole_percents(claims: list[Claim]) -> dict[str, int]:
    return {
        claim.group: int(number)
        for claim in claims
        if claim.group
        for number in [number_in(claim.percent, "%")]
        if number is not None and number.is_integer() and 0 <= number <= WHOLE
    }


def _shown(split: tuple[Group, ...]) -> str:
    return ", ".join(f"{group.label} {group.events}/{group.n}" for group in split)


def _shipped(claims: list[Claim]) -> str:
    """What the study table that comes with the package has for these groups."""
    found = []
    for claim in claims:
        study = _study_of(claim)
        if study is not None and study.events is not None and study.n is not None:
            found.append(f"{claim.group} {study.events}/{study.n} [{study.source.standing}]")
    return f"; the study table has {', '.join(found)}" if found else ""


def _study_of(claim: Claim) -> Study | None:
    """The row of the study table that a claim names by its id or by its fact."""
    if claim.study is None:
        return None
    name = claim.study.casefold()
    by_id = (study for study in shipped_studies() if study.id.casefold() == name)
    by_fact = (study for study in shipped_studies() if (study.fact or "").casefold() == name)
    return next(by_id, None) or next(by_fact, None)


def _count_errors(claim: Claim) -> Iterator[str]:
    if claim.events is None or claim.n is None:
        return
    if claim.events > claim.n or claim.n == 0:
        yield f"{claim.id} counts {claim.events} events among {claim.n}"
        return
    printed, share = number_in(claim.percent, "%"), WHOLE * claim.events / claim.n
    if printed is None:
        return
    decimals = len(f"{printed:.10g}".partition(".")[2])
    if abs(share - printed) > 0.5 * 10.0**-decimals + 1e-9:
        yield f"{claim.id} cites {printed:g} %, and {claim.events}/{claim.n} is {share:.2f} %"


def _counts(what: str, *claims: Claim) -> Finding:
    about = tuple(claim.id for claim in claims)
    return Finding(
        severity=Severity.CONTRADICTION,
        rule="claim-counts",
        what=what,
        where="; ".join(about),
        fix="look the counts and the percentage up in the cited paper",
        about=about,
    )
