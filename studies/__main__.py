"""Run studies in chunks that survive an interruption, and keep their tables with a hash."""

from __future__ import annotations

import csv
import hashlib
import importlib
import io
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

HOME = Path(__file__).resolve().parent.parent
# Studies may run side by side: fits that shared processors would wait for each other.
os.environ.setdefault("REINFUSE_WORKERS", "1")


class Study(Protocol):
    """What a module in this folder offers; README.md says what each part means."""

    INPUTS: tuple[str, ...]
    HEADER: tuple[str, ...]

    def chunks(self) -> Sequence[str]:
        """The parts of the study, in the order of the table."""

    def run(self, chunk: str) -> list[tuple[object, ...]]:
        """The rows of one part."""


def names(home: Path = HOME) -> tuple[str, ...]:
    """Every study there is, sorted."""
    modules = sorted(path.stem for path in (home / "studies").glob("*.py"))
    return tuple(module for module in modules if not module.startswith("_"))


def load(name: str) -> Study:
    """The study of this name."""
    return cast("Study", importlib.import_module(f"studies.{name}"))


def hash_inputs(name: str, inputs: Sequence[str], home: Path = HOME) -> str:
    """SHA-256 over the study's own file and every file its globs name, with their paths."""
    found = {home / "studies" / f"{name}.py"}
    for pattern in inputs:
        matched = {path for path in home.glob(pattern) if path.is_file()}
        if not matched:
            raise SystemExit(f"study {name}: no file matches {pattern!r}\n  fix:   correct INPUTS")
        found |= matched
    digest = hashlib.sha256()
    for path in sorted(found):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{content}  {path.relative_to(home).as_posix()}\n".encode())
    return digest.hexdigest()


def stamp(name: str, inputs_hash: str, table: bytes) -> str:
    """The text of `<name>.sha256`: what the table was made from, and what it was."""
    return f"{inputs_hash}  inputs\n{hashlib.sha256(table).hexdigest()}  {name}.csv\n"


def tell_staleness(name: str, study: Study, home: Path = HOME) -> str:
    """Why the kept table cannot be trusted, or an empty text when it can."""
    table = home / "studies" / "tables" / f"{name}.csv"
    kept = table.with_suffix(".sha256")
    if not (table.is_file() and kept.is_file()):
        return f"study {name} has no table in studies/tables"
    wanted = stamp(name, hash_inputs(name, study.INPUTS, home), table.read_bytes()).splitlines()
    inputs, content, *_ = [*kept.read_text(encoding="utf-8").splitlines(), "", ""]
    if inputs != wanted[0]:
        return f"studies/tables/{name}.csv is stale: its inputs changed since it was made"
    if content != wanted[1]:
        return f"studies/tables/{name}.csv is not the table that the study wrote"
    return ""


def conduct(name: str, study: Study, home: Path = HOME) -> Path:
    """Work off every chunk that is not kept yet, then write the table and its hash."""
    inputs_hash = hash_inputs(name, study.INPUTS, home)
    kept = home / ".cache" / "studies" / name / inputs_hash[:16]
    chunks = study.chunks()
    rows: list[list[str]] = []
    for number, chunk in enumerate(chunks, start=1):
        began = time.monotonic()
        rows += _run_or_recall(study, chunk, kept)
        seconds = time.monotonic() - began
        print(f"{name}: {number} of {len(chunks)} ({chunk}), {seconds:.1f} s", flush=True)

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([study.HEADER, *rows])
    table = text.getvalue().encode()
    folder = home / "studies" / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.csv").write_bytes(table)
    (folder / f"{name}.sha256").write_text(stamp(name, inputs_hash, table), encoding="utf-8")
    return folder / f"{name}.csv"


def _run_or_recall(study: Study, chunk: str, kept: Path) -> list[list[str]]:
    """The rows of a chunk as text, from the cache where an earlier run left them."""
    file = kept / f"{hashlib.sha256(chunk.encode()).hexdigest()[:16]}.json"
    if file.is_file():
        return cast("list[list[str]]", json.loads(file.read_text(encoding="utf-8")))
    rows = [[str(cell) for cell in row] for row in study.run(chunk)]
    kept.mkdir(parents=True, exist_ok=True)
    # Written aside and moved, so that an interruption never leaves half a chunk.
    aside = file.with_suffix(".part")
    aside.write_text(json.dumps(rows), encoding="utf-8")
    aside.replace(file)
    return rows


def main(wanted: Sequence[str]) -> int:
    """Run the studies named, or all; 130 after an interruption, which loses one chunk."""
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"no such study: {', '.join(unknown)}\n  fix:   one of: {', '.join(names())}")
        return 2
    try:
        for name in wanted or names():
            print(f"wrote {conduct(name, load(name)).relative_to(HOME)}")
    except KeyboardInterrupt:
        print("\ninterrupted; what is finished is kept: run again to go on")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
