"""Standardised uptake as parts of a page: units, normalisers, decay, times, and what is guarded."""

from __future__ import annotations

from collections.abc import Iterator

from docs.markdown import table
from reinfuse.cli.parser_petct import NORMALISED
from reinfuse.imaging.suv import candidates, guards, liver
from reinfuse.imaging.suv import injection as given
from reinfuse.imaging.suv import inputs as used
from reinfuse.imaging.suv import reference as corrected
from reinfuse.imaging.suv.body import NORMALISERS

_UNITS = (
    ("`BQML`", "A = slope x stored + intercept, Bq/mL"),
    ("`CNTS`", "times (7053,1000) of Philips: SUVbw; else times (7053,1009): Bq/mL; else refused"),
    ("`GML`", "an SUV that the scanner computed, of type (0054,1006), body weight where it is "
     "silent; another type is turned into what is asked for"),
    ("`CM2ML`", "SUVbsa that the scanner computed, turned into what is asked for"),
    ("others", "refused by name"),
)  # fmt: skip
_DECAY = (
    ("`ADMIN`", "D_ref = D", "the scanner corrected to the injection"),
    ("`START`", "D_ref = D exp(-l (t_ref - t_inj))", "t_ref by the list below"),
    ("`NONE`", "A' = A (l T / (1 - exp(-l T))) exp(l (t_acq - t_inj)), D_ref = D",
     "slice by slice; T is the length of its frame"),
    ("else", "refused", ""),
)  # fmt: skip
_REFERENCES = (
    (corrected.BY_OVERRIDE, "stated by a person"),
    (corrected.BY_GE, "as it stands"),
    (corrected.BY_SERIES, "not later than the earliest acquisition of the series (else it was "
     "processed later)"),
    (corrected.BY_FRAMES, "every slice gives the same instant to "
     f"{corrected.ONE_INSTANT_S:g} s: acquisition + mean moment of the frame - reference time"),
    (corrected.BY_SIEMENS, "as it stands"),
    (corrected.BY_DECAY_DATETIME, "as it stands"),
    (corrected.BY_DECAY_FACTORS, "a check, never chosen"),
)  # fmt: skip
_KEYS = (
    ("`dose_mbq`", "injected dose, MBq", f"below {used.WEAKEST_DOSE_BQ:g} Bq it is taken as MBq, "
     "and told"),
    ("`weight_kg`", "body weight", f"above {used.HEAVIEST_KG:g} it is taken as grams, and told"),
    ("`resample`", "slices", "true where their spacing is uneven and they are to be resampled"),
    ("`height_cm`", "height", f"above {used.TALLEST_M:g} m it is taken as centimetres, and told"),
    ("`half_life_s`", "of the tracer, s",
     f"one outside {used.HALF_LIVES_S[0]:g} s to {used.HALF_LIVES_S[1] / 86400:g} d is not used"),
    ("`injection`", "when the tracer was given: `'10:30:00'`, or with its date",
     "without a date: the last such time before the scan"),
    ("`reference`", "when decay was corrected to", "without a date: the nearest to the scan"),
)  # fmt: skip


def units() -> Iterator[str]:
    """How the stored values are read, and the formula."""
    yield from table(("Units (0054,1001)", "read as"), _UNITS)
    yield from (
        "",
        "**SUV = A x W / D_ref**, with A in Bq/mL, W in g (cm2 for SUVbsa) and D_ref, the dose as",
        "it was at the moment the image was corrected to, in Bq. Slices are scaled one by one in",
        "float, never as whole numbers. Source: DICOM PS3.3 C.8.9.1 and C.8.9.4 [read]; which",
        "attributes scanners really fill, from the IBSI-SUV manual [read].",
    )


def normalisers() -> Iterator[str]:
    """Every normaliser with formula, source and standing."""
    typed = {key: name for name, key in NORMALISED.items()}
    rows = (
        (f"`{typed[one.key]}`", one.name, one.formula, one.unit, one.suv_type, str(one.source))
        for one in NORMALISERS
    )
    heads = ("`--suv`", "name", "W (kg, cm)", "unit (UCUM)", "SUV type", "source")
    yield from table(heads, rows)
    yield from (
        "",
        "Lean mass needs height and sex; sex `O` is the mean of both formulas, as the reference",
        "object wants it. The squares of James and Morgan turn at a BMI of about 36 in women and",
        "43 in men, which is told. A border such as `SUV 4`, and candidates, stay those of body",
        "weight: the same voxels are drawn in SUL. The range of the liver and criteria of response",
        "are of body weight too, and say so in other units.",
    )


def decay() -> Iterator[str]:
    """How decay is undone, and which moment is taken."""
    yield from table(("DecayCorrection (0054,1102)", "dose or activity", ""), _DECAY)
    yield from (
        "",
        "l = ln 2 / half-life. For `START` every candidate of t_ref is worked out and shown, and",
        "the first that holds is taken:",
        "",
    )
    rows = ((str(number), rule, why) for number, (rule, why) in enumerate(_REFERENCES, start=1))
    yield from table(("", "from", "holds if"), rows)
    yield from (
        "",
        "None before the injection holds, and none more than "
        f"{candidates.MOST_HALF_LIVES:g} half-lives after it (ours). Two candidates more than",
        f"{corrected.AGREE_WITHIN_S:g} s apart are told with what that is in percent of every SUV.",
        "No rule alone is right for all: on series that were processed later rule 3 fails, and on",
        "a GE series whose slices share one acquisition time rule 4 would stripe the image. The",
        "mean moment of a frame is ln(l T / (1 - exp(-l T))) / l after its start (DICOM PS3.3",
        "C.8.9.4). If nothing holds, the scan is refused, and asks for `reference`.",
    )


def injection() -> Iterator[str]:
    """Which time of injection is taken."""
    yield from table(
        ("", "from", "holds if"),
        (
            ("1", given.BY_OVERRIDE, "it lies before the scan"),
            ("2", given.BY_DATETIME,
             f"before the scan, within {candidates.MOST_HALF_LIVES:g} half-lives"),
            ("3", given.BY_TIME_OF_DATETIME,
             "its date makes no sense (dates that were shifted for privacy), and the tracer is no "
             f"long-lived one (half-life above {given.LONG_LIVED_S / 3600:g} h, ours); told"),
            ("4", given.BY_TIME, "the last such time before the scan"),
        ),
    )  # fmt: skip


def inputs() -> Iterator[str]:
    """What a person may state in place of the file."""
    yield "Keys of an entry under `scans` in the [boxes](../how-to/petct.md#the-boxes-file). What"
    yield "is corrected is shown as `override`, beside what came from the `file`."
    yield ""
    yield from table(("key", "in place of", "from the file"), _KEYS)


def speaks_against() -> Iterator[str]:
    """The guards of an uptake, each with its limit."""
    low, high = liver.LIVER_SUVBW
    rows = (
        ("uptake time", f"{guards.UPTAKE_MIN[0]:g} to {guards.UPTAKE_MIN[1]:g} min", "ours"),
        ("dose", f"{guards.DOSE_MBQ[0]:g} to {guards.DOSE_MBQ[1]:g} MBq", "ours"),
        ("weight", f"{guards.WEIGHT_KG[0]:g} to {guards.WEIGHT_KG[1]:g} kg", "ours"),
        ("mean SUVbw in 3 cm of liver, where its place is given", f"{low:g} to {high:g}",
         str(liver.LIVER_SOURCE)),
        ("corrections (0028,0051)", "`ATTN` is there, and `DECY` agrees with DecayCorrection",
         "DICOM"),
        ("intercept", "0", "DICOM PS3.3"),
        ("slices", "agree on all that is of the series; else two series are mixed: refused",
         "DICOM"),
    )  # fmt: skip
    yield from table(("what", "expected", "limit from"), rows)
    yield from ("", "What lies outside is told, and the uptake is computed all the same.")
