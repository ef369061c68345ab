"""The page of a calibration: what is a test and what is not, hits beside blind luck, misses."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import numpy as np
import pytest

from reinfuse.evidence import Role, Target, shipped_targets, tally_scores
from reinfuse.report import Provenance, render_calibration
from reinfuse.report.calibration_page.forest import target_charts
from reinfuse.report.calibration_page.targets import target_rows
from reinfuse.trials.calibration import (
    CalibrationResult,
    Compared,
    Explained,
    Learned,
    Population,
    Tallied,
    unknowns,
)
from reinfuse.trials.calibration.compared import compared
from reinfuse.trials.calibration.counted import Counted
from reinfuse.trials.calibration.drawn import Predicted

PROVENANCE = Provenance(
    version="0", file="targets.csv", sha256="abc", command="reinfuse trial", seed=3
)
DRAWS, PATIENTS = 24, 200


def invented(target: Target, rate: float, numbers: np.ndarray) -> Predicted:
    """What a model would say: one rate with a little spread, or a share of the published value."""
    if target.published is None:
        found = [
            Counted(round(PATIENTS * float(np.clip(rate + 0.05 * z, 0, 1))), PATIENTS)
            for z in numbers[:, 0]
        ]
        return Predicted(draws=tuple({target.id: one} for one in found),
                         central={target.id: found[0]})  # fmt: skip
    values = [target.published.value * (0.6 + rate) * (1 + 0.02 * z) for z in numbers[:, 0]]
    return Predicted(draws=tuple({target.id: one} for one in values),
                     central={target.id: values[0]})  # fmt: skip


def of_role(role: Role, rate: float) -> tuple[Compared, ...]:
    numbers = np.random.default_rng(1).standard_normal((DRAWS, len(unknowns())))
    return tuple(
        compared(target, invented(target, 0.95, numbers), invented(target, rate, numbers), numbers)
        for target in shipped_targets()
        if target.role is role
    )


def learned() -> tuple[Learned, ...]:
    return tuple(
        Learned(
            unknown=one, prior=(one.at(-1.6), one.at(0.0), one.at(1.6)),
            posterior=(one.at(-0.5), one.at(0.0), one.at(0.5)) if place else
            (one.at(-1.6), one.at(0.0), one.at(1.6)),
            contraction=0.4 if place else 1.0, targets=("c4-first-cr",) if place else (),
            suggested=one.at(0.0) if place else None,
        )
        for place, one in enumerate(unknowns())
    )  # fmt: skip


def tallied(all_: tuple[Compared, ...], role: Role) -> tuple[Tallied, ...]:
    said = {population: [one.of(population).score for one in all_] for population in Population}
    return tuple(
        Tallied(
            population=population,
            tally=tally_scores([score for score in said[population] if score], role),
            central_hits=1, silent=0, contraction=0.4,
        )
        for population in Population
    )  # fmt: skip


@pytest.fixture(scope="module")
def result() -> CalibrationResult:
    mine, seen, theirs = (of_role(role, 0.6) for role in Role)
    why = Explained(written=date(2026, 11, 30), words="the model has no <lag>")
    mine = (replace(mine[0], said=("prior: in the model 14.0 d, above",), explained=(why,)),
            *mine[1:])  # fmt: skip
    return CalibrationResult(
        seed=3, patients=PATIENTS, drawn=100, kept=DRAWS, ess=55.0, learned=learned(),
        calibrated_on=(*mine, *seen), held_out=theirs,
        tallies=(*tallied(mine, Role.CALIBRATE), *tallied(seen, Role.SEEN),
                 *tallied(theirs, Role.HELD_OUT)),
        chosen=("death is not modelled",), words=("a model speaks as a model",),
    )  # fmt: skip


@pytest.fixture(scope="module")
def page(result: CalibrationResult) -> str:
    return render_calibration(result, provenance=PROVENANCE)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


@pytest.mark.parametrize(
    "words",
    [
        "For research. It does not decide about treatment",
        "no forecast for anybody",
        "What is said of targets that the model was calibrated on is no test",
        "Nothing was calibrated on these",
        "These were held out once",
        "24 held out in an earlier round",
        "Blind guesses would hit",
        "One rate for all would hit",
        "Hit blindly",
        "Interval score",
        "Misses explained",
        "Written 2026-11-30, after a run had been seen: the model has no &lt;lag&gt;",
        "Not stated, and taken by us",
        "assumed, not learned from any target",
        "death is not modelled",
        "a model speaks as a model",
        "counting as 55 equal draws",
        "reinfuse trial",
    ],
)
def test_the_page_says(page: str, words: str) -> None:
    assert words in plain(page)


def test_the_page_is_well_formed_and_no_id_stands_twice(page: str) -> None:
    body = page[page.index("<body>") : page.index("</body>") + len("</body>")]
    ElementTree.fromstring(body.replace("<br>", "<br/>"))
    names = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(names) == sorted(set(names))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(names)


def test_targets_of_each_role_stand_in_a_table_and_a_chart_of_their_own(
    page: str, result: CalibrationResult
) -> None:
    roles = dict(zip(("calibrate", "held-out-before", "held-out"), Role, strict=True))
    all_ = (*result.calibrated_on, *(result.held_out or ()))
    for name, role in roles.items():
        own = [one for one in all_ if one.target.role is role]
        assert own
        start = page.index(f'<section id="{name}"')
        section = page[start : page.index("</section>", start)]
        told = set(re.findall(r"\b[ch]\d\d?-[a-z0-9-]+(?=:)", section))
        assert told & {one.target.id for one in all_} == {one.target.id for one in own}
        assert f'id="chart-{name}-rates"' in section


def test_a_row_holds_what_was_published_and_both_populations(result: CalibrationResult) -> None:
    row = next(one for one in target_rows(result.calibrated_on) if one.id == "c4-first-cr")
    target = next(one.target for one in result.calibrated_on if one.target.id == row.id)
    assert row.counts == f"{target.events}/{target.n}"
    assert [said.population for said in row.said] == ["prior", "calibrated"]
    assert row.blind == f"{100 * (target.interval.high - target.interval.low):.0f} %"
    assert {said.verdict for said in row.said} <= {"hit", "miss"}


def test_values_of_the_typical_patient_are_not_drawn_among_rates(
    result: CalibrationResult,
) -> None:
    own = [one for one in result.calibrated_on if one.target.role is Role.CALIBRATE]
    rates, values = target_charts(own, name="c", role="to calibrate")
    assert len(rates.table.rows) == 3 * 5
    assert len(values.table.rows) == 3 * 3
    assert all(told.endswith(("hit", "miss")) for _, what, told in rates.table.rows
               if what != "published")  # fmt: skip


def test_held_out_targets_that_nobody_asked_for_are_said_to_be_unseen(
    result: CalibrationResult,
) -> None:
    tallies = tuple(one for one in result.tallies if one.tally.role.calibrates)
    text = render_calibration(
        replace(result, held_out=None, tallies=tallies), provenance=PROVENANCE
    )
    assert "nothing here was seen of them" in text
    assert "held-out targets not simulated" in text


def test_too_few_draws_are_told_first(result: CalibrationResult) -> None:
    text = plain(render_calibration(replace(result, ess=4.0), provenance=PROVENANCE))
    assert "counts as 4 equal draws: its spreads" in text
    assert "Too few draws" not in plain(render_calibration(result, provenance=PROVENANCE))


def test_a_target_of_which_the_model_says_nothing_has_no_mark(result: CalibrationResult) -> None:
    one = result.calibrated_on[3]
    silent = replace(one, prior=replace(one.prior, score=None, central=None))
    (chart,) = target_charts((silent,), name="x", role="to calibrate")
    assert chart.svg.count("<circle") == 1
    (row,) = target_rows((silent,))
    assert row.said[0].mean == "the model says nothing"


def test_without_provenance_the_page_tells_version_and_seed(result: CalibrationResult) -> None:
    text = plain(render_calibration(result))
    assert "Seed 3" in text
    assert "SHA-256" not in text


def test_a_calibration_without_an_earlier_round_does_not_speak_of_one(
    result: CalibrationResult,
) -> None:
    first = tuple(one for one in result.calibrated_on if one.target.role is Role.CALIBRATE)
    tallies = tuple(one for one in result.tallies if one.tally.role is not Role.SEEN)
    text = plain(
        render_calibration(
            replace(result, calibrated_on=first, tallies=tallies), provenance=PROVENANCE
        )
    )
    assert "earlier round" not in text
    assert "held out once" not in text
