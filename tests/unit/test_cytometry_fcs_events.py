"""Events come out of the bytes of an FCS file as the cytometer meant them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.fcs import read_fcs
from reinfuse.cytometry.sample import Sample
from studies._fcs_files import fcs_bytes, list_keywords

ORDERS = {"1,2,3,4": "little", "4,3,2,1": "big"}


def read_one(folder: Path, content: bytes) -> Sample:
    path = folder / "tube.fcs"
    path.write_bytes(content)
    (sample,) = read_fcs(path)
    return sample


def rules(sample: Sample) -> list[str]:
    return [told.rule for told in sample.findings]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    "widths", [(8,), (16, 16), (24, 24, 24), (32, 32), (8, 16, 24, 32, 40, 48, 56, 64)]
)
def test_integers_of_any_whole_byte_width_are_what_their_bytes_say(
    widths: tuple[int, ...], order: str, tmp_path: Path
) -> None:
    chance = np.random.default_rng(7)
    data = chance.bytes(sum(widths) // 8 * 11)
    keywords = list_keywords("I", widths, 11, _BYTEORD=order)
    events = read_one(tmp_path, fcs_bytes(keywords, data)).events

    expected, at = [], 0
    for _ in range(11):
        for width in widths:
            piece = data[at : at + width // 8]
            expected.append(float(int.from_bytes(piece, "big" if order[0] == "4" else "little")))
            at += width // 8
    assert events.T.ravel().tolist() == expected


def test_integers_that_float32_would_round_are_kept_in_float64(tmp_path: Path) -> None:
    keywords = list_keywords("I", (32,), 1)
    sample = read_one(tmp_path, fcs_bytes(keywords, (2**24 + 1).to_bytes(4, "little")))
    assert sample.events.dtype == np.float64
    assert sample.events[0, 0] == 16_777_217


@pytest.mark.parametrize(
    ("highest", "written", "value"),
    [
        ("1024", 0xFC01, 1),
        ("1000", 0xFC01, 1),  # the next power of two above 1000 is 1024
        ("1024.0", 0xFFFF, 1023),
        ("1025", 0x0401, 0x401),
        ("65536", 0xFC01, 0xFC01),
        ("100000", 0xFC01, 0xFC01),
        ("0", 0xFC01, 0xFC01),
        ("none", 0xFC01, 0xFC01),
        ("1e300", 0xFC01, 0xFC01),
    ],
)
def test_bits_above_the_range_are_noise(
    highest: str, written: int, value: int, tmp_path: Path
) -> None:
    keywords = list_keywords("I", (16,), 1, _P1R=highest)
    sample = read_one(tmp_path, fcs_bytes(keywords, written.to_bytes(2, "little")))
    assert sample.events[0, 0] == value


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("kind", "type_"), [("F", "f4"), ("D", "f8")])
def test_floats_and_doubles_keep_their_precision(
    kind: str, type_: str, order: str, tmp_path: Path
) -> None:
    values = np.random.default_rng(3).normal(size=(5, 3)).astype(order + type_)
    byteord = "1,2,3,4" if order == "<" else "4,3,2,1"
    keywords = list_keywords(kind, (8 * values.itemsize,) * 3, 5, _BYTEORD=byteord)
    events = read_one(tmp_path, fcs_bytes(keywords, values.tobytes())).events
    assert events.dtype == np.dtype(type_)
    assert events.flags.c_contiguous
    assert (events == values.T).all()


def test_more_events_than_a_block_holds_stay_in_order(tmp_path: Path) -> None:
    values = np.arange(300_000, dtype="<f4").reshape(-1, 2)
    keywords = list_keywords("F", (32, 32), len(values))
    events = read_one(tmp_path, fcs_bytes(keywords, values.tobytes())).events
    assert (events == values.T).all()


@pytest.mark.parametrize(
    ("amplified", "gain", "value", "told"),
    [
        ("0,0", "1", 512, []),
        ("0,0", "2", 256, []),
        ("0,0", "0", 512, []),
        ("0,0", "", 512, []),
        ("0,0", "fast", 512, ["fcs-gain-unreadable"]),
        ("4,1", "1", 100, []),
        ("4,1", "2", 100, []),  # a gain belongs to linear amplifiers alone
        ("4.0, 0.1", "1", 10, []),
        ("4,0", "1", 100, ["fcs-amplification-from-zero"]),
        ("4", "1", 512, ["fcs-amplification-unreadable"]),
        ("400,1", "1", 512, ["fcs-amplification-unreadable"]),
        ("x,y", "1", 512, ["fcs-amplification-unreadable"]),
    ],
)
def test_amplification_is_undone(
    amplified: str, gain: str, value: float, told: list[str], tmp_path: Path
) -> None:
    keywords = list_keywords("I", (16,), 1, _P1R="1024", _P1E=amplified, _P1G=gain)
    sample = read_one(tmp_path, fcs_bytes(keywords, (512).to_bytes(2, "little")))
    assert sample.events[0, 0] == pytest.approx(value, rel=1e-6)
    assert [rule for rule in rules(sample) if rule != "fcs-keyword-of-other-form"] == told


def test_time_keeps_its_ticks(tmp_path: Path) -> None:
    keywords = list_keywords("F", (32,), 1, _P1N="Time", _P1G="0.01", _TIMESTEP="0.01")
    sample = read_one(tmp_path, fcs_bytes(keywords, np.float32(7).tobytes()))
    assert sample.events[0, 0] == 7
    assert sample.keywords["$TIMESTEP"] == "0.01"


def test_floats_are_linear_whatever_the_amplification_says(tmp_path: Path) -> None:
    keywords = list_keywords("F", (32,), 1, _P1E="4,1")
    sample = read_one(tmp_path, fcs_bytes(keywords, np.float32(7).tobytes()))
    assert sample.events[0, 0] == 7
    assert rules(sample) == ["fcs-amplified-floats"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,2,3,4", 0x0201),
        ("1,2", 0x0201),
        ("1 2 3 4", 0x0201),
        ("1", 0x0201),
        ("1,2,3,4,5,6,7,8", 0x0201),
        ("4,3,2,1", 0x0102),
        ("2,1", 0x0102),
        ("4321", 0x0102),
    ],
)
def test_the_order_of_bytes_is_read_in_any_spelling(
    written: str, value: int, tmp_path: Path
) -> None:
    keywords = list_keywords("I", (16,), 1, _BYTEORD=written)
    assert read_one(tmp_path, fcs_bytes(keywords, b"\x01\x02")).events[0, 0] == value


@pytest.mark.parametrize("amplifier", [{"_P1E": "20,1e300"}, {"_P1G": "1e-300"}])
def test_an_amplifier_that_cannot_be_is_told(amplifier: dict[str, str], tmp_path: Path) -> None:
    keywords = list_keywords("I", (16,), 1, _P1R="1024", **amplifier)
    sample = read_one(tmp_path, fcs_bytes(keywords, (512).to_bytes(2, "little")))
    assert rules(sample) == ["fcs-values-not-finite"]


def test_values_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    values = np.array([[1, np.nan], [np.inf, 4]], dtype="<f4")
    sample = read_one(tmp_path, fcs_bytes(list_keywords("F", (32, 32), 2), values.tobytes()))
    assert "2 of 4 values are no finite numbers" in [told.what for told in sample.findings]
