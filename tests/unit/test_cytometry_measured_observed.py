"""What of a measured tube enters a course, when, and under which id."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reinfuse.cytometry.measured import Measured, measure_tubes, observations, observe
from reinfuse.cytometry.measured.acquired import Acquired, acquired_at, before
from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.strategy import read_panel_text, read_strategy_text
from reinfuse.errors import Severity
from reinfuse.exchange.course_file import read_course_text, write_course_text
from reinfuse.quantity import Limit
from reinfuse.record import Course, Infusion, Kind, Observation, Origin, Product, Result
from reinfuse.synopsis import cart_measurements
from reinfuse.timeline import read_when
from tests.unit.cytometry_small_tubes import PANEL, STRATEGY, tube, written

SMALL = read_strategy_text(STRATEGY, "small.yaml")
LAB = read_panel_text(PANEL, "panel.yaml")
FMO = tube("fmo.fcs", positive=2, negative=1998)


def course(*when: str) -> Course:
    infusions = tuple(
        Infusion(id=f"cells-{letter}", product="cells", when=read_when(text))
        for letter, text in zip("ab", when, strict=False)
    )
    products = (Product(id="cells", origin=Origin.AUTOLOGOUS, target=("CD19",)),)
    return Course(title="invented", kind=Kind.INVENTED, products=products, infusions=infusions)


def measured(folder: Path, *tubes: Sample, panel: str = PANEL) -> Measured:
    return measure_tubes(written(folder, *tubes), SMALL, read_panel_text(panel, "panel.yaml"))


def percent(folder: Path, *tubes: Sample) -> Observation:
    return observations(measured(folder, *tubes))[0]


def test_a_quantified_share_has_its_value_limit_and_provenance(tmp_path: Path) -> None:
    found = measured(tmp_path, tube("day-07.fcs", positive=150, negative=1850), FMO)
    share, per_ul = observations(found)
    assert (share.id, str(share.when)) == ("cart-1-day-7", "infusion-1 day 7")
    assert share.analyte == "CAR-T cells"
    assert share.value is not None
    assert share.value.exact
    assert share.value.number_in("%") == pytest.approx(100 * 148 / 1998, rel=1e-3)
    assert share.limit is not None
    assert 0 < share.limit.number_in("%") < 2
    assert (share.denominator, share.events) == ("T cells", 2000)
    assert (share.site, share.method) == ("blood", "flow cytometry")
    assert share.note is not None
    assert "strategy small version 3" in share.note
    assert found.tubes[0].sha256[:12] in share.note
    assert "day-07" not in share.note  # a file's name may hold that of a person
    assert (per_ul.id, per_ul.denominator) == ("cart-1-day-7-per-ul", None)
    assert per_ul.value is not None
    assert per_ul.value.number_in("{cells}/uL") == pytest.approx(400 * 148 / 1998, rel=1e-3)


def test_what_was_not_detected_is_a_word_with_its_limit(tmp_path: Path) -> None:
    share = percent(tmp_path, tube("day-07.fcs", positive=2, negative=1998), FMO)
    assert (share.value, share.result) == (None, Result.NOT_DETECTED)
    assert share.limit is not None
    assert share.limit.exact


def test_positive_and_not_quantifiable_is_no_number(tmp_path: Path) -> None:
    none = tube("fmo.fcs", positive=0, negative=4000)
    found = measured(tmp_path, tube("day-07.fcs", positive=17, negative=4000), none)
    share = observations(found)[0]
    assert (share.value, share.result) == (None, Result.DETECTED)
    assert share.note is not None
    assert share.note.startswith("positive, not quantifiable: 17 of 4,017 events")
    assert "quantifiable from" in share.note
    one = replace(course("2026-05-01"), observations=observations(found, course("2026-05-01")))
    point = cart_measurements(one)[0].points[0]
    assert (point.detected, point.value) == (True, None)


def test_what_was_counted_without_a_blank_is_left_out_and_told(tmp_path: Path) -> None:
    found = observe(measured(tmp_path, tube("day-07.fcs", positive=150, negative=1850)))
    assert found.observations == ()
    told, parts = found.findings
    assert told.rule == "flow-not-recorded"
    assert "counted, not judged" in told.what
    assert told.fix == "give a control, and name it in the panel"
    assert (parts.rule, parts.severity) == ("flow-split-not-recorded", Severity.NOTE)
    assert parts.what.startswith("CD4+ of CAR-T: the record has no words")


def test_no_event_at_all_bounds_the_share_without_a_blank(tmp_path: Path) -> None:
    share = percent(tmp_path, tube("day-28.fcs", positive=0, negative=2000))
    assert share.value is not None
    assert share.value.limit is Limit.AT_MOST
    # 1 - 0.025^(1/2000), the exact upper limit of none in 2000
    assert share.value.number_in("%") == pytest.approx(0.1843, rel=1e-3)
    assert (share.limit, share.result) == (None, None)


def test_two_tubes_of_one_day_have_ids_of_their_own(tmp_path: Path) -> None:
    panel = PANEL + "  - {file: again.fcs, infusion: 1, day: 7}\n"
    found = measured(
        tmp_path,
        tube("day-07.fcs", positive=150, negative=1850),
        tube("again.fcs", positive=140, negative=1860),
        FMO,
        panel=panel,
    )
    shares = [one.id for one in observations(found) if "per-ul" not in one.id]
    hashes = {one.file: one.sha256[:4] for one in found.tubes}
    assert sorted(shares) == sorted(f"cart-1-day-7-{each}" for each in hashes.values())


@pytest.mark.parametrize(
    ("day", "when", "ident"),
    [
        ("-3", "cells-a day -3", "cart-cells-a-day-minus-3"),
        ("6.5", "cells-a day 6..7", "cart-cells-a-day-6-7"),
    ],
)
def test_days_before_and_between(day: str, when: str, ident: str, tmp_path: Path) -> None:
    panel = PANEL.replace("day: 7", f"day: {day}").replace(", counts: {T cells: 400 /uL}", "")
    found = measured(tmp_path, tube("day-07.fcs", positive=150, negative=1850), FMO, panel=panel)
    (share,) = observations(found, course("2026-05-01"))
    assert (str(share.when), share.id) == (when, ident)


def test_infusions_are_counted_in_the_order_in_which_they_were_given(tmp_path: Path) -> None:
    found = measured(tmp_path, tube("day-28.fcs", positive=150, negative=1850), FMO)
    (share,) = observations(found, course("2026-05-01", "2025-01-01"))
    assert str(share.when) == "cells-b day 28"


def test_an_infusion_that_the_course_lacks_is_an_error(tmp_path: Path) -> None:
    panel = PANEL.replace("infusion: 1", "infusion: 3")
    found = measured(tmp_path, tube("day-07.fcs", positive=150, negative=1850), FMO, panel=panel)
    seen = observe(found, course("2026-05-01"))
    assert seen.observations == ()
    told, _ = seen.findings
    assert (told.rule, str(told.severity)) == ("flow-no-infusion", "error")
    assert told.what == "the panel names infusion 3, and the course has 1"


@pytest.mark.parametrize(
    ("date", "infusions", "when"),
    [
        ("15-MAY-2026", ("2026-05-01",), "cells-a day 14"),
        ("2026-may-15", ("2026-05-01", "2026-05-10"), "cells-b day 5"),
        ("28-APR-2026", ("2026-05-01",), "cells-a day -3"),
        ("15-MAY-1999", ("2026-05-01",), "not stated"),  # dates that were shifted
        ("15-MAY-2026", ("2026-05",), "not stated"),  # the day of the infusion is not known
        ("05/06/2026", ("2026-05-01",), "not stated"),  # May or June
    ],
)
def test_the_date_of_acquisition_counts_where_the_course_has_dates(
    date: str, infusions: tuple[str, ...], when: str, tmp_path: Path
) -> None:
    sample = tube("undated.fcs", positive=150, negative=1850, keywords={"$DATE": date})
    seen = observe(measured(tmp_path, sample, FMO), course(*infusions))
    (share,) = seen.observations
    assert str(share.when) == when
    rules = {one.rule for one in seen.findings} - {"flow-split-not-recorded"}
    assert rules == {"flow-day-unknown" if when == "not stated" else "flow-day-by-date"}


def test_without_a_course_the_date_alone_is_no_day(tmp_path: Path) -> None:
    sample = tube("undated.fcs", positive=150, negative=1850, keywords={"$DATE": "15-MAY-2026"})
    found = measured(tmp_path, sample, FMO)
    (share,) = observations(found)
    assert not share.when.stated
    assert share.id == f"cart-{found.tubes[0].sha256[:12]}"


def test_a_course_with_the_observations_reads_back_as_it_was(tmp_path: Path) -> None:
    found = measured(
        tmp_path,
        tube("day-07.fcs", positive=150, negative=1850),
        tube("day-14.fcs", positive=3, negative=1997),
        tube("day-28.fcs", positive=17, negative=4000),
        FMO,
    )
    given = course("2026-05-01")
    whole = replace(given, observations=observations(found, given))
    reading = read_course_text(write_course_text(whole), "course.yaml")
    assert reading.problems == ()
    assert reading.course == whole


@pytest.mark.parametrize(
    ("keywords", "second"),
    [
        ({"$DATE": "02-MAY-2026", "$BTIM": "10:00:30"}, 36_030.0),
        ({"$DATE": "2026-05-02", "$BTIM": "10:00:30.50"}, 36_030.5),
        ({"$DATE": "2-May-2026", "$BTIM": "10:00:30:30"}, 36_030.5),  # sixtieths
        ({"$DATE": "2026-MAY-02"}, None),
    ],
)
def test_the_spellings_of_dates_and_times(keywords: dict[str, str], second: float | None) -> None:
    found = acquired_at(keywords)
    assert (str(found.day), found.second) == ("2026-05-02", second)


@pytest.mark.parametrize("text", ["31-FEB-2026", "02-05-26", "05/06/2026", "", "02-MAI-2026"])
def test_a_date_that_cannot_be_read_one_way_is_none(text: str) -> None:
    assert acquired_at({"$DATE": text}).day is None


def test_what_ran_before_is_the_last_earlier_tube_of_the_same_day() -> None:
    day = acquired_at({"$DATE": "02-MAY-2026"}).day
    other = acquired_at({"$DATE": "03-MAY-2026"}).day
    moments = [
        Acquired(day=day, second=300.0),
        Acquired(day=day, second=100.0),
        Acquired(day=day, second=200.0),
        Acquired(day=other, second=250.0),
        Acquired(day=day, second=None),
    ]
    assert [before(moments, place, in_order=False) for place in range(5)] == [
        2, None, 1, None, None
    ]  # fmt: skip
    assert before(moments, 3, in_order=True) == 2
