"""Reference page on how well the mechanism was proved, from the tables of its three studies."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import NormalDist, mean, median, stdev

from scipy.stats import chi2

from docs.markdown import page, table
from docs.mechanism_published import contractions, misses, published, target_table
from docs.populations import _rows
from reinfuse.evidence import Role, bound_rate
from reinfuse.trials.calibration import INFORMED

Row = dict[str, str]

PRODUCT = "access x kill share"  # told by two latents together, so it never counts in a pool
ASKED = (85.0, 95.0)  # % of 90 % intervals that hold the truth
EXACT = 90.0
ERROR = 0.05  # of all tests of ranks together
BINS = 16
_AGREEING = (1.01, 1.05, 1.1, math.inf)


def mechanism_proof_page() -> str:
    """What the studies asked and what they found, whether or not it is what was hoped for."""
    return page(
        "Mechanism: how well it was proved",
        _what(),
        ("## Does a fit find what a course was made from?", "", *_recovery()),
        ("## Are posteriors as wide as they should be?", "", *_ranks()),
        ("## Does the model say what was published?", "", *published()),
        ("### Targets to calibrate", "", *target_table(Role.CALIBRATE)),
        ("### Targets held out in the first round", "", *target_table(Role.SEEN)),
        ("### Targets held out", "", *target_table(Role.HELD_OUT)),
        ("### Misses, and why", "", *misses()),
        ("### What the targets told of the unknowns", "", *contractions()),
        ("## What none of this shows", "", *_limits()),
    )


def _what() -> tuple[str, ...]:
    return (
        "Three questions were put to the [mechanism](mechanism.md) and to its fit of one course.",
        "All numbers here are worked out of tables in `studies/tables`, which `make studies` makes",
        "anew. Beside each coverage stands the narrowing, posterior over prior standard deviation",
        "(1: nothing learned): an interval that holds the truth because it is as wide as the",
        "prior has shown nothing. **For research only**: a model speaks as a model.",
    )


# ------------------------------------------------------------------------------- recovery


def by_latent(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows of each latent, in the order of the table."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["latent"]].append(row)
    return dict(found)


def held(rows: Sequence[Row], level: int) -> int:
    """How many intervals of that level, in %, hold the truth."""
    return sum(
        float(row[f"low_{level}"]) <= float(row["truth"]) <= float(row[f"high_{level}"])
        for row in rows
    )


def pooled(rows: Sequence[Row], level: int) -> tuple[float, float]:
    """The share held over latents, in %, and its Monte Carlo error: a course counts as one."""
    courses: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["latent"] != PRODUCT:
            courses[row["course"]].append(row)
    shares = [100.0 * held(mine, level) / len(mine) for mine in courses.values()]
    return mean(shares), stdev(shares) / math.sqrt(len(shares)) if len(shares) > 1 else math.nan


def _recovery() -> Iterator[str]:
    rows = _rows("mechanism_recovery")
    latents = by_latent(rows)
    count = len(next(iter(latents.values())))
    share, error = pooled(rows, 90)
    low, high = ASKED
    met = "that is met" if low <= share <= high else "**that is not met**"
    narrow = [row for name, mine in latents.items() if _narrowed(mine) < INFORMED for row in mine]
    yield from (
        f"{count} invented courses (one infusion, one lesion, samples as in a careful trial) were",
        f"drawn from the prior and fitted; {len(latents) - (PRODUCT in latents)} latents, of every",
        "part of the model, were unknown, the others as usual and known. Errors are in prior",
        "standard deviations. The bias is that of the posterior mean, ± its Monte Carlo error;",
        "intervals of a coverage are exact (95 %).",
        "",
        f"Of 90 % intervals, all latents together, {share:.1f} % ± {error:.1f} hold the truth. "
        f"Asked were {low:.0f} to {high:.0f} %: {met}. {_beside(share, error)}",
    )
    if narrow:
        few, error = pooled(narrow, 90)
        yield (
            f"Among the latents narrowed to below {INFORMED:g} on average, {few:.1f} % ± "
            f"{error:.1f} do."
        )
    yield from (
        "",
        "![Coverage and narrowing of each latent](../images/mechanism-recovery.svg)",
        "",
        *table(
            ("latent", "bias", "RMSE", "90 % intervals that hold", "50 % intervals that hold",
             "narrowing"),
            ((name, *_recovered(mine)) for name, mine in latents.items()),
        ),
        "",
        f"`{PRODUCT}` is the logarithm of their product, on a scale on which its prior SD is 1:",
        "volumes of a lesion tell of the product more than of either. It is in no pool.",
        "",
        *_agreement(rows),
    )  # fmt: skip


def _beside(share: float, error: float) -> str:
    """Whether exact posteriors could have held as few or as many."""
    if abs(share - EXACT) <= 2.0 * error:
        return f"The {EXACT:.0f} % of exact posteriors lie within two errors of that."
    side, meaning = ("less", "narrow") if share < EXACT else ("more", "wide")
    return (
        f"Exact posteriors would hold {EXACT:.0f} %: this is {side} by more than two errors, so "
        f"intervals of such fits are somewhat too {meaning}."
    )


def _narrowed(rows: Sequence[Row]) -> float:
    return mean(float(row["sd"]) for row in rows)


def _recovered(rows: Sequence[Row]) -> Iterator[str]:
    errors = [float(row["mean"]) - float(row["truth"]) for row in rows]
    spread = stdev(errors) / math.sqrt(len(errors)) if len(errors) > 1 else math.nan
    yield f"{mean(errors):+.2f} ± {spread:.2f}"
    yield f"{math.sqrt(mean(error**2 for error in errors)):.2f}"
    yield from (_share(held(rows, level), len(rows)) for level in (90, 50))
    yield f"{_narrowed(rows):.2f}"


def _agreement(rows: Sequence[Row]) -> Iterator[str]:
    """Whether the chains of fits agreed, and whether those that did not held less often."""
    fits = {row["course"]: row for row in rows}
    counts = [int(row["evaluations"]) for row in fits.values()]
    agreed = sum(float(row["r_hat"]) < _AGREEING[0] for row in fits.values())
    yield from (
        f"The median fit took {median(counts):,.0f} evaluations of the model ({min(counts):,} to",
        f"{max(counts):,}; slopes not counted). {agreed} of {len(fits)} ended with chains that",
        f"agreed (R-hat under {_AGREEING[0]:g}, as a fit asks of itself); the others stopped at",
        "their limit of evaluations. What that did to them:",
        "",
    )
    yield from table(
        ("worst R-hat of a fit", "fits", "90 % intervals that hold", "50 % intervals that hold",
         "mean narrowing"),
        (_agreed(rows, bound, len(fits)) for bound in _AGREEING),
    )  # fmt: skip


def _agreed(rows: Sequence[Row], bound: float, fits: int) -> tuple[str, ...]:
    mine = [row for row in rows if bound == math.inf or float(row["r_hat"]) < bound]
    head = "any" if bound == math.inf else f"under {bound:g}"
    count = _share(len({row["course"] for row in mine}), fits)
    if not mine:
        return (head, count, "", "", "")
    shares = (
        f"{share:.1f} % ± {error:.1f}" for share, error in (pooled(mine, 90), pooled(mine, 50))
    )
    narrowed = _narrowed([row for row in mine if row["latent"] != PRODUCT])
    return (head, count, *shares, f"{narrowed:.2f}")


def _share(events: int, n: int) -> str:
    found = bound_rate(events, n)
    return (
        f"{events}/{n}, {100 * events / n:.0f} % ({100 * found.low:.0f} to {100 * found.high:.0f})"
    )


# ---------------------------------------------------------------------------------- ranks


def binned(rows: Sequence[Row]) -> list[int]:
    """How many truths fell into each of `BINS` equal bins of ranks."""
    ranks = int(rows[0]["draws"]) + 1
    found = Counter(int(row["rank"]) * BINS // ranks for row in rows)
    return [found[place] for place in range(BINS)]


def chance_of(counts: Sequence[int]) -> float:
    """The chance that even ranks would give counts as uneven: the chi-square test."""
    even = sum(counts) / len(counts)
    return float(chi2.sf(sum((one - even) ** 2 for one in counts) / even, len(counts) - 1))


def gap(rows: Sequence[Row]) -> float:
    """The largest distance between the shares of truths up to a rank and those of even ranks."""
    ranks = int(rows[0]["draws"]) + 1
    found = Counter(int(row["rank"]) for row in rows)
    so_far, widest = 0, 0.0
    for rank in range(ranks):
        so_far += found[rank]
        widest = max(widest, abs(so_far / len(rows) - (rank + 1) / ranks))
    return widest


def spread_of(rows: Sequence[Row]) -> float:
    """How many standard errors the variance of ranks lies from even: below 0, they crowd."""
    ranks = int(rows[0]["draws"]) + 1
    squares = [((int(row["rank"]) + 0.5) / ranks - 0.5) ** 2 for row in rows]
    return (mean(squares) - 1.0 / 12.0) * math.sqrt(180.0 * len(squares))


def _ranks() -> Iterator[str]:
    rows = _rows("mechanism_sbc")
    latents = by_latent(rows)
    count, draws = len(next(iter(latents.values()))), rows[0]["draws"]
    bound = ERROR / (3 * len(latents))
    widest = math.sqrt(math.log(2.0 / bound) / (2.0 * count))
    far = NormalDist().inv_cdf(1.0 - bound / 2.0)
    uneven = [
        name for name, mine in latents.items()
        if chance_of(binned(mine)) < bound or gap(mine) > widest or abs(spread_of(mine)) > far
    ]  # fmt: skip
    smallest, alone = min(chance_of(binned(mine)) for mine in latents.values()), 3 * bound
    side = "**below its bound**" if smallest < bound else "above its bound"
    yield from (
        f"{count} invented courses with few samples and {len(latents)} unknowns, an unstated limit",
        "among them, were drawn from the prior and fitted. If prior, likelihood and sampler belong",
        f"together, the rank of the truth among {draws} draws of its posterior is even (Talts",
        f"2018, arXiv 1804.06788). Tested in {BINS} bins by chi-square, by the largest gap of the",
        "cumulated shares, and by the variance of ranks in standard errors (this one was added",
        f"after the ranks had been seen). With 3 tests of {len(latents)} latents (Bonferroni) a",
        f"p-value below {bound:.4f}, a gap above {widest:.3f} or a variance beyond {far:.1f} would",
        "be news. The tests take draws of one fit as independent, which they only nearly are.",
        "",
        f"The smallest p-value of chi-square is {smallest:.3f}, {side}; that of chi-square alone",
        f"for {len(latents)} latents would be {alone:.4f}.",
        *_news(uneven, latents),
        "",
        "![Ranks of the truth among posterior draws](../images/mechanism-ranks.svg)",
        "",
        *table(
            ("latent", "chi-square p", "largest gap", "variance", "mean rank (0 to 1)", "narrowing",
             f"fits that narrowed it below {INFORMED:g}"),
            (
                (name, f"{chance_of(binned(mine)):.3f}", f"{gap(mine):.3f}",
                 f"{spread_of(mine):+.1f}", _mean_rank(mine),
                 f"{mean(float(row['narrowing']) for row in mine):.2f}", str(_learning(mine)))
                for name, mine in latents.items()
            ),
        ),
        "",
        "A posterior as wide as its prior has ranks that follow the truths that happened to be",
        "drawn, whatever the sampler does: where narrowing is near 1, the ranks prove little.",
        "",
        "Worst R-hat of a fit: "
        + ", ".join(_fits_under(rows, bound) for bound in _AGREEING[:3])
        + ".",
    )  # fmt: skip


def _news(uneven: Sequence[str], latents: dict[str, list[Row]]) -> Iterator[str]:
    if not uneven:
        yield "No test found anything uneven."
    for name in uneven:
        mine = latents[name]
        yield (
            f"**Ranks of {name} are uneven** (variance {spread_of(mine):+.1f}); "
            f"{_learning(mine)} of {len(mine)} fits narrowed it below {INFORMED:g}."
        )


def _learning(rows: Sequence[Row]) -> int:
    return sum(float(row["narrowing"]) < INFORMED for row in rows)


def _mean_rank(rows: Sequence[Row]) -> str:
    shares = [(int(row["rank"]) + 0.5) / (int(row["draws"]) + 1) for row in rows]
    return f"{mean(shares):.3f} ± {stdev(shares) / math.sqrt(len(shares)):.3f}"


def _fits_under(rows: Sequence[Row], bound: float) -> str:
    fits = {row["course"]: float(row["r_hat"]) for row in rows}
    return f"{sum(one < bound for one in fits.values())} of {len(fits)} under {bound:g}"


def _limits() -> tuple[str, ...]:
    return (
        "- Courses of the first two questions come from the model itself. They show that a fit",
        "  finds what the model made, never that patients are as in the model.",
        "- What is known and usual there is uncertain in a patient: intervals of a patient are",
        "  wider, and rest on priors that no patient's course has tested.",
        "- Targets are rates of cohorts. To hit them says nothing of who will respond.",
        "- Severe CRS and GVHD are uncalibrated indices, whatever was hit.",
        "- Statements beyond the months observed follow from assumptions alone.",
    )
