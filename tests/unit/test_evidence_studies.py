"""The study table: what ships, and how the reader takes a damaged one."""

import csv
import dataclasses
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse import evidence
from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.evidence import Counts, Study, read_studies, shipped_studies
from reinfuse.evidence.studies import COLUMNS, SHIPPED
from reinfuse.source import Standing

GOOD = dict.fromkeys(COLUMNS, "") | {
    "id": "one",
    "cohort": "one-cohort",
    "label": "One 2020",
    "outcome": "CR",
    "counted": "patient",
    "counts": "printed",
    "events": "35",
    "n": "40",
    "percent_low": "87.5",
    "percent_high": "87.5",
    "cite": "One 2020",
    "standing": "abstract only",
    "quote_of_number": "87.5% (35/40)",
}

#: Planted errors: what is changed in a good row, and the rule that must find it.
PLANTED = (
    ({"events": "41"}, "more-events-than-n"),
    ({"events": "36"}, "percent-disagrees"),
    ({"percent_low": "86", "percent_high": "86"}, "percent-disagrees"),
    ({"percent_low": "87.4", "percent_high": "87.4"}, "percent-disagrees"),
    ({"percent_low": "90", "percent_high": "95"}, "percent-disagrees"),
    ({"percent_low": "88", "percent_high": "87"}, "percent-reversed"),
    ({"percent_low": "187.5", "percent_high": "187.5"}, "percent-above-100"),
    ({"quote_of_number": "53/40"}, "quote-disagrees"),
    ({"cite": ""}, "missing-source"),
    ({"cite": "   "}, "missing-source"),
    ({"standing": "hearsay"}, "unknown-standing"),
    ({"standing": ""}, "unknown-standing"),
    ({"standing": "Recalled"}, "unknown-standing"),
    ({"counted": "mouse"}, "unknown-counted"),
    ({"counts": "guessed"}, "unknown-counts"),
    ({"infusion": "third"}, "unknown-infusion"),
    ({"n": "155365"}, "implausible-n"),
    ({"n": "0", "events": "0"}, "nobody"),
    ({"n": ""}, "events-without-n"),
    ({"events": ""}, "counts-disagree"),
    ({"counts": "none printed"}, "counts-disagree"),
    ({"events": "-3"}, "negative-number"),
    ({"events": "3.5"}, "not-whole"),
    ({"n": "forty"}, "not-a-number"),
    ({"n": "4²"}, "not-a-number"),
    ({"percent_low": "<90"}, "not-a-number"),
    ({"percent_high": "87,5"}, "decimal-comma"),
    ({"percent_high": "nan"}, "not-a-number"),
    ({"id": ""}, "missing-cell"),
    ({"cohort": ""}, "missing-cell"),
    ({"outcome": ""}, "missing-cell"),
    ({"quote_of_number": ""}, "missing-cell"),
)


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: dict[str, str]) -> Path:
        path = tmp_path / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def shipped(name: str) -> Study:
    return next(study for study in shipped_studies() if study.id == name)


def rules(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.rule for finding in findings}


def test_the_shipped_table_has_nothing_that_costs_a_row() -> None:
    with open(SHIPPED, encoding="utf-8", newline="") as handle:
        lines = len(list(csv.reader(handle)))
    studies, findings = read_studies()
    assert studies == shipped_studies()
    assert len(studies) == lines - 1
    assert Severity.ERROR not in {finding.severity for finding in findings}


def test_what_is_odd_in_the_shipped_table_is_known() -> None:
    # The one contradiction is the founding report's own; nothing else may come to stand here.
    odd = [one for one in read_studies()[1] if one.severity is Severity.CONTRADICTION]
    assert [one.rule for one in odd] == ["cohort-called-otherwise"]


def test_every_literature_row_of_the_founding_report_is_there() -> None:
    facts = {study.fact for study in shipped_studies()} - {None}
    assert facts == {f"E{number:02}" for number in range(1, 13)}


def test_the_columns_of_the_table_are_those_the_reader_knows() -> None:
    with open(SHIPPED, encoding="utf-8", newline="") as handle:
        assert tuple(next(csv.reader(handle))) == COLUMNS


@pytest.mark.parametrize(
    ("name", "events", "n"),
    [
        ("e05", 6, 10),
        ("e06", 35, 40),
        ("e07", 10, 15),
        ("e08", 2, 9),
        ("e09", 4, 21),
        ("e10", 3, 14),
        ("holland-em-cr", 7, 18),
        ("ari-cr", 14, 18),
    ],
)
def test_the_counts_that_others_lean_on(name: str, events: int, n: int) -> None:
    assert (shipped(name).events, shipped(name).n) == (events, n)


@pytest.mark.parametrize("name", ["e01", "e02", "e03", "e04", "e11", "e12-gvhd", "e12-crs"])
def test_a_range_or_none_reported_has_no_count_and_is_no_target(name: str) -> None:
    study = shipped(name)
    assert study.counts is Counts.NONE
    assert study.events is None
    assert not study.may_be_target


def test_none_reported_is_not_a_zero() -> None:
    assert (shipped("e11").quote, shipped("e11").events) == ("none reported", None)


def test_a_bound_keeps_its_open_side() -> None:
    study = shipped("chop-em-relapse")
    assert (study.percent_low, study.percent_high) == (None, 34.0)


def test_the_counts_of_gauthier_are_derived_and_known_from_the_abstract() -> None:
    for name in ("e08", "e09", "e10"):
        assert shipped(name).counts is Counts.DERIVED
        assert shipped(name).source.standing is Standing.ABSTRACT


def test_of_gauthier_only_the_leukaemia_group_may_be_a_target() -> None:
    names = ("e08", "e09", "e10", "gauthier-cr")
    assert [shipped(name).may_be_target for name in names] == [False, False, True, False]


def test_nothing_recalled_is_a_target() -> None:
    recalled = [s for s in shipped_studies() if s.source.standing is Standing.RECALLED]
    assert recalled
    assert not any(study.may_be_target for study in recalled)


@pytest.mark.parametrize(
    "cohort",
    ["kochenderfer-2013", "brudno-2016", "cruz-2013", "myers-2024-prevention", "fda-63"],
)
def test_cohorts_that_mislead_are_no_targets(cohort: str) -> None:
    rows = [study for study in shipped_studies() if study.cohort == cohort]
    assert rows
    assert not any(study.may_be_target for study in rows)


def test_gvhd_after_a_transplant_that_follows_car_t_is_no_donor_hazard() -> None:
    assert not shipped("ludaopei-cart").may_be_target
    assert not shipped("ash135-agvhd3").may_be_target


def test_holland_counts_infusions_and_fabrizio_patients() -> None:
    assert shipped("holland-em-cr").counted == "infusion"
    assert shipped("e07").counted == "patient"


def test_a_scale_is_given_only_where_a_grade_was_counted() -> None:
    assert all("CRS" in study.outcome for study in shipped_studies() if study.scale)


def test_quotes_are_figures_and_never_sentences() -> None:
    for study in shipped_studies():
        assert len(study.quote) <= 20, study.id
        assert len(re.findall(r"[A-Za-z]{2,}", study.quote)) <= 3, study.id


@pytest.mark.parametrize(
    "pair",
    [
        ("eliana-crs", "fda-crs"),
        ("e06", "prwcc-flu-cr"),
        ("e07", "prwcc-flu-cr"),
        ("e10", "gauthier-cr"),
    ],
)
def test_cohorts_that_share_patients_are_noted(pair: tuple[str, str]) -> None:
    noted = {finding.about for finding in read_studies()[1]}
    assert pair in noted


def test_every_overlap_names_a_cohort_of_the_table() -> None:
    cohorts = {study.cohort for study in shipped_studies()}
    assert {name for study in shipped_studies() for name in study.overlaps} <= cohorts


def test_a_good_row_is_read_without_a_word(table: Callable[..., Path]) -> None:
    (study,), findings = read_studies(table(GOOD))
    assert findings == ()
    assert (study.events, study.n, study.percent_low, study.scale) == (35, 40, 87.5, None)
    assert study.may_be_target


@pytest.mark.parametrize(("change", "rule"), PLANTED, ids=str)
def test_a_planted_error_is_found_by_its_row_and_the_others_stay(
    table: Callable[..., Path], change: dict[str, str], rule: str
) -> None:
    other = GOOD | {"id": "two", "cohort": "another"}
    studies, findings = read_studies(table(other, GOOD | change))
    assert [study.id for study in studies] == ["two"]
    assert rule in rules(findings)
    assert {finding.where for finding in findings} == {"table.csv row 3"}
    assert all(finding.severity is Severity.ERROR and finding.fix for finding in findings)


def test_a_percentage_cut_off_instead_of_rounded_is_told_in_words(
    table: Callable[..., Path],
) -> None:
    cut_off = {"events": "10", "n": "15", "percent_low": "66", "percent_high": "66"}
    _, (finding,) = read_studies(table(GOOD | cut_off | {"quote_of_number": "66%"}))
    assert finding.what == "10/15 is 66.67 %, not 66 % as printed"
    assert "belongs in the note" in finding.fix


def test_an_exact_half_is_accepted_rounded_up_or_down(table: Callable[..., Path]) -> None:
    half = GOOD | {"events": "1", "n": "8", "quote_of_number": "1/8"}
    up = half | {"id": "up", "cohort": "up", "percent_low": "13", "percent_high": "13"}
    down = half | {"id": "down", "cohort": "down", "percent_low": "12", "percent_high": "12"}
    assert len(read_studies(table(up, down))[0]) == 2


def test_the_second_of_two_rows_with_one_id_is_left_out(table: Callable[..., Path]) -> None:
    studies, findings = read_studies(table(GOOD, GOOD | {"cohort": "another"}))
    assert [study.cohort for study in studies] == ["one-cohort"]
    assert rules(findings) == {"duplicate-id"}
    assert findings[0].where == "table.csv row 3"


def test_one_cohort_twice_for_one_outcome_is_noted_and_kept(table: Callable[..., Path]) -> None:
    again = {"id": "two", "events": "30", "percent_low": "75", "percent_high": "75"}
    studies, (finding,) = read_studies(table(GOOD, GOOD | again | {"quote_of_number": "75%"}))
    assert len(studies) == 2
    assert (finding.severity, finding.rule) == (Severity.NOTE, "overlapping-cohorts")
    assert finding.about == ("one", "two")


def test_an_overlap_with_a_cohort_elsewhere_is_noted(table: Callable[..., Path]) -> None:
    _, (finding,) = read_studies(table(GOOD | {"overlaps": "nobody-2020"}))
    assert finding.rule == "overlap-outside-table"
    assert "nobody-2020" in finding.what


def test_several_errors_of_a_table_are_told_at_once(table: Callable[..., Path]) -> None:
    bad = GOOD | {"id": "two", "cite": "", "standing": "", "n": "many"}
    _, findings = read_studies(table(GOOD | {"events": "41"}, bad))
    assert {"more-events-than-n", "missing-source", "unknown-standing", "not-a-number"} <= rules(
        findings
    )


def test_a_torn_row_is_found_and_a_blank_line_is_not_a_row(table: Callable[..., Path]) -> None:
    path = table(GOOD)
    path.write_text(path.read_text(encoding="utf-8") + "\n\ntwo,2\n", encoding="utf-8")
    studies, (finding,) = read_studies(path)
    assert len(studies) == 1
    assert finding.what == f"the row has 2 cells for {len(COLUMNS)} columns"


def test_a_table_without_its_columns_says_which(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,cohort\n1,2\n", encoding="utf-8")
    studies, (finding,) = read_studies(path)
    assert studies == ()
    assert finding.rule == "missing-column"
    assert "standing" in finding.what


def test_a_table_that_is_not_there_is_an_error_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="cannot be read: FileNotFoundError") as caught:
        read_studies(tmp_path / "nowhere.csv")
    assert caught.value.where == "nowhere.csv"
    assert "UTF-8" in caught.value.fix


def test_a_table_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"id,\xff\xfe\n")
    with pytest.raises(ReinfuseError, match="cannot be read: UnicodeDecodeError"):
        read_studies(path)


def test_a_workbook_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(ReinfuseError, match="is a workbook") as caught:
        read_studies(path)
    assert caught.value.fix == "save the sheet as CSV in UTF-8"


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=8), max_size=4))
def test_no_text_in_a_row_stops_the_reader(
    tmp_path_factory: pytest.TempPathFactory, change: dict[str, str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "drawn.csv"
    safe = {column: text.encode("utf-8", "ignore").decode() for column, text in change.items()}
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS)
        writer.writeheader()
        writer.writerow(GOOD | safe)
    studies, findings = read_studies(path)
    assert studies or findings


def test_a_study_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        shipped("e06").events = 36  # type: ignore[misc]  # the point of the test


def test_the_front_door_is_sorted_and_true() -> None:
    assert evidence.__all__ == sorted(evidence.__all__)
    assert all(hasattr(evidence, name) for name in evidence.__all__)


def test_opening_the_room_loads_no_numerics() -> None:
    code = "import sys, reinfuse.evidence; print({'numpy', 'scipy', 'jax'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"
