"""FCS files: read into samples with everything that was mended told, and written."""

from reinfuse.cytometry.fcs.reader import read_fcs
from reinfuse.cytometry.fcs.writer import write_fcs

__all__ = ["read_fcs", "write_fcs"]
