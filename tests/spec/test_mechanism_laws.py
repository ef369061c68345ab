"""What the mechanism must show whatever its numbers are: laws of the clinic, drawn as tables."""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType

import numpy as np
import pytest
from numpy.typing import NDArray

from reinfuse.engine.simulate import Settings, Simulated, simulate
from reinfuse.mechanism.draws import parameter_rows
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.plan import Body, Depletion, Plan, plan_values
from reinfuse.mechanism.products import Origin, Product, Target, product_values
from reinfuse.mechanism.table import parameter
from tests.spec.charts_in_words import rows

Row = NDArray[np.float64]
DAYS = np.unique(np.concatenate([np.arange(-7, 60, 0.25), np.arange(60, 366)]))
PRECISE = Settings(rtol=1e-8, tolerance_scale=1e-4, threads=1)
FIRST = Product(origin=Origin.OWN)
NO_LEUKEMIA = 1e-6  # cells

# What a table may say of a patient; who is not said to differ gets 1e8 of their own cells after
# fludarabine and cyclophosphamide, with 1e11 leukemia cells in the marrow.
WORDS = MappingProxyType({
    r"a dose of (\S+)": lambda cells: {"dose": float(cells)},
    r"(\S+) cells in marrow": lambda cells: {"marrow_start": float(cells)},
    r"a clean marrow": lambda: {"marrow_start": NO_LEUKEMIA},
    r"(\S+) cells in a lesion": lambda cells: {"lesion_start_1": float(cells)},
    r"no lymphodepletion": lambda: {"fludarabine": 0.0, "cyclophosphamide": 0.0},
    r"tocilizumab on day (\S+)": lambda day: {
        "tocilizumab_day_1": float(day), "tocilizumab_dose_1": 480.0,
    },
    r"steroids on days (\S+) to (\S+)": lambda first, last: {
        "steroid_first": float(first), "steroid_last": float(last),
    },
    r"immunity of (\S+)": lambda loss: {"immunity_start": float(loss)},
    r"immunity that rises by (\S+)": lambda rise: {"immunity_rise": float(rise)},
    r"cells foreign to (\S+)": lambda share: {"foreign": float(share)},
    r"(\S+) of it CD19-negative": lambda share: {"negative_share": float(share)},
})  # fmt: skip


@cache
def course(words: str, *, lesions: int = 0, product: Product = FIRST) -> Simulated:
    """The course of a patient in words, `as usual` or parts of WORDS with `;` between."""
    given = plan_values(Plan(), Body()) | product_values(product, 0.0)
    parts = [] if words == "as usual" else words.split("; ")
    for part in parts:
        found = [(said, match) for said in WORDS if (match := re.fullmatch(said, part))]
        assert len(found) == 1, f"no one meaning of {part!r}"
        given |= WORDS[found[0][0]](*found[0][1].groups())
    return solved(lesions, given)


def solved(lesions: int, given: dict[str, float]) -> Simulated:
    model, parameters = course_model(lesions), parameter_rows(lesions, 1, {}, given)
    answer = simulate(model, parameters, DAYS, settings=PRECISE)
    assert answer.solved.all(), answer.failures()
    return answer


def measured(what: str, patient: Simulated) -> float:
    """`OUTPUT at its highest`, from day 3 on, or `half-life of OUTPUT`, 2 to 12 days past that."""
    name = what.removesuffix(" at its highest").removeprefix("half-life of ")
    values = patient.of(name)[0]
    late = DAYS >= 3
    highest = float(values[late].max())
    if what.endswith("at its highest"):
        return highest
    top = DAYS[late][values[late].argmax()]
    after = (top + 2 <= DAYS) & (top + 12 >= DAYS)
    return float(-np.log(2) / np.polyfit(DAYS[after], np.log(values[after]), 1)[0])


def at(day: float, patient: Simulated, output: str) -> float:
    return float(patient.of(output)[0][np.searchsorted(DAYS, day)])


# Against the patient as usual: the ratio is at least, at most.
AGAINST_THE_USUAL = """
1e9 cells in marrow               | car_per_ul at its highest   | 0.02 | 0.2
1e9 cells in marrow               | ifn at its highest          | 0.02 | 0.2
1e9 cells in marrow               | il6 at its highest          | 0.01 | 0.1
1e9 cells in marrow               | crp at its highest          | 0.01 | 0.3
1e9 cells in marrow               | macrophages at its highest  | 0    | 0.05
1e12 cells in marrow              | car_per_ul at its highest   | 1.5  | 10
1e12 cells in marrow              | il6 at its highest          | 1.2  | 10
no lymphodepletion                | car_per_ul at its highest   | 0.3  | 0.8
tocilizumab on day 5              | il6 at its highest          | 2    | 10
tocilizumab on day 5              | il6_free at its highest     | 0    | 0.3
tocilizumab on day 5              | crp at its highest          | 0.02 | 0.6
tocilizumab on day 5              | ferritin at its highest     | 0.99 | 1.01
steroids on days 5 to 15          | il6 at its highest          | 0.2  | 0.8
steroids on days 5 to 15          | crp at its highest          | 0.2  | 0.95
steroids on days 5 to 15          | ferritin at its highest     | 0.2  | 0.9
steroids on days 5 to 15          | car_per_ul at its highest   | 0.7  | 1
immunity of 0.1                   | half-life of car_per_ul     | 0.1  | 0.5
immunity of 0.3                   | half-life of car_per_ul     | 0.1  | 0.5
immunity that rises by 0.01       | half-life of car_per_ul     | 0.4  | 0.95
cells foreign to 0.5              | half-life of car_per_ul     | 0.6  | 0.95
cells foreign to 1                | half-life of car_per_ul     | 0.4  | 0.85
a clean marrow                    | car_per_ul at its highest   | 0.01 | 0.15
"""


@pytest.mark.parametrize(("words", "what", "least", "most"), rows(AGAINST_THE_USUAL))
def test_a_patient_who_differs_in_one_thing(words: str, what: str, least: str, most: str) -> None:
    ratio = measured(what, course(words)) / measured(what, course("as usual"))
    assert float(least) <= ratio <= float(most)


# Immunity against the binder at the start, in 1/d (0.22 is the middle of those with any), and what
# it leaves, after full lymphodepletion, of the peak of the same patient without: at most.
PRIMED = """
0.1  | 1e9  | 0.4
0.1  | 1e11 | 0.4
0.22 | 1e9  | 0.2
0.22 | 1e10 | 0.2
0.22 | 1e11 | 0.2
0.22 | 1e12 | 0.2
0.5  | 1e11 | 0.05
"""


@pytest.mark.parametrize(("immunity", "marrow", "most"), rows(PRIMED))
def test_lymphodepletion_does_not_save_cells_from_immunity_against_the_binder(
    immunity: str, marrow: str, most: str
) -> None:
    unprimed = course(f"{marrow} cells in marrow")
    primed = course(f"{marrow} cells in marrow; immunity of {immunity}")
    highest = [measured("car_per_ul at its highest", one) for one in (primed, unprimed)]
    assert highest[0] <= float(most) * highest[1]
    assert at(0, primed, "t_per_ul") < 0.1 * at(-7, primed, "t_per_ul")


def test_b_cells_that_lymphodepletion_leaves_are_enough_to_expand_on() -> None:
    """Without leukemia anywhere: normal B cells alone, and half of the usual at the start."""
    alone = course("a clean marrow")
    highest = measured("car_per_ul at its highest", alone)
    assert highest > 10 * at(1, alone, "car_per_ul")
    assert highest > 10 * at(2, alone, "car_per_ul")


# A dose moves the day of the peak and hardly its height, whatever the burden.
@pytest.mark.parametrize("marrow", ["1e10", "1e11", "1e12"])
def test_a_hundredfold_dose_hardly_moves_the_peak(marrow: str) -> None:
    courses = [course(f"a dose of {d}; {marrow} cells in marrow") for d in ("1e7", "1e8", "1e9")]
    peaks = [measured("car_per_ul at its highest", one) for one in courses]
    days = [DAYS[one.of("car_per_ul")[0].argmax()] for one in courses[:2]]
    assert max(peaks) / min(peaks) <= 1.6
    assert days[1] + 1 <= days[0], "fewer cells peak later"


def test_lesions_drive_expansion_when_the_marrow_is_clean() -> None:
    without = measured("car_per_ul at its highest", course("a clean marrow"))
    lesion = course("a clean marrow; 1e11 cells in a lesion", lesions=1)
    assert measured("car_per_ul at its highest", lesion) > 4 * without
    assert measured("il6 at its highest", lesion) > 5 * 3  # pg/mL, of normal
    assert at(28, lesion, "blasts_percent") < 1e-3


@pytest.mark.parametrize("day", ["3", "7", "12"])
def test_tocilizumab_leaves_every_cell_alone(day: str) -> None:
    """By construction: it says that the code is right and nothing about tocilizumab."""
    treated, usual = course(f"tocilizumab on day {day}"), course("as usual")
    for output in ("car_per_ul", "marrow_positive", "b_per_ul", "t_per_ul", "ifn"):
        assert treated.of(output) == pytest.approx(usual.of(output), rel=1e-6, abs=1e-6), output
    assert at(float(day) + 2, treated, "il6") > 1.5 * at(float(day) + 2, usual, "il6")


def test_tocilizumab_late_lowers_what_is_left_of_crp() -> None:
    treated, usual = course("tocilizumab on day 12"), course("as usual")
    assert at(14, treated, "crp") < 0.5 * at(14, usual, "crp")


# Who is left after a product: leukemia cells on day 28 of those on day -7, at least, at most.
PRODUCTS = """
CD19          | 1e-9 of it CD19-negative   | 0 | 1e-3
CD19          | 0.999 of it CD19-negative  | 2 | 100
CD22          | 1e-9 of it CD19-negative   | 0 | 1e-2
CD22          | 0.999 of it CD19-negative  | 0 | 1e-2
CD19 and CD22 | 1e-9 of it CD19-negative   | 0 | 1e-3
CD19 and CD22 | 0.999 of it CD19-negative  | 0 | 1e-2
"""


@pytest.mark.parametrize(("target", "words", "least", "most"), rows(PRODUCTS))
def test_a_product_kills_what_carries_its_target(
    target: str, words: str, least: str, most: str
) -> None:
    found = course(words, product=Product(origin=Origin.OWN, target=Target(target)))
    left = at(28, found, "marrow_positive") + at(28, found, "marrow_negative")
    assert float(least) <= left / 1e11 <= float(most)


def test_more_negative_cells_at_the_start_make_an_earlier_negative_relapse() -> None:
    courses = [course(f"{share} of it CD19-negative") for share in ("1e-5", "1e-7", "1e-9")]
    late = [float(DAYS[(one.of("blasts_percent")[0] > 5) & (DAYS > 28)][0]) for one in courses]
    assert late[0] + 30 < late[1]
    assert late[1] + 30 < late[2]
    for one in courses:
        assert at(365, one, "marrow_negative") > 1e3 * at(365, one, "marrow_positive")


def test_more_fludarabine_leaves_fewer_t_cells() -> None:
    doses = (0.0, 10.0, 20.0, 30.0, 40.0)  # mg/m2
    lowest, peaks = [], []
    for dose in doses:
        plan = Plan(depletion=Depletion(fludarabine=dose))
        one = solved(0, plan_values(plan, Body()))
        lowest.append(float(one.of("t_per_ul").min()))
        peaks.append(measured("car_per_ul at its highest", one))
    assert all(np.diff(lowest) < 0)
    assert all(np.diff(peaks) > 0)
    assert lowest[3] < 0.25 * lowest[0]


def test_gvhd_follows_the_exposure_to_donor_cells_alone() -> None:
    donor = Product(origin=Origin.DONOR)
    low, high = (course(words, product=donor) for words in ("1e10 cells in marrow", "as usual"))
    for one in (low, high):
        exposure = np.trapezoid(one.of("car_everywhere")[0], DAYS) / 1e10
        assert at(365, one, "gvhd") == pytest.approx(
            parameter("gvhd_hazard").value * exposure, rel=1e-3
        )
    assert at(100, high, "gvhd") > 1.5 * at(100, low, "gvhd") > 0
    assert at(365, course("as usual"), "gvhd") == 0.0


def poor_and_full(size: float) -> tuple[Simulated, Simulated]:
    """A lesion of that size, hardly reached and hardly killed, and the same one fully."""
    usual = plan_values(Plan(), Body()) | {"lesion_start_1": size}
    poor = solved(1, usual | {"access_1": 0.03, "kill_share_1": 0.3})
    return poor, solved(1, usual | {"access_1": 1.0, "kill_share_1": 1.0})


SMALL = 2e9  # cells, 3 mL: what blood does not show; at 5e9 it shows by 6 %, at 1e11 threefold


def test_blood_and_marrow_do_not_show_a_lesion_that_is_hardly_reached() -> None:
    poor, full = poor_and_full(SMALL)
    days = (DAYS >= 0.25) & (DAYS <= 60)
    ratio = poor.of("car_per_ul")[0, days] / full.of("car_per_ul")[0, days]
    assert np.abs(ratio - 1).max() < 0.05
    for one in (poor, full):
        assert at(28, one, "blasts_percent") < 1e-3
    assert at(60, poor, "lesion_1_positive") > 3 * SMALL


def test_a_small_lesion_that_is_fully_reached_goes_as_the_marrow_does() -> None:
    _, full = poor_and_full(SMALL)
    assert at(28, full, "lesion_1_positive") < 0.01 * SMALL


def test_a_large_lesion_that_is_hardly_reached_outlives_the_marrow() -> None:
    poor, full = poor_and_full(1e11)
    assert at(28, poor, "blasts_percent") < 1e-3
    assert at(60, poor, "lesion_1_positive") > 100 * at(60, full, "lesion_1_positive")
    assert at(60, poor, "lesion_1_volume") > 10
