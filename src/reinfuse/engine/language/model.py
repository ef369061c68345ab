"""A model as data: what changes, at which rates, what happens to it, what is seen of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from reinfuse.engine.language.tree import NOWHERE, Number, Place, Tree

ZERO = Number(0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What changes in time.

    `initial` is a formula of parameters; `rate` a formula of everything, or none where only events
    change the state. `tolerance` is the size (in the state's unit) below which an error does not
    matter.
    """

    name: str
    initial: Tree = ZERO
    rate: Tree = ZERO
    unit: str = ""
    tolerance: float = 1e-6
    note: str = ""
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A number that a patient has: its usual value, and the range in which the model holds."""

    name: str
    value: float
    unit: str = ""
    low: float = -float("inf")
    high: float = float("inf")
    note: str = ""
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """A name for a formula."""

    name: str
    value: Tree
    unit: str = ""
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What an event does to a state: it becomes `value`, a formula of all as it was before."""

    state: str
    value: Tree
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens at once.

    Either `time` is set, a formula of parameters, or `when`, a condition that becomes true. A timed
    event assigns what it finds when it happens: of two at one moment the second, in the order of
    the model, sees what the first left.

    A `delay` (a formula, taken when it is triggered) makes an event happen so much later. What
    events that wait or are delayed assign is computed at the trigger if `at_trigger`, else when
    they happen. If `persistent` is not set, an event that waits is dropped when its condition turns
    false again. `initially` is what the condition is taken to have been before the start. Of these
    events at one moment the one with the highest `priority` goes first.
    """

    name: str
    does: tuple[Assignment, ...]
    time: Tree | None = None
    when: Tree | None = None
    delay: Tree | None = None
    at_trigger: bool = True
    persistent: bool = True
    initially: bool = True
    priority: Tree | None = None
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observable:
    """What is measured: a formula of everything."""

    name: str
    value: Tree
    unit: str = ""
    at: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model; names are unique over all of its parts.

    `start` is the time at which states have their initial values.
    """

    name: str
    states: tuple[State, ...]
    parameters: tuple[Parameter, ...]
    helpers: tuple[Helper, ...] = ()
    events: tuple[Event, ...] = ()
    observables: tuple[Observable, ...] = ()
    time_unit: str = "d"
    start: float = 0.0

    def __hash__(self) -> int:
        """By names alone: models are keys of caches that a fit asks thousands of times a second."""
        return hash((self.name, self.start, self.state_names, self.parameter_names))

    @property
    def state_names(self) -> tuple[str, ...]:
        """Names of states, in order."""
        return tuple(state.name for state in self.states)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Names of parameters, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def observable_names(self) -> tuple[str, ...]:
        """Names of observables, in order."""
        return tuple(observable.name for observable in self.observables)
