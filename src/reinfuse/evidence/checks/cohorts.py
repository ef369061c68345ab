"""Parts against wholes, and what a cohort is said to be against what its own rows say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from reinfuse.errors import Finding
from reinfuse.evidence.diseases import are_strangers
from reinfuse.evidence.outcomes import fold
from reinfuse.evidence.rules import tell
from reinfuse.evidence.sharing import relate_cohorts, share, wholes_of
from reinfuse.evidence.study import Counted, Study

#: What one group of patients has one of.
DESCRIBED = ("disease", "product", "infusion", "age_group", "costimulation")
#: How many of these words make an outcome a response of the whole patient.
RESPONSES = ("CR", "CRi", "ORR", "response", "remission")
_AGAIN = "look both numbers up again"


def find_family_faults(studies: Sequence[Study]) -> Iterator[Finding]:
    """Parts that are parts of nothing, of themselves, or of two wholes."""
    known = {study.cohort for study in studies}
    parents: dict[str, str] = {}
    for study in studies:
        if study.part_of is not None:
            parents.setdefault(study.cohort, study.part_of)
    for study in studies:
        if study.part_of is None:
            continue
        about = (study.id,)
        if study.cohort == study.part_of or _in_circle(study.cohort, parents):
            what = f"{study.cohort} is a part of {study.part_of}, and so of itself"
            yield tell("part-of-itself", what, fix="name the whole in part_of", about=about)
        elif study.part_of not in known:
            what = f"{study.cohort} is a part of {study.part_of}, which the table does not hold"
            fix = "add a row of the whole, or see how the key is spelt"
            yield tell("part-of-absent", what, fix=fix, about=about)
        if parents[study.cohort] != study.part_of:
            what = f"{study.cohort} is a part of {study.part_of} and of {parents[study.cohort]}"
            yield tell("two-wholes", what, fix="name one whole per cohort", about=about)


def find_sums(studies: Sequence[Study]) -> Iterator[Finding]:
    """Parts with more patients or events than their whole, one by one and added up."""
    related = relate_cohorts(studies)
    for whole, parts in _families(studies):
        about = (*(part.id for part in parts), whole.id)
        fitting = []
        for part in parts:
            if (part.n or 0) <= (whole.n or 0) and (part.events or 0) <= (whole.events or 0):
                fitting.append(part)
                continue
            what = f"{part.id} has {_said(part)}, and the whole, {whole.id}, {_said(whole)}"
            yield tell("part-exceeds-whole", what, fix=_AGAIN, about=(part.id, whole.id))
        # Parts that share patients with each other cannot be added up.
        apart = not any(share(one, two, related) for one, two in combinations(parts, 2))
        if len(parts) < 2 or not apart or len(fitting) < len(parts):  # noqa: PLR2004  # a sum
            continue
        n, events = sum(p.n or 0 for p in parts), sum(p.events or 0 for p in parts)
        told = f"the parts of {whole.id} add up to {events}/{n}, and it has {_said(whole)}"
        if n > (whole.n or 0) or events > (whole.events or 0):
            yield tell("parts-exceed-whole", told, fix=_AGAIN, about=about)
        elif n == whole.n and events != whole.events:
            yield tell("parts-do-not-add-up", told, fix=_AGAIN, about=about)


def find_descriptions(studies: Sequence[Study]) -> Iterator[Finding]:
    """One cohort described in two ways, or with two denominators."""
    for cohort, rows in _by_cohort(studies).items():
        about = tuple(row.id for row in rows)
        for field in DESCRIBED:
            words = sorted({str(word) for row in rows if (word := getattr(row, field))})
            if len(words) > 1:
                what = f"{field} of {cohort} is {' and '.join(words)}"
                fix = "give each group of patients a cohort key of its own"
                yield tell("cohort-described-twice", what, fix=fix, about=about)
        for counted in Counted:
            sizes = sorted({row.n for row in rows if row.counted is counted and row.n is not None})
            if len(sizes) > 1:
                what = f"{cohort} has {' and '.join(map(str, sizes))} {counted}s in its rows"
                fix = "say in the notes who was left out of which"
                yield tell("n-differs", what, fix=fix, about=about)


def find_other_names(studies: Sequence[Study]) -> Iterator[Finding]:
    """Cohorts and outcomes that are called by the name of others."""
    families: dict[str, list[Study]] = defaultdict(list)
    for study in studies:
        families[study.part_of or study.cohort].append(study)
    for whole, rows in families.items():
        called = [row for row in rows if row.called]
        if any(are_strangers(row.called, row.disease) for row in called):
            outcomes = {row.outcome for row in called}
            groups = dict.fromkeys(
                f"{row.disease or 'not stated'} ({_said(row)})"
                for row in rows
                if row.outcome in outcomes
            )
            size = f"{called[0].called_n} patients" if called[0].called_n else "patients"
            what = f"the {size} of {whole} are called {called[0].called}, yet its rows are of "
            fix = f"take each result for its own group, not for {called[0].called} patients"
            about = tuple(row.id for row in called)
            yield tell("cohort-called-otherwise", what + ", ".join(groups), fix=fix, about=about)
        sizes = {row.n for row in rows if row.cohort == whole and row.n is not None}
        for row in rows:
            if row.called_n is not None and sizes and row.called_n not in sizes:
                told = " or ".join(map(str, sorted(sizes)))
                what = f"{whole} is cited with {row.called_n} patients, and has {told}"
                yield tell("called-n-differs", what, fix=_AGAIN, about=(row.id,))
    for study in studies:
        if study.outcome_called and fold(study.outcome_called) != fold(study.outcome):
            what = f"{study.id}: the source calls it {study.outcome_called}; it is {study.outcome}"
            fix = f"never pool it with {study.outcome_called}"
            yield tell("outcome-called-otherwise", what, fix=fix, about=(study.id,))


def find_responses_at_a_site(studies: Sequence[Study]) -> Iterator[Finding]:
    """Responses of the patient that are easily taken for the clearance of a lesion."""
    for study in studies:
        of_patient = study.counted is Counted.PATIENT and any(
            word in RESPONSES for word in study.outcome.split()
        )
        site = study.site or ""
        beyond_marrow = "CNS" in site or "extramedullary" in site
        named = "CNS" in study.outcome or "extramedullary" in study.outcome
        if of_patient and beyond_marrow and not named:
            what = f"{study.id}: {study.outcome} is of the patient, and the disease was at {site}"
            fix = "do not take it for the share of lesions that cleared"
            yield tell("response-at-a-site", what, fix=fix, about=(study.id,))


def _families(studies: Sequence[Study]) -> Iterator[tuple[Study, list[Study]]]:
    """Each whole with its parts, where outcome and what is counted are the same."""
    wholes = {(s.cohort, s.outcome, s.counted): s for s in studies if s.is_counted}
    parts: dict[tuple[str, str, Counted], list[Study]] = defaultdict(list)
    for study in studies:
        if study.part_of and study.part_of != study.cohort and study.is_counted:
            parts[study.part_of, study.outcome, study.counted].append(study)
    for key, held in parts.items():
        if key in wholes:
            yield wholes[key], held


def _by_cohort(studies: Sequence[Study]) -> dict[str, list[Study]]:
    found: dict[str, list[Study]] = defaultdict(list)
    for study in studies:
        found[study.cohort].append(study)
    return found


def _in_circle(cohort: str, parents: Mapping[str, str]) -> bool:
    return any(parents.get(whole) == cohort for whole in (cohort, *wholes_of(cohort, parents)))


def _said(study: Study) -> str:
    if study.is_counted:
        return f"{study.events}/{study.n}"
    return f"n = {study.n}" if study.n else "no counts"
