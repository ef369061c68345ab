"""Keywords are read however they are written, and those that name somebody are not kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.fcs import read_fcs
from reinfuse.cytometry.fcs.spill import SPILL_UNREADABLE
from reinfuse.cytometry.fcs.text import split_pairs
from reinfuse.cytometry.sample import Sample
from reinfuse.errors import ReinfuseError, Severity
from studies._fcs_files import DATA_AT, fcs_bytes, list_keywords

DATA = np.ones((2, 2), dtype="<f4").tobytes()


def read_with(folder: Path, after: bytes = b"", **keywords: str | None) -> Sample:
    path = folder / "tube.fcs"
    path.write_bytes(fcs_bytes(list_keywords("F", (32, 32), 2, **keywords), DATA) + after)
    (sample,) = read_fcs(path)
    return sample


PAIRS = (
    (b"/A/1/B/2/", {"A": "1", "B": "2"}, False),
    (b"/A/1/B/2", {"A": "1", "B": "2"}, False),
    (b"/A/1/B/2/    \0", {"A": "1", "B": "2"}, False),
    (b"/a/x//y/B/2/", {"A": "x/y", "B": "2"}, False),
    (b"/A/x///B/2/", {"A": "x/", "B": "2"}, False),
    (b"/A/x////y/B/2/", {"A": "x//y", "B": "2"}, False),
    (b"/A///x/B/2/", {"A": "/x", "B": "2"}, False),
    (b"/A//B/2/", {"A": "", "B": "2"}, False),
    (b"/A//B//C/3/", {"A": "", "B": "", "C": "3"}, False),
    (b"/A/ /B/2/", {"A": "", "B": "2"}, False),
    (b"/A/1/B//", {"A": "1", "B": ""}, False),
    (b"/A/1//", {"A": "1"}, False),
    (b"/A/1//$P1N/x/", {"A": "1", "$P1N": "x"}, False),
    (b"/A/C://$R 1/B/2/", {"A": "C:/$R 1", "B": "2"}, False),
    (b"/A/1/B", {"A": "1"}, True),
    ("/A/5 µm/B/5 µm/".encode(), {"A": "5 µm", "B": "5 µm"}, False),
    ("/A/5 µm/".encode("latin-1") + "B/5 µm/".encode(), {"A": "5 µm", "B": "5 µm"}, False),
    (b"//", {}, False),
)


@pytest.mark.parametrize(("raw", "keywords", "odd"), PAIRS)
def test_delimiters_part_keywords_from_values(
    raw: bytes, keywords: dict[str, str], odd: bool
) -> None:
    assert split_pairs(raw, b"/") == (keywords, odd)


@pytest.mark.parametrize("delimiter", ["/", "|", "\\", "*", "\f", "^"])
def test_any_mark_may_be_the_delimiter(delimiter: str, tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(fcs_bytes(list_keywords("F", (32, 32), 2), DATA, delimiter=delimiter))
    (sample,) = read_fcs(path)
    assert sample.names == ("FL1-A", "FL2-A")


def test_a_supplemental_text_adds_keywords_and_changes_none(tmp_path: Path) -> None:
    more = b"/$P1S/CD3/$P1N/other/"
    begin = DATA_AT + len(DATA)
    places = {"_BEGINSTEXT": str(begin), "_ENDSTEXT": str(begin + len(more) - 1)}
    channel = read_with(tmp_path, more, **places).channels[0]
    assert (channel.name, channel.marker) == ("FL1-A", "CD3")


def test_names_that_are_missing_or_taken_are_mended_and_told(tmp_path: Path) -> None:
    twice = read_with(tmp_path, _P2N="FL1-A")
    assert twice.names == ("FL1-A", "FL1-A (2)")
    assert [told.rule for told in twice.findings] == ["fcs-parameter-named-twice"]
    missing = read_with(tmp_path, _P2N=None)
    assert missing.names == ("FL1-A", "P2")
    assert [told.rule for told in missing.findings] == ["fcs-parameter-without-name"]


@pytest.mark.parametrize(
    "key", ["$SPILLOVER", "SPILLOVER", "SPILL", "spill", "$Spillover", "COMP", "$SPILL"]
)
def test_a_spill_matrix_is_found_under_all_its_names(key: str, tmp_path: Path) -> None:
    spill = read_with(tmp_path, **{key: "2,FL2-A, FL1-A,1,0.1,2e-2,1"}).spill
    assert spill is not None
    assert spill.channels == ("FL2-A", "FL1-A")
    assert spill.matrix.tolist() == [[1, 0.1], [0.02, 1]]


SPILLS = (
    ("2,FL1-A,FL2-A,1,0,0", "takes 2 names and 4 numbers, and has 5 entries"),
    ("2,FL1-A,FL3-A,1,0,0,1", "names FL3-A, of which the file has no channel"),
    ("2,FL1-A,FL1-A,1,0,0,1", "names a detector twice"),
    ("2,FL1-A,FL2-A,1,x,0,1", "has 1 entries that are no numbers"),
    ("2,FL1-A,FL2-A,1,nan,0,1", "has 1 entries that are no numbers"),
    ("2,FL1-A,FL2-A,1,0,0,0", "has a 0 in its diagonal"),
    ("FL1-A,1", "does not begin with how many detectors"),
    ("1000000000,FL1-A,1", "does not begin with how many detectors"),
)


@pytest.mark.parametrize(("written", "words"), SPILLS)
def test_a_broken_spill_matrix_is_an_error_that_names_the_keyword(
    written: str, words: str, tmp_path: Path
) -> None:
    sample = read_with(tmp_path, SPILL=written)
    (told,) = sample.findings
    assert sample.spill is None
    assert (told.severity, told.rule) == (Severity.ERROR, SPILL_UNREADABLE)
    assert told.what.startswith("SPILL ")
    assert words in told.what


def test_a_matrix_of_no_detectors_is_none_at_all(tmp_path: Path) -> None:
    sample = read_with(tmp_path, SPILL="0")
    assert sample.spill is None
    assert not sample.findings


PERSON = "Zzyzxova"
NAMING = (
    "_OP", "_SRC", "_COM", "_INST", "_CELLS", "_SMNO", "_PROJ", "_EXP", "_FIL", "_LAST_MODIFIER",
    "_PLATENAME", "EXPORT USER NAME", "CREATOR", "OPERATOR", "PATIENT ID", "PLATE NAME",
    "SAMPLE ID", "TUBE NAME", "EXPERIMENT NAME", "&10PATIENT ID", "CD Age", "@SAMPLEID1",
)  # fmt: skip
# Kept where they hold what they should.
FORMED = ("_TIMESTEP", "_DATE", "_BTIM", "_VOL", "_P1V", "P1DISPLAY")


def test_no_name_is_left_in_a_sample(tmp_path: Path) -> None:
    keywords = dict.fromkeys((*NAMING, *FORMED), f"{PERSON} 1951")
    sample = read_with(tmp_path, **keywords)
    assert PERSON not in repr(sample)
    (told,) = sample.findings
    assert told.rule == "fcs-keyword-of-other-form"
    assert "$TIMESTEP, $DATE, $BTIM, $VOL, $P1V and 1 more" in told.what


def test_names_are_kept_when_asked_for(tmp_path: Path) -> None:
    read_with(tmp_path, _OP=PERSON)
    (sample,) = read_fcs(tmp_path / "tube.fcs", keep_text=True)
    assert sample.keywords["$OP"] == PERSON


def test_what_says_how_and_when_is_kept(tmp_path: Path) -> None:
    said = {
        "$DATE": "17-JUL-2007",
        "$BTIM": "15:36:28",
        "$TIMESTEP": "0.08",
        "$CYT": "FACSAria",
        "$P1V": "450",
        "$P1S": "CD3",
        "P1DISPLAY": "LOG",
    }
    kept = read_with(tmp_path, **said).keywords
    assert {key: kept.get(key) for key in said} == said


@pytest.mark.parametrize("place", ["_PAR", "_TOT", "_BYTEORD", "_DATATYPE", "_MODE", "_P1E"])
def test_no_message_quotes_what_stands_in_the_wrong_place(place: str, tmp_path: Path) -> None:
    try:
        said = repr(read_with(tmp_path, **{place: PERSON}).findings)
    except ReinfuseError as error:
        said = str(error)
    assert said
    assert PERSON not in said
