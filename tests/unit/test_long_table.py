"""A cohort as one long CSV table: what is read, what is converted, what forms the table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from reinfuse.errors import Severity
from reinfuse.exchange.long_table import TableReading, read_long_table, read_long_table_bytes
from reinfuse.quantity import Limit, Quantity
from reinfuse.record.chart import Chart, Mark
from reinfuse.record.long_table import LIMITS, LongTable, charts_of, table_of

HEAD = "patient,day,item,value,unit\n"


def read(text: str, *, keep_going: bool = False) -> TableReading:
    return read_long_table_bytes(text.encode(), "TABLE.csv", keep_going=keep_going)


def table(text: str) -> LongTable:
    reading = read(text)
    assert reading.table is not None, reading.problems.message()
    return reading.table


def only(text: str) -> Mark:
    (chart,) = charts_of(table(text))
    (mark,) = chart.marks
    return mark


VALUES = """
    item             | value    | unit    | is
    temperature      | 38.5     | °C      | 38.5 Cel
    Temperature      | 38.5     | Cel     | 38.5 Cel
    CRP              | <0.5     | mg/dL   | <0.5 mg/dL
    CRP              | >= 5     | mg/L    | >=0.5 mg/dL
    CRP              | ≤5       | mg/dL   | <=5 mg/dL
    ANC              | 500      | /uL     | 0.5 10*9/L
    Hgb              | 9.1      | g/dL    | 91 g/L
    lymphocytes      | 12       | %       | 12 %
    lymphocytes      | 0.2      | 10^9/L  | 0.2 10*9/L
    ICE score        | 7        |         | 7 {score}
    hypotension      | yes      |         | yes
    hypotension      | PRESENT  |         | yes
    hypotension      | True     |         | yes
    hypotension      | 1        |         | yes
    hypotension      | absent   |         | no
    hypotension      | 0        |         | no
    oxygen device    | cpap     |         | CPAP
"""


def _rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", _rows(VALUES), ids=" ".join)
def test_a_value_is_read(row: list[str]) -> None:
    item, value, unit, wanted = row
    mark = only(f"{HEAD}a,3,{item},{value},{unit}\n")
    if isinstance(mark.value, bool):
        assert wanted == ("yes" if mark.value else "no")
    elif isinstance(mark.value, str):
        assert mark.value == wanted
    else:
        shown = f"{mark.value.limit.value}{mark.value.value:g} {mark.value.unit}"
        assert shown == wanted


@pytest.mark.parametrize("mark", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_separator_and_line_ends_are_found(mark: str, end: str) -> None:
    text = f"{HEAD}a,3,temperature,39,Cel\na,4,temperature,38,Cel\n"
    found = table(text.replace(",", mark).replace("\n", end))
    assert list(found.value) == [39.0, 38.0]
    assert list(found.row) == [2, 3]


def test_columns_stand_in_any_order_and_case_after_a_byte_order_mark() -> None:
    text = (
        "Unit,VALUE,Attributed To,Item,Day,Patient,Site\nCel,39,sepsis,temperature,2.5,a,axilla\n"
    )
    reading = read_long_table_bytes(b"\xef\xbb\xbf" + text.encode(), "TABLE.csv")
    assert reading.table is not None
    (chart,) = charts_of(reading.table)
    (mark,) = chart.marks
    assert (mark.item, mark.day, mark.site, mark.attributed_to, mark.ref) == (
        "temperature", 2.5, "axilla", "sepsis", "row 2",
    )  # fmt: skip


def test_quoted_texts_may_hold_separators_and_quotation_marks() -> None:
    text = 'patient,day,item,value,unit,site\na,1,temperature,39,Cel,"left, ""inner"" ear"\n'
    assert only(text).site == 'left, "inner" ear'


def test_dates_are_counted_from_the_infusion_wherever_it_stands() -> None:
    text = (
        "patient,datetime,item,value,unit\n"
        "a,2024-05-06T18:00,temperature,39,Cel\n"
        "a,2024-05-05,temperature,37,Cel\n"
        "b,2024-06-01,infusion,yes,\n"
        "b,2024-06-03 06:00,temperature,38,Cel\n"
        "a,2024-05-06T10:30,infusion,yes,\n"
    )
    charts = {chart.subject: chart for chart in charts_of(table(text))}
    assert [mark.day for mark in charts["a"].marks] == [-1.0, 0.4375, 0.75]
    assert [mark.day for mark in charts["b"].marks] == [0.0, 2.25]


def test_rows_in_any_order_stand_by_patient_and_time() -> None:
    text = (
        f"{HEAD}b,5,temperature,5,Cel\na,2,temperature,2,Cel\n"
        "b,1,temperature,1,Cel\na,2,hemoglobin,100,g/L\n"
    )
    found = table(text)
    assert found.patients == ("b", "a")
    assert list(found.starts) == [0, 2, 4]
    assert list(found.row) == [4, 2, 3, 5]


def test_the_columns_are_seen_by_numpy_without_a_copy() -> None:
    numpy = pytest.importorskip("numpy")
    found = table(f"{HEAD}a,1,temperature,39,Cel\na,2,hypotension,yes,\n")
    value = numpy.frombuffer(found.value, dtype="d")
    assert value.tolist() == [39.0, 0.0]
    assert not len(found.site)
    assert numpy.shares_memory(value, numpy.frombuffer(found.value, dtype="d"))


def test_with_keep_going_the_good_rows_form_the_table() -> None:
    text = f"{HEAD}a,1,temperature,39,Cel\na,2,temperature,oops,Cel\n,3,temperature,39,Cel\n"
    assert read(text).table is None
    reading = read(text, keep_going=True)
    assert reading.table is not None
    assert list(reading.table.row) == [2]
    assert [finding.where for finding in reading.problems] == ["TABLE.csv row 3", "TABLE.csv row 4"]


def test_rows_that_contradict_each_other_are_both_left_out() -> None:
    text = f"{HEAD}a,1,CRP,9,mg/L\na,1,CRP,8,mg/L\na,1.5,CRP,7,mg/L\n"
    reading = read(text, keep_going=True)
    assert reading.table is not None
    assert list(reading.table.row) == [4]
    assert [finding.where for finding in reading.problems] == ["TABLE.csv row 3"]


def test_the_same_value_twice_is_told_and_kept() -> None:
    reading = read(f"{HEAD}a,1,CRP,9,mg/L\na,1,CRP,9.0,mg/L\n")
    assert reading.table is not None
    assert [note.rule for note in reading.notes] == ["table-twice", "table-spelling"]


def test_the_same_time_at_two_sites_is_no_contradiction() -> None:
    text = "patient,day,item,value,unit,specimen\na,1,CRP,9,mg/L,serum\na,1,CRP,8,mg/L,plasma\n"
    assert len(table(text)) == 2


def test_a_value_outside_what_can_be_is_told_and_kept() -> None:
    reading = read(f"{HEAD}a,1,temperature,98.6,Cel\n")
    assert reading.table is not None
    (note,) = reading.notes
    assert note.severity is Severity.AMBIGUITY
    assert note.where == "TABLE.csv row 2"


def test_every_bad_row_of_many_is_told_once() -> None:
    rows = 30_000
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["patient", "day", "item", "value", "unit"])
    for number in range(rows):
        value = "oops" if number % 100 == 7 else "39"
        out.writerow([f"p{number // 300}", number % 300, "temperature", value, "Cel"])
    reading = read(text.getvalue(), keep_going=True)
    assert [int(finding.where.split()[-1]) for finding in reading.problems] == list(
        range(9, rows + 2, 100)
    )
    assert reading.table is not None
    assert len(reading.table) == rows - rows // 100
    assert reading.problems.counts() == {"no usable value": rows // 100}
    assert reading.problems.message().count("\n") == 51


def test_a_table_made_of_charts_gives_them_back() -> None:
    marks = (
        Mark(item="hemoglobin", day=0.5, value=Quantity(9.0, "g/dL", Limit.BELOW), site="arm"),
        Mark(item="hypotension", day=1.0, value=True, attributed_to="sepsis"),
        Mark(item="oxygen device", day=2.0, value="CPAP", method="seen"),
    )
    made = table_of([Chart("x", marks), Chart("nobody", ())])
    first, nobody = charts_of(made)
    assert nobody == Chart("nobody", ())
    assert first.marks[0].value == Quantity(90.0, "g/L", Limit.BELOW)
    assert [mark.site for mark in first.marks] == ["arm", None, None]
    assert [mark.attributed_to for mark in first.marks] == [None, "sepsis", None]
    assert [mark.method for mark in first.marks] == [None, None, "seen"]
    assert [mark.value for mark in first.marks[1:]] == [True, "CPAP"]
    assert LIMITS[made.limit[0]] is Limit.BELOW


def test_a_file_is_read_in_pieces_and_quotes_may_cross_lines(tmp_path: Path) -> None:
    lines = [
        f"p{number // 50},{number % 50},temperature,38.{number % 10},Cel"
        for number in range(20_000)
    ]
    lines[9000] = 'p180,0,temperature,"38.0",Cel'
    path = tmp_path / "TABLE.csv"
    path.write_text(HEAD + "\n".join(lines), encoding="utf-8")
    reading = read_long_table(path)
    assert reading.table is not None, reading.problems.message()
    assert list(reading.table.row) == list(range(2, 20_002))


def test_a_patient_without_a_good_row_is_not_in_the_table() -> None:
    reading = read(
        HEAD + "P1,1,ANC,100,/uL\nP2,1,ANC,many,/uL\nP3,2,ANC,300,/uL\nP3,1,Hgb,9,g/dL\n",
        keep_going=True,
    )
    assert reading.table is not None
    assert reading.table.patients == ("P1", "P3")
    charts = list(charts_of(reading.table))
    assert [(one.subject, [mark.day for mark in one.marks]) for one in charts] == [
        ("P1", [1.0]),
        ("P3", [1.0, 2.0]),
    ]
