"""What printed percentages give away about counts."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.errors import ReinfuseError
from reinfuse.evidence import counts_for, split_total
from reinfuse.evidence.splits import Split

GAUTHIER = {"CLL": 22, "NHL": 19, "ALL": 21}  # Gauthier 2021: 44 patients


def plain(split: Split) -> tuple[tuple[int, int], ...]:
    return tuple((group.events, group.n) for group in split)


def test_two_splits_and_no_more_hide_behind_the_percentages_of_gauthier() -> None:
    found = [plain(split) for split in split_total(44, GAUTHIER)]
    assert found == [
        ((2, 9), (3, 16), (4, 19)),
        ((2, 9), (4, 21), (3, 14)),
    ]


def test_the_events_of_both_splits_add_up_to_nine_so_the_overall_rate_cannot_choose() -> None:
    totals = {sum(group.events for group in split) for split in split_total(44, GAUTHIER)}
    assert totals == {9}


@pytest.mark.parametrize("known", [{"ALL": 14}, {"NHL": 21}, {"CLL": 9, "NHL": 21, "ALL": 14}])
def test_a_known_group_size_leaves_the_published_split(known: dict[str, int]) -> None:
    (only,) = split_total(44, GAUTHIER, sizes=known)
    assert plain(only) == ((2, 9), (4, 21), (3, 14))


def test_a_size_that_cannot_be_leaves_no_split() -> None:
    assert split_total(44, GAUTHIER, sizes={"ALL": 13}) == ()


def test_labels_keep_the_order_of_the_percentages() -> None:
    assert [group.label for group in split_total(44, GAUTHIER)[0]] == list(GAUTHIER)


def test_the_splits_are_found_soon() -> None:
    times = []
    for _ in range(5):
        start = perf_counter()
        split_total(44, GAUTHIER)
        times.append(perf_counter() - start)
    assert min(times) < 0.5  # one millisecond on our machine


def test_twenty_two_percent_needs_at_least_nine_patients() -> None:
    assert counts_for(22, 20) == ((2, 9), (4, 18))


def test_ten_of_fifteen_is_sixty_seven_percent_and_never_sixty_six() -> None:
    assert (10, 15) in counts_for(67, 15)
    assert (10, 15) not in counts_for(66, 15)


def test_an_exact_half_may_have_been_rounded_either_way() -> None:
    assert (1, 8) in counts_for(12, 8)
    assert (1, 8) in counts_for(13, 8)


def test_zero_and_a_hundred_percent_hold_the_empty_and_the_full_group() -> None:
    assert counts_for(0, 2) == ((0, 1), (0, 2))
    assert counts_for(100, 2) == ((1, 1), (2, 2))


@given(st.integers(0, 100), st.integers(0, 250))
def test_counts_for_agrees_with_trying_everything(percent: int, n_max: int) -> None:
    tried = [
        (x, n)
        for n in range(1, n_max + 1)
        for x in range(n + 1)
        if 2 * abs(100 * x - percent * n) <= n
    ]
    assert list(counts_for(percent, n_max)) == tried


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 12)), min_size=1, max_size=3))
def test_the_true_split_is_always_among_those_found(drawn: list[tuple[int, int]]) -> None:
    truth = tuple((min(x, n), n) for x, n in drawn)
    percents = {str(i): round(100 * x / n) for i, (x, n) in enumerate(truth)}
    found = split_total(sum(n for _, n in truth), percents)
    assert truth in [plain(split) for split in found]


@given(st.integers(1, 40), st.lists(st.integers(0, 100), min_size=1, max_size=3))
def test_every_split_adds_up_and_rounds_to_what_was_printed(total: int, printed: list[int]) -> None:
    percents = {str(i): percent for i, percent in enumerate(printed)}
    for split in split_total(total, percents):
        assert sum(group.n for group in split) == total
        for group in split:
            assert abs(100 * group.events / group.n - percents[group.label]) <= 0.5 + 1e-9


def test_a_percentage_above_a_hundred_is_refused_with_its_label() -> None:
    with pytest.raises(ReinfuseError, match="122 % is not a share") as caught:
        split_total(44, {"CLL": 122})
    assert caught.value.where == "CLL"


def test_a_size_without_a_percentage_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="a size is given for AML") as caught:
        split_total(44, GAUTHIER, sizes={"AML": 3})
    assert "same labels" in caught.value.fix


def test_a_list_too_long_to_answer_anything_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="more than 10,000 splits of 400") as caught:
        split_total(400, {"a": 50, "b": 50, "c": 50})
    assert "sizes" in caught.value.fix
