"""How the simulation of one patient ended."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """One number for each end, the same in every kernel; `message` says it in words.

    Anything but OK leaves nan in place of every output that was not reached.
    """

    OK = 0
    STEP_LIMIT = 1
    STEP_TOO_SMALL = 2
    NOT_FINITE = 3
    BAD_PARAMETER = 4
    DOSE_BEFORE_START = 5
    BAD_DOSE = 6
    ENDLESS_EVENTS = 7

    @property
    def message(self) -> str:
        """What happened, and what to do next."""
        return _MESSAGES[self]


_MESSAGES = {
    Status.OK: "reached the end",
    Status.STEP_LIMIT: (
        "used up its steps before the end: raise most_steps, or loosen the tolerance"
    ),
    Status.STEP_TOO_SMALL: (
        "no step was short enough: the solution runs to infinity or jumps; "
        "check rates and units, or loosen the tolerance"
    ),
    Status.NOT_FINITE: (
        "a rate or state left the finite numbers: check for a division by 0 and for units"
    ),
    Status.BAD_PARAMETER: (
        "a parameter is no finite number or lies outside of its range, or of that of 32 bits: "
        "correct it"
    ),
    Status.DOSE_BEFORE_START: (
        "a dose lies before the start: begin earlier, or leave the dose out"
    ),
    Status.BAD_DOSE: "the time, delay or amount of a dose or event is no usable number: correct it",
    Status.ENDLESS_EVENTS: (
        "events trigger each other without end at one moment: check their conditions"
    ),
}
