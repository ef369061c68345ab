"""Kinetic data sets as one long table, in the spellings of NONMEM, Monolix and ADPC/ADPPK."""

from reinfuse.exchange.data_set.columns import COLUMNS, Column
from reinfuse.exchange.data_set.reading import Reading, read_data_set, read_data_set_bytes
from reinfuse.exchange.data_set.writing import write_data_set

__all__ = [
    "COLUMNS",
    "Column",
    "Reading",
    "read_data_set",
    "read_data_set_bytes",
    "write_data_set",
]
