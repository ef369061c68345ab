"""Shares, blanks, limits and states: what is said of a count, and when nothing may be."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from reinfuse.cytometry.numbers import (
    CAR_T,
    MRD,
    MRD_RULE,
    RULES,
    Acquisition,
    Blank,
    Control,
    ControlKind,
    CountingLimits,
    Guards,
    KnownBackground,
    Limits,
    Measured,
    NoBlank,
    NoShare,
    Rule,
    Setting,
    Share,
    State,
    correct_for_background,
    find_limits,
    measure,
    pool_controls,
    share_of,
)
from reinfuse.errors import ReinfuseError
from reinfuse.quantity import Limit, Quantity
from reinfuse.source import Source, Standing

OURS = Source(cite="a test", standing=Standing.OURS)
SEEN = Acquisition(viability=0.95, positives_before=0)
N = 500_000


def control(events: int, cells: int = N, kind: ControlKind = ControlKind.REGENERATING) -> Control:
    return Control(kind=kind, events=events, cells=cells)


def blank(events: int, cells: int = N) -> Blank:
    pooled = pool_controls([control(events, cells)])
    assert isinstance(pooled, Blank)
    return pooled


def measured(
    k: int,
    background: Blank | KnownBackground | NoBlank,
    n: int = N,
    acquisition: Acquisition = SEEN,
) -> Measured:
    result = measure(k, n, assay=MRD, blank=background, acquisition=acquisition)
    assert isinstance(result, Measured)
    return result


# ------------------------------------------------------------------------------------ shares


def test_a_share_of_nothing_is_an_answer_and_not_a_zero() -> None:
    none = share_of(0, 0)
    assert isinstance(none, NoShare)
    assert none.said == "no percentage: the parent gate holds no events"


def test_a_share_is_said_with_interval_and_counting_error() -> None:
    share = share_of(12, N)
    assert isinstance(share, Share)
    assert share.said == (
        "12 of 500,000 events = 0.0024 % (95 % interval 0.00124 to 0.00419 %; counting CV 29 %)"
    )


def test_no_event_is_said_as_an_upper_limit() -> None:
    share = share_of(0, N)
    assert isinstance(share, Share)
    assert share.counting_cv is None
    assert share.said == "0 of 500,000 events: below 0.000738 % (exact 95 % interval)"


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_counts_that_cannot_be_are_refused(k: int, n: int) -> None:
    with pytest.raises(ReinfuseError, match="cannot be") as caught:
        share_of(k, n)
    assert "0 <= k <= n" in caught.value.fix


# ------------------------------------------------------------------------------------ blanks


def test_controls_that_agree_are_added() -> None:
    pooled = pool_controls([control(3), control(6), control(0, 0)])
    assert isinstance(pooled, Blank)
    assert (pooled.events, pooled.cells) == (9, 2 * N)
    assert pooled.said == (
        "9 of 1,000,000 events in regenerating marrow without disease"
        " (left out: 1 with an empty parent gate)"
    )


def test_of_controls_that_do_not_agree_the_worst_stands_alone() -> None:
    pooled = pool_controls([control(3), control(60, kind=ControlKind.FMO)])
    assert isinstance(pooled, Blank)
    assert (pooled.events, pooled.cells) == (60, N)
    assert "the worst of 2 controls, which differ by more than chance" in pooled.said


def test_without_a_filled_control_there_is_no_blank_and_it_says_why() -> None:
    assert pool_controls([]) == NoBlank(reason="no control was given")
    assert pool_controls([control(0, 0)]).said == (
        "no blank: the parent gate of the control is empty"
    )


def test_a_control_that_is_all_positive_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="all 40 events of the control lie in the gate"):
        pool_controls([control(40, 40)])


# ------------------------------------------------------------------------------------ limits


def test_a_smaller_control_makes_higher_limits() -> None:
    large, small = (
        find_limits(N, blank(b, cells), MRD_RULE) for b, cells in ((20, N), (2, N // 10))
    )
    assert isinstance(large, Limits)
    assert isinstance(small, Limits)
    assert large.expected == small.expected == 20
    assert large.blank_events < small.blank_events
    assert large.quantification_events < small.quantification_events


def test_at_the_limit_of_detection_19_of_20_samples_exceed_the_limit_of_blank() -> None:
    limits = find_limits(N, blank(7), MRD_RULE)
    assert isinstance(limits, Limits)
    exceeds = stats.poisson.sf(limits.blank_events, limits.detection_events)
    assert exceeds == pytest.approx(0.95)


def test_at_the_limit_of_quantification_the_cv_is_what_the_rule_asks() -> None:
    limits = find_limits(N, blank(8, N // 2), MRD_RULE)
    assert isinstance(limits, Limits)
    events = np.random.default_rng(1).poisson([limits.quantification_events, 8], size=(200_000, 2))
    corrected = events[:, 0] - 2 * events[:, 1]
    assert corrected.std() / corrected.mean() == pytest.approx(0.20, rel=0.01)


def test_a_validated_limit_raises_the_computed_one_and_never_lowers_it() -> None:
    rule = RULES["peinelt-2022"]
    quiet, loud = find_limits(N, blank(0), rule), find_limits(N, blank(60), rule)
    assert isinstance(quiet, Limits)
    assert isinstance(loud, Limits)
    assert (quiet.detection_events, quiet.quantification_events) == (13, 22)
    assert loud.detection_events > 60


def test_without_a_blank_there_is_a_counting_limit_and_it_says_what_it_is_not() -> None:
    limits = find_limits(N, NoBlank(), MRD_RULE)
    assert isinstance(limits, CountingLimits)
    assert limits.said.startswith(
        "LoB and LoD not known: no blank: no control was given. Counting limit only, as if no "
        "event could be false: 3.0 events (0.000599 %)"
    )


def test_no_recalled_rule_is_a_default() -> None:
    assert {assay.rule.source.standing for assay in (MRD, CAR_T)}.isdisjoint({Standing.RECALLED})
    assert RULES["events-50"].source.standing is Standing.RECALLED


def test_a_rule_without_a_limit_of_quantification_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="without a limit of quantification"):
        Rule(source=OURS)


# --------------------------------------------------------------------------------- corrected


@pytest.mark.parametrize(
    ("k", "n", "false", "cells"), [(30, 5000, 12, 3000), (7, 400, 1, 900), (3700, 9000, 40, 800)]
)
def test_the_interval_is_that_of_melded_draws(k: int, n: int, false: int, cells: int) -> None:
    chance = np.random.default_rng(3)

    def drawn(more: int, other: int) -> np.ndarray:
        gated = chance.beta(k + more, n - k + 1 - more, 400_000)
        background = chance.beta(false + other, cells - false + 1 - other, 400_000)
        return (gated - background) / (1 - background)

    interval = correct_for_background(_share(k, n), blank(false, cells)).interval
    higher = drawn(1, 0)
    low = max(np.quantile(drawn(0, 1), 0.025), 0)
    high = np.quantile(higher[higher >= 0], 0.975)
    width = high - low
    assert interval.low == pytest.approx(low, abs=0.01 * width)
    assert interval.high == pytest.approx(high, abs=0.01 * width)


def test_false_events_come_from_cells_that_are_no_targets() -> None:
    """At 37 % positive only 63 % of cells can give false events."""
    assert correct_for_background(_share(3700, 10_000), blank(100, 10_000)).value == pytest.approx(
        (0.37 - 0.01) / 0.99
    )


def test_a_sample_below_its_blank_is_zero_with_an_interval_that_is_not_empty() -> None:
    corrected = correct_for_background(_share(2, N), blank(12))
    assert corrected.value == 0
    assert corrected.interval.low == 0
    assert 2e-6 < corrected.interval.high < 4e-5


@pytest.mark.parametrize(("true_cells", "background"), [(0, 1.0), (3, 1.0), (6, 0.5)])
def test_the_interval_holds_the_truth_at_least_as_often_as_it_says(
    true_cells: float, background: float
) -> None:
    """Every pair of counts, each with its chance: no luck in it."""
    n = 2000
    share = true_cells / n
    gated = stats.binom(n, share + (1 - share) * background / n)
    false = stats.binom(n, background / n)
    missed = sum(
        gated.pmf(k) * false.pmf(b)
        for k in range(int(gated.isf(1e-4)) + 1)
        for b in range(int(false.isf(1e-4)) + 1)
        if not _holds(correct_for_background(_share(k, n), blank(b, n)).interval, share)
    )
    assert missed <= 0.05


def _holds(interval: object, share: float) -> bool:
    return bool(interval.low <= share <= interval.high)  # type: ignore[attr-defined]


def _share(k: int, n: int) -> Share:
    share = share_of(k, n)
    assert isinstance(share, Share)
    return share


# ------------------------------------------------------------------------------------ states

# Background 5 of 500,000 counted in as many cells: LoB 12, LoD 19.4, LLOQ 37.7 events.
STATES = """
    events | blank | state
    0      | 5     | not detected
    12     | 5     | not detected
    13     | 5     | detected, below the limit of detection
    19     | 5     | detected, below the limit of detection
    20     | 5     | positive, not quantifiable
    37     | 5     | positive, not quantifiable
    38     | 5     | quantified
    0      | none  | not detected
    1      | none  | counted, not judged: no blank
    400    | none  | counted, not judged: no blank
"""


@pytest.mark.parametrize("line", STATES.strip().splitlines()[1:])
def test_what_may_be_said_of_a_count(line: str) -> None:
    events, false, state = (cell.strip() for cell in line.split("|"))
    background = NoBlank() if false == "none" else blank(int(false))
    assert measured(int(events), background).state == state


def test_everything_is_said_with_the_state_first_and_the_blank_always() -> None:
    assert measured(30, blank(2, 400_000)).said == (
        "MRD: positive, not quantifiable",
        "30 of 500,000 events = 0.006 % (95 % interval 0.00405 to 0.00857 %; counting CV 18 %), "
        "among viable single nucleated cells",
        "background: 2 of 400,000 events in regenerating marrow without disease",
        "0.0055 % after background (95 % interval 0.00307 to 0.00814 %); "
        "what the gate does not recover is not in it",
        "LoB 9 events (0.0018 % of cells), LoD 15.7 events, 2.5 of them background "
        "(0.00264 % target cells), LLOQ 32.2 events (0.00595 % target cells; counting CV of at "
        "most 20 %, background included [our own choice])",
    )


def test_a_record_holds_a_limit_where_the_number_is_one() -> None:
    limits = find_limits(N, blank(5), MRD_RULE)
    assert isinstance(limits, Limits)
    below = Quantity(limits.detection_percent, "%", Limit.BELOW)
    coarse = Quantity(limits.quantification_percent, "%", Limit.BELOW)
    assert measured(3, blank(5)).quantity == below
    assert measured(14, blank(5)).quantity == measured(30, blank(5)).quantity == coarse
    exact = measured(105, blank(5)).quantity
    assert exact is not None
    assert exact.exact
    assert exact.value == pytest.approx(0.02, rel=1e-4)
    uncorrected = measured(105, NoBlank()).quantity
    assert uncorrected is not None
    assert uncorrected.limit is Limit.AT_MOST


# ------------------------------------------------------------------------------------ guards


def test_too_few_living_cells_are_not_judged() -> None:
    doubtful = measured(60, blank(5), acquisition=replace(SEEN, viability=0.4))
    assert doubtful.state is State.NOT_EVALUABLE
    assert doubtful.quantity is None
    assert doubtful.reasons == (
        "40 % of cells are viable, under 70 % (viable share of at least 70 % [our own choice])",
    )


def test_few_cells_cannot_be_negative_but_can_be_positive() -> None:
    few = 20_000
    assert "too few cells looked at: 20,000 let" in measured(0, blank(0, few), few).reasons[0]
    assert "too few cells" in measured(0, NoBlank(), few).reasons[0]
    assert measured(80, blank(0, few), few).state is State.QUANTIFIED


def test_events_that_the_tube_before_explains_are_not_judged() -> None:
    after = replace(SEEN, positives_before=20_000)
    assert measured(25, blank(2), acquisition=after).reasons == (
        "carryover suspected: 20,000 positive events in the tube before could leave 20 here "
        "(one event in a thousand carried over [our own choice]); acquire again after water",
    )
    assert measured(25, NoBlank(), acquisition=after).state is State.NOT_EVALUABLE
    assert measured(250, blank(2), acquisition=after).state is State.QUANTIFIED
    assert measured(2, blank(2), acquisition=after).state is State.NOT_DETECTED


def test_a_blank_that_is_worse_than_the_sample_is_no_control() -> None:
    assert measured(3, blank(30)).reasons[0].startswith("the blank is worse than the sample")
    assert measured(25, blank(30)).state is State.NOT_DETECTED


def test_a_guard_without_anything_to_look_at_is_told() -> None:
    result = measured(60, blank(5), acquisition=Acquisition())
    assert result.unchecked == ("viability", "carryover")
    assert result.said[-1] == "not checked: carryover, for it was not recorded"


def test_guards_are_settings() -> None:
    strict = replace(MRD, guards=Guards(viability=Setting(value=0.99, source=OURS)))
    result = measure(60, N, assay=strict, blank=blank(5), acquisition=Acquisition(viability=0.95))
    assert isinstance(result, Measured)
    assert result.state is State.NOT_EVALUABLE
    with pytest.raises(ReinfuseError, match="a guard at 70 cannot be"):
        Setting(value=70, source=OURS)


def test_an_empty_parent_gate_is_no_measurement() -> None:
    assert isinstance(measure(0, 0, assay=MRD, blank=NoBlank(), acquisition=SEEN), NoShare)
