"""Files that contradict themselves are read with a word, or refused with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.fcs import read_fcs
from reinfuse.errors import ReinfuseError
from studies._fcs_files import DATA_AT, fcs_bytes, list_keywords

VALUES = np.arange(20, dtype="<f4").reshape(10, 2)
DATA = VALUES.tobytes()
END = DATA_AT + len(DATA) - 1  # 80 bytes: ten events of eight


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a file says, how many events are read, and the rules that tell."""

    says: str
    keywords: dict[str, str | None]
    header: tuple[int, int] | None = None
    version: str = "3.0"
    events: int = 10
    told: tuple[str, ...] = ()
    data: bytes = DATA


NOWHERE: dict[str, str | None] = {"_BEGINDATA": None, "_ENDDATA": None}
DISAGREE = "fcs-places-disagree"
CASES = (
    Case(says="all of it twice", keywords={}),
    Case(says="HEADER alone", keywords=NOWHERE),
    Case(says="HEADER alone, FCS 2.0", keywords=NOWHERE, version="2.0"),
    Case(says="3.2 of one type", keywords={"_P1DATATYPE": "F"}, version="3.2"),
    Case(says="TEXT alone, as beyond 99,999,999", keywords={}, header=(0, 0)),
    Case(says="HEADER full", keywords={}, header=(DATA_AT, 99_999_999)),
    Case(says="HEADER full alone", keywords=NOWHERE, header=(DATA_AT, 99_999_999)),
    Case(says="TEXT empty", keywords={"_BEGINDATA": "0", "_ENDDATA": "0"}),
    Case(says="places with blanks", keywords={"_BEGINDATA": f"   {DATA_AT}"}),
    Case(says="HEADER off", keywords={}, header=(DATA_AT - 400, END), told=(DISAGREE,)),
    Case(says="TEXT off", keywords={"_BEGINDATA": str(DATA_AT - 400)}, told=(DISAGREE,)),
    Case(
        says="end off by one",
        keywords={"_ENDDATA": str(END + 1)},
        header=(DATA_AT, END + 1),
        told=("fcs-end-off-by-one",),
    ),
    Case(
        says="end before the last byte",
        keywords={"_ENDDATA": str(END - 1)},
        header=(DATA_AT, END - 1),
        told=("fcs-end-off-by-one",),
    ),
    Case(says="no $TOT", keywords={"_TOT": None}, told=("fcs-number-of-events-not-said",)),
    Case(
        says="$TOT 0 with events there",
        keywords={"_TOT": "0"},
        told=("fcs-number-of-events-not-said",),
    ),
    Case(
        says="$TOT too high",
        keywords={"_TOT": "99"},
        told=("fcs-number-of-events-disagrees",),
    ),
    Case(
        says="$TOT too low",
        keywords={"_TOT": "7"},
        events=7,
        told=("fcs-number-of-events-disagrees",),
    ),
    Case(
        says="no events",
        keywords={"_TOT": "0", "_BEGINDATA": "0", "_ENDDATA": "0"},
        header=(0, 0),
        events=0,
        told=("fcs-no-events",),
        data=b"",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_the_place_that_holds_the_events_is_taken(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    keywords = list_keywords("F", (32, 32), 10, **case.keywords)
    path.write_bytes(fcs_bytes(keywords, case.data, version=case.version, header=case.header))
    (sample,) = read_fcs(path)
    assert (sample.events == VALUES[: case.events].T).all()
    assert sample.count == case.events
    assert tuple(told.rule for told in sample.findings) == case.told
    assert {told.where for told in sample.findings} <= {"tube.fcs"}


REFUSED = (
    ({"_DATATYPE": "A"}, "$DATATYPE is A: events written as digits are not read"),
    ({"_DATATYPE": "X"}, "$DATATYPE is none of I, F and D"),
    ({"_MODE": "C"}, "$MODE says that these are histograms"),
    ({"_P2DATATYPE": "D"}, "$P2DATATYPE is not F like $DATATYPE: FCS 3.2 with mixed types"),
    ({"_PAR": "0"}, "$PAR does not say how many parameters"),
    ({"_PAR": None}, "$PAR does not say how many parameters"),
    ({"_PAR": "1000000000"}, "$PAR says 1000000000 parameters, and TEXT has 16 keywords"),
    ({"_BYTEORD": None}, "$BYTEORD does not say"),
    ({"_BYTEORD": "3,4,1,2"}, "$BYTEORD is neither rising"),
    ({"_DATATYPE": "I", "_P1B": "10"}, "$P1B says 10 bits: only whole bytes"),
    ({"_DATATYPE": "I", "_P1B": "128"}, "$P1B says 128 bits"),
    ({"_DATATYPE": "I", "_P2B": None}, "$P2B does not say how many bits"),
    ({"_DATATYPE": "I", "_P2E": "4,1", "_P2R": "0"}, "$P2E says logarithmic, and $P2R"),
    ({"_TOT": "1000000000000"}, "the file is cut short: $TOT says 1000000000000 events of 8"),
    ({"_TOT": None, "_ENDDATA": str(END - 3)}, "$TOT does not say how many events"),
)


@pytest.mark.parametrize(("keywords", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_is_not_read_is_refused_by_name(
    keywords: dict[str, str | None], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "tube.fcs"
    said = list_keywords("F", (32, 32), 10, **keywords)
    # Where the events are is said by TEXT alone, and by nobody where $TOT is far too high.
    end = said.get("$ENDDATA") or (None if keywords.get("_TOT") else str(END))
    path.write_bytes(fcs_bytes({**said, "$ENDDATA": end}, DATA, header=(0, 0)))
    with pytest.raises(ReinfuseError, match=re.escape(words)) as caught:
        read_fcs(path)
    assert caught.value.where == "tube.fcs"
    assert caught.value.fix


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "this is no FCS file"),
        (b"\x89PNG\r\n" + bytes(100), "this is no FCS file"),
        (b"FCS1.0    " + b"      58" * 6, "FCS 1.0 is not read"),
        (b"FCS3.0    " + b"       0" * 6, "does not say where the keywords"),
        (b"FCS3.0    " + b"      58" + b"99999999" + b"       0" * 4 + b"/$PAR/1/", "cannot be"),
        (b"FCS3.0    " + b"      58" + b"      70" + b"       0" * 4 + b"abcdefgh", "delimiter"),
        (b"FCS3.0    " + b"      58" + b"      70" + b"       0" * 4 + b"/   ", "no keywords"),
    ],
)
def test_what_is_no_fcs_file_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(content)
    with pytest.raises(ReinfuseError, match=words):
        read_fcs(path)


@pytest.mark.parametrize("kept", [40, DATA_AT, DATA_AT + 79])
def test_a_file_that_is_cut_short_is_refused(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(fcs_bytes(list_keywords("F", (32, 32), 10), DATA)[:kept])
    with pytest.raises(ReinfuseError, match=r"cut short|does not say where the keywords"):
        read_fcs(path)


def test_a_file_that_is_not_there_is_told_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ReinfuseError, match="cannot be read") as caught:
        read_fcs(tmp_path / "none.fcs")
    assert caught.value.where == "none.fcs"


def chained(*sets: bytes, last: int = 0) -> bytes:
    """Data sets one after another, in each of which `@@@@@@` is the place of the next."""
    following = [len(one) for one in sets[:-1]] + [last]
    return b"".join(
        one.replace(b"@@@@@@", b"%6d" % onward) for one, onward in zip(sets, following, strict=True)
    )


ONE = fcs_bytes(list_keywords("F", (32, 32), 10, _NEXTDATA="@@@@@@"), DATA)
TWO = fcs_bytes(list_keywords("I", (16,), 2, _NEXTDATA="@@@@@@"), b"\1\0\2\0")


def test_every_data_set_of_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tube.lmd"
    path.write_bytes(chained(ONE, TWO, ONE))
    first, second, third = read_fcs(path)
    assert [one.data_set for one in (first, second, third)] == [1, 2, 3]
    assert (third.events == first.events).all()
    assert second.events.tolist() == [[1, 2]]
    assert first.sha256 == second.sha256


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (chained(ONE, last=70), "$NEXTDATA names a place where no data set begins"),
        (chained(ONE, TWO[:DATA_AT]), "the file is cut short"),
    ],
)
def test_a_data_set_that_is_lost_is_told(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "tube.lmd"
    path.write_bytes(content)
    (sample,) = read_fcs(path)
    (told,) = sample.findings
    assert told.rule == "fcs-data-set-unreadable"
    assert words in told.what


def test_a_next_data_set_right_after_the_last_byte_is_none(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    path.write_bytes(chained(ONE, last=len(ONE)))
    (sample,) = read_fcs(path)
    assert not sample.findings
