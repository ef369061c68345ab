"""What is wrong with a model, and the error that says all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from reinfuse.engine.language.tree import NOWHERE, Place
from reinfuse.errors import ReinfuseError

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a model.

    `rule` is a stable short name: `syntax`, `name`, `twice`, `unknown`, `circle`, `unused`,
    `missing`, `range`, `number`, `operation`, `kind`, `event`, `scope`, `unit` or `depth`. `part`
    says which part of the model it is about (`rate of Eb`), for models that have no text.
    """

    rule: str
    what: str
    fix: str = ""
    at: Place = NOWHERE
    part: str = ""

    @property
    def where(self) -> str:
        """Line and column if the model was read from a text, else the part of the model."""
        if self.at == NOWHERE:
            return self.part
        return f"line {self.at.line}, column {self.at.column}"


class BadModel(ReinfuseError):
    """A model that cannot be used; `problems` holds each reason, in the order of the text."""

    problems: tuple[Problem, ...] = ()


class Misread(Exception):
    """Ends the reading of one statement; the next one is read on."""

    def __init__(self, what: str, fix: str, at: Place) -> None:
        self.problem = Problem(rule="syntax", what=what, fix=fix, at=at)


def refusal(problems: Iterable[Problem], *, file: str = "") -> BadModel:
    """The error that says every problem; `file` is what a reader knows the text by."""
    listed = tuple(sorted(problems, key=lambda problem: problem.at))
    if len(listed) == 1:
        (only,) = listed
        where = ", ".join(part for part in (file, only.where) if part)
        error = BadModel(only.what, where=where, fix=only.fix)
    else:
        lines = [_line(problem) for problem in listed[:MOST_SHOWN]]
        if len(listed) > MOST_SHOWN:
            lines.append(f"and {len(listed) - MOST_SHOWN} more")
        head = f"the model has {len(listed)} problems:"
        error = BadModel("\n".join([head, *(f"  {line}" for line in lines)]), where=file)
    error.problems = listed
    return error


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean ...?` with the nearest spelling, or nothing where none is near."""
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean `{folded[near[0]]}`?" if near else ""


def _line(problem: Problem) -> str:
    where = f"{problem.where}: " if problem.where else ""
    return f"{where}{problem.what}{' -> ' if problem.fix else ''}{problem.fix}"
