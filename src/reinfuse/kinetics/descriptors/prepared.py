"""What all descriptors of a set of profiles share, computed once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reinfuse.kinetics.descriptors.areas import Areas, areas_of
from reinfuse.kinetics.descriptors.lines import Lines
from reinfuse.kinetics.descriptors.phases import (
    contraction_bars,
    contraction_line,
    rise_bars,
    rise_line,
    sample_bars,
    terminal_bars,
    terminal_line,
)
from reinfuse.kinetics.descriptors.profiles import Profiles
from reinfuse.kinetics.descriptors.reasons import Bar, Column, Numbers, Reason, column
from reinfuse.kinetics.descriptors.rules import Rules
from reinfuse.kinetics.descriptors.series import Series, at, series_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """Profiles with their series, areas and lines.

    `rate` is the accepted terminal rate constant; `contraction` and `rise` are half-life and
    doubling time; what needs one of them inherits the reason where there is none.
    """

    profiles: Profiles
    rules: Rules
    series: Series
    areas: Areas
    terminal: Lines
    contraction_line: Lines
    rise_line: Lines
    rate: Column
    contraction: Column
    rise: Column
    quantified: Column
    area_last: Column

    @property
    def peak_level(self) -> Numbers:
        """The highest quantified level."""
        return at(self.series.level, self.series.peak)

    @property
    def last_level(self) -> Numbers:
        """The last quantified level."""
        return at(self.series.level, self.series.last)

    @property
    def last_time(self) -> Numbers:
        """The time of the last quantified sample."""
        return at(self.series.time, self.series.last)

    @property
    def line_at_last(self) -> Numbers:
        """The level of the terminal line at the last quantified sample."""
        line = self.terminal
        return np.exp(line.height + line.slope * (self.last_time - line.to_time))


def prepare(profiles: Profiles, rules: Rules) -> Prepared:
    """Everything that descriptors are read off, by the rules given."""
    series = series_of(profiles, rules.blq, rules.route)
    areas = areas_of(series, rules.method)
    terminal = terminal_line(series, rules.terminal, rules.route)
    contraction, rise = contraction_line(series), rise_line(series)
    fast, doubling = contraction.half_life, rise.half_life
    whole = column(at(areas.area, series.last), *area_bars(series))
    return Prepared(
        profiles=profiles,
        rules=rules,
        series=series,
        areas=areas,
        terminal=terminal,
        contraction_line=contraction,
        rise_line=rise,
        rate=column(-terminal.slope, *terminal_bars(terminal, series, rules.terminal)),
        contraction=column(fast, *contraction_bars(contraction, series)),
        rise=column(doubling, *rise_bars(rise, series)),
        quantified=column(series.until, *sample_bars(series)),
        area_last=whole,
    )


def area_bars(series: Series) -> tuple[Bar, ...]:
    """Why no area can be computed."""
    return (*sample_bars(series), Bar(series.samples == 1, Reason.ONE_SAMPLE))
