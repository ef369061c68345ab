"""Descriptors as plain values that JSON can hold, and as rows of a tidy table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.cli.plain import Plain
from reinfuse.errors import Finding
from reinfuse.kinetics.descriptors import (
    Described,
    Descriptor,
    NotEstimable,
    Ratio,
    Summary,
    ratios_of,
    summaries,
)

CSV_COLUMNS = (
    "id", "infusion", "assay", "descriptor", "pptestcd", "value", "unit", "not_estimable", "notes",
)  # fmt: skip


def as_plain(found: Described, notes: Sequence[Finding]) -> Plain:
    """Rules, profiles with their descriptors, ratios, summary, and notes on the file."""
    return {
        "rules": _rules(found),
        "profiles": [_profile(found, place) for place in range(len(found.profiles))],
        "ratios": list(map(_ratio, ratios_of(found))),
        "summary": list(map(_summary, summaries(found))),
        "notes": [{"rule": one.rule, "what": one.what, "where": one.where} for one in notes],
    }


def csv_rows(found: Described) -> Iterator[list[str]]:
    """One row for each profile and descriptor; the value at full precision."""
    profiles = found.profiles
    for place in range(len(profiles)):
        assay = profiles.assays[int(profiles.assay[place])].label
        head = [profiles.subject[place], str(int(profiles.occasion[place])), assay]
        for one in found.descriptors:
            answer, notes = found[one.name].at(place), found[one.name].notes(place)
            number = isinstance(answer, float)
            yield [
                *head,
                one.name,
                one.pptestcd,
                repr(answer) if number else "",
                unit_of(found, one, place),
                "" if isinstance(answer, float) else answer.why,
                "; ".join(notes),
            ]


def unit_of(found: Described, one: Descriptor, place: int) -> str:
    """The unit of a descriptor of one profile."""
    profiles = found.profiles
    return one.unit.written(profiles.unit(place), profiles.time_unit)


def _rules(found: Described) -> Plain:
    rules = found.rules
    return {
        "below_limit": rules.blq.name,
        "method": str(rules.method),
        "route": str(rules.route),
        "window": list(rules.terminal.window) if rules.terminal.window else None,
    }


def _profile(found: Described, place: int) -> Plain:
    profiles = found.profiles
    return {
        "id": profiles.subject[place],
        "infusion": int(profiles.occasion[place]),
        "assay": profiles.assays[int(profiles.assay[place])].label,
        "unit": profiles.unit(place),
        "descriptors": {
            one.name: _answer(found[one.name].at(place))
            | {
                "unit": unit_of(found, one, place),
                "notes": list(found[one.name].notes(place)),
            }
            for one in found.descriptors
        },
    }


def _ratio(one: Ratio) -> Plain:
    return {
        "id": one.subject,
        "assay": one.assay,
        "infusion": one.later,
        "against": one.earlier,
        "of": {name: _answer(answer) for name, answer in one.of.items()},
    }


def _summary(one: Summary) -> Plain:
    numbers = {
        "geometric_mean": one.geometric_mean,
        "geometric_cv_percent": one.geometric_cv,
        "median": one.median,
        "low": one.low,
        "high": one.high,
    }
    return {
        "descriptor": one.descriptor.name,
        "assay": one.assay,
        "infusion": one.occasion,
        "unit": one.unit,
        "profiles": one.profiles,
        "estimable": one.estimable,
    } | {name: _number(value) for name, value in numbers.items()}


def _number(value: float | NotEstimable) -> float | None:
    return value if isinstance(value, float) else None


def _answer(answer: float | NotEstimable) -> Plain:
    if isinstance(answer, NotEstimable):
        return {"value": None, "not_estimable": answer.why}
    return {"value": answer, "not_estimable": None}
