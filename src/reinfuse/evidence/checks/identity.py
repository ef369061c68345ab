"""Rows entered twice, and words written in two ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from reinfuse.errors import Finding
from reinfuse.evidence.outcomes import fold
from reinfuse.evidence.rules import tell
from reinfuse.evidence.sharing import fingerprint, result_of
from reinfuse.evidence.study import Study

#: Words by which rows are chosen: two spellings would part what belongs together.
SPELLED = (
    *("outcome", "cohort", "disease", "product", "site", "age_group", "costimulation", "scale"),
)


def check_identity(name: str, known: Mapping[str, str], where: str) -> Iterator[Finding]:
    """Whether the id of a row is taken; `known` are the ids so far, by their small letters."""
    alike = known.get(name.casefold())
    if alike == name:
        what, fix = f"id {name} is used twice", "give each row an id of its own"
        yield tell("duplicate-id", what, where=where, fix=fix, about=(name,))
    elif alike is not None:
        what = f"id {name} differs from {alike} in capital letters only"
        fix = "give each row an id of its own"
        yield tell("id-by-case", what, where=where, fix=fix, about=(name,))


def find_duplicates(studies: Sequence[Study]) -> Iterator[Finding]:
    """One result under two ids."""
    seen: dict[tuple[object, ...], Study] = {}
    for study in studies:
        mark, result = fingerprint(study), result_of(study)
        if mark is None or result is None:
            continue
        own = (study.cohort, *result)  # of one cohort, however it is described
        first = seen.get(mark) or seen.get(own) or study
        seen.setdefault(mark, study)
        seen.setdefault(own, study)
        if first is not study:
            what = f"{study.id} has outcome, numbers and source of {first.id}"
            fix = "keep one of them, or say how the groups differ"
            yield tell("duplicate-row", what, fix=fix, about=(study.id, first.id))


def find_spellings(studies: Sequence[Study]) -> Iterator[Finding]:
    """Words that differ by capital letters, spaces or hyphens only."""
    for field in SPELLED:
        written: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for study in studies:
            word = getattr(study, field)
            if word:
                plain = fold(word).replace("-", "").replace(" ", "")
                written[plain][word].append(study.id)
        for spellings in written.values():
            if len(spellings) > 1:
                (common, _), *others = sorted(spellings.items(), key=lambda pair: -len(pair[1]))
                about = tuple(one for _, ids in others for one in ids)
                what = f"{field} is written {', '.join(map(repr, spellings))}"
                fix = f"write {common!r} everywhere"
                yield tell("spelling-differs", what, fix=fix, about=about)
