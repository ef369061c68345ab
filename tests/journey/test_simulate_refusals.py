"""What `reinfuse simulate` refuses, in the words that somebody reads."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reinfuse.cli.parser import run

MODEL = """
model decay
time in d from 0
parameter k = 0.5 [1/d] in 0 .. 20
parameter start = 8 [mg] in 0 ..
state A [mg] = start within 1e-9
rate A = -k*A
observe level [mg] = A
"""
FILES = {
    "decay.model": MODEL,
    "column.model": MODEL.replace("level", "status"),
    "broken.model": MODEL.replace("-k*A", "-kk*A").replace("mg] in 0 ..", "mg"),
    "binary.model": b"\xff\xfe\x00",
    "good.csv": "k\n0.1\n",
    "cells.csv": "k,start\n0.1,8\nfast,8\n0.1,\n1_0,nan\n0.1\n",
    "columns.csv": "k,sart,k\n1,2,3\n",
    "who.csv": "patient,k\n1,0.1\n1,0.2\n2.5,0.3\n9007199254740993,1\n1e300,1\n",
    "empty.csv": "k\n",
    "binary.csv": b"\xff\xfe\x00",
    "not.parquet": "k\n0.1\n",
    "doses.csv": "patient,time,state,amount\n1,0,A,5\n9,0,A,5\n1,-1,B,x\nsome,,A,inf\n"
    + "9" * 5000 + ",0,A,5\n",
    "heads.csv": "ID,TIME,AMT\n1,0,5\n",
}  # fmt: skip

# What is typed, and indented below what is said.
DRAWN = """
simulate decay.model
    no output was asked for: name one with --out or --summary, or take --json
simulate decay.model --patients 100000
    no output was asked for
simulate decay.model --patients -5 --out x.csv
    argument --patients: '-5' is not a whole number from 1 to 100000000
simulate decay.model --patients 0 --out x.csv
    argument --patients: '0' is not a whole number
simulate decay.model --seed x --out x.csv
    argument --seed: 'x' is not a whole number from 0 to 4294967295
simulate decay.model --rtol 0 --out x.csv
    argument --rtol: '0' is not a number from 1e-13 to 0.1
simulate decay.model --rtol 1e-9 --bits 32 --out x.csv
    --rtol 1e-09 needs --bits 64
simulate decay.model --threads -1 --out x.csv
    argument --threads: '-1' is not a whole number from 0
simulate decay.model --until nan --out x.csv
    argument --until: 'nan' is not a number
simulate decay.model --until 0 --out x.csv
    --until 0 is not after the start of the model, 0
simulate decay.model --until 5 --times 1,2 --out x.csv
    --until is the end of a grid that --times replaces
simulate decay.model --times 1,x,2:1:1,0:1 --out x.csv
    3 problems:
    --times 'x': it is not a number or from:to:step
    --times '2:1:1': times go from the earlier to the later
    --times '0:1': it is not a number or from:to:step
simulate decay.model --times=-1,4 --out x.csv
    --times: -1 is before the start of the model, 0
simulate decay.model --times 0 --out x.csv
    --times: no time is after the start of the model, 0
simulate decay.model --times 0:1:1e-9 --out x.csv
    more than 100000 times
simulate decay.model --out x.txt --summary x.parquet
    2 problems:
    --out x.txt: name a file that ends with .parquet or .csv
    --summary x.parquet: name a file that ends with .csv
simulate decay.model --out folder.csv
    folder.csv is a folder: name a file in it
simulate decay.model --out gone/x.csv
    there is no folder gone: make it first
simulate decay.model --out x.csv --summary x.csv
    x.csv is named for two outputs
simulate decay.model --parameters good.csv --out good.csv
    good.csv would overwrite a file that is read
simulate decay.model --vary rate=0.3,start --vary k=-1 --vary start=0.1,start=0.2 --out x.csv
    4 problems:
    --vary: no parameter is called 'rate'
    --vary 'start' is not a name with a number
    --vary k=-1: a coefficient of variation is not below 0
    --vary: start is given twice
simulate decay.model --set strt=1,k=21,start=much --out x.csv
    3 problems:
    --set: no parameter is called 'strt'; did you mean 'start'?
    --set k=21: the model holds from 0 to 20
    --set start=much: 'much' is not a number
simulate decay.model --set k=inf --vary sta=1 --times x --out x.txt
    4 problems:
    --set k=inf: 'inf' is not a number
    --vary: no parameter is called 'sta'
    --times 'x'
    --out x.txt
simulate decay.model --parameters cells.csv --out x.csv
    5 problems:
    cells.csv row 3, k: 'fast' is not a number
    cells.csv row 4, start: the cell is empty
    cells.csv row 5, k: '1_0' is not a number
    cells.csv row 5, start: 'nan' is not a number
    cells.csv row 6: 1 cells where the header has 2
simulate decay.model --parameters columns.csv --out x.csv
    columns.csv: column 'k' stands there twice
    columns.csv: no parameter is called 'sart'; did you mean 'start'?
simulate decay.model --parameters who.csv --out x.csv
    who.csv row 3: patient 1 is there already
    who.csv row 4: patient 2.5 is not a whole number
    who.csv row 5: patient 9.0072e+15 is not a whole number from 0 to 9007199254740991
    who.csv row 6: patient 1e+300 is not a whole number
simulate decay.model --parameters empty.csv --out x.csv
    empty.csv holds no row
simulate decay.model --parameters binary.csv --out x.csv
    binary.csv is not a table: give CSV in UTF-8
simulate decay.model --parameters gone.csv --doses gone2.csv --out x.csv
    gone.csv cannot be read: No such file or directory
simulate decay.model --parameters not.parquet --out x.csv
    not.parquet is not a Parquet file that can be read
simulate decay.model --parameters gone.parquet --out x.csv
    gone.parquet cannot be read
simulate decay.model --parameters words.parquet --out x.csv
    words.parquet: column 'k' holds string, not numbers
    words.parquet row 2, start: no number
simulate decay.model --parameters good.csv --patients 3 --vary k=0.1 --set k=1 --out x.csv
    3 problems:
    give --patients or --parameters
    --vary: k is given by the table of --parameters
    --set: k is given twice
simulate decay.model --doses doses.csv --out x.csv
    doses.csv row 3: there is no patient '9'
    doses.csv row 4: time -1 is before the start of the model, 0
    doses.csv row 4: amount 'x' is not a number
    doses.csv row 4: no state is called 'B'
    doses.csv row 5: there is no patient 'some'
    doses.csv row 5: time '' is not a number
    doses.csv row 5: amount 'inf' is not a number
    doses.csv row 6: there is no patient '99
simulate decay.model --doses heads.csv --out x.csv
    heads.csv: its columns must be patient,time,state,amount
simulate column.model --out x.csv
    the output status has the name of a column of the table
simulate broken.model --out x.csv
    the model has 2 problems
    line 5
    line 7
    where: broken.model
simulate binary.model --out x.csv
    the model cannot be read: it is not text in UTF-8
simulate gone.model --out x.csv
    the model cannot be read: No such file or directory
"""


def cases() -> list[tuple[str, tuple[str, ...]]]:
    """What is typed with everything that must be said to it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for line in DRAWN.strip().splitlines():
        if line.startswith(" "):
            typed, words = found[-1]
            found[-1] = (typed, (*words, line.strip()))
        else:
            found.append((line, ()))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("refused")
    for name, content in FILES.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (made / name).write_bytes(raw)
    (made / "folder.csv").mkdir()
    words = pa.table({"k": ["fast", "slow"], "start": [1.0, None]})
    pq.write_table(words, made / "words.parquet")
    return made


@pytest.mark.parametrize(("typed", "words"), cases())
def test_what_cannot_be_done_is_said_in_words(
    typed: str,
    words: tuple[str, ...],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert words
    monkeypatch.chdir(folder)
    before = sorted(folder.iterdir())
    try:
        code = run(typed.split())
    except SystemExit as stop:  # what argparse refuses
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    assert (code, out) == (2, ""), err
    assert [one for one in words if one not in err] == [], err
    assert "Traceback" not in err
    assert str(folder) not in err
    assert sorted(folder.iterdir()) == before
