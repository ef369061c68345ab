"""The long table of a simulation: a row for each patient and time, Parquet or CSV."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from reinfuse import __version__
from reinfuse.cli.parser_simulate import NO_DECISION
from reinfuse.cli.simulation.pieces import Piece
from reinfuse.cli.simulation.plan import OWN_COLUMNS, Plan
from reinfuse.cli.simulation.tally import status_word
from reinfuse.engine.status import Status

_WORDS = [status_word(status) for status in Status]


@contextmanager
def long_table(plan: Plan, path: Path) -> Iterator[Callable[[Piece], None]]:
    """What appends a piece to the table; the file is there once all of it is, and not before."""
    aside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    schema = _schema(plan)
    opened = _parquet if path.suffix.casefold() == ".parquet" else _csv
    try:
        with opened(aside, schema) as write:
            yield lambda piece: write(_rows(plan, schema, piece))
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _schema(plan: Plan) -> pa.Schema:
    number = pa.float64() if plan.settings.bits == 64 else pa.float32()  # noqa: PLR2004 # bits
    own = (pa.int64(), pa.float64(), pa.dictionary(pa.int8(), pa.string()))
    units = {"time": plan.model.time_unit}
    fields = [
        pa.field(name, kind, metadata={"unit": units[name]} if name in units else None)
        for name, kind in zip(OWN_COLUMNS, own, strict=True)
    ]
    fields += [pa.field(name, number, metadata={"unit": unit}) for name, unit in plan.outputs]
    about = {
        "reinfuse": __version__, "model": plan.model.name, "sha256": plan.sha256,
        "seed": str(plan.patients.seed), "notice": NO_DECISION,
    }  # fmt: skip
    return pa.schema(fields, metadata=about)


def _rows(plan: Plan, schema: pa.Schema, piece: Piece) -> pa.Table:
    times = len(plan.times)
    # By output: each column then lies in one run of memory.
    columns = np.ascontiguousarray(piece.outputs.reshape(-1, len(plan.outputs)).T)
    status = pa.DictionaryArray.from_arrays(
        pa.array(np.repeat(piece.status.astype(np.int8), times)), pa.array(_WORDS)
    )
    # What a patient did not reach is no number, and not the number nan.
    missing = bool(piece.status.any()) or not np.isfinite(columns.sum())
    return pa.Table.from_arrays(
        [
            pa.array(np.repeat(plan.patients.numbers[piece.first : piece.last], times)),
            pa.array(np.tile(np.asarray(plan.times), piece.last - piece.first)),
            status,
            *(pa.array(column, from_pandas=missing) for column in columns),
        ],
        schema=schema,
    )


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    # Levels in bits hardly repeat: a dictionary of them costs time and saves nothing.
    with pyarrow.parquet.ParquetWriter(
        path, schema, compression="zstd", compression_level=1, use_dictionary=list(OWN_COLUMNS)
    ) as writer:
        yield lambda rows: writer.write_table(rows, row_group_size=len(rows))


@contextmanager
def _csv(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    # No cell holds a comma or quote: they are numbers, names of a model, and words of ours.
    plain = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
    texts = pa.schema([
        pa.field(one.name, pa.string() if pa.types.is_dictionary(one.type) else one.type)
        for one in schema
    ])  # fmt: skip
    with path.open("wb") as file:
        file.write((",".join(schema.names) + "\n").encode())
        with pyarrow.csv.CSVWriter(file, texts, write_options=plain) as writer:
            yield lambda rows: writer.write_table(rows.cast(texts))
