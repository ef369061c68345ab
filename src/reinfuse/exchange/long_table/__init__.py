"""A cohort as one long CSV table: patient, day, item, value and unit in every row."""

from reinfuse.exchange.long_table.header import COLUMNS
from reinfuse.exchange.long_table.problems import Rows
from reinfuse.exchange.long_table.reading import (
    TableReading,
    read_long_table,
    read_long_table_bytes,
)

__all__ = ["COLUMNS", "Rows", "TableReading", "read_long_table", "read_long_table_bytes"]
