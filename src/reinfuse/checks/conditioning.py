"""What a conditioning is called against what its drugs make it."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.checks.case import Case, listed
from reinfuse.errors import Finding, Severity
from reinfuse.quantity import Quantity
from reinfuse.record import Drug, Intensity, Purpose, Regimen
from reinfuse.source import Source, Standing

CLASSES = Source(
    cite="CIBMTR classes of conditioning intensity (Bacigalupo 2009, Giralt 2009)",
    standing=Standing.RECALLED,
)
# The drugs that make a conditioning more than non-myeloablative, with the dose above which it is
# myeloablative; None where we hold no dose.
STRONG: dict[str, Quantity | None] = {
    "busulfan": Quantity(8, "mg/kg"),
    "melphalan": Quantity(150, "mg/m2"),
    "thiotepa": Quantity(10, "mg/kg"),
    "total body irradiation": Quantity(5, "Gy"),
    "tbi": Quantity(5, "Gy"),
    "treosulfan": None,
    "carmustine": None,
    "etoposide": None,
    "cytarabine": None,
    "clofarabine": None,
}
LOW_IRRADIATION_GY = 2.0


def find_misnamed_conditioning(case: Case) -> Iterator[Finding]:
    """A conditioning called by an intensity that its drugs do not make."""
    for regimen in case.course.regimens:
        if regimen.purpose is not Purpose.CONDITIONING or regimen.intensity is None:
            continue
        made = _made_of(regimen)
        if not regimen.drugs or regimen.intensity in made or _irradiated(case):
            continue
        drugs = listed(drug.name for drug in regimen.drugs)
        undosed = [drug.name for drug in regimen.drugs if drug.dose is None]
        missing = f"; no dose is given of {listed(undosed)}" if undosed else ""
        yield Finding(
            severity=Severity.CONTRADICTION,
            rule="conditioning-intensity",
            what=f"the conditioning with {drugs} is called {regimen.intensity}; {_reason(regimen)} "
            f"it is usually classed "
            f"{' or '.join(made)} ({CLASSES}){missing}",
            where=case.where(regimen.id),
            fix="record the doses, and who classed it by which definition",
            about=(regimen.id,),
        )


def _made_of(regimen: Regimen) -> tuple[Intensity, ...]:
    """Every intensity that the drugs and their doses leave possible."""
    strong = [drug for drug in regimen.drugs if _is_strong(drug)]
    if not strong:
        return (Intensity.NON_MYELOABLATIVE,)
    if any(_is_above(drug) for drug in strong):
        return (Intensity.MYELOABLATIVE,)
    if any(_is_above(drug) is None for drug in strong):
        return (Intensity.MYELOABLATIVE, Intensity.REDUCED)
    return (Intensity.REDUCED,)


def _is_strong(drug: Drug) -> bool:
    """Whether it is one of the drugs that count, and not irradiation of 2 Gy or less."""
    low = drug.dose is not None and drug.dose.unit == "Gy" and drug.dose.value <= LOW_IRRADIATION_GY
    return drug.name.casefold() in STRONG and not low


def _is_above(drug: Drug) -> bool | None:
    """Whether the dose is myeloablative; None where that cannot be said."""
    most = STRONG[drug.name.casefold()]
    if drug.dose is None or most is None or drug.dose.dimension != most.dimension:
        return None
    return drug.dose.to(most.unit).value * (drug.times or 1) > most.value


def _irradiated(case: Case) -> bool:
    """Irradiation that is recorded elsewhere leaves every intensity possible."""
    done = [item.what.casefold() for item in case.course.procedures]
    done += [
        f"{item.name} {listed(drug.name for drug in item.drugs)}".casefold()
        for item in case.course.regimens
        if item.purpose is Purpose.RADIOTHERAPY
    ]
    return any("total body" in what or "tbi" in what.split() for what in done)


def _reason(regimen: Regimen) -> str:
    if any(_is_strong(drug) for drug in regimen.drugs):
        return "by its drugs and doses"
    return "without busulfan, melphalan, thiotepa or total body irradiation above 2 Gy"
