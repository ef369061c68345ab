"""What was measured, seen and felt: laboratory values, signs, pathology, lesions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.quantity import Quantity
from reinfuse.record.diagnosis import Marker
from reinfuse.record.entry import Entry


class Result(StrEnum):
    """A result that is a word and not a number."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    NOT_DETECTED = "not detected"
    DETECTED = "detected"
    NORMAL = "normal"
    ABNORMAL = "abnormal"
    INCREASED = "increased"
    DECREASED = "decreased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Entry):
    """One measurement of one thing at one site.

    analyte: what was measured: blasts, MRD, CAR-T cells, platelets, IL-6, temperature, ...
    site: bone marrow, blood, cerebrospinal fluid, left eye, ...
    value: the number with its unit; `< 50 copies/ug` is below a limit
    result: a word where no number is given
    method: flow cytometry, morphology, PCR, ...
    limit: limit of detection of the assay, if it is stated
    denominator: what a percentage is a percentage of
    events: how many cells or reads were looked at
    gated_free_of: an antigen the gating does not rely on
    peak: whether it is the highest value of a series that is not given
    occasion: a name shared by results of the same sample or visit
    device: of oxygen: nasal cannula, high-flow cannula, face mask, CPAP, ventilator
    attributed_to: the cause it was put down to
    table: the CSV file beside the course that holds it
    """

    analyte: str
    site: str | None = None
    value: Quantity | None = None
    result: Result | None = None
    method: str | None = None
    limit: Quantity | None = None
    denominator: str | None = None
    events: int | None = None
    gated_free_of: str | None = None
    peak: bool = False
    occasion: str | None = None
    device: str | None = None
    attributed_to: str | None = None
    table: str | None = None


class Presence(StrEnum):
    """Whether a sign was there; a sign that nobody wrote down is neither."""

    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Entry):
    """A symptom or sign, or its stated absence.

    what: fever, hypotension, hypoxia, skin rash, seizure, blurred vision, ...
    presence: present or absent
    site: where in the body
    value: its measure, such as the highest temperature
    extent: how much, in words, such as whole body
    suggests: a diagnosis that the report reads it as, such as chronic GVHD
    attributed_to: the cause it was put down to
    """

    what: str
    presence: Presence = Presence.PRESENT
    site: str | None = None
    value: Quantity | None = None
    extent: str | None = None
    suggests: str | None = None
    attributed_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathology(Entry):
    """What histology or cytology of a specimen showed.

    site: where the specimen was taken
    specimen: biopsy, resection, fluid
    leukemia: whether leukemia was found
    result: in the report's words, shortened
    markers: of the cells found
    lesion: id of the lesion that was sampled
    """

    site: str
    specimen: str | None = None
    leukemia: bool | None = None
    result: str | None = None
    markers: tuple[Marker, ...] = ()
    lesion: str | None = None


class Change(StrEnum):
    """What became of a lesion since it was last seen.

    `below threshold`: the threshold by which it was drawn draws it no more, and the uptake left in
    its place is told; it is neither gone nor measured.
    """

    NEW = "new"
    STABLE = "stable"
    REDUCED = "reduced"
    RESOLVED = "resolved"
    INCREASED = "increased"
    REMOVED = "removed"
    BELOW = "below threshold"


class Uptake(StrEnum):
    """FDG uptake of a lesion as it was described."""

    INCREASED = "increased"
    NOT_INCREASED = "not increased"


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionLook(Entry):
    """One look at one lesion.

    modality: PET/CT, CT, MRI, ultrasound, examination, histology
    axes: up to three axes
    change: what became of it since the look before
    uptake: FDG uptake in words
    suv_max: highest standardised uptake value
    deauville: five-point score
    """

    modality: str | None = None
    axes: tuple[Quantity, ...] = ()
    change: Change | None = None
    uptake: Uptake | None = None
    suv_max: Quantity | None = None
    deauville: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """A leukemic lesion outside the marrow, with one identity over time.

    id: the name by which other entries speak of it
    site: where, such as right retroperitoneum
    looks: every time it was seen, oldest first
    source: where it was read
    note: a remark for the reader
    """

    id: str
    site: str
    looks: tuple[LesionLook, ...] = ()
    source: tuple[str, ...] = ()
    note: str | None = None
