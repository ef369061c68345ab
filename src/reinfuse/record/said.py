"""What somebody wrote down as a judgement: grades, responses, opinions, cited cohorts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.quantity import Quantity
from reinfuse.record.entry import Entry


class Topic(StrEnum):
    """What a reported assessment is about."""

    CRS = "CRS grade"
    ICANS = "ICANS grade"
    RESPONSE = "response"
    RELAPSE = "relapse"
    NEUTROPHIL_ENGRAFTMENT = "neutrophil engraftment"
    PLATELET_ENGRAFTMENT = "platelet engraftment"
    CHIMERISM = "chimerism"
    ACUTE_GVHD = "acute GVHD"
    CHRONIC_GVHD = "chronic GVHD"
    GVHD = "GVHD"
    EXPANSION = "expansion"
    IMMUNE_RECONSTITUTION = "immune reconstitution"
    DISEASE_STATUS = "disease status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Entry):
    """A grade, response or judgement as somebody wrote it down, apart from what can be derived.

    topic: what is assessed
    value: the verdict in a word: 2, CR, no response, isolated extramedullary, none, poor, mild
    scale: the criteria used, if named: ASTCT 2019, Lee 2014, ...
    of: the infusion, transplant or regimen it is about
    site: the part of the body it is about; none means the patient
    sites: the sites involved, of a relapse
    by: who judged, such as authors, investigator, registry
    """

    topic: Topic
    value: str
    scale: str | None = None
    of: str | None = None
    site: str | None = None
    sites: tuple[str, ...] = ()
    by: str | None = None


class Alive(StrEnum):
    """Vital status."""

    ALIVE = "alive"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Entry):
    """The patient seen alive, or the patient's death.

    status: alive or dead
    disease: no evidence of disease, relapse, ...
    condition: in a word
    cause: of death
    second_malignancy: a second primary or T-cell malignancy, present or absent in words
    """

    status: Alive
    disease: str | None = None
    condition: str | None = None
    cause: str | None = None
    second_malignancy: str | None = None


class Subject(StrEnum):
    """What a reader would expect and the source does not state."""

    CONSTRUCT = "CAR construct"
    CELL_DONOR = "donor of the CAR-T cells"
    BODY = "weight, height, performance status, creatinine"
    ICANS = "ICANS assessments"
    HEPATITIS_B = "hepatitis B serology, DNA, prophylaxis"
    INFECTIONS = "infections and cultures"
    SUPPORT = "transfusions and growth factors"
    COUNTS = "neutrophil and platelet series"
    CHIMERISM = "HLA typing and later chimerism"
    B_CELLS = "B cells, IgG, immunoglobulin"
    FIGURE_VALUES = "numbers behind a figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotStated:
    """Something looked for in the source and not found there.

    subject: what was looked for
    about: the entries it is missing for
    source: where it was looked for
    note: a remark for the reader
    """

    subject: Subject
    about: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """An inference or explanation of the authors.

    subject: what it is about
    points: its points, each shortened to a phrase
    by: who holds it
    source: where it was read
    note: a remark for the reader
    """

    subject: str
    points: tuple[str, ...]
    by: str | None = None
    source: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of the source, and what of it the record holds.

    name: such as figure 2a
    shows: what it shows
    numbers_printed: whether its values are printed anywhere in the source
    source: where it was read
    """

    name: str
    shows: str
    numbers_printed: bool
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A result of a published cohort, as the source of this course cites it.

    id: a name for the claim
    cohort: key of the cohort, shared by claims about the same patients
    study: id of the row in the shipped study table
    called: what the source calls the cohort's patients
    called_n: how many the source says they are
    group: the subgroup this result is for
    outcome: what was counted
    percent: the printed percentage
    events: how many had the outcome
    n: how many were looked at
    source: where it was read
    note: a remark for the reader
    """

    id: str
    cohort: str
    study: str | None = None
    called: str | None = None
    called_n: int | None = None
    group: str | None = None
    outcome: str | None = None
    percent: Quantity | None = None
    events: int | None = None
    n: int | None = None
    source: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A document that entries name as their source.

    id: the name before the colon in `source`
    cite: authors, title, journal, year as a reader would write it
    doi: bare DOI
    note: a remark for the reader
    """

    id: str
    cite: str
    doi: str | None = None
    note: str | None = None
