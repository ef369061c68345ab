"""Errors planted in a clean study table, one by one and all together: each is found in its row."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from reinfuse.errors import Finding, ReinfuseError, Severity
from reinfuse.evidence import Study, read_studies
from reinfuse.evidence.columns import COLUMNS
from reinfuse.evidence.diseases import exclude_each_other
from reinfuse.evidence.rules import RULES
from tests.unit.study_tables import counted, estimated, row, rules, write_table

TODAY = date(2026, 12, 1)
Row = dict[str, str]

CLEAN: tuple[Row, ...] = (
    row(),
    counted("two", 30, 45),
    counted("none-of-all", 0, 12),
    counted("all-of-all", 12, 12),
    counted("arms", 4, 20, outcome="severe GVHD", events_control="9", n_control="21"),
    estimated("ratio"),
    estimated("log-ratio", outcome="relapse", measure="log hazard ratio", estimate="-0.33",
              se="0.187", low="-0.70", high="0.04", quote_of_number="-0.33 (-0.70-0.04)"),
    estimated("doubling", outcome="doubling time", measure="", estimate="", se="0.10", low="",
              high="", n="36", mean="0.90", sd="0.60", quote_of_number="0.90 (0.60)"),
)  # fmt: skip


@dataclass(frozen=True)
class Plant:
    """Rows that are wrong together, the rule that must say so, and which of them it must name."""

    rule: str
    rows: tuple[Row, ...]
    guilty: tuple[str, ...] = field(default=())

    @property
    def named(self) -> tuple[str, ...]:
        return self.guilty or (self.rows[-1]["id"],)


def alone(rule: str, name: str, **change: str) -> Plant:
    """One row that is wrong by itself."""
    return Plant(rule, (counted(name, 35, 40) | change,))


def effect(rule: str, name: str, **change: str) -> Plant:
    return Plant(rule, (estimated(name, **change),))


PLANTS: tuple[Plant, ...] = (
    # impossible counts
    alone("more-events-than-n", "p01", events="41", quote_of_number="41", events_2="41"),
    alone("nobody", "p02", events="0", n="0", quote_of_number="0", events_2="0", n_2="0"),
    alone("implausible-n", "p03", n="155365", quote_of_number="35", n_2="155365"),
    alone("events-without-n", "p04", n="", quote_of_number="35", n_2=""),
    alone("counts-disagree", "p05", counts="none printed"),
    alone("counts-disagree", "p06", events="", quote_of_number="35", events_2=""),
    alone("more-events-than-n", "p07", events_control="9", n_control="8"),
    alone("events-without-n", "p08", events_control="9"),
    alone("nobody", "p09", n_control="0"),
    # percentages and quotes
    alone("percent-disagrees", "p10", percent_low="86", percent_high="86"),
    alone("percent-disagrees", "p11", events="10", n="15", percent_low="66", percent_high="66",
          quote_of_number="10/15", events_2="10", n_2="15"),
    alone("percent-above-100", "p12", percent_high="875"),
    alone("percent-reversed", "p13", percent_low="90", percent_high="85"),
    alone("events-swapped", "p14", percent_low="12.5", percent_high="12.5"),
    alone("quote-disagrees", "p15", quote_of_number="53/40"),
    alone("quote-disagrees", "p16", quote_of_number="78%", percent_low="87.5", percent_high="87.5"),
    # cells that are no numbers
    alone("date-for-count", "p17", events="15-Oct"),
    alone("date-for-count", "p18", n="2015-10-15"),
    alone("date-for-count", "p19", quote_of_number="15-Oct"),
    alone("decimal-comma", "p20", percent_low="87,5"),
    alone("decimal-comma", "p21", n="1,234"),
    alone("percent-sign", "p22", percent_low="87.5%"),
    alone("negative-number", "p23", events="-3"),
    alone("not-whole", "p24", n="40.0"),
    alone("not-whole", "p25", events="3.5"),
    alone("not-a-number", "p26", n="forty"),
    alone("not-a-number", "p27", percent_high="nan"),
    alone("not-whole", "p28", pooled_of="many"),
    # words
    alone("unknown-standing", "p29", standing="hearsay"),
    alone("unknown-counted", "p30", counted="mouse"),
    alone("unknown-counts", "p31", counts="guessed"),
    alone("unknown-infusion", "p32", infusion="third"),
    effect("unknown-measure", "p33", measure="hazards"),
    alone("missing-cell", "p34", outcome=""),
    alone("missing-source", "p35", cite="  "),
    alone("invisible-character", "p36", outcome="C\u200bR"),
    alone("invisible-character", "p37", label="Two\u00a02020"),
    alone("stray-space", "p38", disease="B-ALL "),
    # estimates
    effect("estimate-without-measure", "p39", measure=""),
    effect("interval-reversed", "p40", low="1.04", high="0.50"),
    effect("estimate-outside", "p41", estimate="1.72", quote_of_number="1.72"),
    effect("half-an-interval", "p42", high=""),
    effect("ratio-not-positive", "p43", estimate="-0.33", low="-0.70", high="0.04"),
    effect("percent-outside", "p44", measure="percent", estimate="80", low="75", high="104", se=""),
    effect("se-not-positive", "p45", se="0"),
    effect("interval-against-se", "p46", se="0.36"),
    effect("interval-off-centre", "p47", estimate="0.52", se=""),
    Plant("sd-not-positive", (dict(CLEAN[-1]) | {"id": "p48", "cohort": "p48", "sd": "-1"},)),
    Plant("se-for-sd", (dict(CLEAN[-1]) | {"id": "p49", "cohort": "p49", "mean": "0.91",
                                           "sd": "0.10"},)),
    Plant("mean-without-sd", (dict(CLEAN[-1]) | {"id": "p50", "cohort": "p50", "sd": ""},)),
    effect("estimate-without-measure", "p97", estimate="", measure="", se=""),
    alone("percent-disagrees", "p98", measure="percent", estimate="78", low="70", high="96"),
    alone("not-a-number", "p99", n="9" * 5000),
    # source, readers
    alone("doi-malformed", "p51", doi="https://doi.org/10.1000/51"),
    alone("citation-year", "p52", cite="One 2030"),
    alone("citation-year", "p53", cite="One 1920"),
    alone("follow-up-unreadable", "p54", follow_up="a while"),
    alone("recalled", "p55", standing="recalled"),
    alone("derived-count", "p56", counts="derived from a percentage", percent_low="87.5",
          percent_high="87.5"),
    Plant("derived-ambiguous", (counted("p57", 350, 400, counts="derived from a percentage",
                                        percent_low="88", percent_high="88"),)),
    alone("counts-no-patients", "p58", counted="lesion"),
    alone("pooled-already", "p59", pooled_of="35"),
    alone("one-reader", "p60", reader_2="", events_2="", n_2=""),
    alone("readers-disagree", "p61", events_2="34"),
    alone("readers-disagree", "p62", n_2="41"),
    alone("same-reader", "p63", reader_2="a"),
    alone("reader-without-name", "p64", reader_1="", reader_2=""),
    # rows against rows
    Plant("duplicate-id", (counted("p65", 3, 9), counted("p65", 4, 9, cohort="other"))),
    Plant("id-by-case", (counted("p66", 3, 9), counted("P66", 4, 9, cohort="P66-other"))),
    Plant("duplicate-row",
          (counted("p67", 3, 9), counted("p67b", 3, 9, doi="10.1000/p67", label="p67"))),
    Plant("spelling-differs", (counted("p68", 3, 9, costimulation="4-1bb"),)),
    Plant("overlapping-cohorts",
          (counted("p69", 3, 9), counted("p69b", 4, 11, overlaps="p69-cohort")), ("p69", "p69b")),
    Plant("overlapping-cohorts",
          (counted("p70", 3, 9), counted("p70b", 2, 9, cohort="p70-cohort")), ("p70", "p70b")),
    alone("overlap-outside-table", "p71", overlaps="nobody-2020"),
    alone("overlaps-itself", "p72", overlaps="p72-cohort"),
    alone("part-of-itself", "p73", part_of="p73-cohort"),
    Plant("part-of-itself", (counted("p74", 3, 9, part_of="p74b-cohort"),
                             counted("p74b", 4, 9, part_of="p74-cohort")), ("p74",)),
    alone("part-of-absent", "p75", part_of="nobody-2020"),
    Plant("two-wholes", (counted("p76", 3, 9, part_of="two-cohort"),
                         counted("p76b", 3, 9, cohort="p76-cohort", outcome="relapse",
                                 part_of="one-cohort"))),
    Plant("part-exceeds-whole", (counted("p77", 9, 20), counted("p77b", 5, 21,
                                                               part_of="p77-cohort"))),
    Plant("part-exceeds-whole", (counted("p78", 9, 20), counted("p78b", 10, 12,
                                                               part_of="p78-cohort"))),
    Plant("parts-exceed-whole",
          (counted("p79", 9, 20), counted("p79b", 3, 12, part_of="p79-cohort"),
           counted("p79c", 3, 12, part_of="p79-cohort", doi="10.1000/c")),
          ("p79b", "p79c")),
    Plant("parts-do-not-add-up",
          (counted("p80", 9, 20), counted("p80b", 3, 12, part_of="p80-cohort"),
           counted("p80c", 5, 8, part_of="p80-cohort")), ("p80b", "p80c")),
    Plant("n-differs", (counted("p81", 3, 9), counted("p81b", 3, 8, cohort="p81-cohort",
                                                     outcome="relapse")), ("p81", "p81b")),
    Plant("cohort-described-twice",
          (counted("p82", 3, 9), counted("p82b", 3, 9, cohort="p82-cohort", outcome="relapse",
                                         infusion="second")), ("p82", "p82b")),
    Plant("cohort-called-otherwise",
          (counted("p83", 2, 9, disease="CLL", called="B-ALL", called_n="44"),), ("p83",)),
    Plant("called-n-differs", (counted("p84", 2, 9, called="ALL", called_n="44"),)),
    alone("outcome-called-otherwise", "p85", outcome="renewed B-cell aplasia", outcome_called="CR"),
    alone("response-at-a-site", "p86", site="CNS"),
    alone("scale-not-stated", "p87", outcome="CRS grade >= 3"),
    Plant("mixed-scale", (counted("p88", 3, 9, outcome="ICANS grade >= 3", scale="ASTCT"),
                          counted("p88b", 4, 9, outcome="ICANS grade >= 3", scale="CTCAE")),
          ("p88", "p88b")),
    alone("mixed-costimulation", "p89", costimulation="CD28"),
    alone("mixed-counted", "p90", counted="infusion"),
    alone("mixed-definition", "p91", outcome_definition="MRD-negative"),
    alone("mixed-time", "p92", follow_up="month 3"),
    alone("mixed-disease", "p93", disease="CLL"),
    alone("mixed-product", "p94", product="donor-derived"),
    alone("mixed-infusion", "p95", infusion="second"),
    effect("mixed-measure", "p96", measure="odds ratio"),
)  # fmt: skip


def test_the_clean_table_gives_no_finding(tmp_path: Path) -> None:
    studies, findings = read_studies(write_table(tmp_path / "t.csv", CLEAN), today=TODAY)
    assert findings == ()
    assert [study.id for study in studies] == [one["id"] for one in CLEAN]


def test_there_are_more_than_fifty_different_errors() -> None:
    changes = {tuple(tuple(sorted(one.items())) for one in plant.rows) for plant in PLANTS}
    assert len(changes) == len(PLANTS) > 50
    assert len({plant.rule for plant in PLANTS}) > 50


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.named[-1]}-{plant.rule}")
def test_an_error_is_found_alone_with_its_rule_and_its_row(plant: Plant, tmp_path: Path) -> None:
    table = (*CLEAN, *plant.rows)
    studies, findings = read_studies(write_table(tmp_path / "t.csv", table), today=TODAY)
    assert_found(plant, table, studies, findings)
    assert all(finding.fix and finding.what for finding in findings)
    # Nothing is said of the rows that were clean, unless the new row is named with them.
    new = rows_of(table, tuple(one["id"] for one in plant.rows))
    assert all(places(finding) & new for finding in findings)


def test_all_errors_are_found_together(tmp_path: Path) -> None:
    table = (*CLEAN, *(one for plant in PLANTS for one in plant.rows))
    studies, findings = read_studies(write_table(tmp_path / "t.csv", table), today=TODAY)
    for plant in PLANTS:
        assert_found(plant, table, studies, findings)
    kept = {study.id for study in studies}
    assert {one["id"] for one in CLEAN} <= kept


def assert_found(
    plant: Plant,
    table: tuple[Row, ...],
    studies: tuple[Study, ...],
    findings: tuple[Finding, ...],
) -> None:
    wanted = rows_of(table, plant.named)
    told = [one for one in findings if one.rule == plant.rule and wanted <= places(one)]
    assert told, (plant.rule, plant.named, rules(findings))
    last = plant.rows[-1]
    kept = any((study.id, study.cohort) == (last["id"], last["cohort"]) for study in studies)
    if RULES[plant.rule].refuses:
        assert told[0].severity is Severity.ERROR
        assert not kept
    else:
        assert kept


def rows_of(table: tuple[Row, ...], ids: tuple[str, ...]) -> set[int]:
    """The rows of the file with these ids; the last one where an id is used twice."""
    return {{one["id"]: number for number, one in enumerate(table, start=2)}[name] for name in ids}


def places(finding: Finding) -> set[int]:
    return set(map(int, re.findall(r"\d+", finding.where.partition("row")[2])))


FILES = (
    ("byte-order-mark", lambda text: "\ufeff" + text),
    ("empty-table", lambda text: ""),
    ("empty-table", lambda text: text.partition("\n")[0] + "\n"),
    ("not-a-table", lambda text: "title: a course\nkind: invented\n"),
    ("missing-column", lambda text: text.replace("standing", "how_sure", 1)),
    ("column-twice", lambda text: text.replace("note", "n", 1)),
    ("unknown-column", lambda text: text.replace("percent_low", "percent_lwo", 1)),
    ("torn-row", lambda text: text + "two,2\n"),
)


@pytest.mark.parametrize(("rule", "spoil"), FILES, ids=[rule for rule, _ in FILES])
def test_a_file_that_is_wrong_as_a_whole_says_so(
    rule: str, spoil: Callable[[str], str], tmp_path: Path
) -> None:
    path = write_table(tmp_path / "t.csv", CLEAN)
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    studies, findings = read_studies(path, today=TODAY)
    assert rules(findings) - {"unknown-column"} == {rule} - {"unknown-column"}
    finding = next(one for one in findings if one.rule == rule)
    assert finding.where.startswith("t.csv row ")
    whole = RULES[rule].refuses and rule != "torn-row"
    assert bool(studies) is not whole


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs_are_read_and_told(separator: str, tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", CLEAN, separator=separator)
    studies, (finding,) = read_studies(path, today=TODAY)
    assert finding.rule == "other-separator"
    assert len(studies) == len(CLEAN)


def test_every_rule_about_rows_and_files_has_been_planted() -> None:
    # What is left is said of a choice of rows: see test_evidence_selecting.
    planted = {plant.rule for plant in PLANTS} | {rule for rule, _ in FILES} | {"other-separator"}
    assert set(RULES) - planted == {"mixed-outcome", "not-stated", "no-target"}


def test_a_column_of_ones_own_is_kept_as_text(tmp_path: Path) -> None:
    table = [one | {"latitude": "51"} for one in CLEAN]
    path = write_table(tmp_path / "t.csv", table, columns=(*COLUMNS, "latitude"))
    studies, (finding,) = read_studies(path, today=TODAY)
    assert studies[0].more == (("latitude", "51"),)
    assert finding.rule == "unknown-column"


def test_without_a_date_no_year_is_too_late(tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", [row(cite="One 2030")])
    assert read_studies(path)[1] == ()


def test_a_table_of_very_many_columns_is_read_at_once_and_told_once(tmp_path: Path) -> None:
    """One by one, with a spelling sought for each, a hundred thousand took minutes."""
    further = [f"x{number}" for number in range(20_000)]
    path = tmp_path / "wide.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([*COLUMNS, *further])
        writer.writerow([*(counted("a", 3, 9).get(name, "") for name in COLUMNS), *further])
    studies, findings = read_studies(path, today=TODAY)
    assert len(studies) == 1
    (told,) = (one for one in findings if one.rule == "unknown-column")
    assert "20000 columns are not known, from 'x0' to 'x19999'" in told.what


def test_a_cell_that_is_far_too_long_is_not_said_again(tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", [counted("a", 3, 9) | {"n": "9" * 5000}])
    found = [one for one in read_studies(path, today=TODAY)[1] if one.rule == "not-a-number"]
    assert found
    assert all(len(one.what) < 100 for one in found)
    path.write_text(",".join(COLUMNS) + "\n" + "9" * 200_000, encoding="utf-8")
    with pytest.raises(ReinfuseError, match="a cell is longer than"):
        read_studies(path)


def test_names_of_diseases_exclude_each_other_where_no_disease_has_both() -> None:
    assert exclude_each_other("B-ALL", "CLL")
    assert exclude_each_other("FL", "DLBCL")
    assert not exclude_each_other("B-ALL", "ALL in adults")
    assert not exclude_each_other("B-cell malignancies", "ALL")
    assert not exclude_each_other("B-ALL", "somebody")
