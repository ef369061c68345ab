"""Scans over time as parts of a page: registration, states, criteria, what enters a course."""

from __future__ import annotations

from collections.abc import Iterator

from docs.markdown import table
from reinfuse.imaging.following import (
    deauville,
    inputs,
    left_in_place,
    matching,
    mutual,
    propagating,
    references,
    registering,
)
from reinfuse.imaging.following.follow import FAR_MM
from reinfuse.imaging.following.followed import State
from reinfuse.imaging.lesions import sphere
from reinfuse.imaging.measured.results import Trend

_STATES = {
    State.DRAWN: "drawn where a person said, and the same lesion as before by its place",
    State.NEW: "drawn, not known before, and each earlier scan was judged cooler in its place than "
    "the border now; else `drawn`, and told",
    State.SPLIT: "drawn in several pieces that lie in the place of one",
    State.MERGED: "drawn as one with another known lesion",
    State.RETURNED: "drawn after a scan in which it was below the threshold",
    State.BELOW: "not drawn: SUVmax, SUVmean and ratio to the background are given as *left in its "
    'place*. **Never "gone"**: that a person must say',
    State.EARLIER: "a scan before it was first drawn, measured in its later place",
    State.NOT_SCANNED: f"less than {100 * propagating.LEAST_SCANNED:g} % of its place lies in the "
    "scan: nothing is known",
}
_TRENDS = {
    Trend.NEW: "as above",
    Trend.REDUCED: "the interval of volume lies wholly below that of the look before",
    Trend.INCREASED: "the interval of volume lies wholly above it",
}
_MARKS = (
    ("`lesion SUVmax`", "of what is drawn, or is left in its place"),
    ("`lesion SULpeak`", "SUVpeak (1 mL, best centre) x lean mass / weight; none without height "
     "and sex"),
    ("`lesion status`", "`present` where it is drawn; nothing says `absent`"),
    ("`lesion role`, `new lesion`", "where the state is new"),
    ("`TLG`", "SUV by body weight x mL, in g"),
    ("`lesion longest diameter`, `lesion shortest diameter`",
     "LDi and SDi of a mask on CT; an extent of uptake is left out"),
    ("`liver SUVmax`, `mediastinum SUVmax`", "in their spheres"),
    ("`liver SULmean`, `liver SUL SD`", "the same by lean mass"),
)  # fmt: skip


def registration() -> Iterator[str]:
    """How two scans are brought together."""
    rounds = ", ".join(f"{mm:g} mm" for mm, _ in registering.ROUNDS)
    yield from (
        "Each scan is registered with the first: a rigid motion (three turns, three shifts) that",
        "makes the mutual information of both greatest, by CT where both have one in the frame of",
        f"their PET, else by uptake. Rounds on voxels of {rounds}, {mutual.BINS} bins, from the",
        "best of some shifts along the body; two fits with different points, and their mean.",
        "Source: Wells 1996 and Maes 1997, doi:10.1109/42.563664 [recalled]; numbers are ours.",
        "",
        "- A motion that does not better points it never saw is not used, and that is told.",
        f"- Two fits that differ by more than {registering.LOOSE_MM:g} mm at the corners of the "
        "body are told.",
        f"- Refused: more than {registering.FARTHEST_MM:g} mm or {registering.FARTHEST_DEG:g} "
        f"degrees, or under {registering.LEAST_INFORMATION:g} nats.",
        "",
        "A lesion is then expected where it was last drawn. Lesions are matched one to one at the",
        f"least sum of distances, none beyond {matching.FARTHEST_MM:g} mm; what is left over and "
        f"lies mostly within {matching.BESIDE_MM:g} mm",
        "of another is a piece of it, or has merged with it (after Santoro-Fernandes 2021, Phys",
        f"Med Biol 66:155017 [abstract only]; distances are ours). A match {FAR_MM:g} mm or",
        "more from where it was expected is told.",
    )


def states() -> Iterator[str]:
    """Each state and trend with what it means."""
    yield from table(("state", "means"), ((f"*{one}*", _STATES[one]) for one in State))
    yield from (
        "",
        "What is left in a place is called uptake from "
        f"{left_in_place.ABOVE_BACKGROUND:g} x its background on (ours; `lesion-uptake-left`).",
        "Where it is as hot as the border last was, it was not looked for, and reads *not drawn*",
        "(`petct-hot-not-drawn`), and does not enter a course. A change of size is said only where",
        "intervals leave no doubt:",
        "",
    )
    yield from table(("change", "means"), ((f"*{one}*", _TRENDS[one]) for one in Trend))


def criteria() -> Iterator[str]:
    """The marks that grading reads, and the suggestion on the scale of five points."""
    yield "`marks.csv` is a long table that [`reinfuse grade`](commands.md#reinfuse-grade) reads:"
    yield ""
    yield from table(("item", "from"), _MARKS)
    yield from (
        "",
        f"Liver: a sphere of {sphere.LIVER_DIAMETER_MM / 10:g} cm (PERCIST 1.0, "
        "doi:10.2967/jnumed.108.057307 [recalled]); mediastinum:",
        f"{references.BLOOD_DIAMETER_MM / 10:g} cm, for the aorta is narrow (ours). A person says "
        "where they are, in one scan; they are carried to the",
        "others as lesions are. A sphere whose deviation is more than "
        f"{100 * references.UNEVEN:g} % of its mean is told (ours).",
        f"Sums of products are over {inputs.MOST_TARGETS} targets at most (Lugano 2014 "
        "[recalled]).",
        "",
        "**What is missing stays missing.** A lesion below threshold has no status, so that a",
        "complete response is never given by default: the [grade](criteria/lesions.md) is an",
        "interval until somebody writes `absent`.",
        "",
        "### The suggestion on the scale of five points",
        "",
    )
    yield from table(
        ("hottest lesion, SUVmax", "suggests"),
        (
            ("up to the mediastinum", "1 to 2: whether there is none at all, the eye says"),
            ("up to the liver", "3"),
            (f"up to {deauville.MARKED_FROM:g} x liver", "4"),
            (f"up to {deauville.MARKED_ABOVE:g} x liver", "4 to 5"),
            ("above", "5"),
        ),
    )
    yield from (
        "",
        f"Source: {deauville.SOURCE}. It is printed with its three numbers, and never in the place",
        "of a reader's score; a new lesion is 5 by that scale whatever its uptake.",
    )


def recorded() -> Iterator[str]:
    """What becomes of a look in a course."""
    yield from (
        "Every look that gave a number becomes a `look` of its lesion: axes in cm, SUVmax, change,",
        "day; and in its note the volume with its interval, the rule and its border, voxels,",
        "guards that tripped, and the first digits of the hash of its PET. A lesion below",
        "threshold enters with its SUVmax and without axes, and is never `resolved`. Days count",
        "from an infusion of the course.",
    )
