"""Who the course is about, as far as a study needs to know; never a name or a birth date."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reinfuse.quantity import Quantity
from reinfuse.record.entry import Entry


class Sex(StrEnum):
    """Sex as recorded."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comorbidity(Entry):
    """A disease the patient had or has beside the leukemia.

    name: what it is, such as hepatitis B
    status: history of, active, resolved
    """

    name: str
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VirusTest(Entry):
    """A virus marker: antigen, antibody or nucleic acid.

    virus: hepatitis B, hepatitis C, HIV, CMV, EBV, ...
    marker: HBsAg, anti-HBc, DNA, IgG, ...
    value: a viral load, if one was measured
    result: positive, negative, not detected
    """

    virus: str
    marker: str
    value: Quantity | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The patient at the start of the course.

    age: age at referral; write 90 a for everybody above 89
    sex: female, male or other
    weight: body weight
    height: body height
    ecog: ECOG performance status, 0 to 5
    karnofsky: Karnofsky or Lansky performance, 0 to 100
    creatinine: serum creatinine before lymphodepletion
    egfr: estimated glomerular filtration rate before lymphodepletion
    centre: where the patient was treated
    comorbidities: other diseases
    virology: virus markers
    source: where it was read
    """

    age: Quantity | None = None
    sex: Sex | None = None
    weight: Quantity | None = None
    height: Quantity | None = None
    ecog: int | None = None
    karnofsky: int | None = None
    creatinine: Quantity | None = None
    egfr: Quantity | None = None
    centre: str | None = None
    comorbidities: tuple[Comorbidity, ...] = ()
    virology: tuple[VirusTest, ...] = ()
    source: tuple[str, ...] = ()
