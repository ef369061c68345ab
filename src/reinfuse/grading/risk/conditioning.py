"""How intensive a conditioning was, by its doses."""

from __future__ import annotations

from reinfuse.grading.grade import Criterion
from reinfuse.grading.risk.before import Window
from reinfuse.grading.rules.condition import (
    Condition,
    above,
    at_least,
    at_most,
    every,
    no,
    one_of,
    some,
    stated,
)
from reinfuse.grading.rules.scale import Row, Scale
from reinfuse.record.treatment import Intensity
from reinfuse.source import Source, Standing

NON_MYELOABLATIVE = Intensity.NON_MYELOABLATIVE.value
REDUCED = Intensity.REDUCED.value
MYELOABLATIVE = Intensity.MYELOABLATIVE.value

# Total doses are charted on any day of the conditioning.
CONDITIONING_DAYS = Window(first=-30, last=0, aim=0)

TBI = "total body irradiation dose"


def none_of(drug: str, unit: str) -> Condition:
    """The dose was 0: it was not given."""
    return at_most(f"{drug} dose", 0, unit)


def conditioning(name: str, cite: str, *, oral: float, intravenous: float) -> Scale:
    """The scale with the busulfan doses, in mg/kg, above which it is myeloablative."""
    little = every(
        at_most(TBI, 2, "Gy"),
        none_of("busulfan", "mg/kg"),
        none_of("melphalan", "mg/m2"),
        none_of("thiotepa", "mg/kg"),
        no(stated("other myelosuppressive drug in conditioning")),
    )
    busulfan = some(
        above("busulfan dose", oral, "mg/kg"),
        every(
            above("busulfan dose", intravenous, "mg/kg"),
            one_of("busulfan route", "intravenous"),
        ),
    )
    radiation = some(
        at_least(TBI, 8, "Gy"),
        every(at_least(TBI, 5, "Gy"), one_of("total body irradiation fractionation", "single")),
    )
    return Scale(
        criterion=Criterion(
            name=name,
            title="Intensity of a conditioning",
            levels=(NON_MYELOABLATIVE, REDUCED, MYELOABLATIVE),
            source=Source(cite=cite, standing=Standing.RECALLED),
            family="risk",
        ),
        otherwise=NON_MYELOABLATIVE,
        rows=(
            Row(
                NON_MYELOABLATIVE,
                "TBI of 2 Gy at most, with fludarabine, cyclophosphamide or ATG alone",
                little,
            ),
            Row(REDUCED, "more than that and less than myeloablative", no(little)),
            Row(
                MYELOABLATIVE,
                f"TBI of 5 Gy at once or 8 Gy in fractions, busulfan above {oral:g} mg/kg by "
                f"mouth or {intravenous:g} mg/kg by vein, melphalan above 150 mg/m², or thiotepa "
                "of 10 mg/kg",
                some(
                    radiation,
                    busulfan,
                    above("melphalan dose", 150, "mg/m2"),
                    at_least("thiotepa dose", 10, "mg/kg"),
                ),
            ),
        ),
        pool_days=CONDITIONING_DAYS.days,
        notes=(
            "doses are totals of the whole conditioning; a dose of 0 says that it was not given, "
            "one that was not recorded leaves the intensity open",
            "the last total of day -30 to 0 counts (ours)",
        ),
    )


BACIGALUPO = conditioning(
    "conditioning intensity", "Bacigalupo 2009, BBMT 15:1628", oral=8, intravenous=6.4
)
CIBMTR = conditioning(
    "conditioning intensity CIBMTR", "CIBMTR operational definition", oral=9, intravenous=7.2
)
