"""One check per thing that can be wrong with a target table: of one row, and of all together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from reinfuse.errors import Finding, Severity
from reinfuse.evidence.study import Study
from reinfuse.evidence.target import GRADED, NOT_STATED, SETTINGS, TYPICAL, Endpoint, Role, Target
from reinfuse.source import Standing

Row = Mapping[str, str]
Studies = Mapping[str, Study]

#: How many targets of each role the table has; said before the first run, like the targets.
COUNTS = {Role.CALIBRATE: 8, Role.SEEN: 24, Role.HELD_OUT: 12}

NUMBERS = ("value", "low", "high")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_ORIGINS = {"autologous": "autologous", "donor-derived": "donor after HSCT"}


def check_target(row: Row, studies: Studies, where: str) -> tuple[Finding, ...]:
    """Everything wrong with one row, unreadable cells first."""
    unreadable = tuple(finding for check in _READABLE for finding in check(row, where))
    if unreadable:
        return unreadable
    study = studies.get(row["study"])
    if study is None:
        fix = "use an id of the study table"
        return (_wrong(row, where, "unknown-study", f"no study is called {row['study']!r}", fix),)
    return tuple(finding for check in _AGREES for finding in check(row, study, where))


def check_table(targets: Sequence[Target], where: str) -> Iterator[Finding]:
    """What no single row can show: shared patients, mixed scales, how many of each role."""
    for one, other in combinations(targets, 2):
        if Role.HELD_OUT in (one.role, other.role) and share_patients(one.study, other.study):
            yield _table(
                "overlapping-targets",
                f"{one.id} and {other.id} count some of the same patients",
                where,
                "a held-out target shares patients with no other target: drop one of the two",
                (one.id, other.id),
            )
    for rule, words in (("mixed-scales", _scales), ("mixed-costimulation", _costimulation)):
        found = sorted({word for target in targets for word in words(target)})
        if len(found) > 1:
            fix = "hold the model against one of them only"
            yield _table(rule, f"targets of {' and of '.join(found)} stand together", where, fix)
    have = Counter(target.role for target in targets)
    for role, wanted in COUNTS.items():
        if have[role] != wanted:
            what = f"{have[role]} targets are for {role.value!r}, not {wanted}"
            yield _table("role-counts", what, where, "add or drop a row before the first run")


def share_patients(one: Study, other: Study) -> bool:
    """Whether the two cohorts are one, or the study table says that they share patients."""
    return (
        one.cohort == other.cohort or other.cohort in one.overlaps or one.cohort in other.overlaps
    )


def read_settings(text: str) -> tuple[tuple[str, str], ...]:
    """The `key=word` pairs of a cell, in the order written; a lone word has an empty key."""
    pairs = (part.rpartition("=") for part in text.split(";") if part.strip())
    return tuple((key.strip(), word.strip()) for key, _, word in pairs)


def _scales(target: Target) -> Iterator[str]:
    if target.endpoint in GRADED and target.study.scale:
        yield target.study.scale


def _costimulation(target: Target) -> Iterator[str]:
    if target.told("costimulation") != NOT_STATED:
        yield target.told("costimulation")


def _check_words(row: Row, where: str) -> Iterator[Finding]:
    for column, allowed in (("role", tuple(Role)), ("endpoint", tuple(Endpoint))):
        if row[column] not in tuple(allowed):
            what = f"{column} {row[column]!r} is not known"
            yield _wrong(row, where, f"unknown-{column}", what, "write one of: " + _list(allowed))
    for column in ("id", "study", "note"):
        if not row[column]:
            yield _wrong(row, where, "missing-cell", f"{column} is empty", f"fill in {column}")


def _check_numbers(row: Row, where: str) -> Iterator[Finding]:
    day = row["by_day"]
    if not (day.isascii() and day.isdigit() and int(day) > 0):
        what = f"by_day {day!r} is not a day after infusion"
        yield _wrong(row, where, "not-a-number", what, "write a whole number such as 28")
    given = [row[column] for column in NUMBERS if row[column]]
    if given and not (len(given) == len(NUMBERS) and all(map(_NUMBER.fullmatch, given))):
        fix = "give three plain numbers, or leave all three empty for a count"
        what = "value, low and high are not three numbers"
        yield _wrong(row, where, "not-a-number", what, fix)
    elif given and not float(row["low"]) <= float(row["value"]) <= float(row["high"]):
        what = f"{row['value']} is not between {row['low']} and {row['high']}"
        yield _wrong(row, where, "value-outside", what, "look the three numbers up again")
    if bool(given) != bool(row["unit"]):
        yield _wrong(row, where, "unit", "unit and value go together", "give both or neither")


def _check_settings(row: Row, where: str) -> Iterator[Finding]:
    pairs = read_settings(row["setting"])
    keys = [key for key, _ in pairs]
    for key, word in pairs:
        if key not in SETTINGS:
            what = f"setting {key or word!r} is not known"
            yield _wrong(row, where, "unknown-setting", what, "use: " + _list(tuple(SETTINGS)))
        elif word not in SETTINGS[key]:
            fix = "write one of: " + _list(SETTINGS[key])
            yield _wrong(row, where, "unknown-word", f"{key} {word!r} is not known", fix)
    for key in SETTINGS:
        if keys.count(key) != 1:
            what = f"setting {key} is given {keys.count(key)} times"
            yield _wrong(row, where, "setting-count", what, f"say {key} once; not stated is a word")


def _check_study(row: Row, study: Study, where: str) -> Iterator[Finding]:
    if row["value"]:
        out = study.not_a_target_because or study.source.standing is Standing.RECALLED
    else:
        out = not study.may_be_target
    if out:
        why = study.not_a_target_because or "it is recalled or has no count"
        what = f"{study.id} may not be a target: {why}"
        yield _wrong(row, where, "no-target", what, "choose another study")
    if row["role"] != Role.CALIBRATE and row["value"]:
        fix = "hold out only x of n"
        yield _wrong(row, where, "held-out-value", "a population value is held out", fix)
    if bool(row["value"]) != (Endpoint(row["endpoint"]) in TYPICAL):
        what = f"{row['endpoint']} and a {'value' if row['value'] else 'count'} do not go together"
        fix = "rates are counts of patients; " + _list(tuple(sorted(TYPICAL))) + " are values"
        yield _wrong(row, where, "wrong-kind", what, fix)


def _check_scale(row: Row, study: Study, where: str) -> Iterator[Finding]:
    if Endpoint(row["endpoint"]) in GRADED and not study.scale:
        what = f"{study.id} does not say by which scale it was graded"
        fix = "choose a study that names its scale, or count any grade"
        yield _wrong(row, where, "scale-missing", what, fix)


def _check_agreement(row: Row, study: Study, where: str) -> Iterator[Finding]:
    told = dict(read_settings(row["setting"]))
    published = {
        "infusion": study.infusion,
        "costimulation": study.costimulation or NOT_STATED,
        "origin": _ORIGINS.get(study.product or ""),
    }
    for key, word in published.items():
        if word is not None and told[key] != word:
            what = f"{key} is {told[key]!r} here and {str(word)!r} in {study.id}"
            yield _wrong(row, where, "setting-disagrees", what, "follow the study table")
    for column in NUMBERS if row["value"] else ():
        if row[column] not in re.findall(r"[0-9.]*[0-9]", study.quote):
            what = f"{column} {row[column]} is not in {study.quote!r}"
            yield _wrong(row, where, "quote-disagrees", what, "copy it as printed")


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(str(word) for word in words)


def _wrong(row: Row, where: str, rule: str, what: str, fix: str) -> Finding:
    about = (row["id"],) if row["id"] else ()
    return _table(rule, what, where, fix, about)


def _table(rule: str, what: str, where: str, fix: str, about: tuple[str, ...] = ()) -> Finding:
    return Finding(severity=Severity.ERROR, rule=rule, what=what, where=where, fix=fix, about=about)


_READABLE: tuple[Callable[[Row, str], Iterator[Finding]], ...] = (
    _check_words,
    _check_numbers,
    _check_settings,
)
_AGREES: tuple[Callable[[Row, Study, str], Iterator[Finding]], ...] = (
    _check_study,
    _check_scale,
    _check_agreement,
)
