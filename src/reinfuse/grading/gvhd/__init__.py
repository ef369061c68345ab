"""Graft-versus-host disease: acute by MAGIC, Glucksberg and IBMTR, chronic by the NIH."""

from reinfuse.grading.gvhd.entries import CRITERIA

__all__ = ["CRITERIA"]
