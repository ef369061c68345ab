"""When things happen in a model, and how a patient's simulation ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docs.markdown import table
from reinfuse.engine.language import read_model
from reinfuse.engine.plain.crossing import LOOKS
from reinfuse.engine.status import Status

_WAITING = """\
model one that waits for a condition
parameter limit = 50 [cells]
state A [cells] = 10
rate A = 0.5 [1/d]*A
event treat when A > limit after 2 [d] cancellable: A *= 0.1
observe seen [cells] = A
"""
_TOGETHER = (
    "**An output at the time of a dose or event is what it left**, not what it found. The same "
    "holds at the start: an event there comes before the first output.",
    "**Doses come first**, in the order given, then events.",
    "**Timed events at one moment come one after the other, in the order of the model.** The "
    "second sees what the first left, so that two infusions on a day add up.",
    "What one event sets, it sets at once: all formulas see the values before. So no event sets a "
    "state twice.",
    "A time is a formula of parameters. An infinite time is never. A time or dose before the start "
    "ends the patient with a status.",
    "A dose adds an amount to a state. Doses stand beside the model, in a table; events are part "
    "of it.",
)
_CONDITIONS = (
    "It is triggered when its condition comes to hold, not while it holds. What holds from the "
    "start triggers nothing, unless the event says `even at start`.",
    "`after DELAY` lets it happen later; the delay is taken when it is triggered.",
    "What it sets is computed when it is triggered; with `late values`, when it happens.",
    "With `cancellable` it is dropped if the condition turns false while it waits.",
    "Of those due at one moment the highest `priority` goes first (0 if not said), then what was "
    "due first. After each, conditions are looked at again, so that events may trigger each other.",
    f"A condition is looked at in {LOOKS} places of each step; what turns true and false again "
    "between two of them is not seen. The moment is found to the last digit.",
)


def happening_parts() -> Iterator[Iterable[str]]:
    """The parts of the page on events, doses and ends."""
    yield ("## When things happen", "", *(f"- {rule}" for rule in _TOGETHER))
    yield ("### Events that wait for a condition", "", *_conditions())
    yield ("## How a patient ends", "", *_ends())


def _conditions() -> Iterator[str]:
    read_model(_WAITING)
    yield from ("```text", *_WAITING.splitlines(), "```", "")
    yield from (f"- {rule}" for rule in _CONDITIONS)
    yield from (
        "",
        "The meaning is that of events in SBML (Level 3 Version 2 Core, section 4.12). A timed",
        "event may have a delay and a priority too. A model with a condition, delay or priority is",
        "solved in Python, patient after patient: the same numbers, some hundred times slower, in",
        "64 bits whatever was asked. Machine code, GPU kernels and derivatives by parameters know",
        "events with a time and nothing else.",
    )


def _ends() -> Iterator[str]:
    yield from (
        "Each patient ends with a status. One that could not be solved leaves the others as they",
        "are; its outputs that were not reached are nan, or empty in a table.",
        "",
    )
    yield from table(
        ("status", "number", "means"),
        ((f"`{one.name}`", str(int(one)), one.message) for one in Status),
    )
    yield from (
        "",
        "Two things have no status. Numbers of 32 bits end at 3.4e38: a power of cells that grows",
        "beyond it inside a formula is infinite and a quotient by it 0, so write `hill(A, K, 4)`,",
        "which never forms it, and not `A^4/(K^4 + A^4)`. And a pulse in a rate that is much",
        "narrower than the steps around it can be stepped over: give it as an event.",
    )
