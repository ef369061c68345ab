"""What the disease is: phenotype, karyotype, fusions and mutated genes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.record.entry import Entry


class Expression(StrEnum):
    """Whether cells carry a marker."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    DIM = "dim"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """One marker of the cells.

    name: CD19, CD22, nTdT, cyCD79a, ...
    expression: positive, negative, dim or partial
    """

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Karyotype(Entry):
    """A karyotype, kept as printed.

    printed: exactly as the report has it
    normalised: the same in the International System for Human Cytogenomic Nomenclature (ISCN)
    inferred: what was added to normalise it, such as breakpoints
    """

    printed: str
    normalised: str | None = None
    inferred: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion(Entry):
    """A fusion gene.

    name: by HGNC, 5' partner::3' partner, such as TCF3::PBX1
    printed: as the report has it
    method: RT-PCR, FISH, RNA sequencing
    """

    name: str
    printed: str | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation(Entry):
    """A mutated gene.

    gene: HGNC symbol
    variant: HGVS, if it is given
    method: how it was found
    """

    gene: str
    variant: str | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis(Entry):
    """The disease and what is known of its cells.

    disease: by WHO or ICC name, or as the report has it
    immunophenotype: markers of the leukemic cells at diagnosis
    karyotypes: as printed and normalised
    fusions: fusion genes
    mutations: mutated genes, with or without a variant
    """

    disease: str
    immunophenotype: tuple[Marker, ...] = ()
    karyotypes: tuple[Karyotype, ...] = ()
    fusions: tuple[Fusion, ...] = ()
    mutations: tuple[Mutation, ...] = ()
