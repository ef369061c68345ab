"""What is seen in a site, and what comes back, held against single patients one by one."""

from __future__ import annotations

import numpy as np
import pytest

from reinfuse.trials.forecast.sites import FATES, Site, lucks, returns_of

DRAWS, DAYS = 40, 25


def a_site(seed: int, name: str) -> Site:
    """Clones that shrink and grow again, gone with rising chance."""
    rng = np.random.default_rng(seed)
    days = np.linspace(0.0, 1.0, DAYS)

    def living() -> np.ndarray:
        depth, back = rng.uniform(2, 22, (DRAWS, 1)), rng.uniform(0, 20, (DRAWS, 1))
        path = 23 - depth * np.sin(np.pi * days) - 5 * days + back * days**2
        return np.exp(np.clip(path, 0.0, 27.0))

    def gone() -> np.ndarray:
        steps = rng.uniform(0, 1, (DRAWS, DAYS)) * rng.uniform(0, 2.0 / DAYS, (DRAWS, 1))
        return np.clip(np.cumsum(steps, axis=1), 0.0, 1.0)

    dead = np.zeros((DRAWS, DAYS))
    scale = np.full(DRAWS, 1.909e12)
    if name != "marrow":
        dead, scale = 1e9 * np.exp(-9 * days) * np.ones((DRAWS, 1)), np.full(DRAWS, 7e8)
    return Site(
        name=name, gone=(gone(), gone()), living=(living(), living()), dead=dead, scale=scale
    )


@pytest.mark.parametrize("name", ["marrow", "eye"])
def test_the_chance_to_be_out_of_sight_is_that_of_many_fates(name: str) -> None:
    site, rng = a_site(1, name), np.random.default_rng(2)
    fates = [site.fate(rng.random((DRAWS, 2))) < site.limit for _ in range(3000)]
    np.testing.assert_allclose(site.chance_unseen(), np.mean(fates, axis=0), atol=0.05)
    assert 0.1 < site.chance_unseen().mean() < 0.9


def slow_returns(sites: list[Site], luck: np.ndarray, since: int) -> np.ndarray:
    """Never cleared, back, and back by CD19-negative cells: `"sites+1 3 draws days"` by loops."""
    found = np.zeros((len(sites) + 1, 3, DRAWS, DAYS))
    for fate in range(len(luck)):
        for draw in range(DRAWS):
            single = [one_patient(site, luck[fate, draw, at], draw, since)
                      for at, site in enumerate(sites)]  # fmt: skip
            for at, (uncleared, back, negative) in enumerate(single):
                found[at, 0, draw] += uncleared
                found[at, 1, draw] += back
                found[at, 2, draw] += back * negative
            back = np.logical_or.reduce([one[1] for one in single])
            first = [int(one[1].argmax()) if one[1].any() else DAYS for one in single]
            negative = single[int(np.argmin(first))][2]
            found[-1, 0, draw] += np.logical_or.reduce([one[0] for one in single])
            found[-1, 1, draw] += back
            found[-1, 2, draw] += back * negative
    return found / len(luck)


def one_patient(
    site: Site, luck: np.ndarray, draw: int, since: int
) -> tuple[np.ndarray, np.ndarray, bool]:
    uncleared, back = np.zeros(DAYS, bool), np.zeros(DAYS, bool)
    always, returned, negative = True, False, False
    for day in range(DAYS):
        at = max(day, since)
        cells = [0.0 if site.gone[k][draw, at] > luck[k] else site.living[k][draw, at]
                 for k in (0, 1)]  # fmt: skip
        seen = site.seen(np.full((DRAWS, DAYS), sum(cells)))[draw, at] >= site.limit
        if seen and not always and not returned:
            returned, negative = True, cells[1] > cells[0]
        always = always and bool(seen)
        uncleared[day], back[day] = always, returned
    return uncleared, back, negative


def test_returns_are_those_of_single_patients() -> None:
    sites = [a_site(1, "marrow"), a_site(4, "eye")]
    luck = lucks(DRAWS, 2, np.random.default_rng(7))
    fast, slow = returns_of(sites, luck, 3), slow_returns(sites, luck, 3)
    assert 0.05 < slow[:, 1, :, -1].mean() < 0.95
    for each, plain in zip(fast, slow, strict=True):
        np.testing.assert_allclose(each.uncleared, plain[0], atol=1e-6)
        np.testing.assert_allclose(each.back, plain[1], atol=1e-6)
        np.testing.assert_allclose(each.back_negative, plain[2], atol=1e-6)
        np.testing.assert_allclose(each.back_positive, plain[1] - plain[2], atol=1e-6)


def test_each_patient_has_one_fate_in_each_quarter() -> None:
    luck = lucks(5, 3, np.random.default_rng(1))
    assert luck.shape == (FATES, 5, 3, 2)
    quarters = np.sort(np.floor(luck * FATES), axis=0)
    assert (quarters == np.arange(FATES)[:, None, None, None]).all()
