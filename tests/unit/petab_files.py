"""PEtab files of a reaction A <-> B, for tests that change a table or two."""

from __future__ import annotations

from pathlib import Path

from reinfuse.engine.petab.problem import PetabProblem
from reinfuse.engine.petab.reading import read_petab

YAML = """
format_version: 1
parameter_file: parameters.tsv
problems:
- condition_files: [conditions.tsv]
  measurement_files: [measurements.tsv]
  observable_files: [observables.tsv]
  sbml_files: [model.xml]
"""
TABLES = {
    "parameters.tsv": """
        parameterId parameterScale lowerBound upperBound nominalValue estimate
        k1          log10          1e-3       10         0.8          1
        k2          lin            0          10         0.6          0
    """,
    "conditions.tsv": """
        conditionId
        c0
    """,
    "observables.tsv": """
        observableId observableFormula noiseFormula
        obs_a        A                 0.5
    """,
    "measurements.tsv": """
        observableId simulationConditionId time measurement
        obs_a        c0                    0    0.7
        obs_a        c0                    10   0.1
    """,
}


AHEAD, BACK = "<apply><times/><ci>k1</ci><ci>A</ci></apply>", "<ci>k2</ci><ci>B</ci>"
REACTION = f"""<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
 <model id="reaction">
  <listOfCompartments><compartment id="c" size="2" constant="true"/></listOfCompartments>
  <listOfSpecies>
   <species id="A" compartment="c" hasOnlySubstanceUnits="false" boundaryCondition="false"
    constant="false"/>
   <species id="B" compartment="c" hasOnlySubstanceUnits="false" boundaryCondition="false"
    constant="false"/>
   <species id="C" compartment="c" initialAmount="6" hasOnlySubstanceUnits="false"
    boundaryCondition="false" constant="false"/>
   <species id="D" compartment="c" hasOnlySubstanceUnits="true" boundaryCondition="false"
    constant="false"/>
  </listOfSpecies>
  <listOfParameters>
   <parameter id="a0" value="1" constant="true"/> <parameter id="b0" value="0" constant="true"/>
   <parameter id="k1" value="0" constant="true"/> <parameter id="k2" value="0" constant="true"/>
   <parameter id="total" constant="false"/> <parameter id="twice" constant="true"/>
  </listOfParameters>
  <listOfInitialAssignments>
   <initialAssignment symbol="A"><math><ci>a0</ci></math></initialAssignment>
   <initialAssignment symbol="B"><math><ci>b0</ci></math></initialAssignment>
   <initialAssignment symbol="D"><math><apply><times/><cn>3</cn><ci>A</ci></apply></math>
   </initialAssignment>
   <initialAssignment symbol="twice"><math><apply><plus/><ci>k1</ci><ci>k1</ci></apply></math>
   </initialAssignment>
  </listOfInitialAssignments>
  <listOfRules>
   <assignmentRule variable="total"><math><apply><plus/><ci>A</ci><ci>B</ci></apply></math>
   </assignmentRule>
  </listOfRules>
  <listOfReactions>
   <reaction id="ahead" reversible="false">
    <listOfReactants><speciesReference species="A" stoichiometry="1" constant="true"/>
    </listOfReactants>
    <listOfProducts><speciesReference species="B" stoichiometry="1" constant="true"/>
    </listOfProducts>
    <kineticLaw><math><apply><times/><ci>c</ci>{AHEAD}</apply></math></kineticLaw>
   </reaction>
   <reaction id="back" reversible="false">
    <listOfReactants><speciesReference species="B" stoichiometry="1" constant="true"/>
    </listOfReactants>
    <listOfProducts><speciesReference species="A" stoichiometry="1" constant="true"/>
    </listOfProducts>
    <kineticLaw><math><apply><times/><ci>c</ci>{BACK}</apply></math></kineticLaw>
   </reaction>
   <reaction id="nothing" reversible="false">
    <listOfReactants><speciesReference species="C" stoichiometry="1" constant="true"/>
    <speciesReference species="D" stoichiometry="1" constant="true"/></listOfReactants>
    <kineticLaw><math><cn>0</cn></math></kineticLaw>
   </reaction>
  </listOfReactions>
 </model>
</sbml>
""".replace("<math>", '<math xmlns="http://www.w3.org/1998/Math/MathML">')


def written(folder: Path, *, model: str = REACTION, yaml: str = YAML, **tables: str) -> Path:
    """The YAML file of a problem with some tables in place of the usual ones."""
    for name, usual in TABLES.items():
        lines = tables.get(name.removesuffix(".tsv"), usual).strip().splitlines()
        text = "\n".join("\t".join("" if c == "-" else c for c in line.split()) for line in lines)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    (folder / "model.xml").write_text(model, encoding="utf-8")
    path = folder / "problem.yaml"
    path.write_text(yaml, encoding="utf-8")
    return path


def read(folder: Path, *, model: str = REACTION, yaml: str = YAML, **tables: str) -> PetabProblem:
    """The problem as it is read from its files, `-` being an empty cell."""
    return read_petab(written(folder, model=model, yaml=yaml, **tables))
