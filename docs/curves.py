"""Reference page of the curves: formulas, parameters, sources, and the published populations."""

from __future__ import annotations

import numpy as np

from docs.markdown import page, table
from reinfuse.kinetics import SpreadReading
from reinfuse.kinetics.curves import CART_CURVES, CURVES, Curve
from reinfuse.kinetics.curves.growth import GROWTH_CURVES
from reinfuse.kinetics.published import POPULATIONS, NotPublished, PublishedPopulation

_FALL = "C = cmax ((1 - fb) exp(-alpha (t - tmax)) + fb exp(-beta (t - tmax))) from tmax on"
_TERMS = "sum of exponentials of a bolus, averaged over the infusion, added over doses"
_TAKEN = "each exponential of a bolus convolved with ka exp(-ka t), added over doses"
_MM = "V dC/dt = -vmax C/(km + C)"

FORMULAS = {
    "stein": f"ln C = ln cmax - (ln fold/tmax)(tmax - t) before tmax; {_FALL}",
    "stein-treated": "as stein; the growth rate times ftoci from tocilizumab_day on and times "
    "fster from steroid_day on, until tmax",
    "ogasawara": "C level until lag; rate ln 2/doubling from lag to tmax; then as stein",
    "liu": "C falls by kdis until t0; rate ln 2/doubling from t0 to tmax; then as stein",
    "saturable": "growth rate rise/(1 + C/km) through a sigmoid gate at tmax of width `gate`; "
    "then as stein",
    "rise-and-fall": "ln C = ln peak + S(t) - S(peak_day), S = -rise v + ln((1 - lasting) "
    "exp(-fast u) + lasting exp(-slow u)); u, v are softplus functions of width `gate`",
    "iv-one": _TERMS,
    "iv-one-rate": _TERMS,
    "iv-two": _TERMS,
    "iv-two-rates": _TERMS,
    "iv-two-exponents": "level per dose a exp(-alpha t) + b exp(-beta t), added over doses",
    "iv-three": _TERMS,
    "oral-one": _TAKEN,
    "oral-one-lag": f"{_TAKEN}, each lag later",
    "oral-one-rate": _TAKEN,
    "oral-one-clearance": _TAKEN,
    "oral-two": _TAKEN,
    "oral-two-lag": f"{_TAKEN}, each lag later",
    "iv-saturable": f"{_MM}, by Lambert's W from each dose to the next",
    "oral-saturable": f"{_MM} + ka times what waits to be absorbed, integrated",
    "logistic": "asym/(1 + exp(-(x - xmid)/scal))",
    "biexponential": "a1 exp(-exp(lrc1) x) + a2 exp(-exp(lrc2) x)",
    "asymptotic": "asym + (r0 - asym) exp(-exp(lrc) x)",
    "linear": "base + slope x",
    "growth": "a (1 - b exp(-k x))",
    "emax": "e0 + emax x/(ec50 + x)",
    "plateau": "ymax - slope max(xmax - x, 0)",
    "decay": "start exp(-k x)",
}

OWN_CURVE = """```python
import jax.numpy as jnp

from reinfuse.estimation.individual import fit_least_squares
from reinfuse.kinetics.curves import Curve, Parameter
from reinfuse.source import Source, Standing

gompertz = Curve(
    name="gompertz",
    title="Growth that slows from the start",
    parameters=(
        Parameter(name="top", unit="cells/uL", meaning="what it grows to", typical=100.0),
        Parameter(name="short", unit="1", meaning="ln of top over the start", typical=5.0),
        Parameter(name="rate", unit="1/d", meaning="rate of slowing", typical=0.3),
    ),
    value=lambda p, when: jnp.log(p["top"]) - p["short"] * jnp.exp(-p["rate"] * when.time),
    logarithmic=True,  # it gives ln C
    source=Source(cite="our own", standing=Standing.OURS),
)
fit = fit_least_squares(gompertz, [1, 3, 5, 7, 10, 14], [2.1, 9.8, 29.5, 55.0, 84.0, 97.0])
for one in fit.estimates:
    print(f"{one.name} {one.value:.3g} {one.unit}, standard error {one.standard_error:.2g}")
```"""


def curves_page() -> str:
    """Every curve with its formula and parameters, a curve of one's own, and the populations."""
    drugs = [c for c in CURVES.values() if c not in CART_CURVES and c not in GROWTH_CURVES]
    return page(
        "Curves",
        (
            "A curve is named parameters and the levels that follow from them. It is written once",
            "and runs in NumPy and in JAX, with a slope along every parameter. A parameter varies",
            "between patients as a normal on its scale: the logarithm, the logit, or itself.",
        ),
        (
            "Joints are rounded: where a published curve turns at once, max(t, 0) is replaced by",
            "w ln(1 + exp(t/w)), with w = 0.05 days where nothing else is said. At the joint the",
            "level differs by w ln 2 times the change of slope; some ten widths away, by nothing.",
        ),
        ("## CAR-T cells in blood", "", *_tables(CART_CURVES)),
        (
            "## Drugs",
            "",
            "A dose has a time, an amount and a duration (0 for a bolus). Before the first dose",
            "the level is 0. A sample at the very time of a bolus sees it; one drawn just before",
            "must carry an earlier time. Typical values are only places to start from.",
            "",
            *_tables(tuple(drugs)),
        ),
        (
            "## Classic reference sets",
            "",
            "x is the time of the schedule, whatever it measures.",
            "",
            *_tables(GROWTH_CURVES),
        ),
        ("## A curve of your own", "", *OWN_CURVE.splitlines()),
        *_populations(),
    )


def _tables(curves: tuple[Curve, ...]) -> list[str]:
    lines: list[str] = []
    heads = ("parameter", "unit", "meaning", "typical", "scale")
    for curve in curves:
        lines += [f"### {curve.name}", "", f"{curve.title}.", "", f"    {FORMULAS[curve.name]}", ""]
        rows = (
            (one.name, one.unit, one.meaning, _short(one.typical), str(one.scale))
            for one in curve.parameters
        )
        lines += [*table(heads, rows), ""]
        if curve.inputs:
            lines += [f"Inputs: {', '.join(f'`{name}`' for name in curve.inputs)}.", ""]
        lines += [f"{curve.note} Source: {curve.source}.".strip(), ""]
    return lines[:-1]


def _populations() -> tuple[tuple[str, ...], ...]:
    told = [
        "## Published populations",
        "",
        "`reinfuse.kinetics.published.POPULATIONS` holds them by name. SD is the spread between",
        "patients on the scale of the parameter.",
    ]
    for one in POPULATIONS.values():
        told += ["", f"### {one.name}", "", *_population(one)]
    reading = (
        "## How Stein's spread is read",
        "",
        "One public port enters the printed random effects as variances, another as standard",
        f"deviations. The default is, {SpreadReading.VARIANCES}: patients drawn that way, sampled",
        "on days 1 to 28 with the printed residual and a limit of 50 copies/ug, differ as much as",
        "those of the trials did.",
        "",
        *table(
            ("geometric CV of", "as variances", "as standard deviations", "label (recalled)"),
            (
                ("highest level", "147 %", "109 %", "154 to 155 %"),
                ("area, day 0 to 28", "161 %", "116 %", "178 %"),
            ),
        ),
        "",
        "Against it: the program of the fit prints standard deviations unless told otherwise",
        "(recalled), and variances imply true peaks between day 2 and 41 in 79 patients, against",
        "5.7 to 28 in the label; with weekly samples both readings show 3 to 28. The report on one",
        "patient takes the wider reading of each parameter, which is the variance for all but the",
        "fold expansion.",
    )
    return tuple(told), reading


def _population(one: PublishedPopulation) -> list[str]:
    variances = one.spread(SpreadReading.VARIANCES)
    deviations = one.spread(SpreadReading.DEVIATIONS)
    rows = (
        (
            row.name,
            _number(row.typical),
            "" if row.interval is None else " to ".join(map(_short, row.interval)),
            _number(variances[row.name]),
            _number(deviations[row.name]),
        )
        for row in one.parameters
    )
    heads = ("parameter", "typical", "95 % interval", "SD, as variance", "SD, as SD")
    last = f"Curve `{one.curve.name}`, {one.patients} patients, levels in {one.level_unit}, SD of "
    last += f"the logarithm of a level {_number(one.residual_sd)}."
    return [one.note, "", *table(heads, rows), "", f"{last} Source: {one.source}."]


def _number(value: float | NotPublished) -> str:
    return value.why if isinstance(value, NotPublished) else _short(value)


def _short(number: float) -> str:
    """Three significant digits at most, never a power of ten."""
    return np.format_float_positional(number, precision=3, fractional=False, trim="-")
