"""Descriptors on a terminal: each profile where there are few, one row for each where many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from textwrap import fill

import numpy as np

from reinfuse.cli.columns import columns, width
from reinfuse.cli.nca_plain import unit_of
from reinfuse.kinetics.descriptors import (
    DESCRIPTORS,
    Column,
    Described,
    Descriptor,
    Family,
    NotEstimable,
    Route,
    Summary,
    ratios_of,
    summaries,
)
from reinfuse.quantity import shown_number

FEW = 6
MOST_ROWS = 40
SHOWN = ("cmax", "tmax", "auc_0_28", "doubling_time", "contraction_half_life", "half_life", "tlast")
SHOWN_OF_A_DRUG = ("cmax", "tmax", "auc_last", "auc_inf", "half_life", "clearance", "tlast")
OPEN = "-"
_WINDOWS = {
    "half_life": "terminal",
    "lambda_z": "terminal",
    "doubling_time": "rise",
    "contraction_half_life": "contraction",
}
_LENGTHS = {
    "terminal": "half-lives",
    "contraction": "half-lives",
    "rise": "doubling times",
}
_STANDARD = {one.symbol for one in DESCRIPTORS}
NOTICE = "For research: it describes the data and decides nothing about treatment."


def lines(found: Described) -> Iterator[str]:
    """The lines of the whole answer."""
    rules = found.rules
    yield _paragraph(
        f"below the limit: {rules.blq.name} (before {rules.blq.first}, between {rules.blq.middle},"
        f" after {rules.blq.last}); areas: {rules.method}"
    )
    if len(found.profiles) <= FEW:
        for place in range(len(found.profiles)):
            yield from _one_profile(found, place)
    else:
        yield from _many_profiles(found)
    yield from _ratio_lines(found)
    yield from _summary_lines(found)
    yield ""
    yield f"{OPEN} not estimable, for the reason given. {NOTICE}"


def _one_profile(found: Described, place: int) -> Iterator[str]:
    unit = found.profiles.unit(place)
    yield ""
    yield found.profiles.label(place) + (f" ({unit})" if unit else "")
    rows = []
    for one in _without_windows(found):
        answer = found[one.name].at(place)
        if isinstance(answer, NotEstimable):
            rows.append((one.heading, OPEN, "", answer.why))
            continue
        said = "; ".join([*_window(found, one, place), *found[one.name].notes(place)])
        rows.append((one.heading, _shown(answer), unit_of(found, one, place), said))
    for line in columns(("descriptor", "value", "unit", "mind"), rows):
        yield f"  {line}"


def _window(found: Described, one: Descriptor, place: int) -> Iterator[str]:
    """The window of a half-life in words, where its parts were computed."""
    phase = _WINDOWS.get(one.name)
    if phase is None or f"{phase}_from" not in found.columns:
        return
    told = {
        name: found[f"{phase}_{name}"].at(place)
        for name in ("from", "to", "points", "adjusted_r2", "span")
    }
    numbers = {name: said for name, said in told.items() if isinstance(said, float)}
    adjusted = f", adjusted R2 {numbers['adjusted_r2']:.3f}" if "adjusted_r2" in numbers else ""
    yield (
        f"day {numbers['from']:.4g} to {numbers['to']:.4g}, {numbers['points']:.0f}"
        f" points{adjusted}, {numbers['span']:.1f} {_LENGTHS[phase]} long"
    )


def _many_profiles(found: Described) -> Iterator[str]:
    shown = _shown_descriptors(found)
    profiles = found.profiles
    heads = ["ID", "infusion", "assay", *(_head(found, one) for one in shown)]
    rows = []
    for place in range(min(len(profiles), MOST_ROWS)):
        assay = profiles.assays[int(profiles.assay[place])].label
        cells = [_cell(found, one, place) for one in shown]
        rows.append((profiles.subject[place], str(int(profiles.occasion[place])), assay, *cells))
    yield ""
    yield from columns(heads, rows)
    if len(profiles) > MOST_ROWS:
        yield f"and {len(profiles) - MOST_ROWS} more; -o writes all, --id shows one in full"
    yield ""
    yield "+ at least"
    for one in shown:
        yield from _why_not(found[one.name], one.symbol)


def _why_not(column: Column, symbol: str) -> Iterator[str]:
    """How many profiles have no value for each reason, with the words of one of them."""
    barred = np.flatnonzero(column.reason)
    counted = Counter(column.reason[barred].tolist())
    for reason, count in counted.most_common():
        example = column.why(int(np.flatnonzero(column.reason == reason)[0]))
        yield _paragraph(f"  {symbol}: {count} not estimable, such as: {example}")


def _shown_descriptors(found: Described) -> list[Descriptor]:
    """Those of the short table that were computed; else the first that were."""
    names = SHOWN if found.rules.route is Route.CELLS else SHOWN_OF_A_DRUG
    chosen = [one for one in found.descriptors if one.name in names]
    asked = [one for one in found.descriptors if one.symbol not in _STANDARD]
    return [*chosen, *asked] or _without_windows(found)[: len(SHOWN)]


def _head(found: Described, one: Descriptor) -> str:
    units = {unit_of(found, one, place) for place in range(len(found.profiles))}
    return f"{one.symbol} {units.pop()}".strip() if len(units) == 1 else one.symbol


def _cell(found: Described, one: Descriptor, place: int) -> str:
    answer = found[one.name].at(place)
    if isinstance(answer, NotEstimable):
        return OPEN
    least = any(words.startswith("at least") for words in found[one.name].notes(place))
    return f"{_shown(answer)}{'+' if least else ''}"


def _ratio_lines(found: Described) -> Iterator[str]:
    ratios = ratios_of(found)
    if not ratios or not ratios[0].of:
        return
    symbols = {one.name: one.symbol for one in found.descriptors}
    rows = [
        (one.subject, one.assay, *(_ratio(answer) for answer in one.of.values()))
        for one in ratios[:MOST_ROWS]
    ]
    yield ""
    yield f"infusion {ratios[0].later} against infusion {ratios[0].earlier}: ratios"
    yield from columns(("ID", "assay", *(symbols[name] for name in ratios[0].of)), rows)
    if len(ratios) > MOST_ROWS:
        yield f"and {len(ratios) - MOST_ROWS} more; --json holds all"


def _ratio(answer: float | NotEstimable) -> str:
    return f"{OPEN} ({answer.why})" if isinstance(answer, NotEstimable) else _shown(answer)


def _summary_lines(found: Described) -> Iterator[str]:
    wanted = {one.name for one in _without_windows(found)}
    rows = [
        (
            one.assay,
            str(one.occasion),
            one.descriptor.symbol,
            one.unit,
            f"{one.estimable}/{one.profiles}",
            _told(one.geometric_mean),
            _told(one.geometric_cv),
            _told(one.median),
            _range(one),
        )
        for one in summaries(found)
        if one.descriptor.name in wanted and one.profiles > 1
    ]
    if not rows:
        return
    heads = (
        "assay", "infusion", "descriptor", "unit", "n", "geo. mean", "geo. CV %", "median", "range"
    )  # fmt: skip
    yield ""
    yield from columns(heads, rows)


def _without_windows(found: Described) -> list[Descriptor]:
    """The descriptors but for windows, which stand beside their half-life where that is there."""
    there = {_WINDOWS[name] for name in found.columns if name in _WINDOWS}
    return [
        one
        for one in found.descriptors
        if one.family is not Family.WINDOW or one.name.split("_")[0] not in there
    ]


def _range(one: Summary) -> str:
    if isinstance(one.low, NotEstimable) or isinstance(one.high, NotEstimable):
        return OPEN
    return f"{_shown(one.low)} to {_shown(one.high)}"


def _told(number: float | NotEstimable) -> str:
    return OPEN if isinstance(number, NotEstimable) else _shown(number)


def _shown(number: float) -> str:
    return shown_number(float(f"{number:.4g}"))


def _paragraph(words: str) -> str:
    return fill(words, width(), subsequent_indent="    ")
