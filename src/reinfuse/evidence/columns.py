"""The columns of a study table: what every table has, what it may have, and what each holds."""

from __future__ import annotations

from reinfuse.evidence.study import Counted, Counts, Infusion, Measure
from reinfuse.source import Standing

#: Without one of these a table is not read.
REQUIRED = (
    *("id", "cohort", "label", "outcome", "events", "n", "counted", "counts"),
    *("cite", "standing", "quote_of_number"),
)
#: What an absent or empty column means is that it was not recorded.
OPTIONAL = (
    *("population", "disease", "product", "infusion", "site", "age_group", "costimulation"),
    *("outcome_definition", "scale", "percent_low", "percent_high", "follow_up", "doi", "place"),
    *("fact", "overlaps", "not_a_target_because", "note"),
    *("called", "called_n", "outcome_called", "part_of", "pooled_of"),
    *("measure", "estimate", "se", "low", "high", "mean", "sd", "events_control", "n_control"),
    *("reader_1", "reader_2", "events_2", "n_2"),
)
#: The header of the shipped table, in its order.
COLUMNS = (
    *("id", "cohort", "label", "population", "disease", "product", "infusion", "site"),
    *("age_group", "costimulation", "outcome", "outcome_definition", "scale", "events", "n"),
    *("counted", "counts", "percent_low", "percent_high", "follow_up", "cite", "doi", "place"),
    *("standing", "quote_of_number", "fact", "overlaps", "not_a_target_because", "note"),
    *("called", "called_n", "outcome_called", "part_of", "pooled_of"),
    *("measure", "estimate", "se", "low", "high", "mean", "sd", "events_control", "n_control"),
    *("reader_1", "reader_2", "events_2", "n_2"),
)

NEEDED = ("id", "cohort", "label", "outcome", "quote_of_number")
WORDS = {
    "standing": tuple(Standing),
    "counted": tuple(Counted),
    "counts": tuple(Counts),
    "infusion": ("", *Infusion),
    "measure": ("", *Measure),
}
SIZES = ("n", "n_control", "n_2", "called_n")
WHOLE_NUMBERS = ("events", "events_control", "events_2", *SIZES)
PERCENTS = ("percent_low", "percent_high")
SIGNED = ("estimate", "low", "high", "mean")
SPREADS = ("se", "sd")
#: Written in `pooled_of` where the number of series was not printed.
SEVERAL = "several"
NUMBERS = (*WHOLE_NUMBERS, *PERCENTS, *SIGNED, *SPREADS)
