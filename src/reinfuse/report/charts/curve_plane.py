"""Where a day and a level of a CAR-T curve stand on the plot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.report.charts.curve_inputs import InfusionCurve, Measured, NotDetected
from reinfuse.report.charts.drawing import Frame
from reinfuse.report.charts.level_scale import LevelScale

ARROW_PX = 18.0  # below a stated limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """The plot in pixels from its upper left corner, from day 0 to `last_day`."""

    frame: Frame
    scale: LevelScale
    last_day: float

    def x(self, day: float) -> float:
        """Pixels from the left; days beyond the plot stand at its edge."""
        return self.frame.width * min(max(day, 0.0), self.last_day) / self.last_day

    def y(self, level: float) -> float:
        """Pixels from the top."""
        bottom, top = self.scale.place(self.scale.low), self.scale.place(self.scale.high)
        return self.frame.height * (top - self.scale.place(level)) / (top - bottom)

    def foot(self, point: NotDetected) -> float:
        """How far down the arrow of a limit reaches."""
        if point.stated:
            return self.y(point.limit[1]) + ARROW_PX
        return self.y(point.limit[0])

    def seen(self, curve: InfusionCurve) -> Iterator[Measured | NotDetected]:
        """The points that can lie on the plot."""
        for point in curve.points:
            if point.days[0] <= self.last_day and point.days[1] >= 0.0:
                yield point
