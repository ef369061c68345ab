"""Keys and values of an options file, with what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeVar

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.exchange.course_file.nodes import Mapping as Pairs
from reinfuse.exchange.course_file.nodes import Node, Refused, Scalar
from reinfuse.exchange.course_file.text import MOST_PROBLEMS, Unreadable, problem, shortened

Value = TypeVar("Value")


class Keys:
    """Reads sets of keys; problems pile up, so that all of a file are found at once."""

    #: What to do of a key without a value.
    empty = "leave the key out to have it as it was given"

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[Finding] = []

    def of(
        self, node: Node, known: Sequence[str], thing: str, *, all_needed: bool = False
    ) -> dict[str, Node] | None:
        """The values by key; None, and a problem, where no set of keys stands."""
        if isinstance(node, Refused):
            return None
        if not isinstance(node, Pairs):
            self.say(f"{thing} is a set of keys", node.line, f"its keys are {', '.join(known)}")
            return None
        written: dict[str, Node] = {}
        for key, child in node.items:
            if key.text not in known:
                near = get_close_matches(key.text[:80], known, n=1)
                fix = f"did you mean `{near[0]}`?" if near else f"keys are {', '.join(known)}"
                self.say(f"unknown key `{shortened(key.text)}` in {thing}", key.line, fix)
            elif key.text in written:
                self.say(f"`{key.text}` stands twice in {thing}", key.line, "keep one of the two")
            else:
                written[key.text] = child
        for name in known if all_needed else ():
            if name not in written:
                self.say(f"{thing} needs `{name}`", node.line, f"add `{name}`")
        return written

    def value(
        self, written: Mapping[str, Node], name: str, read: Callable[[str], Value], other: Value
    ) -> Value:
        """The value of a key, or `other` where it does not stand or cannot be read."""
        return self.one(written.get(name), name, read, other)

    def one(
        self, node: Node | None, name: str, read: Callable[[str], Value], other: Value
    ) -> Value:
        """The value of a node, or `other` where there is none or it cannot be read."""
        if node is None or isinstance(node, Refused):
            return other
        if not isinstance(node, Scalar):
            self.say(f"`{name}` is one value", node.line, "write one value after the colon")
            return other
        if not node.text.strip():
            self.say(f"`{name}` is empty", node.line, self.empty)
            return other
        try:
            return read(node.text)
        except ReinfuseError as error:
            self.say(f"`{name}`: {error.what}", node.line, error.fix)
            return other

    def say(self, what: str, line: int, fix: str) -> None:
        """Note a problem."""
        self.problems.append(problem(what, f"{self._file} line {line}", fix, rule="options-file"))
        if len(self.problems) >= MOST_PROBLEMS:
            raise Unreadable(*self.problems)
