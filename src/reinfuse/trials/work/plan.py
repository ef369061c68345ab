"""Work over numbered patients, cut in chunks, known by the hash of what it follows from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any  # a tree of plain JSON values

from reinfuse import __version__
from reinfuse.errors import ReinfuseError

_ENTRY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_MOST_SEED = 2**128  # what the key of a Philox generator holds


@dataclass(frozen=True, slots=True)
class Chunk:
    """Patients `first` to `last - 1`, counted from 0, which are worked on together."""

    number: int
    first: int
    last: int

    @property
    def words(self) -> str:
        """The chunk for a reader, who counts patients from 1."""
        return f"chunk {self.number}, patients {self.first + 1} to {self.last}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is done to how many patients; equal plans give equal bytes, wherever they are run.

    `work` names a function as `module:function`, which whoever works imports:
    `function(payload, first, last) -> bytes`, where `payload` is the JSON object `payload` with
    the master seed added as `seed`, and the patients are those of `range(first, last)`. What it
    returns may depend on these three alone. `version` is that of reinfuse. Use `Plan.of`.
    """

    work: str
    payload: str
    seed: int
    patients: int
    chunk_patients: int
    version: str = __version__

    def __post_init__(self) -> None:
        """Raise ReinfuseError with every reason why this cannot be worked on."""
        problems = []
        if not _ENTRY.fullmatch(self.work) or self.work.startswith("__main__:"):
            problems.append(f"work {self.work!r} is not module:function of a module by its name")
        if not 0 <= self.seed < _MOST_SEED:
            problems.append(f"seed {self.seed} is not from 0 to below 2^128")
        if self.patients < 1:
            problems.append(f"{self.patients} patients, not 1 or more")
        if self.chunk_patients < 1:
            problems.append(f"{self.chunk_patients} patients in a chunk, not 1 or more")
        if problems:
            raise ReinfuseError("; ".join(problems), where="plan", fix="correct them")

    @classmethod
    def of(
        cls, work: str, payload: Mapping[str, Any], *, seed: int, patients: int, chunk_patients: int
    ) -> Plan:
        """The plan of a function and what it is given; raises ReinfuseError for what is no JSON."""
        if "seed" in payload:
            raise ReinfuseError(
                "the payload has a seed of its own", where="plan",
                fix="leave it out: the plan's seed is added",
            )  # fmt: skip
        return cls(
            work=work, payload=_canonical(payload), seed=seed, patients=patients,
            chunk_patients=chunk_patients,
        )  # fmt: skip

    @classmethod
    def read(cls, text: str) -> Plan:
        """The plan that `text` was written from; raises ValueError for any other text."""
        tree = json.loads(text)
        names = {field.name for field in fields(cls)}
        if not isinstance(tree, dict) or tree.keys() != names:
            raise ValueError("not a plan")
        return cls(**tree | {"payload": _canonical(tree["payload"])})

    @cached_property
    def text(self) -> str:
        """The plan as canonical JSON: keys sorted, no spaces, numbers as Python writes them."""
        return _canonical(asdict(self) | {"payload": json.loads(self.payload)})

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `text`, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """All chunks, in the order in which their parts are joined."""
        firsts = range(0, self.patients, self.chunk_patients)
        return tuple(
            Chunk(number, first, min(first + self.chunk_patients, self.patients))
            for number, first in enumerate(firsts)
        )

    def given(self) -> dict[str, Any]:
        """What the function gets as its payload: a new object each time."""
        return json.loads(self.payload) | {"seed": self.seed}


def differences(kept: Plan, asked: Plan) -> list[str]:
    """What differs between two plans, in words, for somebody who meant them to be the same."""
    found = [
        f"{field.name.replace('_', ' ')}: {getattr(kept, field.name)} there,"
        f" {getattr(asked, field.name)} asked for"
        for field in fields(Plan)
        if field.name != "payload" and getattr(kept, field.name) != getattr(asked, field.name)
    ]
    there, here = json.loads(kept.payload), json.loads(asked.payload)
    absent = object()
    names = sorted(
        name
        for name in there.keys() | here.keys()
        if there.get(name, absent) != here.get(name, absent)
    )
    return found + ([f"inputs: {', '.join(names)}"] if names else [])


def _canonical(tree: Mapping[str, Any]) -> str:
    try:
        return json.dumps(
            tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
    except (TypeError, ValueError) as error:
        raise ReinfuseError(
            f"the payload cannot be written as JSON: {error}", where="plan",
            fix="give text, finite numbers, lists and objects of plain Python",
        ) from error  # fmt: skip
