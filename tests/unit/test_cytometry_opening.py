"""Files that are none: every reader says so once, by the bare name, and nothing escapes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reinfuse.cytometry.fcs import read_fcs
from reinfuse.cytometry.flowjo import read_workspace
from reinfuse.cytometry.gatingml import read_gatingml
from reinfuse.cytometry.opening import bytes_of
from reinfuse.cytometry.spill_table import read_spill
from reinfuse.cytometry.strategy import read_panel, read_strategy
from reinfuse.errors import ReinfuseError

READERS = (read_gatingml, read_workspace, read_panel, read_strategy, read_spill, read_fcs)
CONTENTS = {
    "empty": b"",
    "Größe 日本": bytes(range(256)) * 20,
    "latin": "Größe\n".encode("latin-1"),
    "zeros": bytes(300_000),
    "zeros.csv": bytes(200_000),
}
NO_FILES = ("folder", "missing", "missing/deeper.yaml", "empty/below", "x" * 300)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", [*CONTENTS, *NO_FILES])
@pytest.mark.parametrize("kind", [str, Path])
def test_what_is_no_such_file_is_told_without_its_folder(
    read: Callable[[str | Path], object], name: str, kind: type, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    for file, content in CONTENTS.items():
        (tmp_path / file).write_bytes(content)
    with pytest.raises(ReinfuseError) as caught:
        read(kind(tmp_path / name))
    assert caught.value.fix
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("read", [read_gatingml, read_workspace, read_panel, read_spill])
def test_a_path_that_no_file_can_have(read: Callable[[str], object]) -> None:
    with pytest.raises(ReinfuseError, match="cannot be opened: embedded null byte"):
        read("a\0b")


def test_a_device_is_no_fcs_file() -> None:
    with pytest.raises(ReinfuseError, match="no file that is kept on a disk"):
        read_fcs("/dev/null")


def test_no_more_is_read_than_is_let_in(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(1000))
    assert bytes_of(path, most=1000, fix="split it") == bytes(1000)
    with pytest.raises(ReinfuseError, match="more than 999 bytes") as caught:
        bytes_of(path, most=999, fix="split it")
    assert (caught.value.where, caught.value.fix) == ("file", "split it")
