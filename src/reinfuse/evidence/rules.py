"""Every rule that a study table is held against, with what it finds and what becomes of the row.

What cannot be so is an error, and the row is left out. What can be so and often is not is told,
and the row stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from reinfuse.errors import Finding, Severity

ERROR = Severity.ERROR
ODD = Severity.CONTRADICTION
UNCLEAR = Severity.AMBIGUITY
GAP = Severity.GAP
NOTE = Severity.NOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule by its stable name: how much it matters, and what it finds in one phrase."""

    name: str
    severity: Severity
    finds: str

    @property
    def refuses(self) -> bool:
        """Whether a row (or, of a rule about the file, the table) is left out for it."""
        return self.severity is ERROR


_FILE = (
    ("empty-table", ERROR, "a file without rows"),
    ("not-a-table", ERROR, "a file in which no column of a study table is found"),
    ("missing-column", ERROR, "a table without a column that every row needs"),
    ("column-twice", ERROR, "a column given twice"),
    ("unknown-column", NOTE, "a column that is not of a study table; it is kept as text"),
    ("byte-order-mark", NOTE, "a byte-order mark before the header, as spreadsheets write it"),
    ("other-separator", NOTE, "a table with semicolons or tabs between its cells, read as such"),
    ("torn-row", ERROR, "a row with more or fewer cells than columns"),
)
_CELLS = (
    ("invisible-character", NOTE, "characters that cannot be seen; they are taken out"),
    ("stray-space", NOTE, "spaces at the ends of a cell, or two together; they are taken out"),
    ("missing-cell", ERROR, "a cell that every row needs, left empty"),
    ("missing-source", ERROR, "a row without a publication"),
    ("unknown-standing", ERROR, "a standing that is not known"),
    ("unknown-counted", ERROR, "something counted that is no patient, infusion or lesion"),
    ("unknown-counts", ERROR, "a word for how the events came to us that is not known"),
    ("unknown-infusion", ERROR, "an infusion that is neither the first nor the second"),
    ("unknown-measure", ERROR, "a measure that is not known"),
    ("date-for-count", ERROR, "a date where a count was, as spreadsheets make of 10/15"),
    ("decimal-comma", ERROR, "a number with a comma"),
    ("percent-sign", ERROR, "a percent sign in a cell for a number"),
    ("negative-number", ERROR, "a count, size or percentage below 0"),
    ("not-whole", ERROR, "a count that is not whole"),
    ("not-a-number", ERROR, "a cell for a number that holds none"),
)
_SOURCES = (
    ("doi-malformed", UNCLEAR, "a DOI that is not written as 10.1234/abcd"),
    ("citation-year", ODD, "a year of publication before 1990 or still to come"),
    ("follow-up-unreadable", UNCLEAR, "a follow-up without a length of time"),
    ("recalled", NOTE, "a number recalled, not read: it is no target and is not pooled unasked"),
    ("derived-count", NOTE, "events worked out from a percentage"),
    ("derived-ambiguous", UNCLEAR, "a percentage that more than one count would print as"),
    ("pooled-already", NOTE, "a number that was itself made of several series"),
    ("counts-no-patients", NOTE, "infusions or lesions counted, not patients"),
)
_COUNTS = (
    ("nobody", ERROR, "a denominator of 0"),
    ("implausible-n", ERROR, "a denominator above any that a CAR-T cohort has"),
    ("events-without-n", ERROR, "events without a denominator"),
    ("more-events-than-n", ERROR, "more events than patients"),
    ("counts-disagree", ERROR, "events where none are said to be printed, or none where they are"),
    ("percent-above-100", ERROR, "a percentage above 100"),
    ("percent-reversed", ERROR, "a lower percentage above the higher one"),
    ("events-swapped", ERROR, "events of which the rest, n - x, is the percentage printed"),
    ("percent-disagrees", ERROR, "a percentage that the counts do not round to"),
    ("quote-disagrees", ERROR, "a quote with other numbers than the row"),
)
_EFFECTS = (
    ("estimate-without-measure", ERROR, "an estimate that does not say of what, or the reverse"),
    ("interval-reversed", ERROR, "a lower limit above the upper one"),
    ("half-an-interval", ERROR, "one limit without the other"),
    ("estimate-outside", ERROR, "an interval that does not hold its estimate"),
    ("ratio-not-positive", ERROR, "a ratio or its limit that is not above 0"),
    ("percent-outside", ERROR, "an estimate or limit in percent below 0 or above 100"),
    ("se-not-positive", ERROR, "a standard error that is not above 0"),
    ("sd-not-positive", ERROR, "a standard deviation that is not above 0"),
    ("mean-without-sd", GAP, "a mean without its standard deviation, or the reverse"),
    ("interval-against-se", ODD, "an interval that is not 1.96 standard errors to each side"),
    ("interval-off-centre", UNCLEAR, "an estimate far from the middle of its interval"),
    ("se-for-sd", ODD, "a standard error that is not the deviation over the root of n"),
)
_READERS = (
    ("one-reader", NOTE, "a number that one reader read, and nobody else"),
    ("same-reader", UNCLEAR, "two readers of one name"),
    ("reader-without-name", GAP, "a second reading without a second reader, or the reverse"),
    ("readers-disagree", ERROR, "two readers who read different numbers"),
)
_IDENTITY = (
    ("duplicate-id", ERROR, "an id used before; the first row stays"),
    ("id-by-case", ERROR, "an id that differs from another by case alone; the first row stays"),
    ("duplicate-row", ODD, "one result entered twice, under another id or cohort"),
    ("spelling-differs", UNCLEAR, "one word written in two ways, so that rows fall apart"),
)
_COHORTS = (
    ("overlapping-cohorts", NOTE, "two rows of one outcome that count some of the same patients"),
    ("overlap-outside-table", NOTE, "an overlap with a cohort that the table does not hold"),
    ("overlaps-itself", UNCLEAR, "a cohort that overlaps with itself"),
    ("part-of-itself", ODD, "a cohort that is a part of itself, be it through others"),
    ("part-of-absent", NOTE, "a part of a cohort that the table does not hold"),
    ("two-wholes", UNCLEAR, "one cohort said to be a part of two others"),
    ("part-exceeds-whole", ODD, "a part with more patients or events than the whole"),
    ("parts-exceed-whole", ODD, "parts that together have more patients or events than the whole"),
    ("parts-do-not-add-up", ODD, "parts that make up the whole, and whose events do not"),
    ("n-differs", UNCLEAR, "one cohort with different denominators for different outcomes"),
    ("cohort-described-twice", ODD, "one cohort with two diseases, products or infusions"),
    ("cohort-called-otherwise", ODD, "a cohort called by a disease that its own rows do not have"),
    ("called-n-differs", ODD, "a cohort cited with another size than it has"),
    ("outcome-called-otherwise", UNCLEAR, "an outcome that its source calls by another's name"),
    ("response-at-a-site", NOTE, "a response of the patient where disease at a site was treated"),
)
_MIXTURES = (
    ("mixed-scale", UNCLEAR, "grading scales that differ between rows of one outcome"),
    ("scale-not-stated", GAP, "a graded toxicity without its scale"),
    ("mixed-costimulation", UNCLEAR, "products with different costimulation"),
    ("mixed-counted", UNCLEAR, "patients in one row, infusions or lesions in another"),
    ("mixed-definition", UNCLEAR, "definitions of one outcome that differ"),
    ("mixed-time", UNCLEAR, "different times at which an outcome was seen"),
    ("mixed-measure", UNCLEAR, "different measures of one outcome"),
    ("mixed-disease", UNCLEAR, "different diseases"),
    ("mixed-product", UNCLEAR, "the patient's own cells in one row, a donor's in another"),
    ("mixed-infusion", UNCLEAR, "first infusions in one row, second ones in another"),
    ("mixed-outcome", UNCLEAR, "outcomes of different names, chosen together"),
    ("not-stated", GAP, "rows chosen together of which some do not say what others say"),
    ("no-target", NOTE, "a row that no model may be held against, and why"),
)

RULES: dict[str, Rule] = {
    name: Rule(name=name, severity=severity, finds=finds)
    for group in (
        *(_FILE, _CELLS, _SOURCES, _COUNTS, _EFFECTS, _READERS),
        *(_IDENTITY, _COHORTS, _MIXTURES),
    )
    for name, severity, finds in group
}


def tell(
    rule: str, what: str, *, fix: str, where: str = "", about: tuple[str, ...] = ()
) -> Finding:
    """A finding of the rule, with the severity that the rule has."""
    return Finding(
        severity=RULES[rule].severity, rule=rule, what=what, where=where, fix=fix, about=about
    )
