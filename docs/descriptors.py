"""Reference page of the descriptors: every one of the table, and the rules they are read by."""

from __future__ import annotations

from collections.abc import Iterable

from docs.markdown import page, table
from reinfuse.kinetics.descriptors import (
    BLQ_RULES,
    DESCRIPTORS,
    AreaMethod,
    Descriptor,
    Family,
    Rules,
)
from reinfuse.kinetics.descriptors.reasons import NOTES, WORDS

_HEADS = ("name", "symbol", "unit", "definition", "CDISC", "source")
_METHODS = {
    AreaMethod.LINEAR: "a straight line between two samples",
    AreaMethod.LINEAR_UP_LOG_DOWN: "a straight line where the level rises, an exponential where it"
    " falls; the default",
    AreaMethod.LINEAR_THEN_LOG: "straight lines up to the peak, exponentials after it",
}


def descriptors_page() -> str:
    """Every descriptor with symbol, unit, definition and source; the rules; reasons and notes."""
    rules = Rules()
    low, high = rules.peak_days or (0.0, 0.0)
    return page(
        "Descriptors",
        (
            "`reinfuse nca` reads numbers off the samples of each profile: one subject, one",
            "infusion, one assay. No curve is fitted. A number that cannot be had is not left",
            "empty: it says why.",
        ),
        (
            "## Rules",
            "",
            "Time counts from the infusion of the profile. The level on day 0 is 0 unless it was",
            "measured. A sample before the infusion is not used. An area never crosses the next",
            f"infusion. The peak is expected on day {low:g} to {high:g}. AUC0-28 and AUC0-90 need",
            f"a sample after day {rules.late_day:g}. Of an area between two days, at most",
            f"{rules.most_extrapolated:g} % may be extrapolated. A terminal half-life is accepted",
            f"where its window is at least {rules.terminal.least_span:g} half-lives long.",
            "",
            "A sample above the upper limit of the assay is at least that limit: Cmax and every",
            "area are then not estimable, Tlast and the terminal half-life still are.",
        ),
        (
            "### Samples below the limit",
            "",
            "Before the first quantified sample, between two of them, after the last one:",
            "",
            *table(
                ("rule", "before", "between", "after", "source"),
                (
                    (one.name, one.first, one.middle, one.last, one.source)
                    for one in BLQ_RULES.values()
                ),
            ),
            "",
            "A level of exactly 0 counts as a sample below a limit that is not stated.",
        ),
        (
            "### Areas",
            "",
            *table(("method", "between two samples"), _METHODS.items()),
            "",
            "Bounds of areas and times above a threshold are read by the same method.",
        ),
        ("## Of cells", "", *_listed(Family.CELLS)),
        (
            "Further areas are named by their days (`--auc 0,14` gives `auc_0_14`), times above a",
            "level by the level (`--threshold 50` gives `time_above_50`). Infusion 2 is compared",
            "with infusion 1 of the same subject by the ratios of Cmax and AUC0-28.",
        ),
        ("## Windows", "", *_listed(Family.WINDOW)),
        ("## By name", "", *_listed(Family.DETAIL)),
        (
            "## Of drugs",
            "",
            "With `--route extravascular`, `bolus` or `infusion`. What rests on the area to",
            "infinity exists with the observed Clast and with that of the terminal line. After a",
            "bolus the level at time 0 is read back, and the terminal window may begin at Cmax.",
            "",
            *_listed(Family.DRUG),
        ),
        (
            "## Why there is no value",
            "",
            *(f"- {words.format(detail=float('nan')).replace('nan', '...')}" for words in _said()),
        ),
        ("## What is noted beside a value", "", *(f"- {words}" for words in NOTES.values())),
        ("For research: descriptors describe the data and decide nothing about treatment.",),
    )


def _listed(family: Family) -> Iterable[str]:
    return table(_HEADS, (_row(one) for one in DESCRIPTORS if one.family is family))


def _row(one: Descriptor) -> tuple[str, ...]:
    return (f"`{one.name}`", one.symbol, one.unit, one.definition, one.pptestcd, one.source)


def _said() -> Iterable[str]:
    return (words for words in WORDS.values() if words)
