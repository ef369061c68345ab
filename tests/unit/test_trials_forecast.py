"""Options on the same draws: what is the same, what differs, and what a difference hangs on."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from reinfuse.engine.simulate import simulate
from reinfuse.errors import ReinfuseError
from reinfuse.estimation.mechanistic.latents import latents_of
from reinfuse.estimation.mechanistic.result import LatentFit, MechanismFit
from reinfuse.estimation.mechanistic.window import Lesion, Window
from reinfuse.estimation.summary import Summary
from reinfuse.mechanism.equations import course_model
from reinfuse.mechanism.plan import Body, Plan
from reinfuse.mechanism.products import Origin, Product, Target
from reinfuse.mechanism.table import parameters_of
from reinfuse.trials.forecast import Asked, Forecast, Option, forecast
from reinfuse.trials.forecast.asked import (
    Again,
    Binder,
    Cells,
    Collected,
    Dose,
    DoseUnit,
    Kept,
    Tocilizumab,
)
from reinfuse.trials.forecast.compared import ALIKE, CANNOT_TELL, answer, difference, ranked
from reinfuse.trials.forecast.plain import COLUMNS, as_plain, rows
from reinfuse.trials.forecast.questions import EVERYWHERE, Ask, Question
from reinfuse.trials.forecast.replay import replay_of, rows_of

NAMES = [row.name for row in parameters_of(1)]
WINDOW = Window(
    infusion="infusion-2", label="infusion 2", first_day=-7.0, last_day=150.0,
    product=Product(origin=Origin.DONOR, first=False, foreign=0.001),
    plan=Plan(dose=1e8, tocilizumab=((8.0, 480.0),)), body=Body(),
    lesions=(Lesion(number=1, site="left eye", entry="lesion-eye"),),
)  # fmt: skip
X3 = Dose(amount=3.0, unit=DoseUnit.TIMES, words="x3")
X1 = Dose(amount=1.0, unit=DoseUnit.TIMES, words="x1")
OPTIONS = (
    Option(name="zero", infused=False),
    Option(name="as it was given"),
    Option(name="same dose", dose=X1),
    Option(name="own again", cells=Cells.OWN, collected=Collected.BEFORE),
    Option(name="dose x3", dose=X3),
    Option(name="earlier", later=-28.0),
    Option(name="a later", later=10.0, depletion=Kept.NONE),
)


def prior_fit(draws: int, windows: tuple[Window, ...] = (WINDOW,)) -> MechanismFit:
    """A fit of nothing: draws of the prior."""
    rng, latents = np.random.default_rng(3), latents_of(windows)
    one = Summary(median=0.0, low_50=0.0, high_50=0.0, low_90=0.0, high_90=0.0)
    known = {"latent": None, "unit": "1", "before": one, "after": one, "narrowing": 1.0,
             "informed": False, "shift": 0.0}  # fmt: skip
    fitted = tuple(
        LatentFit(**{key: known[key] for key in LatentFit.__dataclass_fields__}
                  | {"latent": latent})
        for latent in latents
    )  # fmt: skip
    shape = (draws, len(latents))
    return MechanismFit(
        windows=windows, latents=latents, draws=rng.standard_normal(shape),
        fresh=rng.standard_normal(shape), fitted=fitted, directions=(), derived=(), checks=(),
        bands=(), sampler=None, words=(), prior_only=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def result() -> Forecast:
    asked = Asked(
        infusion="infusion-2", horizon=365.25, reference="as it was given", options=OPTIONS
    )
    return forecast(prior_fit(80), asked, transplanted=True, draws=60, rng=np.random.default_rng(1))


def value_of(rows_now: np.ndarray, name: str) -> np.ndarray:
    return rows_now[:, NAMES.index(name)]


def test_options_stand_in_the_order_of_their_file(result: Forecast) -> None:
    assert [option.name for option in result.options] == [option.name for option in OPTIONS]


def test_an_option_that_comes_to_the_same_differs_in_no_draw(result: Forecast) -> None:
    same = result.option("same dose")
    assert same.differences
    assert all(each.higher == each.lower == 0.0 for each in same.differences)
    assert all(each.low == each.high == 0.0 for each in same.differences)
    assert same.words == (ALIKE,)
    assert result.option("as it was given").differences == ()


def test_grade_3_and_gvhd_are_ranges_and_never_one_number(result: Forecast) -> None:
    for option in result.options:
        for each in (*option.answers, *option.differences):
            assert (each.middle is None) == (
                each.question.ask in {Ask.CRS_3, Ask.GVHD} or each.low is None
            )


def test_without_cells_there_is_no_day_of_a_peak_and_it_says_why(result: Forecast) -> None:
    none = {each.question.ask: each for each in result.option("zero").answers}
    assert (none[Ask.TMAX].low, none[Ask.TMAX].why) == (None, "no cells are infused")
    assert none[Ask.CMAX].high == 0.0
    assert none[Ask.GVHD].high == 0.0
    assert Ask.TMAX not in {each.question.ask for each in result.option("zero").differences}


def test_own_cells_cause_no_gvhd_and_a_third_more_dose_hardly_moves_the_peak(
    result: Forecast,
) -> None:
    def high(name: str, ask: Ask) -> float | None:
        return next(one.high for one in result.option(name).answers if one.question.ask is ask)

    assert high("own again", Ask.GVHD) == 0.0
    assert (high("as it was given", Ask.GVHD) or 0) > 0.0
    peak = high("as it was given", Ask.CMAX_PER_UL) or 0.0
    assert 0.7 * peak < (high("dose x3", Ask.CMAX_PER_UL) or 0.0) < 1.6 * peak


def test_probabilities_stay_within_0_and_1_and_sites_bound_all_sites(result: Forecast) -> None:
    for option in result.options:
        found = {each.question: each for each in option.answers}
        for question, each in found.items():
            if question.unit == "1" and each.low is not None and each.high is not None:
                assert -1e-9 <= each.low <= each.high <= 1 + 1e-9
            if question.site == EVERYWHERE:
                apart = [found[replace(question, site=site)].middle for site in result.sites]
                assert (each.middle or 0.0) <= min(one or 0.0 for one in apart) + 1e-9


def test_what_another_product_brings_is_never_called_learned(result: Forecast) -> None:
    own = result.option("own again")
    assert "fitness" in own.anew
    assert not own.learned
    assert not any(each.learned for each in own.differences)
    assert any("assumed, not learned from this patient" in words for words in own.assumes)


def test_a_forecast_says_that_it_is_prior_only_and_goes_beyond_follow_up(result: Forecast) -> None:
    words = " ".join(result.words)
    assert result.prior_only
    assert "prior only" in words
    assert "12 months by 215 days" in words
    assert "3 months by" not in words
    assert "confounded" in words
    told = " ".join(words for option in result.options for words in option.assumes)
    assert "would have" not in words + told
    assert ("recalled" in words) == any(row.recalled for row in parameters_of(1))


def test_quick_numbers_are_held_against_exact_ones(result: Forecast) -> None:
    assert result.precision.draws == 48
    # One draw at the edge of a limit is 1 in 48.
    assert 0.0 <= result.precision.probability < 0.05
    assert 0.0 < result.precision.quantity < 0.01


def test_bands_are_of_every_site_over_all_days(result: Forecast) -> None:
    given = result.option("as it was given")
    assert [band.what for band in given.bands] == [
        "CAR-T cells, % of T cells", "marrow blasts, %", "left eye, mL",
    ]  # fmt: skip
    for band in given.bands:
        assert band.values.shape == (len(band.days), 5)
        assert (np.diff(band.values, axis=1) >= 0).all()
        assert (band.days[0], band.days[-1]) == (-7.0, 365.25)


def test_an_earlier_option_is_seen_earlier_on_the_days_of_the_record(result: Forecast) -> None:
    given, earlier = (result.option(name).bands[0] for name in ("as it was given", "earlier"))
    before = given.days == -5.0
    assert given.values[before].max() == 0.0
    assert earlier.values[before].max() > 1.0


def test_a_forecast_becomes_json_and_a_tidy_table(result: Forecast) -> None:
    plain = json.loads(json.dumps(as_plain(result), allow_nan=False))
    assert plain["prior_only"] is True
    assert len(plain["options"]) == len(OPTIONS)
    table = list(rows(result))
    assert {len(row) for row in table} == {len(COLUMNS)}
    count = sum(len(option.answers) + len(option.differences) for option in result.options)
    assert len(table) == count


def test_a_horizon_below_a_hundred_days_and_an_unknown_infusion_are_refused() -> None:
    asked = Asked(infusion="infusion-2", horizon=60.0, reference="a", options=(Option(name="a"),))
    with pytest.raises(ReinfuseError, match="too short"):
        forecast(prior_fit(4), asked, transplanted=True, draws=4, rng=np.random.default_rng(1))
    other = replace(asked, horizon=365.0, infusion="infusion-7")
    with pytest.raises(ReinfuseError, match="nothing of infusion-7"):
        forecast(prior_fit(4), other, transplanted=True, draws=4, rng=np.random.default_rng(1))


# ---- options as parameters


def option_rows(option: Option) -> tuple[np.ndarray, np.ndarray]:
    given = prior_fit(5).window_rows(0)
    return given, rows_of(replay_of(option, WINDOW, 0.999), given, WINDOW)


def test_doses_are_counted_as_they_are_written() -> None:
    given, tripled = option_rows(Option(name="a", dose=X3))
    np.testing.assert_allclose(value_of(tripled, "dose"), 3 * value_of(given, "dose"))
    each = Dose(amount=2e6, unit=DoseUnit.PER_KG, words="")
    _, by_weight = option_rows(Option(name="a", dose=each))
    np.testing.assert_allclose(value_of(by_weight, "dose"), 1.2e8)
    _, again = option_rows(Option(name="a", dose=X3, again=Again(day=180.0, dose=X1)))
    np.testing.assert_allclose(value_of(again, "again_dose"), 3e8)
    np.testing.assert_allclose(value_of(again, "again_day"), 180.0)


def test_what_is_later_moves_all_days_of_the_plan() -> None:
    given, later = option_rows(Option(name="a", later=10.0))
    for name in ("infusion_day", "depletion_day", "tocilizumab_day_1"):
        np.testing.assert_allclose(value_of(later, name), value_of(given, name) + 10.0)
    assert (value_of(later, "tocilizumab_day_2") == value_of(given, "tocilizumab_day_2")).all()


def test_drugs_can_be_left_out_or_given_otherwise() -> None:
    _, without = option_rows(Option(name="a", depletion=Kept.NONE, tocilizumab=Kept.NONE))
    for name in ("fludarabine", "cyclophosphamide", "tocilizumab_dose_1"):
        assert (value_of(without, name) == 0).all()
    _, other = option_rows(Option(name="a", tocilizumab=Tocilizumab(day=3.0, milligrams=400.0)))
    assert (value_of(other, "tocilizumab_day_1") == 3.0).all()
    assert (value_of(other, "tocilizumab_dose_1") == 400.0).all()
    given, usual = option_rows(Option(name="a", depletion=Kept.USUAL))
    np.testing.assert_allclose(value_of(usual, "fludarabine"), value_of(given, "fludarabine"))


def test_leukemia_followed_back_grows_to_what_it_was() -> None:
    """The law is followed back by a formula and forth by the engine."""
    fit = prior_fit(6)
    given = fit.window_rows(0)
    back = rows_of(replay_of(Option(name="a", later=-28.0), WINDOW, 0.999), given, WINDOW)
    back[:, NAMES.index("dose")] = 0.0
    done = simulate(course_model(1, WINDOW.first_day), back, [WINDOW.first_day + 28.0])
    for site, start in (("marrow", "marrow_start"), ("lesion_1", "lesion_start_1")):
        cells = done.of(f"{site}_positive")[:, 0] + done.of(f"{site}_negative")[:, 0]
        # A draw can begin with more cells than a site holds; followed back it is full.
        full = value_of(given, "marrow_room" if site == "marrow" else "lesion_room")
        expected = np.minimum(value_of(given, start), full)
        np.testing.assert_allclose(cells, expected, rtol=1e-3)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (Option(name="a", dose=X3), WINDOW.product),
        (Option(name="a", cells=Cells.DONOR), WINDOW.product),
        (
            Option(name="a", cells=Cells.OWN, collected=Collected.BEFORE),
            Product(origin=Origin.OWN_AGAIN, first=False, foreign=0.999),
        ),
        (
            Option(name="a", cells=Cells.OWN, collected=Collected.AFTER, binder=Binder.SAME),
            Product(origin=Origin.OWN_AGAIN, first=False, same_binder=True),
        ),
        (
            Option(name="a", target=Target.CD22),
            Product(origin=Origin.DONOR, target=Target.CD22, first=False, same_binder=False,
                    foreign=0.001),
        ),
    ],
)  # fmt: skip
def test_an_option_names_a_product(option: Option, expected: Product) -> None:
    found = replay_of(option, WINDOW, 0.999)
    assert found.product == expected
    assert found.another == (expected != WINDOW.product)


# ---- differences

UNSEEN = Question(ask=Ask.UNSEEN, site=EVERYWHERE, day=91.0)
DAYS = Question(ask=Ask.APLASIA_DAYS)


def test_a_difference_hangs_on_what_ranks_with_it() -> None:
    rng = np.random.default_rng(5)
    values = {name: rng.standard_normal(400) for name in ("rho", "growth", "kill")}
    apart = np.exp(values["kill"]) + 0.3 * values["rho"]
    by = ranked(values, {"kill": "killing"}, {"kill": 0.5, "rho": 0.6, "growth": 1.0})
    found = difference(DAYS, 50 + apart, np.full(400, 50.0), by, another_product=False)
    assert found is not None
    assert [driver.name for driver in found.drivers] == ["kill", "rho"]
    for driver in found.drivers:
        judge = spearmanr(values[driver.name], apart).statistic
        assert driver.correlation == pytest.approx(judge, abs=0.01)
    assert found.drivers[0].meaning == "killing"


@pytest.mark.parametrize(
    ("narrowing", "another", "learned"),
    [({"kill": 0.5}, False, True), ({"kill": 0.9}, False, False), ({}, False, False),
     ({"kill": 0.5}, True, False)],
)  # fmt: skip
def test_only_what_hangs_on_informed_latents_of_the_same_product_is_learned(
    narrowing: dict[str, float], another: bool, learned: bool
) -> None:
    kill = np.linspace(0.0, 1.0, 200)
    by = ranked({"kill": kill}, {}, narrowing)
    found = difference(UNSEEN, 0.3 + 0.5 * kill, np.full(200, 0.1), by, another_product=another)
    assert found is not None
    assert (found.told, found.learned, found.higher) == (True, learned, 1.0)
    assert ("assumed, not learned" in found.words) is not learned


def test_a_difference_that_goes_either_way_cannot_be_told() -> None:
    apart = np.linspace(-0.2, 0.3, 200)
    found = difference(
        UNSEEN, 0.5 + apart, np.full(200, 0.5), ranked({"a": apart}, {}, {}), another_product=False
    )
    assert found is not None
    assert (found.told, found.words) == (False, CANNOT_TELL)
    assert (found.low, found.high) == pytest.approx((-0.175, 0.275), abs=0.005)


def test_an_answer_has_the_mean_of_a_probability_and_the_median_of_a_quantity() -> None:
    values = np.array([0.0] * 6 + [1.0] * 4)
    assert answer(UNSEEN, values, most=None).middle == pytest.approx(0.4)
    assert answer(DAYS, values, most=365.0).middle == 0.0
    assert answer(DAYS, np.array([np.nan]), most=None, why="why").why == "why"
