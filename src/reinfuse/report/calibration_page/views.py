"""The sections of a calibration, and the page that they are put into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from reinfuse.evidence import Role
from reinfuse.report.calibration_page.forest import target_charts
from reinfuse.report.calibration_page.taken import SettingRow, setting_rows
from reinfuse.report.calibration_page.targets import (
    ROLES,
    Missed,
    TargetRow,
    missed,
    tally_rows,
    target_rows,
)
from reinfuse.report.calibration_page.unknowns import contraction_chart, unknown_rows
from reinfuse.report.charts import chart_css
from reinfuse.report.charts.values import Chart
from reinfuse.report.page.inputs import Provenance
from reinfuse.report.page.templating import environment, own_text
from reinfuse.trials.calibration import INFORMED, CalibrationResult, Compared


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleView:
    """The targets of one role: as a table, as charts, and those that were missed."""

    name: str
    title: str
    calibrates: bool
    asked: bool
    rows: tuple[TargetRow, ...]
    charts: tuple[Chart, ...]
    missed: tuple[Missed, ...]
    settings: tuple[SettingRow, ...]


def page_of(result: CalibrationResult, *, provenance: Provenance, title: str) -> str:
    """The whole page."""
    css = (own_text("page.css"), chart_css(), _own_css("forecast", "forecast.css"),
           _own_css("calibration_page", "calibration.css"))  # fmt: skip
    return (
        environment()
        .get_template("calibration.html")
        .render(
            title=title,
            result=result,
            provenance=provenance,
            css=Markup("\n".join(css)),  # our own files
            informed_below=INFORMED,
            tallies=tally_rows(result),
            roles=tuple(_views(result)),
            unknowns=unknown_rows(result),
            contraction=contraction_chart(result),
        )
    )


def _views(result: CalibrationResult) -> Iterator[RoleView]:
    """Those to calibrate, those of an earlier round where there are any, and those held out."""
    for role, name in ((Role.CALIBRATE, "calibrate"), (Role.SEEN, "held-out-before")):
        own = [one for one in result.calibrated_on if one.target.role is role]
        if own or role is Role.CALIBRATE:
            yield _view(role, name, own)
    yield _view(Role.HELD_OUT, "held-out", result.held_out)


def _view(role: Role, name: str, compared: Sequence[Compared] | None) -> RoleView:
    own = tuple(compared or ())
    words = ROLES[role]
    return RoleView(
        name=name, title=f"Targets {words}", calibrates=role.calibrates,
        asked=compared is not None, rows=target_rows(own),
        charts=target_charts(own, name=name, role=words), missed=missed(own),
        settings=setting_rows(own),
    )  # fmt: skip


def _own_css(room: str, name: str) -> str:
    return files(f"reinfuse.report.{room}").joinpath(name).read_text(encoding="utf-8")
