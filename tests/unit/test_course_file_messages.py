"""Every sentence that reading a course file can show: read them as its user would."""

# ruff: noqa: E501  # a sentence is shown on one line, as its reader gets it

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from reinfuse.exchange.course_file import read_course_text

HEAD = "title: T\nkind: invented example\n"
BEFORE_A_TABLE = """\
infusions: [{id: infusion-1, product: p}]
products: [{id: p, origin: autologous}]
tables: [{file: x.csv, anchor: infusion-1}]
"""

# Two lines with a title and a kind stand before each text, so that it begins on line 3.
COURSES = """\
== a section of the wrong kind
observations: yes
patient: [1]
donors: {id: a}
-- line 3: `observations` is a list, and a single value stands here -> begin each item with a dash
-- line 4: a list stands where a patient is expected -> its keys are age, sex, weight, height, ecog, karnofsky, creatinine, egfr, centre, comorbidities, virology, source
-- line 5: `donors` is a list, and a set of keys stands here -> begin each item with a dash
== an unknown key
observation:
  - {id: a}
zzz: 1
-- line 3: unknown key `observation` in a course -> did you mean `observations`?
-- line 5: unknown key `zzz` in a course -> its keys are title, kind, question, patient, donors, diagnosis, products, infusions, transplants, regimens, procedures, transfusions, infections, observations, signs, pathology, lesions, assessments, follow_up, not_stated, opinions, claims, figures, tables, citations
== an unknown unit
patient: {age: 5 yeers, weight: 60 stones}
-- line 3: `age`: unknown unit 'yeers' -> did you mean years?
-- line 3: `weight`: unknown unit 'stones' -> see the list of units in the docs
== a number without a unit, or with a comma
patient: {age: 5, weight: 60,5 kg, height: tall}
-- line 3: unknown key `5 kg` in a patient -> if it is part of a text with a comma or a colon, put the whole text in quotes
-- line 3: `age`: '5' has no unit -> write the unit after the number
-- line 3: `weight`: '60' has no unit -> write the unit after the number
-- line 3: `height`: 'tall' is not a number with a unit -> write it like 88 % or < 50 copies/ug
== a date that does not exist
diagnosis: {disease: B-ALL, when: 2021-02-30}
-- line 3: `when`: '2021-02-30' is not a date of the calendar -> write a day that exists, as year-month-day
== no time at all
diagnosis: {disease: B-ALL, when: sometime last spring}
-- line 3: `when`: 'sometime last spring' is not a time -> write a date (2021-09-29, 2021-02, 2020-09-15..2020-11-30), a day of another entry (infusion-1 day 7, hsct + 6 months) or an order (after relapse-1, before hsct)
== an id used twice
donors:
  - {id: a}
  - {id: a}
-- line 5: the id `a` is taken: it stands first on line 4 -> give one of the two another id
== an id that cannot be
donors:
  - {id: 1 a}
-- line 4: '1 a' cannot be an id -> an id begins with a letter; letters, digits, dot, dash and underscore follow
== an anchor and its alias
donors: &x
  - {id: a}
products: *x
-- line 3: an anchor (&) stands here, and course files have none -> leave it out, or put the value in quotes
-- line 5: an alias (*) stands here, and course files have none -> write the value out, or put it in quotes
== a tag
donors: !!python/object:os.system {id: a}
-- line 3: the tag !!python/object:os.system stands here, and course files have none -> leave the tag out, or put the value in quotes
-- line 3: `donors` is a list, and a set of keys stands here -> begin each item with a dash
== a merge key
patient:
  <<: {sex: female}
-- line 4: unknown key `<<` in a patient -> course files have no merge keys: write the values out
== a key used twice
kind: published case
patient:
  sex: female
  sex: male
-- line 3: `kind` stands twice in a course, first on line 2 -> keep one of the two
-- line 6: `sex` stands twice in a patient, first on line 5 -> keep one of the two
== two documents
---
title: U
-- line 4: a second document begins here -> keep one course in a file; delete the `---` before this line
== a limit without quotes
patient:
  age: > 5 a
-- line 4: a value cannot begin with > or | as it stands -> put the value in quotes: "> 5 %"
== a tab
patient:
\tage: 5 a
-- line 4: a tab stands where spaces are expected -> indent with spaces, not with tabs
== non-breaking spaces
patient:
\u00a0\u00a0age: 5 a
-- line 4: unknown key `  age` in a course -> the spaces before it are non-breaking ones: use ordinary spaces
-- line 4: `patient` is empty -> leave the key out if nothing is recorded
== a colon in a text
question: is this: good
-- line 3: a colon stands where none can be, or the line is indented too far -> indent all keys of an entry alike, and put a text that has a colon in quotes
== a quotation mark left open
question: "is this
patient:
  sex: female
-- line 3: a quotation mark that was opened is not closed -> close it on the line on which it stands
== text after a closing quotation mark
question: "is" this
-- line 3: the line does not fit the ones above it -> indent all keys of an entry alike, and write nothing after a closing quotation mark
== a bracket left open
donors: [a, b
patient: {}
-- line 3: a [ or { that was opened is not closed -> close it with ] or }, and separate what stands inside by commas
== a line too far in
patient:
  sex: female
   age: 5 a
-- line 5: a colon stands where none can be, or the line is indented too far -> indent all keys of an entry alike, and put a text that has a colon in quotes
== a line too far out
patient:
    sex: female
  age: 5 a
-- line 5: the line does not fit the ones above it -> indent all keys of an entry alike, and write nothing after a closing quotation mark
== a line without a colon
patient
-- line 4: the line is no `key: value` -> write a colon and a space after the key; indent a text that goes on further than its key
== a value that begins with %
question: %x
-- line 3: a value cannot begin with % @ or ` as it stands -> put the value in quotes
== a value that begins with *
question: *
-- line 3: a value cannot begin with * or & as it stands -> put the value in quotes
== a value that begins with &
question: & co
-- line 3: a value cannot begin with * or & as it stands -> put the value in quotes
== a backslash in double quotes
question: "C:\\path"
-- line 3: a backslash in double quotes means something else -> write it twice, or use single quotes
== a key without a value
question:
-- line 4: `question` is empty -> leave the key out if nothing is recorded
== an empty file
(whole file)
-- file: the file is empty -> write one with `reinfuse new`
== a list where the course should be
(whole file)
- a
-- line 1: a list stands where a course is expected -> its keys are title, kind, question, patient, donors, diagnosis, products, infusions, transplants, regimens, procedures, transfusions, infections, observations, signs, pathology, lesions, assessments, follow_up, not_stated, opinions, claims, figures, tables, citations
== a word where the course should be
(whole file)
hello
-- line 1: a single value stands where a course is expected -> its keys are title, kind, question, patient, donors, diagnosis, products, infusions, transplants, regimens, procedures, transfusions, infections, observations, signs, pathology, lesions, assessments, follow_up, not_stated, opinions, claims, figures, tables, citations
== a control character
(whole file)
title: a
\a
-- line 2: the line holds a control character (U+0007) -> delete it; it may not show in your editor
== numbers that are none
patient: {age: inf a, weight: nan kg, height: 1e400 cm}
-- line 3: `age`: 'inf a' is not a number with a unit -> write it like 88 % or < 50 copies/ug
-- line 3: `weight`: 'nan kg' is not a number with a unit -> write it like 88 % or < 50 copies/ug
-- line 3: `height`: '1e400 cm' is too large a number -> check the power of ten
== no whole number
patient: {ecog: 1.5, karnofsky: 99999999999999999999}
-- line 3: `ecog`: '1.5' is not a whole number -> ECOG performance status, 0 to 5
-- line 3: `karnofsky`: '99999999999999999999' is not a whole number -> Karnofsky or Lansky performance, 0 to 100
== neither yes nor no
figures: [{name: f, shows: s, numbers_printed: maybe}]
-- line 3: `numbers_printed`: 'maybe' is not a choice here -> one of: yes, no
== a slip in a choice
patient: {sex: femal}
-- line 3: `sex`: 'femal' is not a choice here -> did you mean female? one of: female, male, other
== no choice
(whole file)
title: T
kind: real
-- line 2: `kind`: 'real' is not a choice here -> one of: published case, invented example, clinical record
== needed keys left out
(whole file)
kind: invented example
infusions:
  - {id: a}
-- line 1: a course needs `title` -> add `title`: what the course is called; never a name
-- line 3: an infusion needs `product` -> add `product`: id of the product
== a time told by itself
diagnosis: {disease: B-ALL, when: after diagnosis}
-- line 3: `when` of `diagnosis` names `diagnosis`, which is itself -> tell its time by a date or by another entry
== names of nothing
infusions: [{id: infusion-1, product: producd-1, when: after relapse}]
products: [{id: product-1, origin: autologous}]
-- line 3: `when` of `infusion-1` names `relapse`, which is not in the file -> correct the name, or give what it speaks of that id
-- line 3: `product` of `infusion-1` names `producd-1`, which is not in the file -> did you mean `product-1`?
== a name of the wrong thing
products: [{id: p, origin: autologous, donor: p2},{id: p2, origin: autologous}]
-- line 3: `donor` of `p` names `p2`, which is a product and does not fit here -> correct the name, or give what it speaks of that id
== a source that is no citation
diagnosis: {disease: B-ALL, source: reprot:p1}
citations: [{id: report, cite: R}]
-- line 3: `source` of diagnosis diagnosis names `reprot`, which is no citation of the file -> add it to `citations`, or correct the name
== a key that is a list
? [a, b]
: c
-- line 3: a key must be a word -> write it as `key: value`, and put text with brackets in quotes
== a table in another folder
tables: [{file: ../x.csv}]
-- file: the table '../x.csv' is no CSV file in the course's folder -> name it like counts.csv, with no folder; letters, digits, dot, dash, underscore
== a table that is not there
tables: [{file: x.csv}]
-- table: the file cannot be opened: No such file or directory -> check the name and the folder
== a table named twice
tables: [{file: x.csv},{file: x.csv}]
-- file: the table 'x.csv' is named twice -> name each table once
-- table: the file cannot be opened: No such file or directory -> check the name and the folder
== a long text in the wrong place
patient: {sex: Anna Maria Musterfrau of Long Street 12 in some town 1234567 Anna Maria Musterfrau of Long Street 12 in some town 1234567 Anna Maria Musterfrau of Long Street 12 in some town 1234567 }
-- line 3: `sex`: 'Anna Maria Musterfrau of Long Street ...' is not a choice here -> one of: female, male, other
== a long id
donors: [{id: Anna_Maria_Musterfrau_Anna_Maria_Musterfrau_Anna_Maria_Musterfrau_Anna_Maria_Musterfrau_Anna_Maria_Musterfrau_Anna_Maria_Musterfrau_Anna_Maria_Musterfrau_Anna_Maria_Musterfrau_Anna_Maria_Musterfrau_}]
-- line 3: 'Anna_Maria_Musterfrau_Anna_Maria_Must...' cannot be an id -> an id begins with a letter; letters, digits, dot, dash and underscore follow
== a marker used twice, and one too bright
diagnosis: {disease: B-ALL, immunophenotype: {CD19: bright, CD19: positive}}
-- line 3: `expression`: 'bright' is not a choice here -> one of: positive, negative, dim, partial
== axes
lesions: [{id: l, site: eye, looks: [{axes: 1 x 2 x 3 x 4 cm},{axes: 1 x 2},{axes: big}]}]
-- line 3: `axes`: '1 x 2 x 3 x 4 cm' has more than three axes -> 3.5 x 4.7 x 12.6 cm
-- line 3: `axes`: '2' has no unit -> write the unit after the number
-- line 3: `axes`: 'big' is not a number with a unit -> write it like 88 % or < 50 copies/ug
== dates the wrong way round
diagnosis: {disease: B-ALL, when: 2021-02-03..2021-01-01}
-- line 3: `when`: '2021-02-03..2021-01-01' ends before it begins -> write the earlier date first
== days the wrong way round
diagnosis: {disease: B-ALL, when: x day 5..2}
-- line 3: `when`: day 5..2 ends before it begins -> write the earlier day first
== a period that ends on a day of nothing
diagnosis: {disease: B-ALL, when: 2021 to 7}
-- line 3: `when`: '2021 to 7' ends on a day of no entry -> write: infusion-1 day -4 to -2
== a time that is both about and a range
diagnosis: {disease: B-ALL, when: about 2021..2022}
-- line 3: `when`: 'about 2021..2022' is both open and a range -> leave one of the two out
"""

# Each is a table x.csv whose day 0 is infusion-1.
TABLES = """\
== an empty table
-- table row 1: the table is empty -> its columns are day, date, time, site, analyte, value, unit, result, limit, method, denominator, events, gated_free_of, peak, occasion, device, attributed_to, note
== an unknown column
day,analyte,valu
1,platelets,20
-- table row 1: unknown column 'valu' -> its columns are day, date, time, site, analyte, value, unit, result, limit, method, denominator, events, gated_free_of, peak, occasion, device, attributed_to, note
== semicolons
day;analyte;value
1;platelets;20
-- table row 1: the columns are separated by semicolons, not by commas -> save it as CSV with commas, and decimal points in numbers
== a column missing
day,value
1,20 %
-- table row 1: the table has no column `analyte` -> add it
== a column used twice
day,day,analyte,value
1,1,a,20 %
-- table row 1: the column `day` stands twice -> keep one of the two
== rows
day,analyte,value,unit,result,events,peak,time
x,a,1,%,,,,
1,,1,%,,,,
1,a,,%,,,,
1,a,1,foo,,,,
1,a,1,%,maybe,,,
1,a,1,%,,²,,
1,a,1,%,,,x,
1,a,1,%,,,,25:00
1,a,1,%,,,,,,
,a,1,%,,,,
1,a,1e400,%,,,,
1,a,nan,%,,,,
99999999,a,1,%,,,,
-- table row 2: `day`: 'x' is not a day -> whole days from day 0, such as -4
-- table row 3: `analyte` is empty -> say what was measured
-- table row 4: the row has neither `value` nor `result` -> leave the row out if nothing was measured
-- table row 5: `value`: unknown unit 'foo' -> see the list of units in the docs
-- table row 6: `result`: 'maybe' is not a choice here -> one of: negative, positive, not detected, detected, normal, abnormal, increased, decreased
-- table row 7: `events`: '²' is not a whole number -> how many cells or reads were looked at
-- table row 8: `peak`: 'x' is not a choice here -> one of: yes, no
-- table row 9: `time`: '25:00' is not a time of day -> write 14:30
-- table row 10: the row has 10 cells under 8 columns -> put a text with a comma in quotes; write 1.5, not 1,5
-- table row 11: the row has neither `day` nor `date` -> give one of the two
-- table row 12: `value`: '1e400' is too large a number -> check the power of ten
-- table row 13: `value`: 'nan' is not a number with a unit -> write it like 88 % or < 50 copies/ug
-- table row 14: `day`: '99999999' is not a day -> whole days from day 0, such as -4
== dates
date,analyte,value
2021-02-30,a,1 %
after x,a,1 %
2021 to 2022,a,1 %

,a,1 %
-- table row 2: `date`: '2021-02-30' is not a date of the calendar -> write a day that exists, as year-month-day
-- table row 3: `date`: 'after x' is not a date -> write a date, such as 2021-09-29 or 2021-02
-- table row 4: `date`: '2021 to 2022' is not a date -> write a date, such as 2021-09-29 or 2021-02
-- table row 6: the row has neither `day` nor `date` -> give one of the two
== both a day and a date
day,date,analyte,value
1,2021,a,1 %
-- table row 2: the row has both `day` and `date` -> keep the one you are surer of
== a quotation mark left open
day,analyte,value
1,"a,20 %
2,b,20 %
-- table row 3: a quotation mark was opened and is not closed before the end of the table -> look for the first row with an odd number of quotation marks
== text after a closing quotation mark
day,analyte,value
1,"a"b,20 %
-- table row 2: text follows a closing quotation mark -> write a quotation mark twice: ""
"""


@dataclass(frozen=True)
class Case:
    """A text and what is said of it: `place: what -> what to do`."""

    name: str
    text: str
    said: str


def cases(story: str) -> list[Case]:
    found = []
    for part in story.removeprefix("== ").split("\n== "):
        name, *lines = part.rstrip("\n").split("\n")
        written = [line for line in lines if not line.startswith("-- ")]
        said = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
        found.append(Case(name, "".join(f"{line}\n" for line in written), "\n".join(said)))
    return found


def said_of(text: str, folder: Path) -> str:
    shown = []
    for told in read_course_text(text, "c.yaml", folder).problems:
        place = told.where.replace("c.yaml", "").replace("x.csv", "table").strip()
        shown.append(f"{place or 'file'}: {told.what} -> {told.fix}")
    return "\n".join(shown)


@pytest.mark.parametrize("case", cases(COURSES), ids=lambda case: case.name)
def test_a_course_file_is_answered_in_these_words(case: Case, tmp_path: Path) -> None:
    whole = case.text.startswith("(whole file)\n")
    text = case.text.removeprefix("(whole file)\n") if whole else HEAD + case.text
    assert said_of(text, tmp_path) == case.said


@pytest.mark.parametrize("case", cases(TABLES), ids=lambda case: case.name)
def test_a_table_is_answered_in_these_words(case: Case, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(case.text, encoding="utf-8")
    assert said_of(HEAD + BEFORE_A_TABLE, tmp_path) == case.said


def test_every_sentence_says_what_to_do() -> None:
    told = [line for case in cases(COURSES) + cases(TABLES) for line in case.said.splitlines()]
    assert [line for line in told if line.rstrip().endswith("->")] == []
