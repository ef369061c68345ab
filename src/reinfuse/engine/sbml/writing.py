"""A model as SBML Level 3 Version 2: parameters, rate rules, assignment rules and events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from reinfuse.engine.language.model import Assignment, Event, Helper, Model, Observable
from reinfuse.engine.language.tree import TIME, Call, Name, Number, Tree
from reinfuse.engine.sbml.mathml_writing import number_attribute, written_math
from reinfuse.errors import ReinfuseError

_SBML = "http://www.sbml.org/sbml/level3/version2/core"
_SID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "wk": 604800, "a": 31557600}
_CLOCK = "time_unit"  # ids of units are apart from all others, so that no name can be this one


def sbml_of(model: Model) -> str:
    """The model as SBML Level 3 Version 2 core, without species and compartments.

    Parameters stay constant parameters; states, helpers and observables become parameters that
    change, by rate rules, events and assignment rules. SBML begins at time 0: a model that begins
    at another time has its `time` moved. Ranges of parameters, units of values and tolerances have
    no place in these rules and are left out; notes go along. `read_sbml` gives a model of the same
    rates back.

    Source: SBML Level 3 Version 2 Core Release 2, doi:10.1515/jib-2019-0021.
    """
    _refuse_names(model)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<sbml xmlns="{_SBML}" level="3" version="2">',
        f"<model{_model_id(model)}{_clock(model)}>",
        *_units(model),
        *_listed("listOfParameters", _parameters(model)),
        *_listed("listOfInitialAssignments", _initial(model)),
        *_listed("listOfRules", _rules(model)),
        *_listed("listOfEvents", (_event(event, model.start) for event in model.events)),
        "</model>",
        "</sbml>",
    ]
    return "\n".join(lines) + "\n"


def _refuse_names(model: Model) -> None:
    bad = sorted(name for name in _names(model) if not _SID.fullmatch(name))
    if bad:
        raise ReinfuseError(
            f"SBML cannot hold these names: {', '.join(map(repr, bad))}",
            where=f"model {model.name}",
            fix="use letters a to z, digits and _, and do not begin with a digit",
        )


def _names(model: Model) -> tuple[str, ...]:
    formulas = tuple(part.name for part in _formulas(model))
    events = tuple(event.name for event in model.events)
    return (*model.state_names, *model.parameter_names, *formulas, *events)


def _formulas(model: Model) -> tuple[Helper | Observable, ...]:
    """What assignment rules say."""
    return (*model.helpers, *model.observables)


def _listed(group: str, elements: Iterable[str]) -> Iterator[str]:
    """A list of elements; SBML wants none where it would be empty."""
    found = list(elements)
    if found:
        yield from (f"<{group}>", *found, f"</{group}>")


def _model_id(model: Model) -> str:
    """The name of the model, and an id if it can be one that nothing else has."""
    free = _SID.fullmatch(model.name) and model.name not in _names(model)
    id_ = f' id="{model.name}"' if free else ""
    return f"{id_} name={quoteattr(_UNWRITABLE.sub(' ', model.name))}" if model.name else id_


def _clock(model: Model) -> str:
    return f' timeUnits="{_CLOCK}"' if model.time_unit in _SECONDS else ""


def _units(model: Model) -> Iterator[str]:
    if model.time_unit in _SECONDS:
        unit = (
            f'<unit kind="second" exponent="1" scale="0" multiplier="{_SECONDS[model.time_unit]}"/>'
        )
        yield "<listOfUnitDefinitions>"
        yield f'<unitDefinition id="{_CLOCK}"><listOfUnits>{unit}</listOfUnits></unitDefinition>'
        yield "</listOfUnitDefinitions>"


def _parameters(model: Model) -> Iterator[str]:
    for parameter in model.parameters:
        value = number_attribute(parameter.value)
        yield _parameter(parameter.name, f' value="{value}" constant="true"', parameter.note)
    for state in model.states:
        start = state.initial
        value = f' value="{number_attribute(start.value)}"' if isinstance(start, Number) else ""
        yield _parameter(state.name, f'{value} constant="false"', state.note)
    for part in _formulas(model):
        yield _parameter(part.name, ' constant="false"', "")


def _parameter(name: str, rest: str, note: str) -> str:
    start = f'<parameter id="{name}"{rest}'
    if not note:
        return f"{start}/>"
    words = f'<p xmlns="http://www.w3.org/1999/xhtml">{escape(_UNWRITABLE.sub(" ", note))}</p>'
    return f"{start}><notes>{words}</notes></parameter>"


def _initial(model: Model) -> Iterator[str]:
    for state in model.states:
        if not isinstance(state.initial, Number):
            math = written_math(state.initial, model.start)
            yield f'<initialAssignment symbol="{state.name}">{math}</initialAssignment>'


def _rules(model: Model) -> Iterator[str]:
    for part in _formulas(model):
        math = written_math(part.value, model.start)
        yield f'<assignmentRule variable="{part.name}">{math}</assignmentRule>'
    for state in model.states:
        math = written_math(state.rate, model.start)
        yield f'<rateRule variable="{state.name}">{math}</rateRule>'


def _event(event: Event, start: float) -> str:
    timed = event.time is not None
    trigger = _at(event.time, start) if event.time is not None else event.when
    assert trigger is not None  # an event has one of the two
    initially = "false" if timed else _truth(event.initially)
    flags = f'initialValue="{initially}" persistent="{_truth(event.persistent)}"'
    parts = [f"<trigger {flags}>{written_math(trigger, start)}</trigger>"]
    for tag, tree in (("delay", event.delay), ("priority", event.priority)):
        if tree is not None:
            parts.append(f"<{tag}>{written_math(tree, start)}</{tag}>")
    does = [_assignment(assignment, start) for assignment in event.does]
    parts += _listed("listOfEventAssignments", does)
    use = f'useValuesFromTriggerTime="{_truth(event.at_trigger)}"'
    return f'<event id="{event.name}" {use}>' + "".join(parts) + "</event>"


def _at(time: Tree, start: float) -> Tree:
    """True from a time on; a time before the start never comes."""
    reached = Call("ge", (Name(TIME), time))
    return Call("and", (reached, Call("ge", (time, Number(start)))))


def _assignment(assignment: Assignment, start: float) -> str:
    math = written_math(assignment.value, start)
    return f'<eventAssignment variable="{assignment.state}">{math}</eventAssignment>'


def _truth(value: bool) -> str:
    return "true" if value else "false"
