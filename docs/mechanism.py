"""Reference page of the mechanism: equations in words, every number with its source, its limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docs.markdown import page, table
from reinfuse.mechanism.draws import IMMUNE_LOSS, IMMUNE_SHARE, prior_interval
from reinfuse.mechanism.equations import FEWEST, START, course_model
from reinfuse.mechanism.products import CD22_DENSITY, FITNESS, SAME_BINDER_UNKNOWN, SEEN
from reinfuse.mechanism.table import Parameter, Role, Scale, shipped_rows
from reinfuse.source import Standing

# What changes a state, in words; states of lesion k are named as those of the marrow `m`.
_CHANGES = (
    ("`Eb`, `Em`, `El`, `E1`", "effector CAR-T cells in blood, marrow, lymphoid tissue, a lesion",
     "expansion in tissue, by a hill of the target cells there; recall of memory cells; what comes "
     "from blood", "contraction, half of it where target is at its half; immunity; what goes to "
     "blood. A small share of what leaves becomes memory where there is no target"),
    ("`Mb`, `Mm`, `Ml`, `M1`", "memory CAR-T cells", "effector cells that become memory; what "
     "comes from blood", "recall by target; slow loss; immunity; what goes to blood"),
    ("`pm`, `p1`", "logarithm of CD19-positive leukemia cells", "growth while there is room",
     "killing: a hill of the effector cells in the site; loss of CD19"),
    ("`nm`, `n1`", "logarithm of CD19-negative leukemia cells", "growth; cells that lost CD19",
     "killing by what the product sees on them, and as bystanders beside positive cells"),
    ("`Um`, `Vm`, `U1`, `V1`", "what decides whether a clone is gone, positive and negative",
     "birth over cells", ""),
    ("`D1`", "dead cells of a lesion, which still take up room", "killed cells", "clearance"),
    ("`B`", "normal B cells, whole body", "making, less so the more CAR-T cells are in marrow",
     "killing in lymphoid tissue; lymphodepletion; turnover"),
    ("`T`", "T cells in blood other than CAR-T cells", "return to what the patient has",
     "fludarabine over days; cyclophosphamide at once"),
    ("`F`", "F-ara-A", "a dose on each of three days", "elimination by the kidney and besides"),
    ("`G`, `J`", "IFN-gamma, IL-10", "CAR-T cells that meet target; IL-10 lowers IFN-gamma",
     "elimination"),
    ("`A`", "active macrophages, of all", "IFN-gamma, squared; less under steroids",
     "return to rest"),
    ("`I`", "IL-6", "active macrophages", "elimination, most of it by receptors that tocilizumab "
     "holds"),
    ("`C`, `Y`", "CRP, ferritin", "CRP by the IL-6 signal that is not held; ferritin by "
     "macrophages", "turnover"),
    ("`K`, `L`", "tocilizumab, central and peripheral", "doses", "linear and saturable "
     "elimination"),
    ("`S`", "steroids, of the full effect", "from their first day", "to their last"),
    ("`R`", "immunity against the CAR", "CAR-T cells; faster after an earlier product",
     "slow fall"),
    ("`W`", "cumulative hazard of acute GVHD", "a donor's CAR-T cells", ""),
)  # fmt: skip
_GATES = (
    "Expansion is multiplied by the fitness of the product, by what its target's density is worth, "
    "by lymphopenia (T cells take up to half), by crowding, and by a little less under steroids.",
    "Immunity against the CAR needs no T cells; where it was there at the start, it is recalled "
    "among CAR-T cells. Cells that are foreign are rejected in proportion to the T cells that are "
    "there: lymphodepletion delays that.",
    "Lymphodepletion kills B cells, which live in tissue, less than T cells in blood.",
    "A lesion is entered in proportion to its size at the start and to its access.",
    "Lymphoid tissue is driven by normal B cells, and by a share of the leukemia in marrow.",
)
_MISSING = (
    "leukemia that spreads from one site to another, and lesions that appear anew",
    "blasts in blood",
    "the barrier of the central nervous system, beyond the access that each lesion has",
    "ICANS, infection, cytopenia, death, and fever of another cause",
    "transplant: each infusion is a window of its own, and what carries over is told in the table "
    "by whose a parameter is",
    "loss of CD22 as a clone of its own: cells carry CD19 and CD22, or CD22 alone",
    "change of lineage",
    "time that CAR-T cells spend in the lungs on the first days",
    "manufacture: fitness stands for all of it",
    "drugs other than fludarabine, cyclophosphamide, tocilizumab and steroids",
)
_LAWS = (
    "a dose a hundredfold moves the day of the peak, and its height at most 1.6-fold",
    "little leukemia gives little expansion, little IL-6 and hardly any activation",
    "lesions of 1e11 cells drive expansion where the marrow is clean",
    "without lymphodepletion the peak is lower; the more fludarabine, the fewer T cells",
    "tocilizumab raises IL-6 as measured, lowers CRP, and leaves every cell alone. The last is so "
    "by construction, and no evidence",
    "steroids lower IL-6, CRP and ferritin, and CAR-T cells little",
    "immunity and foreign cells shorten the contraction",
    "immunity against the binder takes most of the peak even after full lymphodepletion",
    "without leukemia, the B cells that lymphodepletion leaves make CAR-T cells rise tenfold",
    "a product kills what carries its target; more CD19-negative cells at the start relapse sooner",
    "GVHD follows the exposure to a donor's cells, and is none with own cells",
    "blood and marrow hardly show a small lesion that CAR-T cells hardly reach",
)
_ROLES = {
    Role.PATIENT: "## Of a patient\n\nThe same at each infusion.",
    Role.INFUSION: "## Of one infusion\n\nOf its product, or of the disease before it.",
    Role.LESION: "## Of one lesion\n\nNamed for the first; `access_2` is that of the second.",
    Role.FIXED: "## Of the model\n\nThe same for everybody.",
    Role.PRODUCT: "## Of a product's target",
    Role.PLAN: "## Of the plan\n\n1e6 is a day that does not come.",
}
_HEADS = (
    "parameter", "value", "unit", "spread", "90 % of patients", "meaning", "informed by", "source",
)  # fmt: skip
_SPREADS = {Scale.LOG: "log", Scale.LOGIT: "log-odds", Scale.SPIKE: "log, of those with any"}
_PLAIN_BELOW = 1e5
_FIXED_HEADS = ("parameter", "value", "unit", "meaning", "source")


def mechanism_page() -> str:
    """Structure, equations in words, parameters with sources, and what is not there."""
    return page(
        "Mechanism",
        _what(),
        ("## Structure", "", *_structure()),
        ("## Equations in words", "", *_equations()),
        ("## What is put out", "", *_outputs()),
        ("## Whether a clone is gone", "", *_gone()),
        ("## What it shows", "", "Tests hold these, for the usual patient of the table:", "",
         *(f"- {law}" for law in _LAWS)),
        ("## What it does not hold", "", *(f"- {one}" for one in _MISSING)),
        ("## Products", "", *_products()),
        ("## Numbers", "", *_standing()),
        *(_rows(role) for role in _ROLES),
    )  # fmt: skip


def _what() -> Iterator[str]:
    yield from (
        "One model of what happens around a CAR-T infusion in B-ALL: cells by site, leukemia with",
        "and without CD19, cytokines, drugs. **For research only.** Most of its numbers are our",
        "own choice or come from other diseases; none was learned from many patients' courses. It",
        "says what follows from its assumptions, and decides nothing about a treatment.",
        "",
        "It is a text in the [model language](model-language.md), for any number of lesions.",
        "[How to get it, run it and take it elsewhere](../how-to/mechanism.md).",
    )


def _structure() -> Iterator[str]:
    rows = []
    for lesions in (0, 1, 3):
        model = course_model(lesions)
        numbers = (lesions, len(model.states), len(model.parameters), len(model.observables))
        rows.append(tuple(map(str, numbers)))
    yield from table(("lesions", "states", "parameters", "outputs"), rows)
    yield from (
        "",
        "Time is in days; 0 is the day of the infusion in the record, and a model begins at",
        f"{START:g} if nothing else is asked for. Cells are counted in whole sites: blood `b`,",
        "marrow `m`, lymphoid tissue `l` (spleen and nodes), lesions `1`, `2`, ... Nothing may be",
        "given before the model begins. The equations start from the two sites of León-Triana",
        "2021, the saturable killing of Kimmel 2021, the partition of Hosseini 2020, the cytokines",
        "of Hardiansyah 2019 and tocilizumab of Frey 2010.",
    )


def _equations() -> Iterator[str]:
    yield from table(("state", "is", "rises by", "falls by"), _CHANGES)
    yield from ("", *(f"- {one}" for one in _GATES))


def _outputs() -> Iterator[str]:
    model = course_model(1)
    yield from table(
        ("output", "unit"), ((f"`{one.name}`", one.unit or "1") for one in model.observables)
    )


def _gone() -> Iterator[str]:
    yield from (
        "Smooth numbers never reach 0, and a relapse would grow out of 1e-30 cells. Cells come",
        "one by one: `..._left_...` is the expected number of first cells that still have",
        "offspring, and a clone is gone with chance exp(-left) (Kendall 1948,",
        "doi:10.1214/aoms/1177730285). A clone that lives has as many cells as the model expects",
        "over the chance that it lives. Of 20,000 clones drawn cell by cell, and joined by no",
        "others, as many die out: `tests/judge/mechanism_extinction` says how close.",
        f"The fewest cells that are followed are {_short(FEWEST)}.",
    )


def _products() -> Iterator[str]:
    yield from table(
        ("binds to", "density on CD19-positive leukemia", "on CD19-negative"),
        ((str(target), *(f"{one:g}" for one in seen)) for target, seen in SEEN.items()),
    )
    yield ""
    yield from table(
        ("made of", "fitness", "90 % of products"),
        (
            (str(origin), f"{one.middle:g}", _range(_fitness().value * one.middle, one.spread))
            for origin, one in FITNESS.items()
        ),
    )
    yield from (
        "",
        f"CD22 is taken to be {CD22_DENSITY:g} as dense as CD19. Of patients who had the same",
        f"binder before, {100 * IMMUNE_SHARE:g} % are taken to reject it, at first at",
        f"{IMMUNE_LOSS:g} a day in the middle of them; where nobody says whether it is the same,",
        f"{SAME_BINDER_UNKNOWN:g} times as many.",
        "None of these is published. All are our own choice.",
    )


def _standing() -> Iterator[str]:
    rows = shipped_rows()
    counted = ((str(one), str(sum(row.source.standing is one for row in rows))) for one in Standing)
    yield from ("What a number rests on, of all rows of the table:", "")
    yield from table(("standing", "parameters"), counted)
    yield from (
        "",
        "A number that is **recalled** was written down from memory: verify it before you lean",
        "on it. `informed by` names the data of a patient that move a number; where it is empty,",
        "nothing that is recorded does. `spread` is the standard deviation between patients of the",
        "logarithm, or of the log-odds of a share, and the range is what it makes of 90 % of them,",
        "before anybody is looked at.",
    )


def _rows(role: Role) -> Iterable[str]:
    rows = [row for row in shipped_rows() if row.role is role]
    spread = any(row.spread for row in rows)
    heads = _HEADS if spread else _FIXED_HEADS
    return (_ROLES[role], "", *table(heads, (_row(row, spread) for row in rows)))


def _row(row: Parameter, spread: bool) -> tuple[str, ...]:
    source = f"{row.source}" if not row.recalled else f"**{row.source}**"
    start = (f"`{row.name}`", _short(row.value), row.unit)
    if not spread:
        return (*start, row.note, source)
    between = f"{row.spread:g} ({_SPREADS[row.scale]})"
    return (*start, between, _patients(row), row.note, row.informed_by, source)


def _patients(row: Parameter) -> str:
    if row.scale is Scale.SPIKE:
        return f"none, or {_range(IMMUNE_LOSS, row.spread)}"
    return " to ".join(_short(end) for end in prior_interval(row))


def _fitness() -> Parameter:
    return next(row for row in shipped_rows() if row.name == "fitness")


def _range(middle: float, spread: float) -> str:
    """The middle 90 % of a log-normal."""
    row = _fitness()
    low, high = (one / row.value for one in prior_interval(row))
    share = spread / row.spread
    return f"{_short(middle * low**share)} to {_short(middle * high**share)}"


def _short(number: float) -> str:
    """Three digits at most: 0.0079, 1820, 2e13."""
    if 1 <= abs(number) < _PLAIN_BELOW:
        return f"{float(f'{number:.3g}'):g}"
    return f"{number:.3g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
