"""Models to and from SBML, the exchange format of systems biology."""

from reinfuse.engine.sbml.building import read_sbml
from reinfuse.engine.sbml.content import Kind
from reinfuse.engine.sbml.result import Reading, SbmlModel, Symbol
from reinfuse.engine.sbml.writing import sbml_of

__all__ = ["Kind", "Reading", "SbmlModel", "Symbol", "read_sbml", "sbml_of"]
