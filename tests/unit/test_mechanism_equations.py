"""The mechanism as a model: at rest without treatment, whole in its text, and true to its units."""

from __future__ import annotations

import re

import numpy as np
import pytest

from reinfuse.engine.language import read_model
from reinfuse.engine.simulate import Settings, Simulated, simulate
from reinfuse.mechanism.draws import parameter_rows
from reinfuse.mechanism.equations import START, course_model, model_text
from reinfuse.mechanism.table import parameter, parameters_of

PRECISE = Settings(rtol=1e-8, tolerance_scale=1e-4, threads=1)
DAYS = np.array([-6.9, 0.0, 3.0, 10.0, 30.0, 100.0])
LEFT_ALONE = {"dose": 0.0, "b_start": 1.0, "antigen_loss": 0.0}
CLEAN = LEFT_ALONE | {"marrow_start": 1e-6}


def course(lesions: int = 0, start: float = START, **given: float) -> Simulated:
    rows = parameter_rows(lesions, 1, {}, given)
    days = DAYS[start <= DAYS]
    answer = simulate(course_model(lesions, start), rows, days, settings=PRECISE)
    assert answer.solved.all(), answer.failures()
    return answer


REST = {
    "car_per_ul": 0.0, "car_percent": 0.0, "car_copies": 0.0, "b_share": 1.0,
    "t_per_ul": parameter("t_normal").value, "ifn": parameter("ifn_normal").value,
    "il10": parameter("il10_normal").value, "il6": parameter("il6_normal").value,
    "il6_free": parameter("il6_normal").value, "crp": parameter("crp_normal").value,
    "ferritin": parameter("ferritin_normal").value, "macrophages": 0.0, "tocilizumab": 0.0,
    "gvhd": 0.0, "immunity_now": 0.0,
}  # fmt: skip


@pytest.mark.parametrize(("output", "level"), REST.items())
def test_nothing_moves_where_nothing_is_given(output: str, level: float) -> None:
    macrophages = 0.01 if output in {"ferritin", "crp", "il6", "il6_free"} else 0
    found = course(**CLEAN).of(output)[0]
    assert found == pytest.approx(np.full(len(DAYS), level), rel=1e-6 + macrophages, abs=1e-5)


def test_leukemia_that_is_left_alone_grows_at_its_rate_until_there_is_no_room() -> None:
    found = course(1, lesion_start_1=1e6, **(LEFT_ALONE | {"marrow_start": 1e6}))
    expected = 1e6 * np.exp(parameter("growth").value * (DAYS - START))
    assert found.of("marrow_positive")[0] == pytest.approx(expected, rel=1e-3)
    assert found.of("lesion_1_positive")[0] == pytest.approx(expected, rel=3e-3)
    full = course(marrow_start=1e13, growth=0.3, **LEFT_ALONE)
    assert full.of("marrow_positive")[0, -1] == pytest.approx(parameter("marrow_room").value)


def test_cells_and_share_of_blasts_are_tied_by_the_map_of_the_table() -> None:
    half = parameter("marrow_half").value
    found = course(marrow_start=half, growth=0.001, **LEFT_ALONE)
    assert found.of("blasts_percent")[0, 0] == pytest.approx(97.19 / 2, rel=1e-3)


def test_cells_and_percent_and_copies_are_of_the_same_blood() -> None:
    found = course(fludarabine=38.0, cyclophosphamide=0.3)
    cars, t_cells = found.of("car_per_ul")[0, 3], found.of("t_per_ul")[0, 3]
    assert cars > 50
    assert found.of("car_percent")[0, 3] == pytest.approx(100 * cars / (cars + t_cells))
    nucleated = cars + t_cells + parameter("other_leukocytes").value
    assert found.of("car_copies")[0, 3] == pytest.approx(1.5e5 * cars / nucleated)


def test_a_dose_is_infused_on_its_day_and_again_on_the_other() -> None:
    found = course(dose=1e8, infusion_day=2.99, again_day=9.99, again_dose=3e9, rho=0.0)
    everywhere = found.of("car_everywhere")[0]
    engrafted = parameter("engraftment").value
    assert everywhere[:2].tolist() == [0.0, 0.0]
    assert everywhere[2] == pytest.approx(1e8 * engrafted, rel=0.01)
    assert everywhere[3] > 3e9 * engrafted * 0.99


# CAR-T cells that do not expand and are lost by hardly anything else than immunity.
HARDLY = 0.001  # 1/d, the least loss of effector cells that the table allows
ONLY_LOST = {
    "marrow_start": 1e-6, "rho": 0.0, "recall": 0.0, "effector_loss": HARDLY,
    "memory_loss": HARDLY, "immunity_rise": 0.0, "immunity_fall": 0.0, "immunity_recall": 0.0,
}  # fmt: skip
DEPLETED = {"fludarabine": 38.0, "cyclophosphamide": 0.3}


@pytest.mark.parametrize("depletion", [{}, DEPLETED], ids=["with T cells", "depleted"])
def test_immunity_against_the_car_needs_no_t_cells(depletion: dict[str, float]) -> None:
    found = course(**ONLY_LOST, **depletion, infusion_day=-1.0, immunity_start=0.3)
    left = found.of("car_everywhere")[0, 1:] / (1e8 * parameter("engraftment").value)
    assert left == pytest.approx(np.exp(-(0.3 + HARDLY) * (DAYS[1:] + 1.0)), rel=1e-5)


def test_immunity_from_an_earlier_product_is_recalled_among_car_t_cells_alone() -> None:
    change = {"immunity_half": 1.0, "immunity_recall": 2.0, "immunity_start": 0.02}
    given = ONLY_LOST | DEPLETED | change
    assert course(**given, dose=0.0).of("immunity_now")[0] == pytest.approx(0.02)
    found = course(**given, dose=1e10).of("immunity_now")[0, 1:4]
    assert found == pytest.approx(0.02 * (1.0 + 2.0 * DAYS[1:4]), rel=1e-3)


def test_cells_that_are_foreign_are_lost_in_proportion_to_t_cells() -> None:
    found = course(**ONLY_LOST, **DEPLETED, foreign=0.5, rejection=0.4)
    t_cells = found.of("t_per_ul")[0]
    expected = 0.5 * 0.4 * t_cells / parameter("t_normal").value
    assert found.of("immunity_now")[0] == pytest.approx(expected, rel=1e-5)
    assert t_cells[1] < 0.1 * t_cells[0], "there is something to see"


def test_lymphodepletion_kills_b_cells_in_tissue_by_a_share_of_what_it_kills_in_blood() -> None:
    slow = {"b_turnover": 1e-4, "t_recovery": 5e-4}  # the least that the table allows
    found = course(**CLEAN, **DEPLETED, **slow, tissue_depletion=0.3)
    t_share = found.of("t_per_ul")[0, 1] / parameter("t_normal").value
    assert t_share < 0.1
    assert np.log(found.of("b_share")[0, 1]) == pytest.approx(0.3 * np.log(t_share), rel=0.01)


def test_a_window_may_begin_earlier_or_later() -> None:
    found = course(start=-20.0, marrow_start=1e9)
    grown = 1e9 * np.exp(parameter("growth").value * 13)
    later = course(marrow_start=grown)
    assert course_model(0, -20.0).start == -20.0
    cells = later.of("marrow_positive")[0, 1]
    assert found.of("marrow_positive")[0, 1] == pytest.approx(cells, rel=1e-3)


@pytest.mark.parametrize("lesions", [1, 2])
def test_a_lesion_that_is_empty_changes_nothing(lesions: int) -> None:
    empty = {f"lesion_start_{k}": 1e-6 for k in range(1, lesions + 1)}
    found, alone = course(lesions, **empty), course(0)
    for output in ("car_per_ul", "marrow_positive", "il6", "b_share"):
        assert found.of(output) == pytest.approx(alone.of(output), rel=1e-5, abs=1e-4), output


def test_a_day_before_the_window_is_refused_and_not_forgotten() -> None:
    rows = parameter_rows(0, 1, {}, {"depletion_day": START - 1})
    answer = simulate(course_model(0), rows, DAYS, settings=PRECISE)
    assert not answer.solved.any()
    assert "before the start" in answer.failures()[0]


def test_lesions_that_are_alike_stay_alike() -> None:
    found = course(2, lesion_start_1=1e10, lesion_start_2=1e10)
    for output in ("positive", "negative", "volume", "left_positive"):
        first, second = (found.of(f"lesion_{k}_{output}") for k in (1, 2))
        assert first == pytest.approx(second, rel=1e-6), output


def test_a_lesion_is_as_large_as_its_cells_living_and_dead() -> None:
    found = course(1, lesion_start_1=2e10, access_1=1.0, kill_share_1=1.0)
    cells = found.of("lesion_1_positive") + found.of("lesion_1_negative")
    volume = found.of("lesion_1_volume")
    density = parameter("density").value
    assert volume[0, 0] == pytest.approx(2e10 / density, rel=0.01)
    assert (volume >= cells / density * (1 - 1e-6)).all()
    assert volume[0, 3] > 1.5 * cells[0, 3] / density, "dead cells take up room for a while"


def test_every_number_of_the_text_is_one_of_the_table_or_stands_in_its_equations() -> None:
    text = model_text(1)
    entries = re.findall(r"^parameter (\w+) = (\S+) \[", text, re.MULTILINE)
    assert entries == [(row.name, repr(row.value)) for row in parameters_of(1)]


@pytest.mark.parametrize("output", ["car_per_ul", "il6", "crp", "marrow_positive", "b_per_ul"])
def test_single_precision_is_good_to_a_hundredth(output: str) -> None:
    rows = parameter_rows(0, 1, {}, {"fludarabine": 38.0, "cyclophosphamide": 0.3})
    quick = Settings(rtol=1e-4, bits=32, threads=1)
    narrow = simulate(course_model(0), rows, DAYS, settings=quick).of(output)
    wide = simulate(course_model(0), rows, DAYS, settings=PRECISE).of(output)
    assert narrow == pytest.approx(wide, rel=0.01, abs=1e-3)


def test_a_text_with_a_wrong_unit_is_refused() -> None:
    wrong = model_text(0).replace("rate F = -fludarabine_loss*F", "rate F = -fludarabine_loss")
    with pytest.raises(Exception, match="unit"):
        read_model(wrong)
