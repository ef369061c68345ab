"""`reinfuse nca`: descriptors of cell kinetics of every profile of a set, or of a course."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reinfuse.cli.data_loading import LoadedData, load_data, tell_notes
from reinfuse.cli.nca_plain import CSV_COLUMNS, as_plain, csv_rows
from reinfuse.cli.nca_table import lines
from reinfuse.cli.outputs import check_outputs
from reinfuse.cli.plain import head_of, json_text
from reinfuse.cli.tidy import csv_text
from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import write_whole
from reinfuse.kinetics.descriptors import (
    ANY_SPAN,
    DEFAULT,
    DRUG_DEFAULT,
    Descriptor,
    Profiles,
    Route,
    Rules,
    TerminalRule,
    above,
    area_between,
    area_method,
    blq_rule,
    describe,
    descriptors_named,
    profiles_of,
)

NO_PROFILE = "no profile is left"
MOST_NAMED = 10


def run(options: Namespace) -> int:
    """Print descriptors of every profile, ratios of infusions and a summary; write them as CSV."""
    output: Path | None = options.output
    check_outputs((output,), options.files)
    rules = _rules(options)
    descriptors = _descriptors(options, rules.route)
    loaded = load_data(options.files, options)
    profiles = _profiles(options, loaded, rules.route)
    found = describe(profiles, rules=rules, descriptors=descriptors)
    if output is not None:
        write_whole(output, csv_text(CSV_COLUMNS, csv_rows(found)))
    if options.json:
        print(json_text(head_of(loaded.file, loaded.sha256) | as_plain(found, loaded.notes)))
        return 0
    tell_notes(loaded.notes)
    for line in lines(found):
        print(line)
    if output is not None:
        print(f"wrote {output} ({output.stat().st_size / 1000:.0f} kB)")
    return 0


def _rules(options: Namespace) -> Rules:
    route = Route(options.route)
    cells = route is Route.CELLS
    terminal = TerminalRule() if cells else ANY_SPAN
    if options.lambda_z is not None:
        terminal = TerminalRule(
            least_span=terminal.least_span,
            window=_pair(options.lambda_z, "--lambda-z", "the days that the line is drawn through"),
        )
    return Rules(
        blq=blq_rule(options.blq or ("cells" if cells else "pknca")),
        method=area_method(options.method),
        terminal=terminal,
        route=route,
        peak_days=Rules().peak_days if cells else None,
    )


def _descriptors(options: Namespace, route: Route) -> tuple[Descriptor, ...]:
    default = DEFAULT if route is Route.CELLS else DRUG_DEFAULT
    named = descriptors_named(options.descriptor or ())
    areas = tuple(
        area_between(*_pair(text, "--auc", "an area between two days"))
        for text in options.auc or ()
    )
    times = tuple(map(above, options.threshold or ()))
    asked = (*named, *areas, *times)
    chosen = asked if named else (*default, *asked)
    return tuple({one.name: one for one in chosen}.values())


def _profiles(options: Namespace, loaded: LoadedData, route: Route) -> Profiles:
    profiles = profiles_of(
        loaded.data,
        from_infusion=options.from_infusion or not any(one.doses for one in loaded.data.subjects),
        time_unit="d" if route is Route.CELLS else None,
    )
    for name, said, known in (
        ("ID", options.id, profiles.subject),
        ("assay", options.assay, tuple(one.label for one in profiles.assays)),
    ):
        unknown = [one for one in said or () if one not in known]
        if unknown:
            raise ReinfuseError(
                f"no {name} is called {unknown[0]!r}", where=loaded.file, fix=_some(known)
            )
    if options.id:
        profiles = profiles.only(_among(profiles.subject, options.id))
    if options.assay:
        labels = [profiles.assays[int(place)].label for place in profiles.assay]
        profiles = profiles.only(_among(labels, options.assay))
    if not len(profiles):
        raise ReinfuseError(NO_PROFILE, where=loaded.file, fix="look at the samples of the file")
    _one_unit(options, profiles)
    return profiles


def _one_unit(options: Namespace, profiles: Profiles) -> None:
    """Refuse a threshold that would be taken in two units."""
    units = {profiles.assays[int(place)].unit for place in profiles.assay}
    if options.threshold and len(units) > 1:
        raise ReinfuseError(
            f"a threshold has one unit, and the assays have {', '.join(sorted(units))}",
            fix="name one assay with --assay",
        )


def _pair(text: str, option: str, meaning: str) -> tuple[float, float]:
    """Two days written as `0,28`, the second after the first."""
    parts = text.split(",")
    try:
        low, high = map(float, parts)
    except ValueError:
        low, high = 0.0, float("nan")
    if not 0 <= low < high < float("inf"):
        raise ReinfuseError(
            f"{option} {text} is not {meaning}", fix=f"write two days, such as {option} 0,28"
        )
    return low, high


def _among(named: Sequence[str], wanted: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([one in wanted for one in named], dtype=np.bool_)


def _some(known: Sequence[str]) -> str:
    """A few of the names that there are."""
    names = list(dict.fromkeys(known))
    shown = ", ".join(names[:MOST_NAMED])
    return f"there are {shown}" + (" and more" if len(names) > MOST_NAMED else "")
