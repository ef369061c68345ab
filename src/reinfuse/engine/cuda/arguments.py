"""What the kernel is given, in order: its signature is made from this list, and so is a launch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "numbers", "times", "kinds", "offsets", "found", "ends", "counter", "time", "share", "count"
]

# `real` is float or double, as the kernel was made for.
_C_TYPES: dict[Kind, str] = {
    "numbers": "const real *__restrict__",
    "times": "const double *__restrict__",
    "kinds": "const int *__restrict__",
    "offsets": "const long long *__restrict__",
    "found": "real *__restrict__",
    "ends": "int *__restrict__",
    "counter": "unsigned int *__restrict__",
    "time": "const double",
    "share": "const double",
    "count": "const unsigned int",
}


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of the kernel: its name there, its kind, what it holds."""

    name: str
    kind: Kind
    meaning: str


ARGUMENTS = (
    Argument("parameters", "numbers", "[patient][parameter]"),
    Argument("patients", "count", "rows of the arrays by patient, below 2^32 less all threads"),
    Argument("output_times", "times", "[time], ascending, none before the start, for all patients"),
    Argument("times", "count", "how many times there are"),
    Argument("start", "time", "when the model's initial states hold"),
    Argument("end", "time", "when a patient is done; no output lies after it"),
    Argument("offsets", "offsets", "[patient + 1]: events of patient i are offsets[i] to [i + 1]"),
    Argument("event_times", "times", "[event], ascending for each patient, none before the start"),
    Argument(
        "event_kinds",
        "kinds",
        "[event]: the number of a timed event of the model, or theirs and a state's: a dose",
    ),
    Argument("event_amounts", "times", "[event], what a dose adds, in the unit of its state"),
    Argument("rtol", "share", "error allowed in a step, as a share of the state"),
    Argument("atol", "numbers", "[state], error allowed whatever the state's size"),
    Argument("most_steps", "count", "steps after which a patient is given up, rejected ones too"),
    Argument("next_patient", "counter", "the patient that nobody has taken yet; 0 at launch"),
    Argument("out", "found", "[patient][time][output]; not a number where not reached"),
    Argument("statuses", "ends", "[patient], how each ended; one that is not 0 is not simulated"),
    Argument("steps", "ends", "[patient], steps taken, rejected ones too"),
)


def signature() -> str:
    """The arguments as CUDA C."""
    return ", ".join(f"{_C_TYPES[one.kind]} {one.name}" for one in ARGUMENTS)
