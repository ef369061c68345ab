"""How long the published sets ask a remission to last."""

from __future__ import annotations

import math

from reinfuse.grading.leukemia.cibmtr import CIBMTR
from reinfuse.grading.leukemia.eliana import ELIANA
from reinfuse.grading.leukemia.nci_2010 import NCI_2010
from reinfuse.grading.leukemia.remission import Duration
from reinfuse.source import Source, Standing

FOUR_WEEKS = 28
THREE_MONTHS = 3 * 30.4375

DURATIONS = (
    Duration(
        name="CIBMTR remission of 4 weeks",
        title="Remission of ALL that lasted four weeks, CIBMTR",
        of=CIBMTR,
        days=FOUR_WEEKS,
        begun_by=math.inf,
        source=CIBMTR.scale.criterion.source,
        notes=("right before a transplant the best assessment counts even without four weeks",),
    ),
    Duration(
        name="NCI-2010 remission of 4 weeks",
        title="Remission of ALL that lasted four weeks, NCI workshop 2010",
        of=NCI_2010,
        days=FOUR_WEEKS,
        begun_by=math.inf,
        source=NCI_2010.scale.criterion.source,
    ),
    Duration(
        name="ELIANA remission maintained 28 days",
        title="Remission of ALL within 3 months, maintained for 28 days, as in ELIANA",
        of=ELIANA,
        days=FOUR_WEEKS,
        begun_by=THREE_MONTHS,
        source=Source(
            cite="Maude 2018",
            doi="10.1056/NEJMoa1709866",
            place="abstract: within 3 months, maintained 28 days; what a remission is is recalled",
            standing=Standing.RECALLED,
        ),
        notes=("three months are 91 days (ours)",),
    ),
)
