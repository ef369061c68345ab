"""Every page that is made from the code, by its place in the repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docs import flow_plots, mechanism_plots, petct_plots
from docs.bedside import analytes_page, checks_page, studies_page, units_page
from docs.commands import commands_page
from docs.criteria import criteria_page, family_pages, vocabulary_page
from docs.curves import curves_page
from docs.data_set import data_set_page
from docs.descriptors import descriptors_page
from docs.flow import flow_page
from docs.kinetics import kinetics_page
from docs.mechanism import mechanism_page
from docs.mechanism_proof import mechanism_proof_page
from docs.model_language import model_language_page
from docs.petct import petct_page
from docs.petct_messages import messages_page
from docs.petct_proof import petct_proof_page
from docs.pooling import pooling_page
from docs.population_plots import ranks_svg, recovery_svg
from docs.populations import populations_page
from reinfuse.exchange.course_file import reference_page, schema_text

HOME = Path(__file__).resolve().parent.parent
COURSE_FILE = "docs/reference/course-file.md"


def _course_file_page() -> str:
    # The head of this page is written by hand and kept.
    return reference_page((HOME / COURSE_FILE).read_text(encoding="utf-8"))


PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/analytes.md": analytes_page,
    "docs/reference/checks.md": checks_page,
    "docs/reference/commands.md": commands_page,
    COURSE_FILE: _course_file_page,
    "docs/reference/course-file.schema.json": schema_text,
    "docs/reference/criteria.md": criteria_page,
    **family_pages(),
    "docs/reference/curves.md": curves_page,
    "docs/reference/data-set.md": data_set_page,
    "docs/reference/descriptors.md": descriptors_page,
    "docs/images/flow-spike-in.svg": flow_plots.spike_in_svg,
    "docs/reference/flow.md": flow_page,
    "docs/reference/items.md": vocabulary_page,
    "docs/reference/kinetics.md": kinetics_page,
    "docs/reference/mechanism.md": mechanism_page,
    "docs/images/mechanism-calibration.svg": mechanism_plots.calibration_svg,
    "docs/images/mechanism-ranks.svg": mechanism_plots.ranks_svg,
    "docs/images/mechanism-recovery.svg": mechanism_plots.recovery_svg,
    "docs/reference/mechanism-proof.md": mechanism_proof_page,
    "docs/reference/model-language.md": model_language_page,
    "docs/images/new-patient-ranks.svg": ranks_svg,
    "docs/images/petct-twin.svg": petct_plots.twin_svg,
    "docs/reference/petct.md": petct_page,
    "docs/reference/petct-messages.md": messages_page,
    "docs/reference/petct-proof.md": petct_proof_page,
    "docs/reference/pooling.md": pooling_page,
    "docs/images/population-recovery.svg": recovery_svg,
    "docs/reference/populations.md": populations_page,
    "docs/reference/studies.md": studies_page,
    "docs/reference/units.md": units_page,
}
