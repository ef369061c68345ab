"""The descriptors of drugs, which need a dose and a route."""

from __future__ import annotations

from reinfuse.kinetics.descriptors import exposure, levels
from reinfuse.kinetics.descriptors.prepared import Prepared
from reinfuse.kinetics.descriptors.reasons import Column, Numbers
from reinfuse.kinetics.descriptors.table import Descriptor, Family, Unit


def _drug(
    name: str, symbol: str, unit: Unit, heading: str, definition: str, codes: tuple[str, str]
) -> tuple[Descriptor, Descriptor]:
    """A descriptor with the observed Clast, and the same with that of the terminal line."""
    compute = _BY_LAST[name]
    return (
        Descriptor(
            name=name,
            symbol=symbol,
            unit=unit,
            heading=heading,
            definition=f"{definition}.",
            compute=lambda one: compute(one, one.last_level),
            family=Family.DRUG,
            pptestcd=codes[0],
        ),
        Descriptor(
            name=f"{name}_pred",
            symbol=f"{symbol},pred",
            unit=unit,
            heading=f"{heading}, by the terminal line",
            definition=f"{definition}, with Clast of the terminal line.",
            compute=lambda one: compute(one, one.line_at_last),
            family=Family.DRUG,
            pptestcd=codes[1],
        ),
    )


def _area_per_dose(prepared: Prepared, last: Numbers) -> Column:
    return exposure.per_dose(prepared, exposure.auc_inf(prepared, last))


_BY_LAST = {
    "aumc_inf": exposure.aumc_inf,
    "aumc_extrapolated": exposure.percent_moment_extrapolated,
    "mrt_inf": exposure.mrt_inf,
    "clearance": exposure.clearance,
    "volume_z": exposure.volume,
    "volume_ss": exposure.volume_at_steady_state,
    "auc_inf_per_dose": _area_per_dose,
    "auc_back_extrapolated": exposure.percent_back_extrapolated,
}
DRUG: tuple[Descriptor, ...] = (
    Descriptor(
        name="c0",
        symbol="C0",
        unit=Unit.LEVEL,
        heading="Level at time 0 of a bolus",
        definition="Read back from the first two samples by a line through their logarithms where"
        " these fall, else the first sample.",
        compute=exposure.back_extrapolated,
        family=Family.DRUG,
        pptestcd="C0",
        source="rule of Phoenix WinNonlin",
    ),
    Descriptor(
        name="cmax_per_dose",
        symbol="Cmax/D",
        unit=Unit.LEVEL_PER_DOSE,
        heading="Cmax over dose",
        definition="Cmax / dose.",
        compute=lambda one: exposure.per_dose(one, levels.cmax(one)),
        family=Family.DRUG,
        pptestcd="CMAXD",
    ),
    *_drug(
        "auc_inf_per_dose",
        "AUCinf/D",
        Unit.AREA_PER_DOSE,
        "AUC to infinity over dose",
        "AUCinf / dose",
        ("AUCIFOD", "AUCIFPD"),
    ),
    *_drug(
        "auc_back_extrapolated",
        "%back",
        Unit.PERCENT,
        "Part of AUC before the first sample",
        "Of a bolus, per cent of AUCinf that lies before the first sample",
        ("AUCPBEO", "AUCPBEP"),
    ),
    *_drug(
        "aumc_inf",
        "AUMCinf",
        Unit.MOMENT,
        "AUMC to infinity",
        "AUMClast + Clast x (Tlast / lambda z + 1 / lambda z^2)",
        ("AUMCIFO", "AUMCIFP"),
    ),
    *_drug(
        "aumc_extrapolated",
        "%AUMC extrapolated",
        Unit.PERCENT,
        "Extrapolated part of AUMC to infinity",
        "Per cent of AUMCinf that lies after Tlast",
        ("AUMCPEO", "AUMCPEP"),
    ),
    *_drug(
        "mrt_inf",
        "MRTinf",
        Unit.TIME,
        "Mean residence time",
        "AUMCinf / AUCinf, less half the duration of an infusion",
        ("MRTEVIFO, MRTIVIFO", "MRTEVIFP, MRTIVIFP"),
    ),
    *_drug(
        "clearance",
        "CL",
        Unit.CLEARANCE,
        "Clearance",
        "Dose / AUCinf; where it was not given into a vein, CL/F",
        ("CLO, CLFO", "CLP, CLFP"),
    ),
    *_drug(
        "volume_z",
        "Vz",
        Unit.VOLUME,
        "Volume of the last phase",
        "CL / lambda z; where it was not given into a vein, Vz/F",
        ("VZO, VZFO", "VZP, VZFP"),
    ),
    *_drug(
        "volume_ss",
        "Vss",
        Unit.VOLUME,
        "Volume at steady state",
        "CL x MRTinf, after a bolus or an infusion",
        ("VSSO", "VSSP"),
    ),
)
