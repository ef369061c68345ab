"""Limits, states and concentrations with their formulas, as parts of a page."""

from __future__ import annotations

from collections.abc import Iterator

from docs.markdown import table
from reinfuse.cytometry.numbers import (
    CAR_T,
    CAR_T_RULE,
    MRD,
    MRD_RULE,
    RULES,
    Assay,
    Blank,
    Control,
    ControlKind,
    KnownBackground,
    Limits,
    Rule,
    State,
    find_limits,
)
from reinfuse.cytometry.numbers.blank import DISAGREEMENT
from reinfuse.cytometry.numbers.guards import WORSE
from reinfuse.source import Source, Standing

CELLS = 500_000
FALSE = (0, 2, 5, 10, 20, 130)
SMALL = 50_000
_STATES = {
    "NOT_DETECTED": ("k at most LoB; without a blank, k = 0", "below the LoD; without a blank, at "
                     "most the upper limit of k = 0"),
    "BELOW_DETECTION": ("k above LoB, below LoD events", "below the LLOQ"),
    "NOT_QUANTIFIABLE": ("k from LoD events on, below LLOQ events", "below the LLOQ"),
    "QUANTIFIED": ("k from LLOQ events on", "the corrected value"),
    "COUNTED": ("no blank, and k above 0", "at most the upper limit of its count"),
    "NOT_EVALUABLE": ("a guard objects", "nothing"),
}  # fmt: skip


def limits() -> Iterator[str]:
    """Formulas of the limits, what they come to, and by which rule."""
    rule = MRD_RULE
    yield from (
        "k events lie in the gate, of n cells looked at; a control shows k_b of n_b behind the",
        "very borders of the sample. In code: `reinfuse.cytometry.numbers`.",
        "",
    )
    yield from table(("number", "formula", "source"), _formulas(rule))
    yield from (
        "",
        f"With {CELLS:,} cells looked at, by the rule of MRD ({_asks(rule)}), depending on what a",
        f"blank of {CELLS:,} cells shows; the last column is for a blank of {SMALL:,} cells with",
        "the same share of false events:",
        "",
    )
    yield from table(
        ("false events in the blank", "LoB, events", "LoD, events", "LoD, % of cells",
         "LLOQ, events", "LLOQ, %", "LoB, if the share were known", "LoD, %, small blank"),
        (_of_blank(false) for false in FALSE),
    )  # fmt: skip
    yield from (
        "",
        f"20 events in {CELLS:,} are {100 * 20 / CELLS:g} %: a limit of detection only where the",
        "blank shows next to nothing. So `20 / n` is never printed alone.",
        "",
        "The rules, of which a laboratory may write its own (`reinfuse.cytometry.numbers.Rule`):",
        "",
    )
    yield from table(
        ("rule", "asks", "used for", "source"),
        ((f"`{name}`", _asks(one), _used(one), str(one.source)) for name, one in RULES.items()),
    )
    yield from (
        "",
        "Several controls of a tube are added up where they could come from one rate; where they",
        f"differ more than chance lets {_percent(DISAGREEMENT)} differ, the worst stands",
        "alone, and that is told. Without a control there is neither LoB nor LoD: only what",
        "counting would allow if no event could be false, and it is called so.",
    )


def _formulas(rule: Rule) -> Iterator[tuple[str, str, str]]:
    false, missed = _percent(rule.false_positive), _percent(rule.false_negative)
    yield (
        "interval of k / n",
        "Clopper-Pearson, by beta quantiles; k = 0 gives 0 to 3.7 / n at 95 %",
        "doi:10.1093/biomet/26.4.404",
    )
    yield (
        "after the background",
        "(k/n - k_b/n_b) / (1 - k_b/n_b), not below 0; its interval is melded from the exact "
        "one-sided limits of both counts",
        "Abbott 1925, doi:10.1093/jee/18.2.265a; Fay 2015, doi:10.1111/biom.12231 [recalled, "
        "proved by tests]",
    )
    yield (
        "LoB",
        f"the least number of events that a blank exceeds in at most {false} of runs; false events "
        "are Poisson with a gamma mean of shape k_b + 1, scale n / n_b",
        "CLSI EP17 in Armbruster 2008, PMC2556583 [summary]; Przyborowski 1940, "
        "doi:10.1093/biomet/31.3-4.313 [recalled]",
    )
    yield (
        "LoD",
        f"the least true mean, background included, that exceeds LoB in "
        f"all but {missed} of runs: P(Poisson(LoD) at most LoB) = {missed}. In %, with the "
        "background taken off",
        "the same",
    )
    yield (
        "LLOQ",
        "not below LoD; background + s, where s is the number of target events that the rule asks "
        "for, or at which sqrt(s + background + its variance) = CV x s",
        "the rule's, below",
    )


def _limits_of(false: int, cells: int) -> Limits:
    control = Control(kind=ControlKind.REGENERATING, events=false, cells=cells)
    found = find_limits(CELLS, Blank(controls=(control,), events=false, cells=cells), MRD_RULE)
    assert isinstance(found, Limits)
    return found


def _of_blank(false: int) -> tuple[str, ...]:
    found = _limits_of(false, CELLS)
    sure = Source(cite="taken as known", standing=Standing.OURS)
    known = find_limits(CELLS, KnownBackground(share=false / CELLS, source=sure), MRD_RULE)
    assert isinstance(known, Limits)
    part = false * SMALL / CELLS
    small = (
        f"{_limits_of(round(part), SMALL).detection_percent:.2g} ({part:g} false)"
        if part == round(part)
        else ""
    )
    return (
        str(false),
        str(found.blank_events),
        f"{found.detection_events:.1f}",
        f"{found.detection_percent:.2g}",
        f"{found.quantification_events:.1f}",
        f"{found.quantification_percent:.2g}",
        str(known.blank_events),
        small,
    )


def _asks(rule: Rule) -> str:
    asked = []
    if rule.quantification_cv is not None:
        asked.append(
            f"counting CV of at most {_percent(rule.quantification_cv)}, background included"
        )
    if rule.quantification_events is not None:
        asked.append(f"{rule.quantification_events} target events to quantify")
    if rule.detection_events is not None:
        asked.append(f"LoD of {rule.detection_events} events or more")
    return "; ".join(asked)


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _used(rule: Rule) -> str:
    usual = {"MRD": MRD_RULE, "CAR-T cells": CAR_T_RULE}
    return ", ".join(name for name, one in usual.items() if one == rule)


def states() -> Iterator[str]:
    """What may be said, and what keeps from saying it."""
    yield from (
        "A count is held against LoB, as CLSI EP17 has it: above it something was detected, also",
        "where fewer events were seen than a sample at the LoD has on average.",
        "",
    )
    yield from table(
        ("state", "when", "quoted as"), ((str(one), *_STATES[one.name]) for one in State)
    )
    yield from ("", "A count is not evaluable where a guard objects, whatever was counted:", "")
    yield from table(("guard", "of MRD", "of CAR-T cells", "objects to", "source"), _guards())
    yield from (
        "",
        "A guard that has nothing to look at, such as carryover where nobody knows which tube ran",
        "before, is told as not checked.",
        "",
        "A result of kind `split` parts a population that was found, such as memory subsets among",
        "CAR-T cells: plain share and exact interval, no blank, no state of its own. What is said",
        "of its whole holds for it. A `ratio` has the exact interval given the sum of its counts.",
    )


def _guards() -> Iterator[tuple[str, ...]]:
    words = {
        "viability": "a smaller share of living cells",
        "carryover": "events above LoB that so large a part of the tube before explains",
        "asked": "`not detected` where so small a share could not have been detected",
    }
    for name, objection in words.items():
        settings = [getattr(assay.guards, name) for assay in (MRD, CAR_T)]
        sources = dict.fromkeys(str(one.source) for one in settings if one is not None)
        values = ("none" if one is None else _percent(one.value) for one in settings)
        yield (name, *values, objection, "; ".join(sources))
    worse = _percent(WORSE)
    yield (
        "blank", worse, worse,
        "a blank so bad that it alone gives so few events this rarely", "our own choice",
    )  # fmt: skip


def per_microlitre() -> tuple[str, ...]:
    """Formulas of concentrations."""
    return (
        "- by a count of the laboratory (dual platform): share x count of the same population",
        "  (`counts` of a tube). Where the count is of a population further out, such as",
        "  lymphocytes, the share of that population is measured and multiplied.",
        "- by beads: n / beads counted x beads added / volume x share (`beads` of a tube).",
        "",
        "Distances from estimate to limit are added in squares on the logarithm (Zou 2008,",
        "doi:10.1093/aje/kwm258 [recalled]); whose errors the interval holds is said. A count",
        "without a known error adds none. A limit of detection is turned into cells per uL alike.",
    )


def recorded() -> Iterator[str]:
    """How states become observations."""
    yield from (
        "A share with an analyte (tables above) becomes one observation for each tube, another",
        "one for cells per uL. `events` is n; `denominator`, `gated_free_of` and `limit` stand",
        "beside it; the note holds counts, blank, strategy and version, the first digits of the",
        "file's SHA-256, and by how much gates were moved.",
        "",
    )
    yield from table(
        ("state", "in the course"),
        (
            (f"{State.QUANTIFIED}", "`value`, with `limit` (LoD)"),
            (f"{State.NOT_DETECTED}", "`result: not detected`, with `limit`; without a blank a "
             "`value` such as `<= 0.2 %`"),
            (f"{State.BELOW_DETECTION}, {State.NOT_QUANTIFIABLE}", "`result: detected`, with "
             "`limit` and no number: a number in a course is one that may be quoted"),
            (f"{State.COUNTED}, {State.NOT_EVALUABLE}", "nothing; why is told"),
        ),
    )  # fmt: skip
    yield from (
        "",
        "The day is that of the panel (`infusion`, `day`); else that of `$DATE`, if the course has",
        f"dates for its infusions and the file's date is not shifted. {_assays()}",
    )


def _assays() -> str:
    def told(assay: Assay) -> str:
        return f"{assay.what} among {assay.of}"

    return f"Judged as they should be are {told(MRD)} and {told(CAR_T)}; others by `cv-20`."
