"""Every sentence that reading a data set can show: read them as its user would."""

from __future__ import annotations

from pathlib import Path

import pytest

from reinfuse.exchange.data_set import Reading, read_data_set, read_data_set_bytes
from reinfuse.exchange.data_set.told import MOST_KEPT

CANARY = "Jane-Canary-Doe"

# Each text is a data set; `--` lines are its problems, `~~` lines its notes.
TABLES = Path(__file__).with_name("data_set_messages.txt").read_text(encoding="utf-8")


def cases() -> list[tuple[str, str, str]]:
    """Name, text and findings of every case."""
    found = []
    for part in TABLES.split("== ")[1:]:
        name, _, rest = part.partition("\n")
        lines = rest.splitlines(keepends=True)
        told = "".join(line for line in lines if line.startswith(("--", "~~")))
        found.append((name, "".join(x for x in lines if not x.startswith(("--", "~~"))), told))
    return found


def in_lines(reading: Reading) -> str:
    marked = [("--", one) for one in reading.problems] + [("~~", one) for one in reading.notes]
    return "".join(
        f"{mark} {one.where.removeprefix('x.csv').strip()}: {one.what}"
        + (f" -> {one.fix}" if one.fix else "")
        + "\n"
        for mark, one in marked
    )


@pytest.mark.parametrize(("name", "text", "told"), cases(), ids=[case[0] for case in cases()])
def test_what_is_wrong_is_told_by_row(name: str, text: str, told: str) -> None:
    assert in_lines(read_data_set_bytes(text.encode(), "x.csv")) == told


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (problem,) = read_data_set(tmp_path / "nobody.csv").problems
    assert problem.what == "the file cannot be opened: No such file or directory"
    assert problem.where == "nobody.csv"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("ID,TIME,DV\n1,0,5".encode("utf-16"), "it is UTF-16, or no text at all"),
        (b"ID,TIME,DV,SEX\n1,0,5,m\xe4nnlich\n", "byte 0xe4 is most likely Latin-1"),
    ],
)
def test_what_is_not_utf_8_is_told(content: bytes, what: str) -> None:
    (problem,) = read_data_set_bytes(content, "x.csv").problems
    assert what in problem.what
    assert problem.fix == "save it as UTF-8; a spreadsheet calls that `CSV UTF-8`"


MAPPED = """
    ID=Subjekt            | the file has no column 'Subjekt' for ID | did you mean 'Subject'?
    ID=Subject,TIM=Time   | there is no column 'TIM' to name        | the columns are ID, TIME, DV
    ID=Subject,DV=Subject | the column 'Subject' is named twice     | write a header such as
"""


@pytest.mark.parametrize("line", MAPPED.strip().splitlines())
def test_a_column_named_wrongly_is_told(line: str) -> None:
    named, what, fix = (cell.strip() for cell in line.split("|"))
    columns = dict(part.split("=") for part in named.split(","))
    text = b"Subject,Time,conc\n1,0,5\n"
    problem = read_data_set_bytes(text, "x.csv", columns=columns).problems[0]
    assert problem.what == what
    assert problem.fix.startswith(fix)


def test_a_covariate_or_occasion_that_is_not_there_is_told() -> None:
    text = b"ID,TIME,DV,WEIGHT\n1,0,5,70\n"
    reading = read_data_set_bytes(text, "x.csv", covariates=["WIEGHT"], occasions="VISIT")
    assert [(one.what, one.fix) for one in reading.problems] == [
        ("the file has no column 'VISIT' for OCC", "its columns are ID, TIME, DV, WEIGHT"),
        ("the file has no column 'WIEGHT' for a covariate", "did you mean 'WEIGHT'?"),
    ]


def test_what_tells_who_somebody_is_cannot_be_made_the_subject() -> None:
    text = f"Name,TIME,DV\n{CANARY},0,5\n".encode()
    (problem,) = read_data_set_bytes(text, "x.csv", columns={"ID": "Name"}).problems
    assert problem.what == "the column 'Name' tells who the patient is, and is not read"


def test_no_value_of_a_refused_column_is_ever_shown() -> None:
    assert CANARY in TABLES
    for _, text, _ in cases():
        assert CANARY not in in_lines(read_data_set_bytes(text.encode(), "x.csv"))


def test_of_a_file_wrong_in_every_row_the_first_are_kept_and_all_counted() -> None:
    rows = MOST_KEPT + 250
    text = "ID,TIME,DV\n" + "".join(f"{row},soon,5\n" for row in range(rows))
    reading = read_data_set_bytes(text.encode(), "x.csv")
    assert reading.data is None
    assert reading.errors == rows
    assert len(reading.problems) == MOST_KEPT + 1
    assert reading.problems[-1].what == "not a number: 250 more rows"


def test_what_a_terminal_would_obey_is_not_repeated() -> None:
    text = b"ID,TIME,DV\n1\x1b[2J,0,\x1b[31mred\n"
    (problem,) = read_data_set_bytes(text, "x.csv").problems
    assert "\x1b" not in problem.what + problem.where
