"""The order in which gates can be applied: what a gate stands on comes before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from reinfuse.cytometry.gates.values import Boolean, Gate
from reinfuse.errors import ReinfuseError


def in_order(gates: Sequence[Gate], *, names: Iterable[str] | None = None) -> tuple[Gate, ...]:
    """The named gates and all they stand on, parents and operands before those that need them.

    `names` None means all. ReinfuseError tells every name given twice, every parent, operand or
    asked gate that is not there, and gates that stand on themselves.
    """
    known = {gate.name: gate for gate in gates}
    problems = [
        f"gate {name} is there {times} times"
        for name, times in Counter(gate.name for gate in gates).items()
        if times > 1
    ]
    asked = tuple(known if names is None else names)
    problems += [f"there is no gate {name}" for name in asked if name not in known]
    for gate in gates:
        problems += [
            f"gate {gate.name} stands on gate {below}, which is not there"
            for below in stands_on(gate)
            if below not in known
        ]
    if problems:
        raise ReinfuseError("; ".join(problems), fix=f"the gates are: {', '.join(known) or 'none'}")
    return _sorted(known, asked)


def stands_on(gate: Gate) -> tuple[str, ...]:
    """The names of the gates that must be known before this one: its parent and its operands."""
    parent = () if gate.parent is None else (gate.parent,)
    operands = gate.operands if isinstance(gate, Boolean) else ()
    return (*parent, *(operand.gate for operand in operands))


def _sorted(known: Mapping[str, Gate], asked: Sequence[str]) -> tuple[Gate, ...]:
    done: dict[str, Gate] = {}
    open_: dict[str, None] = {}  # those being settled, in the order in which they were reached
    waiting = list(reversed(asked))
    # A stack of our own, as a file may nest gates deeper than Python's calls go.
    while waiting:
        name = waiting[-1]
        if name in done:
            waiting.pop()
            continue
        below = [each for each in stands_on(known[name]) if each not in done]
        if not below:
            done[name] = known[name]
            open_.pop(name, None)
            waiting.pop()
            continue
        open_[name] = None
        if circle := next((each for each in below if each in open_), None):
            path = [*open_][[*open_].index(circle) :]
            raise ReinfuseError(
                f"gates stand on themselves: {' on '.join([*path, circle])}",
                fix="give one of them another parent or operand",
            )
        waiting.extend(reversed(below))
    return tuple(done.values())
