"""Borders, guards, sizes and intervals of lesions as parts of a page."""

from __future__ import annotations

from collections.abc import Iterator

from docs.markdown import table
from reinfuse.imaging.lesions import RULES, background, smallness, sphere, thresholds
from reinfuse.imaging.lesions import candidates as listed
from reinfuse.imaging.lesions import guards as leaks
from reinfuse.imaging.lesions.hints import HABITATS, MIRROR_MM
from reinfuse.imaging.measured.boxes import REACH_MM
from reinfuse.imaging.measures import peak, uncertainty

_SHELL = f"{background.SHELL_MM[0]:g} to {background.SHELL_MM[1]:g} mm"
_EANM = "EANM guideline 2.0, doi:10.1007/s00259-014-2961-x [recalled]"
_BENCHMARK = "benchmark of total volume, doi:10.2967/jnumed.124.267789 [abstract only]"
_RULES = {
    "41 % of SUVmax": ("`41 % of SUVmax`, any share", f"{_EANM}; the default, for single sizes"),
    "50 % of SUVmax": ("`50 % of SUVmax`", _EANM),
    "41 % of SUVpeak (1 cm3 at the hottest voxel)": (
        "`41 % of SUVpeak`, any share", "ours, against the noise of a maximum"),
    "half-way from plateau to local background": (
        "`half-way`", "ours: the plateau is the mean at "
        f"{100 * thresholds.PLATEAU_SHARE:g} % of SUVmax or more, the background a median, found "
        f"by turns ({thresholds.TURNS} at most)"),
    "SUV 4": ("`SUV 4`, any number", f"{_BENCHMARK}; for total volume"),
    "SUV 2.5": ("`SUV 2.5`", "in common use; too wide, as the tables show [recalled]"),
}  # fmt: skip
_LIVER = (
    ("`SUL 2.5`, any number", "the same in a scan by lean mass, and refused in others", "ours"),
    ("`liver mean + 2 SD`, any numbers", "of a sphere of "
     f"{sphere.LIVER_DIAMETER_MM:g} mm at the place of `liver`", "in common use [recalled]"),
    ("`1.5 x liver mean + 2 SD`, any numbers", "the least that PERCIST 1.0 calls measurable, there "
     "in SUL", "doi:10.2967/jnumed.108.057307 [recalled]"),
)  # fmt: skip
_MEASURES = (
    ("caliper axes", "longest distance L between two points of the surface; the longest extent "
     "across L; the extent across both. What is meant where nothing else is said. Written short x "
     "middle x long", "ours; L is the maximum 3D diameter of IBSI"),
    ("patient axes", "extent left-right, front-back, head-foot", "ours"),
    ("in the largest slice", "longest diameter on a transverse outline (LDi), and the longest line "
     "across it (SDi). Of a mask on CT it is a *Lugano size*, of uptake a *PET extent*",
     "Cheson 2014, doi:10.1200/JCO.2013.54.8800 [recalled]"),
    ("equal-moment ellipsoid", "2 sqrt(5 l) for the variances l of the solid: exact for an "
     "ellipsoid", "ours; IBSI's 4 sqrt(l) is 10.6 % shorter, kept for comparison"),
    ("volume (MTV)", "voxels x voxel volume, mL", "IBSI, doi:10.1148/radiol.2020191145 [port]"),
    ("mesh volume", "inside the surface between voxels, where uptake passes the border",
     "IBSI [port]; the field is ours"),
    ("SUVmax, SUVmean", "of the voxels inside", "IBSI [port]"),
    ("TLG", "SUVmean x volume", "in common use [recalled]"),
)  # fmt: skip


def borders() -> Iterator[str]:
    """Every rule with its source, and what is connected."""
    yield from (
        "A lesion is what lies at or above a threshold and hangs together, by faces, with the",
        "hottest voxel of its box; with a seed, with the maximum that the seed climbs to. A seed",
        f"alone reaches {REACH_MM:g} mm to each side.",
        "",
    )
    rows = []
    for rule in RULES:
        written, source = _RULES[rule.name]
        rows.append((written, rule.name, source))
    yield from table(("written", "is", "source [standing]"), [*rows, *_LIVER])
    yield from (
        "",
        "A border is kept unrounded, with the rule, in every result. A mask that a person drew",
        "has none. `fill_holes: true` counts what the mask encloses. The background of a lesion",
        f"is the median {_SHELL} outside its border.",
    )


def guards() -> Iterator[str]:
    """What trips each guard."""
    voxels = f"{smallness.LEAST_WIDTHS:g} voxels"
    rows = (
        ("lesion-touches-box", "the mask reaches the edge of its box or of the scan"),
        ("lesion-top-on-box-edge", "the hottest voxel lies on the edge of the box"),
        ("lesion-joins-hotter", "the mask holds something hotter than the seed leads to"),
        ("lesion-threshold-near-background",
         f"the border is below {leaks.BACKGROUND_TIMES:g} x the background"),
        ("lesion-background-unseen", "the scan ends before the background begins"),
        ("lesion-too-small-to-measure",
         f"the shortest axis is under {voxels}, or {smallness.LEAST_WIDTHS:g} x the resolution "
         "where `psf_mm` says it"),
        ("lesion-volume-unsteady",
         f"from 41 % to 50 % of the maximum the volume falls by more than "
         f"{leaks.CHANGE_PERCENT:g} %"),
        ("lesion-not-alone-in-box",
         f"without a seed: {leaks.OTHER_ML:g} mL or more at {100 * leaks.OTHER_SHARE:g} % of the "
         f"border ({leaks.OTHER_BACKGROUND_TIMES:g} x the background at least) lie more than "
         f"{leaks.FAR_MM:g} mm away"),
        ("lesion-in-parts", "at 50 % of the maximum it falls into parts of "
         f"{100 * leaks.PART_SHARE:g} % or more each"),
        ("lesion-has-hole", f"more than {leaks.HOLE_PERCENT:g} % of it are enclosed and cool"),
        ("lesion-at-scan-edge", "the lesion reaches the edge of the scan"),
    )  # fmt: skip
    yield "A threshold draws something in every box. These tell a leak from a lesion; all limits"
    yield "are ours, taken from phantoms on which [each failure was"
    yield "seen](petct-proof.md#what-a-threshold-does-where-a-lesion-is-not-clean)."
    yield ""
    yield from table(("guard", "trips if"), ((f"`{name}`", why) for name, why in rows))


def candidates() -> Iterator[str]:
    """How candidates are found, and what hints say."""
    yield from (
        f"Without lesions, everything at SUV {listed.CANDIDATE_SUV:g} or more of at least "
        f"{listed.CANDIDATE_ML:g} mL is listed (body weight;",
        f"{_BENCHMARK}), and **none is accepted**. First come those",
        "without a hint, the largest uptake first. A hint says what uptake may be by its place in",
        f"the scanned body, or that its like lies within {MIRROR_MM:g} mm of its mirror image; it",
        "decides nothing. Ranges are ours:",
        "",
    )
    rows = (
        (
            str(one.organ),
            _range(*one.height, scale=100, unit="% of the scanned height"),
            _range(*one.left_mm, scale=1, unit="mm to the left"),
            " and ".join(
                [f"SUV {one.least_suv:g} or more"] * bool(one.least_suv)
                + [f"{one.least_ml:g} mL or more"] * bool(one.least_ml)
            ),
        )
        for one in HABITATS
    )
    yield from table(("may be", "height", "from the middle", "if"), rows)


def sizes() -> Iterator[str]:
    """Every measure by its definition."""
    rows = [
        *_MEASURES,
        *(
            (f"SUVpeak, {one.name}", f"mean of {one.counting}, radius {one.radius_mm:.4g} mm: "
             "about the hottest voxel (local), or the best centre in the lesion (what is shown)",
             str(one.source))
            for one in (peak.IBSI_SPHERE, peak.SHARED_SPHERE, peak.TWELVE_MM_SPHERE)
        ),
    ]  # fmt: skip
    yield from table(("measure", "definition", "source [standing]"), rows)
    yield from (
        "",
        "On one lesion these differ by up to 2 cm, so every size says what it is. Sums of a scan",
        "are over accepted lesions; lesions that share voxels are not summed up. The interval of a",
        "sum adds low ends and high ends, for a border that is off is off in all alike.",
    )


def sure() -> Iterator[str]:
    """The causes of an interval."""
    low, high = (100 * one for one in uncertainty.THRESHOLD_SHARES)
    yield from table(
        ("cause", "from", "to"),
        (
            ("threshold", f"the lesion at {high:g} % of its maximum, half-way from"
             " its maximum to the background, or as drawn",
             f"at {low:g} % of it, or as drawn"),
            ("voxels", f"each axis {uncertainty.HALF_A_VOXEL:g} voxel shorter", "as much longer"),
            ("resolution, where `psf_mm` is given", "each axis a: sqrt(a2 - psf2)",
             f"the long axis {uncertainty.ROUNDED_OFF:g} x psf longer: tips are rounded off"),
        ),
    )  # fmt: skip
    yield from (
        "",
        "Distances add up as squares, to each side by itself. The rule is **ours**, and no",
        "confidence interval; what it is worth is [how often the truth lies",
        "inside](petct-proof.md#do-intervals-hold-the-truth). A cause that is not known, such as",
        "the border of a mask drawn by hand, is named as not counted.",
    )


def _range(low: float, high: float, *, scale: float, unit: str) -> str:
    return f"{low * scale:g} to {high * scale:g} {unit}"
