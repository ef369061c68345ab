"""Every criterion of graft-versus-host disease, acute before chronic."""

from __future__ import annotations

from reinfuse.grading.gvhd.glucksberg import ENTRIES as GLUCKSBERG
from reinfuse.grading.gvhd.magic import ENTRY as MAGIC
from reinfuse.grading.gvhd.magic_confidence import ENTRY as CONFIDENCE
from reinfuse.grading.gvhd.nih import ENTRY as NIH
from reinfuse.grading.gvhd.nih_diagnosis import ENTRY as DIAGNOSIS
from reinfuse.grading.rules.entry import Entry

CRITERIA: tuple[Entry, ...] = (MAGIC, CONFIDENCE, *GLUCKSBERG, NIH, DIAGNOSIS)
