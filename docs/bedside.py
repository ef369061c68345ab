"""Reference pages of the bedside half: checks, units, analytes and studies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docs.markdown import page, table
from reinfuse.checks import RULES
from reinfuse.evidence import Counted, Counts, Study, shipped_studies
from reinfuse.evidence.columns import OPTIONAL, REQUIRED
from reinfuse.evidence.rules import RULES as STUDY_RULES
from reinfuse.evidence.rules import Rule
from reinfuse.quantity import Unit, find_unit, units
from reinfuse.record.plausible import RANGES, Analyte, analytes


def checks_page() -> str:
    """Every rule of `reinfuse check` with what it finds."""
    return page(
        "Checks",
        (
            "`reinfuse check` goes through these rules. A finding names its rule, and says what is",
            "wrong, where it stands and what would settle it.",
        ),
        table(("rule", "finds"), ((f"`{rule.name}`", rule.meaning) for rule in RULES)),
    )


def units_page() -> str:
    """Every unit with all its accepted spellings, by what it measures."""
    spellings: dict[str, dict[Unit, list[str]]] = {}
    for spelling, unit in units().items():
        spellings.setdefault(unit.dimension, {}).setdefault(unit, []).append(spelling)
    rows = (
        (dimension, f"`{unit.code}`", unit.label, _other_spellings(unit, written))
        for dimension, held in spellings.items()
        for unit, written in held.items()
    )
    return page(
        "Units",
        (
            "A quantity is a number and a unit: `88 %`, `2.99e6 cells/kg`, `< 0.01 %`. The code is",
            "UCUM. Units of one dimension are converted into each other; units of two dimensions",
            "never are.",
        ),
        table(("measures", "code", "shown as", "also accepted"), rows),
    )


def analytes_page() -> str:
    """Every known analyte with its names, its units and what a living person can have."""
    rows = (
        (one.name, ", ".join(one.aliases), *_ranges(one), one.loinc or "") for one in analytes()
    )
    return page(
        "Analytes",
        (
            "An observation may name any analyte. These are known, by any of their names and in",
            "any case. The usual unit comes first; any unit of the same dimension is as good.",
        ),
        (
            f"The plausible ranges are {RANGES.standing}: so wide that a value outside is a slip",
            "of the pen, of the unit or of the column, never a sick patient. They grade nothing.",
            "A LOINC code stands only where one was seen in a public terminology file.",
        ),
        table(("analyte", "also called", "usual unit", "plausible range", "LOINC"), rows),
    )


def studies_page() -> str:
    """Every row of the study table: what was published of which cohort, and how we know."""
    rows = (
        (one.id, one.label, one.outcome, _counted(one), one.quote, str(one.source))
        for one in shipped_studies()
    )
    return page(
        "Studies",
        (
            "Published outcomes that a course can be read against. x/n counts patients unless it",
            "says otherwise; it is left empty where no counts were printed. Two rows may speak of",
            "the same patients; the file `src/reinfuse/evidence/studies.csv` says which.",
        ),
        table(("row", "cohort", "outcome", "x/n", "as printed", "source and standing"), rows),
        ("## A table of your own",),
        (
            "The same columns, in a CSV file. These must be there:",
            f"{_codes(REQUIRED)}. These may be; what is absent was not recorded:",
            f"{_codes(OPTIONAL)}. Any other column is kept as text.",
        ),
        ("## What is refused",),
        (
            "What cannot be so is named with its row, and the row is left out. A rule about the",
            "file as a whole leaves nothing to read.",
        ),
        _rules(rule for rule in STUDY_RULES.values() if rule.refuses),
        ("## What is told and kept",),
        ("What can be so and often is not. The row stays, and the reader decides.",),
        _rules(rule for rule in STUDY_RULES.values() if not rule.refuses),
    )


def _rules(rules: Iterable[Rule]) -> Iterator[str]:
    rows = ((f"`{rule.name}`", str(rule.severity), rule.finds) for rule in rules)
    return table(("rule", "severity", "finds"), rows)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _other_spellings(unit: Unit, spellings: list[str]) -> str:
    return " ".join(f"`{one}`" for one in spellings if one != unit.code)


def _ranges(analyte: Analyte) -> tuple[str, str]:
    labels = (find_unit(one.unit).label or "no unit" for one in analyte.ranges)
    return "; ".join(labels), "; ".join(str(one) for one in analyte.ranges)


def _counted(study: Study) -> str:
    if study.events is None or study.n is None:
        return ""
    return " ".join([f"{study.events}/{study.n}", *_remarks(study)])


def _remarks(study: Study) -> Iterator[str]:
    if study.counted is not Counted.PATIENT:
        yield f"{study.counted}s"
    if study.counts is Counts.DERIVED:
        yield f"({study.counts})"
