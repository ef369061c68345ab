"""Lugano 2014 as the catalogue lists it: by PET, by CT, and by whichever a visit had."""

from __future__ import annotations

from reinfuse.grading.lesions.deauville import DEAUVILLE, grade_deauville
from reinfuse.grading.lesions.lugano import LUGANO, grade_lugano
from reinfuse.grading.lesions.lugano_ct import LUGANO_CT, grade_lugano_ct
from reinfuse.grading.lesions.lugano_pet import LUGANO_PET, grade_lugano_pet
from reinfuse.grading.lesions.lyric import LYRIC, grade_lyric
from reinfuse.grading.rules.entry import Entry, PrintedRow
from reinfuse.source import Standing

_NAMES = (LUGANO.name, LUGANO_PET.name, LUGANO_CT.name, LYRIC.name)
_LESION = ("lesion kind", "lesion role", "lesion status", "new lesion")
_CT_ITEMS = (
    "lesion longest diameter",
    "lesion shortest diameter",
    *_LESION,
    "spleen length",
    "marrow lymphoma",
)
_SUVS = ("lesion SUVmax", "mediastinum SUVmax", "liver SUVmax")
_PET_ITEMS = ("Deauville score", *_SUVS, "uptake change", "marrow uptake", *_LESION[1:])
_COMMON = (
    "Baseline is the last visit on or before day 0; scans within three days are one visit (ours).",
    "Where nobody said that there was no new lesion, progression stays possible.",
)
_PET_ROWS = (
    PrintedRow(
        part="scores",
        level="1 to 5, X",
        words="1 none; 2 up to mediastinum; 3 above it, up to liver; 4 moderately and 5 markedly"
        " above liver; X unlikely lymphoma",
        standing=Standing.RECALLED,
    ),
    PrintedRow(
        part="lesions", level="CMR", words="score 1 to 3, whatever the size", asks="score ≤ 3"
    ),
    PrintedRow(part="lesions", level="PMR", words="score 4 or 5, uptake lower than at baseline"),
    PrintedRow(part="lesions", level="NMR", words="score 4 or 5, uptake as at baseline"),
    PrintedRow(part="lesions", level="PMD", words="score 4 or 5, uptake higher than at baseline"),
    PrintedRow(part="new lesions", level="PMD", words="a new avid focus of lymphoma"),
    PrintedRow(part="marrow", level="CMR", words="uptake normal"),
    PrintedRow(part="marrow", level="PMR", words="uptake reduced"),
    PrintedRow(part="marrow", level="NMR", words="uptake unchanged"),
    PrintedRow(part="marrow", level="PMD", words="uptake new or back"),
)
_PET_NOTES = (
    *_COMMON,
    "The worst lesion decides; no amount of change is printed, so that within 25 % of the SUVmax"
    " at baseline only a reader's word settles it (ours).",
    "Uptake of the marrow that is put down to a growth factor or to chemotherapy does not count.",
)
_CT_ROWS = (
    PrintedRow(
        part="targets",
        level="choice",
        words="at most 6 lesions, the largest",
        asks="longest diameter: node > 1.5 cm, other > 1.0 cm",
    ),
    PrintedRow(
        part="targets",
        level="CR",
        words="nodes of normal size, nothing else left",
        asks="node: longest diameter ≤ 1.5 cm; other: gone",
    ),
    PrintedRow(
        part="targets",
        level="PR",
        words="sum of products at least halved",
        asks="sum of products ≤ 0.5 × baseline",
    ),
    PrintedRow(
        part="targets",
        level="PD",
        words="one abnormal lesion grew",
        asks="longest diameter > 1.5 cm and product ≥ 1.5 × smallest and one axis + ≥ 0.5 cm"
        " (smallest longest diameter ≤ 2 cm) or + ≥ 1.0 cm (above 2 cm)",
    ),
    PrintedRow(part="targets", level="PD", words="back after it had gone, as large as a new one"),
    PrintedRow(
        part="new lesions",
        level="PD",
        words="a new lesion; a smaller one outside the nodes if surely lymphoma",
        asks="node > 1.5 cm, other > 1.0 cm",
    ),
    PrintedRow(part="non-targets", level="CR", words="gone"),
    PrintedRow(part="non-targets", level="PD", words="clear progression, as a reader says"),
    PrintedRow(part="spleen", level="CR", words="normal", asks="length ≤ 13 cm"),
    PrintedRow(
        part="spleen",
        level="PR",
        words="more than half of the excess lost",
        asks="length - 13 cm < 0.5 × (baseline - 13 cm)",
    ),
    PrintedRow(
        part="spleen",
        level="PD",
        words="more than half of its excess added; 2 cm if it was not enlarged",
        asks="length - baseline > 0.5 × (baseline - 13 cm), or ≥ 2 cm from ≤ 13 cm",
    ),
    PrintedRow(part="marrow", level="CR", words="free of lymphoma"),
    PrintedRow(part="marrow", level="PD", words="new or back"),
)
_CT_NOTES = (
    *_COMMON,
    "Too small to measure counts as 5 x 5 mm, gone as 0 x 0; a size below a limit is more than"
    " nothing.",
    "Each axis and the product have their own smallest value; which step of growth is asked for"
    " goes by the smallest longest diameter (ours).",
    "From a spleen that was not enlarged the table asks for 2 cm more, not for more than 13 cm.",
)
_LYRIC_ROWS = (
    PrintedRow(part="", level="CR, PR, SD", words="as by Lugano 2014"),
    PrintedRow(
        part="",
        level="IR1",
        words="sum of products at least half again the smallest in the first twelve weeks,"
        " without clinical deterioration",
        asks="sum of products ≥ 1.5 × smallest, day ≤ 84",
    ),
    PrintedRow(
        part="",
        level="IR2",
        words="a new lesion, or the growth of one by its product, at any time, the sum being"
        " below half again the smallest",
    ),
    PrintedRow(part="", level="IR3", words="higher uptake alone, without growth"),
    PrintedRow(
        part="",
        level="PD",
        words="after an IR1, the sum of products at least 10 % higher still",
        standing=Standing.RECALLED,
    ),
    PrintedRow(part="", level="PD", words="any other progression by Lugano 2014"),
)
_LYRIC_NOTES = (
    *_COMMON,
    "An indeterminate response stands until a biopsy or the next imaging within twelve weeks"
    " tells; the order of IR3, IR2 and IR1 is only that of the list (ours).",
    "Clear growth of lesions followed by eye, of the spleen and new marrow disease stay"
    " progression (ours).",
)
_DEAUVILLE_ROWS = (
    PrintedRow(part="", level="1 or 2", words="not above the mediastinum"),
    PrintedRow(part="", level="3", words="above the mediastinum, not above the liver"),
    PrintedRow(part="", level="4", words="above the liver", asks="lesion ≤ 2 × liver"),
    PrintedRow(part="", level="4 or 5", words="well above it", asks="2 × to 3 × liver"),
    PrintedRow(part="", level="5", words="far above the liver", asks="lesion > 3 × liver"),
)
_DEAUVILLE_NOTES = (
    "The scale is read by eye: uptakes suggest a score, a reader gives it.",
    "Two to three times the liver is a convention for score 5, hence two scores between them.",
    "A new lesion is score 5 too; it is graded as progression and not here.",
)


def _others(name: str) -> tuple[str, ...]:
    return tuple(other for other in _NAMES if other != name)


LUGANO_ENTRY = Entry(
    criterion=LUGANO,
    topic="response of lymphoma",
    items=tuple(dict.fromkeys((*_PET_ITEMS, *_CT_ITEMS))),
    grade=grade_lugano,
    table=(
        PrintedRow(part="", level="CR, PR, SD, PD", words="CMR, PMR, NMR, PMD of a visit by PET"),
        PrintedRow(part="", level="CR, PR, SD, PD", words="by CT where a visit had no PET"),
    ),
    notes=(*_COMMON, "For lymphoma that takes up the tracer."),
    variants=_others(LUGANO.name),
)
LUGANO_PET_ENTRY = Entry(
    criterion=LUGANO_PET,
    topic="metabolic response of lymphoma",
    items=_PET_ITEMS,
    grade=grade_lugano_pet,
    table=_PET_ROWS,
    notes=_PET_NOTES,
    variants=_others(LUGANO_PET.name),
)
LUGANO_CT_ENTRY = Entry(
    criterion=LUGANO_CT,
    topic="response of lymphoma",
    items=_CT_ITEMS,
    grade=grade_lugano_ct,
    table=_CT_ROWS,
    notes=_CT_NOTES,
    variants=_others(LUGANO_CT.name),
)
LYRIC_ENTRY = Entry(
    criterion=LYRIC,
    topic="response of lymphoma to immunotherapy",
    items=tuple(dict.fromkeys((*_PET_ITEMS, *_CT_ITEMS, "clinical deterioration"))),
    grade=grade_lyric,
    table=_LYRIC_ROWS,
    notes=_LYRIC_NOTES,
    variants=_others(LYRIC.name),
)
DEAUVILLE_ENTRY = Entry(
    criterion=DEAUVILLE,
    topic="five-point scale",
    items=(*_SUVS, "Deauville score"),
    grade=grade_deauville,
    table=_DEAUVILLE_ROWS,
    notes=_DEAUVILLE_NOTES,
)
