"""Every sentence that reading a long table can show: read them as its user would."""

# ruff: noqa: E501  # a sentence is shown on one line, as its reader gets it

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reinfuse.exchange.long_table import TableReading, read_long_table, read_long_table_bytes
from reinfuse.exchange.long_table.problems import Rows

CANARY = "Jane-Canary-Doe"

# Each text is a table; `--` lines are its problems, `~~` lines its notes.
TABLES = """\
== nothing at all
-- row 1: the table is empty -> begin it with the columns patient,day,item,value,unit
== a header alone
patient,day,item,value,unit
-- : the table has a header and no rows -> add a row for each value
== unknown, doubled and missing columns
patient,items,day,day,colour
-- row 1: unknown column 'items' -> did you mean `item`?
-- row 1: the column `day` stands twice -> keep one of the two
-- row 1: unknown column 'colour' -> its columns are patient, day, datetime, item, value, unit, site, specimen, method, attributed_to
-- row 1: the table has no column `item` -> write them like patient,day,item,value,unit
-- row 1: the table has no column `value` -> write them like patient,day,item,value,unit
== day beside datetime
patient,day,datetime,item,value
-- row 1: the table has a column `day` and a column `datetime` -> keep the one that every row fills
== neither day nor datetime
patient,item,value
-- row 1: the table has no column `day` or `datetime` -> write them like patient,day,item,value,unit
== unknown items
patient,day,item,value,unit
Jane-Canary-Doe,1,neutrophiles,1,10*9/L
Jane-Canary-Doe,1,xyzzy,1,10*9/L
Jane-Canary-Doe,1,,1,10*9/L
-- row 2: unknown item 'neutrophiles' -> did you mean neutrophils?
-- row 3: unknown item 'xyzzy' -> `reinfuse criteria NAME` lists the items of one criterion, docs/reference/items.md all
-- row 4: the row has no item -> name what was recorded
== units
patient,day,item,value,unit
Jane-Canary-Doe,1,hemoglobin,90,stones
Jane-Canary-Doe,1,hemoglobin,90,°C
Jane-Canary-Doe,1,hemoglobin,90,
Jane-Canary-Doe,1,hypotension,yes,mg
Jane-Canary-Doe,1,hemoglobin,90,g/DL
-- row 2: unknown unit 'stones' -> write it in g/L
-- row 3: hemoglobin is not measured in °C -> write it in g/L
-- row 4: the number of hemoglobin has no unit -> write its unit, such as g/L
-- row 5: hypotension takes no unit, and 'mg' stands here -> leave the unit empty
-- row 6: unknown unit 'g/DL' -> did you mean g/dL or mg/dL or g/L?
== values
patient,day,item,value,unit
Jane-Canary-Doe,1,hemoglobin,low,g/L
Jane-Canary-Doe,1,hemoglobin,"9,1",g/L
Jane-Canary-Doe,1,hemoglobin,,g/L
Jane-Canary-Doe,1,hemoglobin,nan,g/L
Jane-Canary-Doe,1,hemoglobin,9_1,g/L
Jane-Canary-Doe,1,hypotension,perhaps,
Jane-Canary-Doe,1,oxygen device,snorkel,
-- row 2: 'low' is not a number -> write it like 12.5 or <0.01
-- row 3: '9,1' has a comma or mark in its number -> write 1.5 and 1500, with a decimal point and nothing between thousands
-- row 4: the row has no value of hemoglobin -> leave the row out, or write the value
-- row 5: 'nan' is not a number -> write it like 12.5 or <0.01
-- row 6: '9_1' has a comma or mark in its number -> write 1.5 and 1500, with a decimal point and nothing between thousands
-- row 7: 'perhaps' is no answer for hypotension -> write yes or no
-- row 8: 'snorkel' is no word of oxygen device -> write one of {oxygen device}
== patients and days
patient,day,item,value,unit
,1,hemoglobin,90,g/L
Jane-Canary-Doe,,hemoglobin,90,g/L
Jane-Canary-Doe,soon,hemoglobin,90,g/L
Jane-Canary-Doe,2024-05-06,hemoglobin,90,g/L
Jane-Canary-Doe,99999999,hemoglobin,90,g/L
-- row 2: the row has no patient -> write the study code of the patient in every row
-- row 3: the row has no day -> write the day counted from the infusion
-- row 4: 'soon' is not a day -> write a number of days from day 0, such as 3 or 3.5
-- row 5: '2024-05-06' is a date, and the column is `day` -> name the column `datetime`, and give each patient a row `infusion`
-- row 6: '99999999' is not a day -> write a number of days from day 0, such as 3 or 3.5
== dates
patient,datetime,item,value,unit
Jane-Canary-Doe,2024-02-30,hemoglobin,90,g/L
Jane-Canary-Doe,5,hemoglobin,90,g/L
Jane-Canary-Doe,,hemoglobin,90,g/L
Jane-Canary-Doe,2024-05-06,hemoglobin,90,g/L
Jane-Canary-Doe,2024-05-07,hemoglobin,90,g/L
-- row 2: '2024-02-30' is not a date of the calendar -> write it like 2024-05-06 or 2024-05-06T14:30
-- row 3: '5' is a number of days, and the column is `datetime` -> name the column `day`, or write dates in every row
-- row 4: the row has no date -> write it like 2024-05-06 or 2024-05-06T14:30
-- row 5: the patient of this row has no `infusion` row with a date -> add one: item infusion, value yes, and the date, which becomes day 0
-- row 6: the patient of this row has no `infusion` row with a date -> add one: item infusion, value yes, and the date, which becomes day 0
== rows that do not fit, and quotation marks
patient,day,item,value,unit
Jane-Canary-Doe,1,hemoglobin,90
Jane-Canary-Doe,1,hemoglobin,9,1,g/L
Jane-Canary-Doe,1,"hemoglobin"s,90,g/L
Jane-Canary-Doe,2,hemoglobin,90,g/L
-- row 2: the row has 4 cells under 5 columns -> put a text with a separator in quotes; write 1.5, not 1,5
-- row 3: the row has 6 cells under 5 columns -> put a text with a separator in quotes; write 1.5, not 1,5
-- row 4: the quotation marks of the row do not pair -> look for an odd quotation mark; inside a text write it twice: ""
== rows that contradict each other
patient,day,item,value,unit
Jane-Canary-Doe,1,hemoglobin,90,g/L
Jane-Canary-Doe,1,hemoglobin,9.5,g/dL
-- row 3: hemoglobin differs from row 2, of the same patient and time -> keep the right one; if both are, write the hours (day 3.25) or the site or specimen
~~ : hemoglobin is written in g/L (1 row) and g/dL (1 row), and kept in g/L -> check that no unit is a slip
== what is told and graded all the same
patient,day,item,value,unit
Jane-Canary-Doe,1,Hgb,90,g/L
Jane-Canary-Doe,1,Hgb,90,g/L
Jane-Canary-Doe,2,HB,9,g/dL
Jane-Canary-Doe,2,temperature,98.6,Cel
~~ : 1 row repeats another row and says the same
~~ : read Hgb as hemoglobin, 2 rows
~~ : read HB as hemoglobin, 1 row
~~ : hemoglobin is written in g/L (2 rows) and g/dL (1 row), and kept in g/L -> check that no unit is a slip
~~ row 5: temperature 98.6 °C is outside 13 to 47 °C -> check the value and its unit; it is graded as it is
"""


def cases() -> list[tuple[str, str, list[str], list[str]]]:
    found = []
    for part in TABLES.split("== ")[1:]:
        name, *lines = part.splitlines()
        table = [line for line in lines if not line.startswith(("--", "~~"))]
        problems = [line[3:] for line in lines if line.startswith("--")]
        notes = [line[3:] for line in lines if line.startswith("~~")]
        found.append((name, "\n".join(table) + "\n" * bool(table), problems, notes))
    return found


def said(rows: Rows) -> list[str]:
    found = []
    for one in rows:
        assert one.where.startswith("TABLE.csv")
        where = one.where.removeprefix("TABLE.csv").strip()
        found.append(f"{where}: {one.what}" + (f" -> {one.fix}" if one.fix else ""))
    return found


def filled(line: str) -> str:
    from reinfuse.record.vocabulary import items  # noqa: PLC0415  only for this list of words

    return line.replace("{oxygen device}", ", ".join(items()["oxygen device"].words))


@pytest.mark.parametrize(
    ("name", "text", "problems", "notes"), cases(), ids=lambda one: str(one)[:30]
)
def test_a_table_is_told_what_is_wrong_with_it(
    name: str, text: str, problems: list[str], notes: list[str]
) -> None:
    reading = read_long_table_bytes(text.encode(), "TABLE.csv")
    assert said(reading.problems) == [filled(line) for line in problems], name
    if notes:
        assert said(reading.notes) == notes
    assert (reading.table is None) == bool(problems)
    assert CANARY not in told(reading)


def told(reading: TableReading) -> str:
    findings = (*reading.problems, *reading.notes)
    return repr(findings) + reading.problems.message() + reading.notes.message()


def test_a_file_that_is_not_there_is_told() -> None:
    reading = read_long_table(Path("no such folder", "TABLE.csv"))
    assert said(reading.problems) == [
        ": the file cannot be opened: No such file or directory -> check its name"
    ]


def test_latin_1_is_told_by_name_and_row() -> None:
    content = "patient,day,item,value,unit,site\na,1,CRP,5,mg/L,arm\nb,1,CRP,5,mg/L,Fuß\n".encode(
        "latin-1"
    )
    assert said(read_long_table_bytes(content, "TABLE.csv").problems) == [
        "row 3: the file is not UTF-8: byte 0xdf is most likely Latin-1"
        " -> save it as UTF-8; a spreadsheet calls that `CSV UTF-8`"
    ]


def test_utf_16_is_told_by_name() -> None:
    content = "patient,day,item,value\n".encode("utf-16")
    assert said(read_long_table_bytes(content, "TABLE.csv").problems) == [
        "row 1: the file is not UTF-8: it is UTF-16, or no text at all"
        " -> save it as UTF-8; a spreadsheet calls that `CSV UTF-8`"
    ]


def test_of_many_problems_the_first_fifty_are_shown_with_counts() -> None:
    text = "patient,day,item,value,unit\n" + "a,1,CRP,oops,mg/L\n" * 60 + "a,1,xyzzy,1,mg/L\n" * 3
    lines = read_long_table_bytes(text.encode(), "TABLE.csv").problems.message().splitlines()
    assert lines[0] == "TABLE.csv row 2: 'oops' is not a number -> write it like 12.5 or <0.01"
    assert lines[50:] == [
        "63 in all, of which the first 50 are shown:",
        "  no usable value: 60",
        "  unknown item or unit: 3",
    ]


def test_lines_that_end_with_a_carriage_return_are_told() -> None:
    content = b"patient,day,item,value\ra,1,CRP,5\r"
    assert said(read_long_table_bytes(content, "TABLE.csv").problems) == [
        "row 1: the lines end with a carriage return alone"
        " -> save it as CSV, UTF-8, with the line ends of today"
    ]


def test_whatever_bytes_stand_in_a_file_there_is_an_answer() -> None:
    chance = np.random.default_rng(5)
    base = (
        b"patient,day,item,value,unit\na,1,CRP,<5,mg/L\nb,2,Hgb,9,g/dL\nc,1,hypotension,yes,\n" * 2
    )
    marks = b'",;\n\t\r\x00\xff-1e9<>=_ \xc3\xa4'
    for turn in range(400):
        content = bytearray(base)
        for _ in range(chance.integers(1, 7)):
            content[chance.integers(len(content))] = marks[chance.integers(len(marks))]
        reading = read_long_table_bytes(bytes(content), "TABLE.csv", keep_going=turn % 2 == 0)
        assert reading.table is not None or len(reading.problems)
        assert told(reading)
