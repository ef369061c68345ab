"""Whatever a sample holds, an FCS file of it holds the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reinfuse.cytometry.fcs import read_fcs, write_fcs
from reinfuse.cytometry.sample import Channel, Sample

# Any mark but those that no line of text holds; blanks at the ends are not part of a value.
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
VALUES = st.text(LETTERS, min_size=1, max_size=20).filter(lambda text: text == text.strip(" "))
NAMES = st.lists(VALUES, min_size=1, max_size=4, unique=True)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=NAMES, marker=VALUES, comment=VALUES, events=st.integers(1, 40), double=st.booleans())
def test_a_sample_comes_back_from_its_file(
    names: list[str], marker: str, comment: str, events: int, double: bool, tmp_path: Path
) -> None:
    type_ = np.float64 if double else np.float32
    sample = Sample(
        file="made",
        sha256="",
        version="3.1",
        channels=tuple(Channel(name=name, marker=marker, range=1024.0) for name in names),
        events=np.random.default_rng(events).normal(size=(len(names), events)).astype(type_),
        keywords={"$COM": comment},
    )
    write_fcs(tmp_path / "a.fcs", sample, sample)
    for again in read_fcs(tmp_path / "a.fcs", keep_text=True):
        assert again.channels == sample.channels
        assert again.keywords["$COM"] == comment
        assert again.events.dtype == type_
        assert (again.events == sample.events).all()
        assert not again.findings
