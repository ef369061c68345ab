"""Gates read from and written to Gating-ML 2.0 files."""

from reinfuse.cytometry.gatingml.reading import parse_gatingml, read_gatingml
from reinfuse.cytometry.gatingml.writing import gatingml_text, write_gatingml

__all__ = ["gatingml_text", "parse_gatingml", "read_gatingml", "write_gatingml"]
