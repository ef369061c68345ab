"""Reads the nodes of a file into values, and keeps a list of what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from reinfuse.cytometry.strategy.tree import Keys, Listing, Node, Scalar
from reinfuse.errors import ReinfuseError

MOST_TOLD = 50
_ECHOED = 40
_YES, _NO = ("yes", "true"), ("no", "false")
Word = TypeVar("Word", bound=StrEnum)
Made = TypeVar("Made")


def shortened(text: str) -> str:
    """What a message may repeat of a text that somebody wrote: one line, 40 characters at most."""
    line = "".join(letter if letter.isprintable() else " " for letter in text[: _ECHOED + 1])
    return line if len(line) <= _ECHOED else line[: _ECHOED - 3] + "..."


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """What to do about a name that is not known."""
    listed = list(known)
    near = get_close_matches(name[:80], listed, n=1)
    return f"did you mean `{near[0]}`?" if near else f"write one of: {', '.join(listed) or 'none'}"


@dataclass(frozen=True, slots=True)
class Told:
    """Problems of a file by line; what has one is left out and the rest is read on."""

    file: str
    problems: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, line: int, what: str, fix: str) -> None:
        """One more problem."""
        self.problems.append((line, what, fix))

    def raise_if_any(self, what: str) -> None:
        """Raise all of them as one ReinfuseError, a line for each, in the order of the file."""
        if not self.problems:
            return
        told = sorted(dict.fromkeys(self.problems))
        lines = [f"{self.file} line {line}: {one}; {fix}" for line, one, fix in told[:MOST_TOLD]]
        if len(told) > MOST_TOLD:
            lines.append(f"and {len(told) - MOST_TOLD} more")
        fix = "correct these lines and read it again"
        raise ReinfuseError("\n".join([what, *lines]), where=self.file, fix=fix)

    def keys(
        self, node: Node, thing: str, allowed: Mapping[str, str], needed: tuple[str, ...] = ()
    ) -> dict[str, Node]:
        """The values of an entry by key; `allowed` says what each key is for."""
        found: dict[str, Node] = {}
        for key, value in self.named(node, thing):
            if key.text not in allowed:
                fix = did_you_mean(key.text, allowed)
                self.add(key.line, f"unknown key `{shortened(key.text)}` in {thing}", fix)
            else:
                found[key.text] = value
        for key_needed in needed:
            # A thing that is no set of keys has been told of already.
            if key_needed not in found and isinstance(node, Keys):
                fix = f"add `{key_needed}`: {allowed[key_needed]}"
                self.add(node.line, f"{thing} needs `{key_needed}`", fix)
        return found

    def named(self, node: Node, thing: str) -> tuple[tuple[Scalar, Node], ...]:
        """Keys and values, whatever the keys are; a key that stands twice is told."""
        if not isinstance(node, Keys):
            self.add(node.line, f"{thing} is a set of keys", "write `key: value`, one on a line")
            return ()
        seen: dict[str, tuple[Scalar, Node]] = {}
        for key, value in node.items:
            if key.text in seen:
                first = seen[key.text][0].line
                what = f"`{shortened(key.text)}` stands twice in {thing}, first on line {first}"
                self.add(key.line, what, "keep one of the two")
            else:
                seen[key.text] = (key, value)
        return tuple(seen.values())

    def items(self, node: Node, thing: str) -> tuple[Node, ...]:
        """The items of a list; one value alone is a list of one."""
        if isinstance(node, Listing):
            return node.items
        if isinstance(node, Scalar):
            return (node,)
        self.add(node.line, f"{thing} is a list", "begin each item with a dash")
        return ()

    def text(self, node: Node | None, thing: str) -> str | None:
        """A text that is not empty; None if there is none."""
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.add(node.line, f"{thing} is one value", "write one value after the colon")
            return None
        if not node.text.strip():
            self.add(node.line, f"{thing} is empty", "leave the key out, or write a value")
            return None
        return " ".join(node.text.split())

    def texts(self, node: Node | None, thing: str) -> tuple[str, ...]:
        """Texts, one or a list."""
        if node is None:
            return ()
        found = (self.text(item, f"an item of {thing}") for item in self.items(node, thing))
        return tuple(one for one in found if one is not None)

    def number(self, node: Node | None, thing: str) -> float | None:
        """A finite number."""
        text = self.text(node, thing)
        if text is None or node is None:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            what = f"{thing} is a number, and {shortened(text)!r} is none"
            self.add(node.line, what, "write it like 0.45")
            return None
        return value

    def numbers(self, node: Node | None, thing: str, count: int = 0) -> tuple[float, ...] | None:
        """Numbers, as many as `count` if it is not 0; None if one of them is none."""
        if node is None:
            return None
        items = self.items(node, thing)
        values = [self.number(item, f"an item of {thing}") for item in items]
        if count and len(items) != count:
            what = f"{thing} has {len(items)} numbers, and {count} are needed"
            self.add(node.line, what, "write them like [0.2, 0.6]")
            return None
        whole = tuple(value for value in values if value is not None)
        return whole if len(whole) == len(values) and whole else None

    def word(self, node: Node | None, thing: str, words: type[Word], usual: Word) -> Word:
        """One of the words of an enumeration, or the usual one if nothing is written."""
        text = self.text(node, thing)
        if text is None or node is None:
            return usual
        try:
            return words(text)
        except ValueError:
            what = f"{thing} cannot be {shortened(text)!r}"
            self.add(node.line, what, did_you_mean(text, [word.value for word in words]))
            return usual

    def yes(self, node: Node | None, thing: str, *, usual: bool) -> bool:
        """Yes or no, or the usual answer if nothing is written."""
        text = self.text(node, thing)
        if text is None or node is None:
            return usual
        if text.lower() not in _YES + _NO:
            self.add(
                node.line,
                f"{thing} is yes or no, and {shortened(text)!r} is neither",
                "write yes or no",
            )
        return text.lower() in _YES

    def tried(self, line: int, thing: str, make: Callable[[], Made]) -> Made | None:
        """What `make` makes, or None when it raised and what it said has been told."""
        try:
            return make()
        except ReinfuseError as error:
            self.add(line, f"{thing}: {error.what}", error.fix or "correct it")
            return None
