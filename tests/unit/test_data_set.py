"""Reading kinetic data sets: what each spelling of a row becomes."""

from __future__ import annotations

import pytest

from reinfuse.exchange.data_set import read_data_set_bytes
from reinfuse.exchange.data_set.doses import STEADY_STATE_DOSES
from reinfuse.record.data_set import DataSet, Known, Sample


def read(text: str, **options: object) -> DataSet:
    reading = read_data_set_bytes(text.encode(), "x.csv", **options)  # type: ignore[arg-type]
    assert reading.data is not None, [one.what for one in reading.problems]
    return reading.data


def samples(text: str, **options: object) -> list[Sample]:
    return [one for subject in read(text, **options).subjects for one in subject.samples]


def levels(text: str, **options: object) -> list[tuple[float | None, float | None, float | None]]:
    return [(one.value, one.low, one.high) for one in samples(text, **options)]


SEPARATORS = """
    comma        | ID,TIME,DV~1,0,5~1,7,90
    semicolon    | ID;TIME;DV~1;0;5~1;7;90
    tab          | ID%TIME%DV~1%0%5~1%7%90
    white space  | ID TIME   DV~   1   0. 5~ 1 7 90.0
    lower case   | id,Time,dv~1,0,5~1,7,90
    quoted       | "ID","TIME","DV"~"1",0,5~"1",7,90
    spaced       | ID , TIME , DV~ 1, 0, 5~1 , 7 , 90
    empty lines  | ID,TIME,DV~~1,0,5~,,~1,7,90~~
    Monolix      | ID,TIME,Y~1,0,5~1,7,90
    ADaM         | USUBJID,AFRLT,AVAL~1,0,5~1,7,90
"""


@pytest.mark.parametrize("line", SEPARATORS.strip().splitlines())
def test_a_table_is_read_however_its_columns_are_separated_and_spelled(line: str) -> None:
    text = line.split("|")[1].strip().replace("~", "\n").replace("%", "\t")
    data = read(text)
    (subject,) = data.subjects
    assert subject.name == "1"
    assert [(one.time, one.value) for one in subject.samples] == [(0.0, 5.0), (7.0, 90.0)]


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    text = "\ufeffID,TIME,DV\r\n1,0,5\r\n1,7,90\r\n"
    assert [one.row for one in samples(text)] == [2, 3]


LEVELS = """
    DV,CENS,LIMIT,LLOQ,ULOQ | 70,0,.,50,.    | 70 .  .
    DV,CENS,LIMIT,LLOQ,ULOQ | 50,1,.,50,.    | .  .  50
    DV,CENS,LIMIT,LLOQ,ULOQ | .,1,.,50,.     | .  .  50
    DV,CENS,LIMIT,LLOQ,ULOQ | 0,1,.,50,.     | .  .  50
    DV,CENS,LIMIT,LLOQ,ULOQ | 50,1,10,50,.   | .  10 50
    DV,CENS,LIMIT,LLOQ,ULOQ | 50,1,0,50,.    | .  0  50
    DV,CENS,LIMIT,LLOQ,ULOQ | 900,-1,.,.,900 | .  900 .
    DV,CENS,LIMIT,LLOQ,ULOQ | .,-1,.,.,900   | .  900 .
    DV,CENS,LIMIT,LLOQ,ULOQ | 900,-1,990,.,. | .  900 990
    DV,CENS,LIMIT,LLOQ,ULOQ | BLQ,.,.,50,.   | .  .  50
    DV,CENS,LIMIT,LLOQ,ULOQ | >ULOQ,.,.,.,900 | .  900 .
    DV,LLOQ                 | 0,50           | .  .  50
    DV,LLOQ                 | 50,50          | 50 .  .
    DV                      | <50            | .  .  50
    DV                      | < 0.5          | .  .  0.5
    DV                      | ≤50            | .  .  50
    DV                      | >900           | .  900 .
    DV                      | >=900          | .  900 .
    DV,BLQFL,ALLOQ          | 0,Y,50         | .  .  50
    DV,BLQFL,ALLOQ          | 70,N,50        | 70 .  .
    AVAL,AVALC,ALLOQ        | 0,<LLOQ,50     | .  .  50
    AVAL,AVALC,ALLOQ        | 25,BLQ,50      | .  .  50
    AVAL,AVALC,ALLOQ        | 70,70,50       | 70 .  .
    AVAL,AVALC              | 0,<12.5        | .  .  12.5
    DV,MDV,BLQFL,ALLOQ      | .,1,Y,50       | .  .  50
"""


@pytest.mark.parametrize("line", LEVELS.strip().splitlines())
def test_a_value_or_its_limits_are_read(line: str) -> None:
    header, cells, wanted = (part.strip() for part in line.split("|"))
    text = f"ID,TIME,{header}\n1,0,{cells}\n"
    expected = [None if one == "." else float(one) for one in wanted.split()]
    assert levels(text) == [tuple(expected)]


def test_a_logarithm_may_be_zero_or_negative_and_lie_below_such_a_limit() -> None:
    text = "ID,TIME,DV,CENS,LLOQ\n1,0,-0.5,1,-0.5\n1,1,0,0,-0.5\n"
    assert levels(text, logarithms=True) == [(None, None, -0.5), (0.0, None, None)]
    assert read(text, logarithms=True).logarithms


def test_what_mdv_leaves_out_and_what_has_no_value_is_no_sample() -> None:
    text = "ID,TIME,DV,MDV\n1,0,5,0\n1,1,6,1\n1,2,.,1\n1,3,.,0\n1,4,7,\n"
    assert [one.value for one in samples(text)] == [5.0, 7.0]


def test_a_missing_value_is_never_a_zero() -> None:
    for nothing in ("", ".", "NA", "NaN", "n/a"):
        text = f"ID,TIME,DV,WT\n1,0,5,{nothing}\n1,1,{nothing},\n"
        data = read(text)
        assert [one.value for one in data.subjects[0].samples] == [5.0]
        assert data.subjects[0].covariates["WT"] == (Known(time=0.0, value=None, row=2),)


def test_a_dose_is_a_row_with_an_amount_or_evid_1_or_the_word_dose() -> None:
    tables = (
        "ID,TIME,DV,AMT\n1,0,.,100\n1,7,5,.\n",
        "ID,TIME,DV,AMT,EVID\n1,0,.,100,1\n1,7,5,.,0\n",
        "ID,TIME,DV,AMT,EVID\n1,0,0,100,101\n1,7,5,0,0\n",
        "USUBJID,AFRLT,AVAL,PARAMCD\n1,0,100,DOSE\n1,7,5,CART\n",
        "ID,TIME,DV,DOSE\n1,7,5,100\n",
    )
    for text in tables:
        (subject,) = read(text).subjects
        assert [(one.time, one.amount) for one in subject.doses] == [(0.0, 100.0)], text
        assert [(one.time, one.value) for one in subject.samples] == [(7.0, 5.0)], text


def test_a_rate_or_a_duration_becomes_a_duration() -> None:
    for column, cell in (("RATE", "50"), ("DUR", "2"), ("TINF", "2")):
        text = f"ID,TIME,DV,AMT,{column}\n1,0,.,100,{cell}\n1,7,5,.,.\n"
        (dose,) = read(text).subjects[0].doses
        assert dose.duration == 2.0


def test_repeated_doses_are_written_out() -> None:
    text = "ID,TIME,DV,AMT,ADDL,II\n1,0,.,100,3,12\n1,7,5,.,.,.\n1,20,.,50,.,.\n"
    doses = read(text).subjects[0].doses
    assert [(one.time, one.amount) for one in doses] == [
        (0.0, 100.0), (12.0, 100.0), (20.0, 50.0), (24.0, 100.0), (36.0, 100.0)
    ]  # fmt: skip
    assert [one.row for one in doses] == [2, 2, 4, 2, 2]


def test_a_steady_state_is_written_out_as_doses_before_it() -> None:
    text = "ID,TIME,DV,AMT,SS,II\n1,0,.,100,1,12\n1,7,5,.,.,.\n"
    doses = read(text).subjects[0].doses
    assert len(doses) == STEADY_STATE_DOSES + 1
    assert doses[0].time == -12.0 * STEADY_STATE_DOSES
    assert doses[-1].time == 0.0


TWO_INFUSIONS = """\
ID,TIME,DV,AMT,EVID
1,-1,1,.,0
1,0,.,100,1
1,7,5,.,0
1,90,2,.,0
1,90,.,100,1
1,90,3,.,0
1,97,5,.,0
"""


def test_each_infusion_begins_an_occasion_and_a_sample_before_its_row_belongs_to_the_last() -> None:
    assert [one.occasion for one in samples(TWO_INFUSIONS)] == [1, 1, 1, 2, 2]
    assert [one.occasion for one in read(TWO_INFUSIONS).subjects[0].doses] == [1, 2]


def test_a_drug_with_many_doses_is_one_occasion_unless_told_otherwise() -> None:
    text = "ID,TIME,DV,AMT\n2,0,.,1\n2,1,5,.\n2,2,.,1\n2,3,5,.\n" + "".join(
        f"1,{day},.,100\n1,{day}.5,5,.\n" for day in range(6)
    )
    assert {one.occasion for one in samples(text)} == {1}
    assert {one.occasion for one in samples(text, occasions="infusions")} == set(range(1, 7))


def test_occasions_can_be_one_or_a_column_of_numbers_or_words() -> None:
    assert {one.occasion for one in samples(TWO_INFUSIONS, occasions="one")} == {1}
    text = "ID,TIME,DV,OCC,CYCLE\n1,0,5,1,first\n1,7,5,1,first\n1,9,5,2,again\n"
    assert [one.occasion for one in samples(text)] == [1, 1, 2]
    assert [one.occasion for one in samples(text, occasions="CYCLE")] == [1, 1, 2]


def test_assays_are_named_by_the_file_and_numbers_come_in_their_order() -> None:
    text = "ID,TIME,DV,DVID,UNIT\n1,0,5,2,copies/ug\n1,0,6,1.0,cells/uL\n"
    data = read(text)
    assert [(one.label, one.unit) for one in data.assays] == [("1", "cells/uL"), ("2", "copies/ug")]
    assert [(one.value, one.assay) for one in data.subjects[0].samples] == [(5.0, 1), (6.0, 0)]
    words = read("ID,TIME,DV,YTYPE\n1,0,5,qPCR\n1,0,6,flow\n")
    assert [one.label for one in words.assays] == ["qPCR", "flow"]


def test_the_compartment_of_samples_is_the_assay_where_no_other_column_names_one() -> None:
    text = "ID,TIME,DV,AMT,CMT\n1,0,.,100,1\n1,7,5,.,2\n"
    assert [one.label for one in read(text).assays] == ["2"]


def test_covariates_hold_until_the_next_value_and_keep_words() -> None:
    text = "ID,TIME,DV,WT,SEX\n1,0,5,70,F\n1,7,6,.,F\n1,9,7,68,F\n2,0,5,.,.\n"
    data = read(text)
    assert data.covariates == ("WT", "SEX")
    assert data.subjects[0].covariates == {
        "WT": (Known(time=0.0, value=70.0, row=2), Known(time=9.0, value=68.0, row=4)),
        "SEX": (Known(time=0.0, value="F", row=2),),
    }
    assert data.subjects[1].covariates["SEX"] == (Known(time=0.0, value=None, row=5),)


def test_a_covariate_known_only_later_is_unknown_before() -> None:
    data = read("ID,TIME,DV,WT\n1,0,5,.\n1,7,6,70\n")
    known = data.subjects[0].covariates["WT"]
    assert [(one.time, one.value) for one in known] == [(0.0, None), (7.0, 70.0)]


def test_only_the_covariates_that_are_asked_for_are_read() -> None:
    text = "ID,TIME,DV,WT,SEX\n1,0,5,70,F\n"
    assert read(text, covariates=["sex"]).covariates == ("SEX",)
    assert read(text, covariates=[]).covariates == ()


def test_columns_are_found_by_the_names_that_are_given() -> None:
    text = "Subject,Wt,Dose,Time,conc\nA,79.6,4.02,0,0.74\nA,79.6,4.02,1.12,10.5\n"
    columns = {"ID": "Subject", "TIME": "Time", "DV": "conc", "DOSE": "Dose"}
    (subject,) = read(text, columns=columns).subjects
    assert subject.name == "A"
    assert [(one.time, one.amount) for one in subject.doses] == [(0.0, 4.02)]
    assert subject.covariates == {"Wt": (Known(time=0.0, value=79.6, row=2),)}


def test_a_named_column_comes_before_one_that_is_spelled_alike() -> None:
    text = "ID,DOSE,DV\n1,0,11\n1,10,63\n1,90,122\n"
    (subject,) = read(text, columns={"TIME": "dose"}).subjects
    assert [one.time for one in subject.samples] == [0.0, 10.0, 90.0]
    assert subject.doses == ()


def test_rows_that_stand_assay_by_assay_are_put_in_order_of_time() -> None:
    text = "ID,TIME,DV,DVID\n1,0,5,1\n1,14,6,1\n1,0,7,2\n1,7,8,2\n"
    assert [(one.time, one.row) for one in samples(text)] == [(0, 2), (0, 4), (7, 5), (14, 3)]


def test_a_subject_without_a_sample_is_left_out_and_told() -> None:
    reading = read_data_set_bytes(b"ID,TIME,DV,AMT\n1,0,.,100\n2,0,.,100\n2,7,5,.\n", "x.csv")
    assert reading.data is not None
    assert [one.name for one in reading.data.subjects] == ["2"]
    assert "data-no-sample" in {one.rule for one in reading.notes}


def test_times_are_in_days_unless_the_file_or_the_reader_says_otherwise() -> None:
    assert read("ID,TIME,DV\n1,0,5\n").time_unit == "d"
    assert read("ID,TIME,DV,FRLTU\n1,0,5,HOURS\n").time_unit == "h"
    assert read("ID,TIME,DV\n1,0,5\n", time_unit="h").time_unit == "h"
