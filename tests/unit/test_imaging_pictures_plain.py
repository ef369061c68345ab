"""Pictures as a file: what is written comes back, and what we would not write is refused."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.pictures import as_plain, read_figures
from reinfuse.imaging.pictures.plain import LARGEST_BYTES, read_figures_text
from reinfuse.imaging.pictures.values import (
    Figures,
    Kind,
    LookNumbers,
    Mark,
    Raster,
    ScanPicture,
    Seen,
    View,
)

Tree = dict[str, Any]
LINE = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 0.0))


def small() -> Figures:
    """Two pictures of one scan, with one mark and one look."""
    levels = (np.arange(20, dtype=np.uint8) * 3).reshape(5, 4)
    raster = Raster(levels=levels, mm=4.0, left_mm=-8.0, top_mm=10.0)
    mark = Mark(lesion="left mass", seen=Seen.DRAWN, at=(0.0, 2.5), outlines=(LINE,), words="")
    looks = LookNumbers(
        lesion="left mass", site="pelvis", scan="before", day=-3, state="drawn", words="drawn",
        earlier=False, trend=None, axes_mm=(1.0, 2.0, 3.0), volume_ml=3.25,
        volume_interval_ml=(2.0, 4.0), suv_max=9.5, suv_mean=5.0, suv_peak=8.0, tlg_ml=16.25,
        suv_max_left=None, ct_mm=None, method="41 % of SUVmax", threshold=3.9, guards=("a", "b"),
    )  # fmt: skip
    views = (
        View(kind=Kind.PROJECTION, depth_mm=None, uptake=raster, ct=None, marks=(mark,)),
        View(kind=Kind.CORONAL, depth_mm=1.5, uptake=raster, ct=raster, marks=()),
    )
    scan = ScanPicture(
        scan="before", day=-3, infusion=2, sha256="0a" * 32, unit="SUVbw", high=7.0, views=views
    )
    return Figures(days_from="infusion 2", unit="SUVbw", scans=(scan,), looks=(looks,))


def tree() -> Tree:
    found: Tree = json.loads(json.dumps(as_plain(small(), version="0", notice="research")))
    return found


def read(node: object) -> Figures:
    return read_figures_text(json.dumps(node).encode(), "pictures.json")


def test_what_is_written_comes_back_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "pictures.json"
    path.write_text(json.dumps(tree()), encoding="utf-8")
    found = read_figures(path)
    assert as_plain(found, version="0", notice="research") == tree()
    given_, there = small().scans[0].views[1], found.scans[0].views[1]
    assert np.array_equal(there.uptake.levels, given_.uptake.levels)
    assert there.kind is Kind.CORONAL
    assert found.looks == small().looks


def test_whatever_was_measured_can_be_read_back() -> None:
    """Words of an error may be long or hold a line break; uptake may be next to nothing."""
    odd = replace(small().looks[0], words="a\n" * 900, suv_max_left=1e-9, suv_mean=-0.0)
    found = read(as_plain(replace(small(), looks=(odd,)), version="0", notice=""))
    assert found.looks[0].words.startswith("a\ufffda")
    assert (found.looks[0].suv_max_left, found.looks[0].suv_mean) == (0.0, 0.0)


def _first(node: Tree) -> Tree:
    found: Tree = node["figures"]["scans"][0]
    return found


def _shades(node: Tree) -> Tree:
    found: Tree = _first(node)["views"][0]["uptake"]["levels"]
    return found


def _deflated(data: bytes) -> str:
    return b64encode(zlib.compress(data)).decode()


BAD: dict[str, tuple[Callable[[Tree], object], str]] = {
    "another kind": (lambda one: one.update(kind="flow"), "does not hold PET/CT pictures"),
    "another version": (lambda one: one.update(version=2), "version is not 1"),
    "a key too many": (lambda one: _first(one).update(href="x"), "other keys"),
    "a key too few": (lambda one: _first(one).pop("unit"), "other keys"),
    "markup for a number": (lambda one: _first(one).update(high="<b>"), "no number"),
    "a truth for a number": (lambda one: _first(one).update(high=True), "no number"),
    "a part of a day": (lambda one: _first(one).update(day=1.5), "no whole number"),
    "a huge number": (lambda one: _first(one).update(day=10**12), "no whole number"),
    "a line break": (lambda one: _first(one).update(scan="a\nb"), "no text"),
    "a long name": (lambda one: _first(one).update(scan="a" * 700), "no text"),
    "no hash": (lambda one: _first(one).update(sha256="../../x"), "no hash"),
    "no window": (lambda one: _first(one).update(high=0), "no window"),
    "no scan": (lambda one: one["figures"].update(scans=[]), "there is none"),
    "one scan twice": (lambda one: one["figures"]["scans"].append(_first(one)), "twice"),
    "a look of no scan": (
        lambda one: one["figures"]["looks"][0].update(scan="other"), "is of no scan"
    ),
    "a volume of nothing": (
        lambda one: one["figures"]["looks"][0].update(volume_ml=0), "cannot be"
    ),
    "an interval upside down": (
        lambda one: one["figures"]["looks"][0].update(volume_interval_ml=[4, 2]), "cannot be"
    ),
    "a number next to nothing": (lambda one: _first(one).update(high=1e-300), "no number from"),
    "an unknown word": (lambda one: _first(one)["views"][0].update(kind="3D"), "none of"),
    "not base64": (lambda one: _shades(one).update(deflated="data:image/png,"), "base64"),
    "not deflated": (lambda one: _shades(one).update(deflated="AAAA"), "deflated"),
    "too few shades": (lambda one: _shades(one).update(deflated=_deflated(b"x")), "5 x 4"),
    "a bomb": (lambda one: _shades(one).update(deflated=_deflated(bytes(10**7))), "5 x 4"),
    "a shade too dark": (
        lambda one: _shades(one).update(deflated=_deflated(b"\xff" * 20)), "shades or steps"
    ),
    "no rows": (lambda one: _shades(one).update(rows=0), "between 1 and"),
    "a huge picture": (lambda one: _shades(one).update(rows=10**6), "between 1 and"),
    "a line of three": (
        lambda one: _first(one)["views"][0]["marks"][0].update(at=[0, 1, 2]), "no list of 2"
    ),
    "a CT of another size": (
        lambda one: _first(one)["views"][1]["ct"]["levels"].update(
            rows=1, columns=1, deflated=_deflated(b"\0")
        ), "not of one size",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_we_would_not_write_is_refused_by_name(name: str) -> None:
    change, words = BAD[name]
    node = tree()
    change(node)
    with pytest.raises(ReinfuseError, match=words) as caught:
        read(node)
    assert "the pictures cannot be used" in caught.value.what
    assert caught.value.where.startswith("pictures.json")
    assert "reinfuse petct" in caught.value.fix


@pytest.mark.parametrize(
    "text",
    [b"", b"[", b"\xff", b"[" * 100_000, b'{"kind": NaN}', b"null", b"[]", b'"PET/CT pictures"',
     b"1" * 5000],
)  # fmt: skip
def test_what_is_no_such_json_is_one_error(text: bytes) -> None:
    with pytest.raises(ReinfuseError, match="the pictures cannot be used"):
        read_figures_text(text, "pictures.json")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "pictures.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(ReinfuseError, match="larger than 8 MB"):
        read_figures(path)


def _places(node: object, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, dict):
        return [at, *(one for key in node for one in _places(node[key], (*at, key)))]
    if isinstance(node, list):
        return [at, *(one for key, _ in enumerate(node) for one in _places(node[key], (*at, key)))]
    return [at]


@given(st.data())
def test_whatever_stands_in_any_place_is_read_or_told(data: st.DataObject) -> None:
    node: Any = tree()
    *way, last = data.draw(st.sampled_from([one for one in _places(node) if one]))
    inner = node
    for key in way:
        inner = inner[key]
    inner[last] = data.draw(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9),
                  st.just([]), st.just({}), st.lists(st.integers(), max_size=3))
    )  # fmt: skip
    try:
        found = read(node)
    except ReinfuseError:
        return
    assert isinstance(found, Figures)
