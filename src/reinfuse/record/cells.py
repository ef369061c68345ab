"""The cells a patient was given: donors, CAR-T products, infusions and transplants."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.quantity import Quantity
from reinfuse.record.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Donor:
    """A donor of stem cells or of T cells.

    id: the name by which products and transplants speak of this donor
    relation: daughter, sibling, unrelated, cord
    hla_match: haploidentical, 10/10, 9/10, ... or the mismatched loci
    specific_antibodies: donor-specific HLA antibodies of the patient, in words
    source: where it was read
    note: a remark for the reader
    """

    id: str
    relation: str | None = None
    hla_match: str | None = None
    specific_antibodies: str | None = None
    source: tuple[str, ...] = ()
    note: str | None = None


class Origin(StrEnum):
    """Whose T cells were made into the product."""

    AUTOLOGOUS = "autologous"
    DONOR = "donor-derived"
    OFF_THE_SHELF = "off-the-shelf allogeneic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A CAR-T product; what its sheet says and what it leaves out.

    id: the name by which infusions speak of this product
    origin: autologous, donor-derived or off-the-shelf allogeneic
    target: the antigens it is directed against
    name: product name, if it has one
    binder: the binding domain, such as FMC63 or a humanised one
    costimulation: 4-1BB, CD28, ...
    donor: id of the donor
    transduction: share of T cells that carry the CAR
    viability: share of living cells
    vector_copies: vector copies per cell
    cd4_cd8: ratio of CD4 to CD8 cells
    out_of_specification: whether it was released out of specification
    source: where it was read
    note: a remark for the reader
    """

    id: str
    origin: Origin
    target: tuple[str, ...] = ()
    name: str | None = None
    binder: str | None = None
    costimulation: str | None = None
    donor: str | None = None
    transduction: Quantity | None = None
    viability: Quantity | None = None
    vector_copies: Quantity | None = None
    cd4_cd8: Quantity | None = None
    out_of_specification: bool | None = None
    source: tuple[str, ...] = ()
    note: str | None = None


class DoseBasis(StrEnum):
    """Which cells a CAR-T dose counts."""

    CAR_POSITIVE = "CAR+ cells"
    T_CELLS = "T cells"
    TOTAL = "total cells"


@dataclass(frozen=True, slots=True, kw_only=True)
class Infusion(Entry):
    """One infusion of CAR-T cells; its day is a day 0.

    product: id of the product
    dose: cells per kg, or cells
    basis: whether the dose counts CAR+ cells, T cells or all cells
    in_trial: whether it was given in a clinical trial
    """

    product: str
    dose: Quantity | None = None
    basis: DoseBasis | None = None
    in_trial: bool | None = None


class Graft(StrEnum):
    """Where the stem cells were taken from."""

    BLOOD = "peripheral blood stem cells"
    MARROW = "bone marrow"
    CORD = "cord blood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transplant(Entry):
    """A stem-cell transplant; its day is a day 0.

    kind: allogeneic or autologous
    donor: id of the donor
    graft: peripheral blood stem cells, bone marrow or cord blood
    mononuclear_cells: dose of mononuclear cells per kg
    cd34_cells: dose of CD34+ cells per kg
    """

    kind: str
    donor: str | None = None
    graft: Graft | None = None
    mononuclear_cells: Quantity | None = None
    cd34_cells: Quantity | None = None
