"""Where a control puts the border of CAR-T cells, and what that costs, with stray events in it.

A control is drawn from four kinds of negatives and holds a share of stray events, as bright as dim
CAR-T cells are: stickiness, doublets, carryover. Two rules place the border: the 99.9th percentile
of the control, and 3.09 spreads of its upper flank above its median, which is the same place in a
normal heap. Then CAR-T cells are counted in a sample with the same negatives and the same share of
strays, and the background of the control behind that border is taken off. The sample is counted
without error, so that what is left is the error of the border and of the blank: `bias` and `sd` are
in percentage points, for 30 % of bright CAR-T cells, 30 % of dim ones, and 1 % of bright ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from reinfuse.cytometry.placing.borders import sought
from reinfuse.cytometry.placing.values import Flank, Percentile
from reinfuse.cytometry.sample import Floats
from reinfuse.cytometry.scales.logicle import Logicle

INPUTS = (
    "src/reinfuse/cytometry/placing/borders.py",
    "src/reinfuse/cytometry/placing/values.py",
    "src/reinfuse/cytometry/scales/logicle.py",
)
HEADER = (
    "negatives", "control_cells", "stray_percent", "rule", "runs", "border", "border_sd",
    "background_percent", "bright_bias", "bright_sd", "dim_bias", "dim_sd", "rare_bias", "rare_sd",
)  # fmt: skip
RUNS = 100
SIZES = (2_000, 6_000, 20_000, 200_000)
STRAYS = (0.0, 0.001, 0.002, 0.005)
# Nothing holds the rules back here, neither reach nor a number of events.
RULES: Mapping[str, Percentile | Flank] = {
    "percentile": Percentile(reach=9.0, below=0.999, fewest_beyond=1),
    "flank": Flank(reach=9.0, spreads=3.09, most_beyond=0.5, fewest=1),
}
SCALE = Logicle(top=262_144.0, width=0.5, decades=4.5)
BANK = 400_000
Drawn = Callable[[int, np.random.Generator], Floats]


def chunks() -> Sequence[str]:
    """One kind of negatives each."""
    return tuple(NEGATIVES)


def run(chunk: str) -> list[tuple[object, ...]]:
    """A row for each size of control, share of strays, and rule."""
    return rows(chunk, SIZES, runs=RUNS)


def rows(chunk: str, sizes: Sequence[int], *, runs: int) -> list[tuple[object, ...]]:
    """The rows of one kind of negatives, for some sizes, with fewer runs for a test."""
    number = list(NEGATIVES).index(chunk)
    rng = np.random.default_rng([11, number])
    negative = NEGATIVES[chunk]
    banks = [np.sort(_scaled(one(BANK, rng))) for one in (negative, _stray, _bright, _dim)]
    found: list[tuple[object, ...]] = []
    for size in sizes:
        for share in STRAYS:
            controls = [_control(negative, size, share, rng) for _ in range(runs)]
            for name, rule in RULES.items():
                seen = np.array([_counted(one, rule, share, banks) for one in controls])
                mean, sd = seen.mean(axis=0), seen.std(axis=0)
                found.append((
                    chunk, size, f"{100 * share:g}", name, runs, f"{mean[0]:.3f}", f"{sd[0]:.4f}",
                    f"{mean[1]:.3f}", f"{mean[2]:.2f}", f"{sd[2]:.2f}", f"{mean[3]:.2f}",
                    f"{sd[3]:.2f}", f"{mean[4]:.3f}", f"{sd[4]:.3f}",
                ))  # fmt: skip
    return found


def _control(negative: Drawn, size: int, share: float, rng: np.random.Generator) -> Floats:
    strays = int(rng.binomial(size, share))
    linear = np.concatenate([negative(size - strays, rng), _stray(strays, rng)])
    return _scaled(linear)


def _counted(
    control: Floats, rule: Percentile | Flank, share: float, banks: Sequence[Floats]
) -> tuple[float, ...]:
    """The border, the background in percent, and three errors in percentage points."""
    border = sought((control,), 0.45, rule).found
    negative, stray, bright, dim = (_above(bank, border) for bank in banks)
    blank = float((control >= border).mean())
    false = (1 - share) * negative + share * stray
    errors = []
    for true, recovered in ((0.3, bright), (0.3, dim), (0.01, bright)):
        gated = true * recovered + (1 - true) * false
        errors.append(100 * ((gated - blank) / (1 - blank) - true))
    return (border, 100 * blank, *errors)


def _above(bank: Floats, border: float) -> float:
    return 1 - float(np.searchsorted(bank, border)) / bank.size


def _scaled(linear: Floats) -> Floats:
    return np.asarray(SCALE.forward(linear), dtype=np.float64)


def _noisy(light: Floats, rng: np.random.Generator) -> Floats:
    """With the noise of photons and of a dark detector, as of an 18-bit instrument."""
    return np.asarray(light + rng.normal(size=light.size) * np.sqrt(20 * light + 35.0**2))


def _lognormal(size: int, rng: np.random.Generator, middle: float, width: float) -> Floats:
    return np.asarray(middle * np.exp(rng.normal(0, width, size)))


def _narrow(size: int, rng: np.random.Generator) -> Floats:
    return _noisy(_lognormal(size, rng, 90, 0.35), rng)


def _spread(size: int, rng: np.random.Generator) -> Floats:
    """Half of the cells carry the noise that compensation of a bright stain leaves."""
    return np.asarray(_narrow(size, rng) + rng.normal(0, 150, size) * (rng.random(size) < 0.5))


def _skew(size: int, rng: np.random.Generator) -> Floats:
    return _noisy(_lognormal(size, rng, 150, 0.6), rng)


def _heavy(size: int, rng: np.random.Generator) -> Floats:
    """Tails that a normal heap has not."""
    return np.asarray(90 + 60 * rng.standard_t(4, size))


def _stray(size: int, rng: np.random.Generator) -> Floats:
    return _noisy(_lognormal(size, rng, 4_000, 0.8), rng)


def _bright(size: int, rng: np.random.Generator) -> Floats:
    return _noisy(_lognormal(size, rng, 5_500, 0.55), rng)


def _dim(size: int, rng: np.random.Generator) -> Floats:
    return _noisy(_lognormal(size, rng, 1_500, 0.7), rng)


NEGATIVES: Mapping[str, Drawn] = {
    "narrow": _narrow,
    "spread": _spread,
    "skew": _skew,
    "heavy tails": _heavy,
}
