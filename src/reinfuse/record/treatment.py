"""What was given and done, apart from cells: regimens, procedures, support, infections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.quantity import Quantity
from reinfuse.record.entry import Entry
from reinfuse.timeline import NOT_STATED, When


class Purpose(StrEnum):
    """What a regimen is for."""

    INDUCTION = "induction"
    REINDUCTION = "reinduction"
    CONSOLIDATION = "consolidation"
    CHEMOTHERAPY = "chemotherapy"
    MAINTENANCE = "maintenance"
    BRIDGING = "bridging"
    LYMPHODEPLETION = "lymphodepletion"
    CONDITIONING = "conditioning"
    GVHD_PROPHYLAXIS = "GVHD prophylaxis"
    GVHD_TREATMENT = "GVHD treatment"
    CRS_TREATMENT = "CRS treatment"
    ICANS_TREATMENT = "ICANS treatment"
    VASOPRESSOR = "vasopressor"
    FLUIDS = "fluids for hypotension"
    ANTIPYRETIC = "antipyretic"
    GROWTH_FACTOR = "growth factor"
    THROMBOPOIETIN = "thrombopoietin agonist"
    IMMUNOGLOBULIN = "immunoglobulin"
    ANTIVIRAL = "antiviral prophylaxis"
    ANTI_INFECTIVE = "anti-infective"
    RADIOTHERAPY = "radiotherapy"
    OTHER = "other"


class Intensity(StrEnum):
    """How intensive a conditioning was called."""

    MYELOABLATIVE = "myeloablative"
    REDUCED = "reduced intensity"
    NON_MYELOABLATIVE = "non-myeloablative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """One drug of a regimen.

    name: international nonproprietary name, lower case
    dose: per m2, per kg or flat: the unit says which
    times: how many doses were given
    schedule: in words, such as once daily
    when: its own days, if they differ from the regimen's
    source: where it was read
    """

    name: str
    dose: Quantity | None = None
    times: int | None = None
    schedule: str | None = None
    when: When = NOT_STATED
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen(Entry):
    """Drugs given together for one purpose.

    purpose: what it is for
    name: its usual name, such as hyper-CVAD
    line: the line of therapy it opens or belongs to, counted from 1
    course: which course of the regimen
    drugs: what it consists of
    intensity: of a conditioning, as it was called
    of: the infusion, transplant or sign that it belongs to
    """

    purpose: Purpose
    name: str | None = None
    line: int | None = None
    course: int | None = None
    drugs: tuple[Drug, ...] = ()
    intensity: Intensity | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Entry):
    """Something done to the patient that is no drug: referral, biopsy, puncture, operation.

    what: enucleation, gastroscopy with biopsies, lumbar puncture, ...
    site: where in the body
    removes: the lesion it takes away
    """

    what: str
    site: str | None = None
    removes: str | None = None


class BloodProduct(StrEnum):
    """What was transfused."""

    RED_CELLS = "red cells"
    PLATELETS = "platelets"
    PLASMA = "plasma"
    FIBRINOGEN = "fibrinogen or cryoprecipitate"
    GRANULOCYTES = "granulocytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfusion(Entry):
    """A transfusion.

    product: red cells, platelets, plasma, ...
    units: how many
    """

    product: BloodProduct
    units: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Infection(Entry):
    """An infection.

    organism: what grew, or `no organism found`
    site: where
    confirmed: whether culture or nucleic acid confirmed it
    attributed_to: neutropenia, CRS treatment, line, ...
    """

    organism: str
    site: str | None = None
    confirmed: bool | None = None
    attributed_to: str | None = None
