"""Reference page of the kinetic data set: its columns by every spelling, and how rows are read."""

from __future__ import annotations

from docs.markdown import page, table
from reinfuse.cli.data_loading import WIDEST_DAYS
from reinfuse.exchange.data_set import COLUMNS
from reinfuse.exchange.data_set.doses import MOST_REPEATED, STEADY_STATE_DOSES
from reinfuse.exchange.data_set.doubts import FAR_FACTOR
from reinfuse.exchange.data_set.occasions import MOST_INFUSIONS

_LEVELS = (
    ("a number", "DV = 120; CENS 0, or no column CENS", "120"),
    ("below a limit", "CENS 1 and DV = 50; or DV `<50`; or BLQFL Y, or the word BLQ, with LLOQ 50",
     "below 50"),
    ("above a limit", "CENS -1 and DV = 900; or DV `>900`; or `>ULOQ` with ULOQ 900", "above 900"),
    ("between two", "CENS 1, DV = 50 and LIMIT = 10", "between 10 and 50"),
    ("between two", "CENS -1, DV = 900 and LIMIT = 2000", "between 900 and 2000"),
    ("zero with a limit", "DV = 0 and LLOQ 50, CENS silent", "below 50, and noted"),
    ("a limit above its value", "DV = 30 and LLOQ 50, and nothing says below", "refused"),
    ("nothing", "DV missing, or MDV 1", "left out, and noted"),
)  # fmt: skip


def data_set_page() -> str:
    """Columns, spellings and rules."""
    columns = (
        (
            f"`{one.name}`",
            "needed" if one.needed else "",
            ", ".join(f"`{spelling}`" for spelling in one.spellings),
            one.meaning,
        )
        for one in COLUMNS
    )
    return page(
        "Kinetic data set",
        (
            "One long table, a row for each sample and each dose, as NONMEM, Monolix and ADPC or",
            "ADPPK have it. `reinfuse data check FILE` says everything that is wrong or doubtful,",
            "by ID and row; the exit code is 2 where the file cannot be used.",
            "`reinfuse data check examples/invented-population.csv` is one to try.",
        ),
        (
            "Headers are read in any case. Columns are separated by commas, semicolons, tabs or",
            "white space. Nothing, `.`, `NA`, `NaN` and `N/A` are missing, and never 0. The text",
            "is UTF-8; numbers have a decimal point. A row that begins with # is left out.",
        ),
        ("## Columns", "", *table(("column", "", "found by", "meaning"), columns)),
        (
            "Of several spellings in one file the first of the list counts. `--columns` says which",
            "header is which column, such as `--columns ID=Subject,DV=conc,DOSE=Dose`.",
        ),
        (
            "Every other column is a covariate: numbers, or words. It may change from row to row;",
            "a value holds until the next one that is written. Missing for a whole subject, it",
            "stays unknown. `--covariates WT,SEX` reads these only. Of an analysis file (ADaM)",
            "dates, flags, sequence numbers and times in other frames are no covariates. A column",
            "that tells who somebody is, such as a name, a birth date or a record number, is",
            "refused, and its values are not shown.",
        ),
        ("## Levels", "", *table(("what is known", "how it is written", "read as"), _LEVELS)),
        (
            "With `--log` values and limits are natural logarithms. A value of 0 or less is noted",
            "where they are not: it has no logarithm.",
        ),
        (
            "## Doses",
            "",
            "- EVID 1 with an amount is a dose; without a column EVID, an amount above 0.",
            "- EVID 3 and 4, which set a system back, are refused: give an occasion or an ID.",
            "- RATE becomes a duration, AMT / RATE. A rate of -1 or -2 is refused.",
            f"- ADDL and II are written out, up to {MOST_REPEATED} doses.",
            f"- SS 1 on the first dose is written out as {STEADY_STATE_DOSES} doses before it, II",
            "  apart. That is within 3 % of a steady state where the half-life is below",
            f"  {STEADY_STATE_DOSES // 5} intervals. On a later dose it is noted, and is one dose.",
            "- A column DOSE without AMT is one dose at time 0, the same in all rows of a subject.",
            "- Without any dose, time 0 is taken as the infusion.",
        ),
        (
            "## Occasions",
            "",
            "An occasion is the time after one infusion. A column OCC counts them. Without it each",
            f"dose begins an occasion, unless some subject has more than {MOST_INFUSIONS} doses:",
            "then all is one. `--occasions infusions`, `--occasions one` and",
            "`--occasions HEADER` say which. A sample at the time of a dose belongs to that dose",
            "only if its row comes after it.",
        ),
        (
            "## Order",
            "",
            "The rows of a subject stand together and in order of time. Rows that stand assay by",
            "assay are put in order, and noted. A time that runs backwards within one assay, and a",
            "subject whose rows lie apart, are refused.",
        ),
        (
            "## What is only noted",
            "",
            "Two samples of one assay at one time; a time before 0 or after more than 40 years; a",
            f"value {FAR_FACTOR:g} times above or below its four neighbours; a subject with one",
            "sample, without a dose, or never quantified; an assay with fewer than three numbers;",
            "a sex that changes; a covariate that is missing for some.",
        ),
        (
            "## From course files",
            "",
            "`reinfuse data check COURSE.yaml ...` makes a set of courses: a subject for each, an",
            "occasion for each infusion, an assay for each unit and gate, CAR-T cells in blood",
            "only. A day that is a range counts as its middle, and is noted; a sample whose range",
            f"is wider than {WIDEST_DAYS:g} days (`--widest-days`) is left out, and noted.",
        ),
    )
