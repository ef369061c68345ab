"""What is quick in opening a file against its plain twin: a tag searched for, a file read whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reinfuse.imaging.dicom.opening import place_of
from reinfuse.imaging.dicom.sources import gather

TAG = b"\0\x10\0\x20"


@pytest.mark.parametrize("seed", range(20))
def test_a_tag_is_found_where_plain_search_finds_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    alphabet = np.frombuffer(TAG, np.uint8)
    content = rng.choice(alphabet, int(rng.integers(1, 400))).tobytes()
    for text in (content, content[:3], content + TAG, TAG, b"", b"\0" * 50):
        assert place_of(TAG, text) == text.find(TAG)


def test_a_file_that_grew_since_it_was_listed_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "image"
    path.write_bytes(b"abc")
    (source,) = gather(path)
    assert source.read() == b"abc"
    path.write_bytes(b"abcdefgh")
    assert source.read() == b"abcdefgh"
    path.write_bytes(b"a")
    assert source.read() == b"a"
