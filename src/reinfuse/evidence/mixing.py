"""What must not differ between rows that are pooled, unless the caller says so, and what may.

Grading scales of one name count different patients, a lesion is no patient, products with CD28
and with 4-1BB behave differently, and two definitions of one outcome are two outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.evidence.rules import tell
from reinfuse.evidence.study import Counts, Study
from reinfuse.source import Standing

#: What must not be mixed unasked: the word to allow it with, and the field of `Study`.
KINDS = {
    "outcome": "outcome",
    "counted": "counted",
    "scale": "scale",
    "costimulation": "costimulation",
    "definition": "outcome_definition",
    "measure": "measure",
}
#: What is told when it differs, and does not stop anything.
TOLD = {
    "time": "follow_up",
    "disease": "disease",
    "product": "product",
    "infusion": "infusion",
}
_LONGEST = 60  # characters of a word that is told; definitions can be long
_MOST_WORDS = 4


def check_mixing(studies: Sequence[Study], mixing: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What is mixed with the caller's leave; raises for what is mixed without it.

    A word that is not recorded is not another word: it is told by `find_cautions`.
    """
    unknown = [word for word in mixing if word not in KINDS]
    if unknown:
        raise ReinfuseError(
            f"mixing cannot be {', '.join(map(repr, unknown))}",
            fix=f"allow any of: {', '.join(KINDS)}",
        )
    mixed = {kind: words for kind, field in KINDS.items() if len(words := _by(studies, field)) > 1}
    # Whoever names two outcomes has said that they may stand together.
    refused = [kind for kind in mixed if kind not in (*mixing, "outcome")]
    if refused:
        narrow = [KINDS[kind] for kind in refused if kind not in ("definition", "scale")]
        raise ReinfuseError(
            "; ".join(f"{kind} differs: {_told(mixed[kind])}" for kind in refused),
            where=" and ".join(dict.fromkeys(study.outcome for study in studies)),
            fix=(f"choose by {', '.join(narrow)}, or " if narrow else "")
            + f"allow it: mixing {', '.join([*mixing, *refused])}",
        )
    return tuple(_mixed(kind, words) for kind, words in mixed.items())


def find_mixing(studies: Sequence[Study]) -> Iterator[Finding]:
    """One finding for each thing that differs between rows, whether or not it would be refused."""
    for kind, field in (KINDS | TOLD).items():
        words = _by(studies, field)
        if len(words) > 1:
            yield _mixed(kind, words)


def find_cautions(studies: Sequence[Study]) -> Iterator[Finding]:
    """What a reader of a pooled number must be told about the rows in it."""
    told = ((kind, _by(studies, field)) for kind, field in TOLD.items())
    yield from (_mixed(kind, words) for kind, words in told if len(words) > 1)
    yield from _not_stated(studies)
    yield from _unsure(studies)
    for study in studies:
        if study.not_a_target_because:
            what = f"{study.id}: {study.not_a_target_because}"
            yield tell("no-target", what, fix="see whether it belongs here", about=(study.id,))


def _not_stated(studies: Sequence[Study]) -> Iterator[Finding]:
    for kind, field in (KINDS | TOLD).items():
        stated = _by(studies, field)
        silent = tuple(study.id for study in studies if getattr(study, field) is None)
        if stated and silent:
            what = f"{kind} is not stated for {len(silent)} of {len(studies)}: {', '.join(silent)}"
            yield tell("not-stated", what, fix="look it up in the papers", about=silent)


def _unsure(studies: Sequence[Study]) -> Iterator[Finding]:
    derived = tuple(study.id for study in studies if study.counts is Counts.DERIVED)
    recalled = tuple(s.id for s in studies if s.source.standing is Standing.RECALLED)
    if derived:
        what = f"counts worked out from a percentage: {', '.join(derived)}"
        yield tell("derived-count", what, fix="look them up in the papers", about=derived)
    if recalled:
        what = f"numbers recalled, not read: {', '.join(recalled)}"
        yield tell("recalled", what, fix="read them in the papers", about=recalled)


def _by(studies: Sequence[Study], field: str) -> dict[str, tuple[str, ...]]:
    """The ids of the rows by each word that is recorded in the field."""
    found: dict[str, list[str]] = {}
    for study in studies:
        word = getattr(study, field)
        if word is not None:
            found.setdefault(str(word), []).append(study.id)
    return {word: tuple(ids) for word, ids in found.items()}


def _mixed(kind: str, words: dict[str, tuple[str, ...]]) -> Finding:
    return tell(
        f"mixed-{kind}",
        f"{kind} differs: {_told(words)}",
        fix="pool them apart, or say that they were pooled together",
        about=tuple(one for ids in words.values() for one in ids),
    )


def _told(words: dict[str, tuple[str, ...]]) -> str:
    shown = [f"{_short(word)} ({len(ids)})" for word, ids in words.items()][:_MOST_WORDS]
    more = len(words) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _short(word: str) -> str:
    return word if len(word) <= _LONGEST else word[: _LONGEST - 1] + "…"
