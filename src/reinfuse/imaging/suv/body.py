"""What activity is spread over in thought: body weight, lean mass, ideal weight or surface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reinfuse.errors import ReinfuseError
from reinfuse.source import Source, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A patient's measures: kg, cm and `M`, `F` or `O`; None or empty where not recorded."""

    weight_kg: float | None = None
    height_cm: float | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normaliser:
    """A way to normalise uptake: its short key, what it is called, its formulas and their source.

    `suv_type` is the defined term of DICOM (0054,1006), `code` that of the measurement in DCM.
    `male` and `female` give kg (m2 for the surface) from kg and cm. `unit` is UCUM.
    """

    key: str
    name: str
    suv_type: str
    code: str
    unit: str
    formula: str
    source: Source
    male: Callable[[float, float], float]
    female: Callable[[float, float], float]

    @property
    def is_surface(self) -> bool:
        """Whether activity is spread over square metres and not over kilograms."""
        return self.suv_type == "BSA"

    @property
    def needs_height(self) -> bool:
        """Whether height is needed; weight always is, and sex where the formulas differ."""
        return self.suv_type != "BW"

    @property
    def needs_sex(self) -> bool:
        """Whether men and women have formulas of their own."""
        return self.suv_type not in {"BW", "BSA"}


BODY_WEIGHT = Normaliser(
    key="bw",
    name="SUVbw",
    suv_type="BW",
    code="126401",
    unit="g/ml{SUVbw}",
    formula="W",
    source=Source(cite="DICOM PS3.3", standing=Standing.PORT, place="C.8.9.1, SUV Type"),
    male=lambda weight, _: weight,
    female=lambda weight, _: weight,
)
JAMES_128 = Normaliser(
    key="sul-james",
    name="SUL (James, 128)",
    suv_type="LBMJAMES128",
    code="126406",
    unit="g/ml{SUVlbm(James128)}",
    formula="men 1.10 W - 128 (W/H)^2, women 1.07 W - 148 (W/H)^2",
    source=Source(cite="James 1976, Research on Obesity, HMSO", standing=Standing.PORT),
    male=lambda weight, height: 1.10 * weight - 128.0 * (weight / height) ** 2,
    female=lambda weight, height: 1.07 * weight - 148.0 * (weight / height) ** 2,
)
MORGAN_120 = Normaliser(
    key="sul-morgan",
    name="SUL (Morgan, 120)",
    suv_type="LBM",
    code="126402",
    unit="g/ml{SUVlbm}",
    formula="men 1.10 W - 120 (W/H)^2, women 1.07 W - 148 (W/H)^2",
    source=Source(cite="Morgan 1994", standing=Standing.PORT),
    male=lambda weight, height: 1.10 * weight - 120.0 * (weight / height) ** 2,
    female=lambda weight, height: 1.07 * weight - 148.0 * (weight / height) ** 2,
)
JANMAHASATIAN = Normaliser(
    key="sul-janmahasatian",
    name="SUL (Janmahasatian)",
    suv_type="LBMJANMA",
    code="126405",
    unit="g/ml{SUVlbm(Janma)}",
    formula="men 9270 W / (6680 + 216 BMI), women 9270 W / (8780 + 244 BMI)",
    source=Source(
        cite="Janmahasatian 2005", standing=Standing.PORT, doi="10.2165/00003088-200544100-00004"
    ),
    male=lambda weight, height: 9270.0 * weight / (6680.0 + 216.0 * _bmi(weight, height)),
    female=lambda weight, height: 9270.0 * weight / (8780.0 + 244.0 * _bmi(weight, height)),
)
IDEAL_WEIGHT = Normaliser(
    key="ibw",
    name="SUVibw",
    suv_type="IBW",
    code="126404",
    unit="g/ml{SUVibw}",
    formula="men 48.0 + 1.06 (H - 152), women 45.5 + 0.91 (H - 152)",
    source=Source(cite="IBSI-SUV reference objects", standing=Standing.PORT, place="DRO_2_2"),
    male=lambda _, height: 48.0 + 1.06 * (height - 152.0),
    female=lambda _, height: 45.5 + 0.91 * (height - 152.0),
)
BODY_SURFACE = Normaliser(
    key="bsa",
    name="SUVbsa",
    suv_type="BSA",
    code="126403",
    unit="cm2/ml{SUVbsa}",
    formula="0.007184 W^0.425 H^0.725 m2",
    source=Source(cite="Du Bois 1916", standing=Standing.PORT),
    male=lambda weight, height: 0.007184 * weight**0.425 * height**0.725,
    female=lambda weight, height: 0.007184 * weight**0.425 * height**0.725,
)
NORMALISERS = (BODY_WEIGHT, JAMES_128, MORGAN_120, JANMAHASATIAN, IDEAL_WEIGHT, BODY_SURFACE)


def normaliser_called(key: str) -> Normaliser:
    """The normaliser with a key, such as `bw`."""
    for known in NORMALISERS:
        if known.key == key:
            return known
    keys = ", ".join(known.key for known in NORMALISERS)
    raise ReinfuseError(f"no SUV is normalised by {key!r}", fix=f"choose one of {keys}")


def size_of(body: Body, normaliser: Normaliser, *, where: str = "") -> float:
    """The mass in kg, or the surface in m2, that a normaliser gives a body.

    Sex `O` is the mean of both formulas, which is what the IBSI-SUV reference object expects.
    Raises ReinfuseError for a measure that is missing, or a formula that leaves its range.
    """
    weight = _needed(body.weight_kg, "(0010,1030) PatientWeight", "weight_kg", normaliser, where)
    if not normaliser.needs_height:
        return weight
    height = _needed(body.height_cm, "(0010,1020) PatientSize", "height_cm", normaliser, where)
    if normaliser.needs_sex and body.sex not in {"M", "F", "O"}:
        raise ReinfuseError(
            f"{normaliser.name} needs the sex, and (0010,0040) PatientSex is not M, F or O",
            where=where,
            fix="normalise by bw or bsa, which do not need it",
        )
    male, female = normaliser.male(weight, height), normaliser.female(weight, height)
    size = {"M": male, "F": female}.get(body.sex, (male + female) / 2.0)
    if size <= 0.0:
        raise ReinfuseError(
            f"{normaliser.name} of {weight:g} kg and {height:g} cm would be divided by {size:.1f}",
            where=where,
            fix="check weight and height: `weight_kg` and `height_cm` where they are written "
            "beside the scan in the boxes, else (0010,1030) PatientWeight and (0010,1020) "
            "PatientSize",
        )
    return size


def falls_with_weight(body: Body, normaliser: Normaliser) -> bool:
    """Whether a formula gives this body less lean mass than a slightly lighter one.

    The squares of James and Morgan turn at a BMI of about 36 in women and 43 in men, and lean mass
    beyond that is an artefact.
    """
    if body.weight_kg is None or body.height_cm is None or not normaliser.needs_sex:
        return False
    if body.sex not in {"M", "F", "O"}:
        return False
    formulas = {"M": (normaliser.male,), "F": (normaliser.female,)}
    chosen = formulas.get(body.sex, (normaliser.male, normaliser.female))
    weight, height = body.weight_kg, body.height_cm
    return any(lean(weight, height) < lean(0.999 * weight, height) for lean in chosen)


def _needed(
    measure: float | None, tag: str, option: str, normaliser: Normaliser, where: str
) -> float:
    if measure is None:
        raise ReinfuseError(
            f"{normaliser.name} needs {tag}, which is missing or zero",
            where=where,
            fix=f"write `{option}` beside the scan in the boxes",
        )
    return measure


def _bmi(weight: float, height: float) -> float:
    return weight / (height / 100.0) ** 2
