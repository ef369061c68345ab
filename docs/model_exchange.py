"""What SBML and PEtab can hold of a model, and what is refused of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docs.markdown import table
from reinfuse.engine.petab.problem import Noise, Scale
from reinfuse.engine.sbml import read_sbml
from reinfuse.errors import ReinfuseError

_READ = (
    ("compartments, species", "amounts or concentrations; a species is a state in amount where "
     "its compartment has a size, and the id is what formulas of the file mean by it"),
    ("parameters", "constant ones are parameters under their ids; values at the start are "
     "`initial_ID`, so that each can be changed"),
    ("reactions", "kinetic laws, local parameters, conversion factors, stoichiometries that are "
     "numbers, ids or formulas"),
    ("rules", "assignment and rate rules; algebraic rules that are linear in what is free"),
    ("initial assignments", "formulas of parameters"),
    ("events", "conditions, with delay, priority and persistence"),
    ("functions", "written out where they are called"),
    ("MathML", "arithmetic, `piecewise`, logic, trigonometry, factorials, `rateOf`, `time`"),
    ("units", "the unit of time; those of values are not looked at"),
)  # fmt: skip
_WRITTEN = (
    "States, helpers and observables become parameters with rate and assignment rules; there are "
    "no species or compartments.",
    "Ranges of parameters, units of values and tolerances have no place there and are left out. A "
    "model that is read back takes tolerances from sizes at the start.",
    "A timed event becomes the condition `time >= TIME`. Read back it is one that waits for a "
    "condition, and slower.",
    "SBML begins at time 0: a model that begins elsewhere has its `time` moved.",
)
_MATHML = "http://www.w3.org/1998/Math/MathML"
_CORE = "http://www.sbml.org/sbml/level3/version1/core"
_Y = '<parameter id="y" value="1" constant="false"/>'
_DELAY = '<csymbol definitionURL="http://www.sbml.org/sbml/symbols/delay">delay</csymbol>'


def _file(inside: str, *, root: str = "") -> str:
    return (
        f'<sbml xmlns="{_CORE}" level="3" version="1"{root}><model id="m">{inside}</model></sbml>'
    )


def _math(inside: str) -> str:
    return f'<math xmlns="{_MATHML}">{inside}</math>'


def _y_by(rule: str, formula: str) -> str:
    variable = "" if rule == "algebraicRule" else ' variable="y"'
    rules = f"<listOfRules><{rule}{variable}>{_math(formula)}</{rule}></listOfRules>"
    return _file(f"<listOfParameters>{_Y}</listOfParameters>{rules}")


_COMP = ' xmlns:c="http://www.sbml.org/sbml/level3/version1/comp/version1" c:required="true"'
_FAST = (
    '<listOfReactions><reaction id="r" fast="true"><kineticLaw>'
    f"{_math('<cn>1</cn>')}</kineticLaw></reaction></listOfReactions>"
)
# Small files that are refused: what they hold, and the file.
_REFUSED = (
    ("Level 1", '<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"/>'),
    ("a package that changes the model", _file("", root=_COMP)),
    ("a fast reaction", _file(_FAST)),
    ("a reaction without a law", _file(
        '<listOfReactions><reaction id="r" fast="false"/></listOfReactions>')),
    ("a value of the past", _y_by(
        "rateRule", f"<apply>{_DELAY}<ci>y</ci><cn>1</cn></apply>")),
    ("an algebraic rule that is not linear", _y_by(
        "algebraicRule", "<apply><sin/><ci>y</ci></apply>")),
    ("a name that nothing has", _y_by("rateRule", "<ci>z</ci>")),
    ("a document type", "<!DOCTYPE sbml []><sbml/>"),
)  # fmt: skip


def exchange_parts() -> Iterator[Iterable[str]]:
    """The parts of the page on SBML and PEtab."""
    yield ("## SBML", "", *_sbml())
    yield ("## PEtab", "", *_petab())


def _sbml() -> Iterator[str]:
    yield from (
        "`reinfuse.engine.sbml.read_sbml` reads SBML Level 2, and Level 3 without packages:",
        "",
        *table(("of a file", "is read"), _READ),
        "",
        "The result holds the model, what each id is in it, and notes on what was left out.",
        "Species and all else that may change are observed as `observed_ID`. What cannot be read",
        "is refused, all of it at once, by line; for example:",
        "",
        *table(
            ("a file with", "is refused with"), ((what, _told(text)) for what, text in _REFUSED)
        ),
        "",
        "`sbml_of` writes any model as Level 3 Version 2:",
        "",
        *(f"- {line}" for line in _WRITTEN),
    )


def _told(text: str) -> str:
    try:
        read_sbml(text)
    except ReinfuseError as refused:
        return refused.what.splitlines()[-1].strip()
    raise AssertionError(f"{text!r} is not refused any more")


def _petab() -> Iterator[str]:
    scales, noises = (", ".join(f"`{one}`" for one in kind) for kind in (Scale, Noise))
    yield from (
        "`reinfuse.engine.petab.read_petab` reads a problem of PEtab version 1 with one SBML",
        "model: parameters, conditions, observables, measurements, placeholders of observables and",
        f"noise, preequilibration. Scales are {scales}; noise is {noises}.",
        "`evaluated` gives the log-likelihood, chi2, simulations and residuals for given",
        "parameters. A preequilibration runs without events, with time standing still, until the",
        "model rests. Priors are kept, and are no part of the likelihood. PEtab's formulas have a",
        "grammar of their own.",
        "",
        "Refused are other versions, several problems in one file or several models in one",
        "problem, ids that nothing has, conditions that set what a rule says, a logarithm of what",
        "is not above 0, times below 0, and parameters that are used nowhere: all at once, by",
        "file, row and column. Problems are not written.",
    )
