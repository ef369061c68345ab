"""Small SBML files, and what their ids are at given times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reinfuse.engine.language.model import Observable
from reinfuse.engine.language.tree import Name
from reinfuse.engine.plain.prepared import prepared
from reinfuse.engine.plain.solve import solve
from reinfuse.engine.sbml import SbmlModel

TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>'


def level_3(*parts: str, model: str = "", root: str = "", version: int = 2) -> str:
    """A file of Level 3 with these parts of a model."""
    space = f"http://www.sbml.org/sbml/level3/version{version}/core"
    return _file(space, 3, version, parts, model, root)


def level_2(*parts: str, version: int = 4, model: str = "") -> str:
    """A file of Level 2 with these parts of a model."""
    space = "http://www.sbml.org/sbml/level2" + (f"/version{version}" if version > 1 else "")
    return _file(space, 2, version, parts, model, "")


def _file(space: str, level: int, version: int, parts: Sequence[str], model: str, root: str) -> str:
    head = f'<sbml xmlns="{space}" level="{level}" version="{version}" {root}>'
    return "\n".join((head, f'<model id="made" {model}>', *parts, "</model>", "</sbml>"))


def math(inside: str) -> str:
    """A `math` element."""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inside}</math>'


def apply(operator: str, *parts: str) -> str:
    """An operation of MathML."""
    return f"<apply><{operator}/>{''.join(parts)}</apply>"


def ci(name: str) -> str:
    """A name in MathML."""
    return f"<ci> {name} </ci>"


def cn(value: float) -> str:
    """A number in MathML."""
    return f"<cn>{value}</cn>"


def listed(group: str, *elements: str) -> str:
    """A list of SBML, such as listOfSpecies."""
    return f"<listOf{group}>" + "\n".join(elements) + f"</listOf{group}>"


def parameter(id_: str, value: float | None = None, *, constant: bool = True) -> str:
    """A parameter."""
    said = "" if value is None else f' value="{value}"'
    return f'<parameter id="{id_}"{said} constant="{str(constant).lower()}"/>'


def compartment(id_: str, size: float, *, constant: bool = True) -> str:
    """A compartment of three dimensions."""
    flag = str(constant).lower()
    return f'<compartment id="{id_}" size="{size}" spatialDimensions="3" constant="{flag}"/>'


def species(id_: str, where: str, initial: str, *, only_amount: bool = False) -> str:
    """A species that reactions change."""
    amount = str(only_amount).lower()
    return (
        f'<species id="{id_}" compartment="{where}" {initial} hasOnlySubstanceUnits="{amount}" '
        'boundaryCondition="false" constant="false"/>'
    )


def rule(kind: str, variable: str, formula: str) -> str:
    """An assignment or rate rule."""
    return f'<{kind}Rule variable="{variable}">{math(formula)}</{kind}Rule>'


def initial(symbol: str, formula: str) -> str:
    """An initial assignment."""
    return f'<initialAssignment symbol="{symbol}">{math(formula)}</initialAssignment>'


def reaction(id_: str, law: str, *, uses: str = "", makes: str = "", more: str = "") -> str:
    """A reaction of at most one species on either side."""
    sides = "".join(
        f'<listOf{side}><speciesReference species="{name}" stoichiometry="1" constant="true"/>'
        f"</listOf{side}>"
        for side, name in (("Reactants", uses), ("Products", makes))
        if name
    )
    law = f"<kineticLaw>{math(law)}{more}</kineticLaw>"
    return f'<reaction id="{id_}" reversible="false" fast="false">{sides}{law}</reaction>'


def event(trigger: str, does: Mapping[str, str], *, more: str = "", flags: str = "") -> str:
    """An event that was not true before the start."""
    assigned = "".join(
        f'<eventAssignment variable="{name}">{math(formula)}</eventAssignment>'
        for name, formula in does.items()
    )
    return (
        f'<event {flags or """useValuesFromTriggerTime="true" """}>'
        f'<trigger initialValue="false" persistent="true">{math(trigger)}</trigger>'
        f"{more}{listed('EventAssignments', assigned)}</event>"
    )


def seen(
    read: SbmlModel,
    ids: Sequence[str],
    times: Sequence[float],
    changed: Mapping[str, float] | None = None,
) -> NDArray[np.float64]:
    """What ids are, as they are read, `"times ids"`; some parameters changed."""
    asked = tuple(
        Observable(name=f"asked_{number}", value=Name(read.symbol(id_).name))
        for number, id_ in enumerate(ids)
    )
    model = replace(read.model, observables=asked)
    own = {parameter.name: parameter.value for parameter in model.parameters}
    values = {**own, **(changed or {})}
    rows = [values[name] for name in model.parameter_names]
    return solve(prepared(model), rows, times, rtol=1e-9).observed[0]
