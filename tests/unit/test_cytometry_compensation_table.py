"""Spill matrices in text files, as different programs write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.spill_table import read_spill
from reinfuse.errors import ReinfuseError

SHARES = np.array([[1.0, 0.2, 0.0], [0.1, 1.0, 0.05], [0.0, 0.3, 1.0]])
CHANNELS = ("FITC-A", "PE-A", "APC-A")


@pytest.mark.parametrize(
    "text",
    [
        "FITC-A,PE-A,APC-A\n1,0.2,0\n0.1,1,5e-2\n0,0.3,1\n",
        "\ufeffFITC-A\tPE-A\tAPC-A\r\n1\t0.2\t0\r\n0.1\t1\t0.05\r\n0\t0.3\t1\r\n",
        "# FITC-A\tPE-A\tAPC-A\n1\t0.2\t0\n0.1\t1\t0.05\n0\t0.3\t1\n\n",
        ",FITC-A,PE-A,APC-A\nFITC-A,1,0.2,0\nPE-A,0.1,1,0.05\nAPC-A,0,0.3,1\n",
        "FITC-A,PE-A,APC-A\nFITC-A,1,0.2,0\nPE-A,0.1,1,0.05\nAPC-A,0,0.3,1\n",
        "Channels;FITC-A;PE-A;APC-A\nFITC-A;100;20;0\nPE-A;10;100;5\nAPC-A;0;30;100\n",
        ";FITC-A;PE-A;APC-A\nAPC-A;0;0,3;1\nFITC-A;1;0,2;0\nPE-A;0,1;1;0,05\n",
        '"","FITC-A :: CD19","PE-A :: CAR, 1","APC-A"\n"FITC-A :: CD19",1,0.2,0\n'
        '"PE-A :: CAR, 1",0.1,1,0.05\n"APC-A",0,0.3,1\n',
    ],
)
def test_every_way_of_writing_a_matrix_gives_the_same(tmp_path: Path, text: str) -> None:
    path = tmp_path / "matrix.csv"
    path.write_text(text, encoding="utf-8", newline="")
    spill = read_spill(path)
    assert spill.channels == CHANNELS
    assert spill.dyes == ()
    np.testing.assert_allclose(spill.matrix, SHARES, rtol=1e-15)


def test_rows_with_names_of_their_own_are_dyes(tmp_path: Path) -> None:
    path = tmp_path / "matrix.csv"
    path.write_text(",V1,V2,V3\nBV421,1,0.5,0.1\nBV510,0.2,1,0.6\n")
    spill = read_spill(path)
    assert (spill.channels, spill.dyes) == (("V1", "V2", "V3"), ("BV421", "BV510"))
    np.testing.assert_array_equal(spill.matrix, [[1, 0.5, 0.1], [0.2, 1, 0.6]])


def test_detectors_without_a_dye_of_their_own_come_last(tmp_path: Path) -> None:
    path = tmp_path / "matrix.csv"
    path.write_text(",V1,V2,V3\nV3,0.1,0.5,1\nV1,1,0.2,0.6\n")
    spill = read_spill(path)
    assert spill.channels == ("V1", "V3", "V2")
    np.testing.assert_array_equal(spill.matrix, [[1, 0.6, 0.2], [0.1, 1, 0.5]])


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        ("", "empty", "day 7.csv"),
        ("A,B\n", "no spill matrix", "day 7.csv"),
        ("A,B\n1,0\n0,x\n", "x is no share", "day 7.csv, row 2"),
        ("A,B\n1,0\n0,\n", "nothing is no share", "day 7.csv, row 2"),
        ("A,B\n1,0\n0,inf\n", "inf is no share", "day 7.csv, row 2"),
        ("A,B\n1,0\n0\n", "1 shares for 2 detectors", "day 7.csv, row 2"),
        ("A,B\n1,0\n0,1\n0,1\n", "3 rows for 2 detectors", "day 7.csv"),
        (",A,B\nA,1,0\nA,0,1\n", "2 rows for 2 detectors", "day 7.csv"),
        ("A,B\n0.5,0\n0,1\n", "not so for A", "day 7.csv"),
        (",A,B\nB,1,0\nA,0,1\n", "not so for A, B", "day 7.csv"),
    ],
)
def test_a_matrix_that_cannot_be_read_is_refused_by_line(
    tmp_path: Path, text: str, said: str, where: str
) -> None:
    path = tmp_path / "day 7.csv"
    path.write_text(text)
    with pytest.raises(ReinfuseError, match=said) as refused:
        read_spill(path)
    assert refused.value.where == where


def test_a_file_that_is_no_text_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "matrix.csv"
    path.write_bytes(b"A,B\n1,\xff\xfe\n")
    with pytest.raises(ReinfuseError, match="not UTF-8 text") as refused:
        read_spill(path)
    assert refused.value.where == "matrix.csv line 2"
