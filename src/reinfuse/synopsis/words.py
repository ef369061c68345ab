"""How clauses become sentences, each carrying the entries it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence with the ids of the entries it rests on."""

    text: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence computed from the record, and the ids of the entries it rests on."""

    text: str
    entries: tuple[str, ...]


def sentence(clauses: Iterable[Clause], *, between: str = "; ") -> Sentence:
    """One sentence of several clauses; it begins with a capital and ends with a full stop."""
    found = [clause for clause in clauses if clause.text]
    text = between.join(clause.text for clause in found)
    return Sentence(f"{text[:1].upper()}{text[1:]}.", unique(*(clause.entries for clause in found)))


def unique(*groups: Iterable[str]) -> tuple[str, ...]:
    """All ids once, in the order in which they first came."""
    return tuple(dict.fromkeys(ident for group in groups for ident in group if ident))


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    found = list(words)
    if len(found) < 2:  # noqa: PLR2004 - one word needs no joining
        return "".join(found)
    return f"{', '.join(found[:-1])} and {found[-1]}"


def the(name: str) -> str:
    """`infusion 2`, but `the infusion` where there is one only and it has no number."""
    return name if name[-1:].isdigit() else f"the {name}"


def counted(number: int, thing: str) -> str:
    """`1 finding`, `2 findings`, `no findings`."""
    if number == 0:
        return f"no {thing}s"
    return f"{number} {thing}{'' if number == 1 else 's'}"
