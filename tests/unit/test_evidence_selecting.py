"""Which rows of a table may be pooled together, and what is said of the others."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from reinfuse.errors import ReinfuseError, Severity
from reinfuse.evidence import Selection, Study, list_outcomes, read_studies, search, select
from reinfuse.evidence import shipped_studies as shipped
from reinfuse.evidence.mixing import KINDS
from reinfuse.evidence.sharing import relate_cohorts, share
from reinfuse.source import Standing
from tests.unit.study_tables import counted, estimated, rules, write_table


def studies_of(tmp_path: Path, *rows: dict[str, str]) -> tuple[Study, ...]:
    return read_studies(write_table(tmp_path / "t.csv", rows))[0]


def ids(selection: Selection) -> list[str]:
    return [study.id for study in selection.chosen]


def reasons(selection: Selection) -> dict[str, str]:
    return {one.study.id: one.why for one in selection.left_out}


def test_rows_that_agree_are_chosen_without_a_word(tmp_path: Path) -> None:
    rows = studies_of(tmp_path, counted("a", 3, 9), counted("b", 4, 9))
    chosen = select(rows, "cr")
    assert ids(chosen) == ["a", "b"]
    assert (chosen.left_out, chosen.findings, chosen.outcomes) == ((), (), ("CR",))


def test_of_rows_that_share_patients_the_larger_is_chosen_and_told(tmp_path: Path) -> None:
    rows = studies_of(
        tmp_path,
        counted("small", 3, 9, overlaps="large-cohort"),
        counted("large", 8, 20),
        counted("part", 2, 10, part_of="small-cohort"),
        counted("other", 2, 5),
    )
    chosen = select(rows, "CR")
    assert ids(chosen) == ["large", "part", "other"]
    assert reasons(chosen) == {"small": "it shares patients with large, which is larger"}


def test_a_part_of_a_part_shares_patients_with_the_whole(tmp_path: Path) -> None:
    rows = studies_of(
        tmp_path,
        counted("whole", 9, 40),
        counted("half", 5, 20, part_of="whole-cohort"),
        counted("quarter", 3, 10, part_of="half-cohort"),
    )
    assert ids(select(rows, "CR")) == ["whole"]


def test_one_result_entered_twice_counts_once(tmp_path: Path) -> None:
    again = counted("b", 3, 9, doi="10.1000/a", label="a", note="copied twice")
    rows = studies_of(tmp_path, counted("a", 3, 9), again)
    chosen = select(rows, "CR")
    assert ids(chosen) == ["a"]
    assert reasons(chosen) == {
        "b": "it shares patients with a, which is no smaller, and comes first"
    }


def test_two_cohorts_of_one_paper_may_have_the_same_counts(tmp_path: Path) -> None:
    """A registry paper with many centres: equal counts by chance are not one result."""
    for change in ({"label": "centre 2"}, {"label": "a", "population": "adults"}):
        rows = studies_of(
            tmp_path, counted("a", 3, 9), counted("b", 3, 9, doi="10.1000/a", **change)
        )
        assert ids(select(rows, "CR")) == ["a", "b"]
        assert not share(*rows, relate_cohorts(rows))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("counted", {"counted": "infusion"}),
        ("scale", {"scale": "Penn"}),
        ("costimulation", {"costimulation": "CD28"}),
        ("definition", {"outcome_definition": "MRD-negative"}),
    ],
)
def test_what_must_not_be_mixed_is_refused_until_the_caller_says_so(
    tmp_path: Path, kind: str, change: dict[str, str]
) -> None:
    first = counted("a", 3, 9, scale="ASTCT")
    rows = studies_of(tmp_path, first, counted("b", 4, 9, scale="ASTCT") | change)
    with pytest.raises(ReinfuseError, match=f"{kind} differs") as caught:
        select(rows, "CR")
    assert f"mixing {kind}" in caught.value.fix
    chosen = select(rows, "CR", mixing=(kind,))
    assert ids(chosen) == ["a", "b"]
    (finding,) = [one for one in chosen.findings if one.rule == f"mixed-{kind}"]
    assert finding.severity is Severity.AMBIGUITY
    assert set(finding.about) == {"a", "b"}


def test_narrowing_takes_the_place_of_mixing(tmp_path: Path) -> None:
    rows = studies_of(tmp_path, counted("a", 3, 9), counted("b", 4, 9, costimulation="CD28"))
    chosen = select(rows, "CR", costimulation="cd28")
    assert ids(chosen) == ["b"]
    assert reasons(chosen) == {"a": "its costimulation is 4-1BB, not cd28"}


def test_what_is_not_stated_is_left_out_when_asked_for_and_told_when_not(tmp_path: Path) -> None:
    rows = studies_of(tmp_path, counted("a", 3, 9), counted("b", 4, 9, costimulation=""))
    assert reasons(select(rows, "CR", costimulation="4-1BB")) == {
        "b": "its costimulation is not stated"
    }
    (finding,) = select(rows, "CR").findings
    assert (finding.rule, finding.about) == ("not-stated", ("b",))


def test_recalled_numbers_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    rows = studies_of(tmp_path, counted("a", 3, 9), counted("b", 4, 9, standing="recalled"))
    assert reasons(select(rows, "CR")) == {"b": "its numbers were recalled, not read"}
    chosen = select(rows, "CR", with_recalled=True)
    assert ids(chosen) == ["a", "b"]
    assert rules(chosen.findings) == {"recalled"}


def test_a_pooled_number_is_never_pooled_again(tmp_path: Path) -> None:
    rows = studies_of(tmp_path, counted("a", 3, 9), counted("b", 40, 90, pooled_of="several"))
    assert reasons(select(rows, "CR")) == {"b": "it was itself made of several series"}


def test_counts_come_before_estimates_unless_these_are_asked_for(tmp_path: Path) -> None:
    ratio = estimated("ratio", outcome="CR")
    rows = studies_of(tmp_path, counted("a", 3, 9), ratio)
    assert reasons(select(rows, "CR")) == {"ratio": "it gives an estimate, and others have counts"}
    assert ids(select(rows, "CR", measure="hazard ratio")) == ["ratio"]


def test_an_unknown_outcome_names_the_nearest_with_their_cohorts(tmp_path: Path) -> None:
    rows = studies_of(tmp_path, counted("a", 3, 9), counted("b", 3, 9, outcome="acute GVHD"))
    with pytest.raises(ReinfuseError, match="no row has the outcome 'gvhd'") as caught:
        select(rows, "gvhd")
    assert caught.value.fix == "the nearest are: acute GVHD (1 cohort with counts)"


def test_an_unknown_word_names_those_there_are(tmp_path: Path) -> None:
    rows = studies_of(tmp_path, counted("a", 3, 9, site="marrow"), counted("b", 3, 9, site="CNS"))
    with pytest.raises(ReinfuseError, match="no row of CR has the site eye") as caught:
        select(rows, "CR", site="eye")
    assert caught.value.fix == "choose from: CNS, marrow"


def test_an_unknown_kind_of_mixing_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="mixing cannot be 'weather'") as caught:
        select(studies_of(tmp_path, counted("a", 3, 9)), "CR", mixing=("weather",))
    assert all(kind in caught.value.fix for kind in KINDS)


def test_when_nothing_is_left_every_row_is_told(tmp_path: Path) -> None:
    bare = {"events": "", "events_2": "", "counts": "none printed", "quote_of_number": "9"}
    rows = studies_of(tmp_path, counted("a", 3, 9, standing="recalled"), counted("b", 3, 9) | bare)
    with pytest.raises(ReinfuseError, match=r"a: its numbers were recalled.*b: no counts were"):
        select(rows, "CR")
    with pytest.raises(ReinfuseError, match="the table has no row"):
        select((), "CR")


@pytest.mark.parametrize("outcome", [one.name for one in list_outcomes(shipped()) if one.cohorts])
def test_no_two_shipped_rows_that_are_chosen_share_patients(outcome: str) -> None:
    rows = shipped()
    chosen = select(rows, outcome, mixing=tuple(KINDS)).chosen
    related = relate_cohorts(rows)
    assert not [pair for pair in combinations(chosen, 2) if share(*pair, related)]
    assert Standing.RECALLED not in {study.source.standing for study in chosen}
    assert not any(study.pooled_of for study in chosen)


def test_chosen_and_left_out_are_all_rows_of_the_outcome() -> None:
    chosen = select(shipped(), "CR", mixing=tuple(KINDS))
    both = {*ids(chosen), *reasons(chosen)}
    assert both == {study.id for study in shipped() if study.outcome == "CR"}


def test_the_three_series_of_extramedullary_response_can_be_chosen() -> None:
    chosen = select(
        shipped(),
        ("CR", "extramedullary CR"),
        site=("non-CNS extramedullary", "extramedullary, CNS included"),
        mixing=("counted", "definition"),
    )
    assert {"holland-em-cr", "ari-cr", "e07"} <= set(ids(chosen))
    assert {"mixed-outcome", "mixed-counted", "mixed-definition"} <= rules(chosen.findings)


def test_cr_of_all_rows_is_refused_for_every_reason_at_once() -> None:
    with pytest.raises(ReinfuseError, match=r"counted.*costimulation.*definition"):
        select(shipped(), "CR")


def test_acute_gvhd_after_donor_cells_in_leukaemia_can_be_chosen() -> None:
    chosen = select(shipped(), "acute GVHD", product="donor-derived", disease="B-ALL")
    assert ids(chosen) == [
        "zhang-agvhd",
        "ash2020-agvhd",
        "hua-agvhd",
        "eleven-agvhd",
        "opbg-agvhd",
    ]


def test_second_infusions_in_leukaemia_can_be_chosen_by_patients() -> None:
    chosen = select(shipped(), "CR", infusion="second", disease="B-ALL", counted="patient")
    assert ids(chosen) == ["e10", "humanised-cr"]


def test_outcomes_are_listed_with_what_can_be_pooled(tmp_path: Path) -> None:
    rows = studies_of(
        tmp_path,
        counted("a", 3, 9, outcome="relapse"),
        counted("b", 3, 9),
        counted("c", 3, 11),
        counted("d", 3, 9, standing="recalled"),
        counted("e", 30, 90, pooled_of="several"),
    )
    first, second = list_outcomes(rows)
    assert (first.name, first.rows, first.cohorts, first.counted_n) == ("CR", 4, 2, 20)
    assert second.name == "relapse"


def test_a_search_finds_words_wherever_they_stand() -> None:
    assert [study.id for study in search("fabrizio cns3")][:1] == ["e06"]
    assert {study.cohort for study in search("Holland scanned")} == {"holland-2022"}
    assert search("leukaemia") == search("LEUKEMIA")
    assert search("no such thing as this zzz") != ()
    assert search("zzz") == ()
    assert search(" ") == shipped()


def test_a_word_is_found_at_its_beginning_only(tmp_path: Path) -> None:
    rows = studies_of(tmp_path, counted("a", 3, 9, label="Park 2018"))
    assert search("par", rows) == rows
    assert search("ark", rows) == ()


def test_a_row_is_not_found_by_the_key_of_what_it_overlaps_with(tmp_path: Path) -> None:
    rows = studies_of(tmp_path, counted("a", 3, 9), counted("b", 4, 11, overlaps="a-cohort"))
    assert [study.id for study in search("a-cohort", rows)] == ["a"]
