"""What a reader must know of measured tubes: once where it concerns several of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

from reinfuse.cli.columns import width
from reinfuse.errors import Finding, Severity

if TYPE_CHECKING:
    from reinfuse.cytometry.measured import Measured, ShareResult, TubeMeasured

_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to be told of a tube; what is `quiet` is told with the tube itself alone."""

    text: str
    quiet: bool = False


def notes_of(measured: Measured, tube: TubeMeasured) -> tuple[Note, ...]:
    """Everything to be told of a tube: gates, guards, backgrounds, findings."""
    from reinfuse.cytometry.measured import gates_in_words
    from reinfuse.cytometry.numbers import NoConcentration

    shares = _shares(tube)
    unchecked = dict.fromkeys(name for one in shares for name in one.measured.unchecked)
    return (
        Note(text=f"gates {gates_in_words(measured, tube)}", quiet=True),
        *(
            Note(text=f"{one.wanted.name} is not evaluable: {reason}")
            for one in shares
            for reason in one.measured.reasons
        ),
        *(
            Note(text=f"{one.wanted.name}, {one.per_ul.said}")
            for one in shares
            if isinstance(one.per_ul, NoConcentration)
        ),
        *(Note(text=_background(one), quiet=True) for one in shares if one.wanted.controls),
        *(
            [Note(text=f"not checked, for it was not recorded: {', '.join(unchecked)}")]
            if unchecked
            else []
        ),
        *(Note(text=_words(one), quiet=one.severity is Severity.NOTE) for one in tube.findings),
    )


def shared_by(notes: Sequence[Sequence[Note]]) -> tuple[str, ...]:
    """What is told of every tube."""
    first, *others = ([one.text for one in told] for told in notes)
    return tuple(text for text in dict.fromkeys(first) if all(text in told for told in others))


def series_notes(
    measured: Measured,
    notes: Sequence[Sequence[Note]],
    shared: Sequence[str],
    *,
    details: bool,
) -> Iterator[str]:
    """What concerns all tubes, once; without `details` also what must be known of some."""
    for text in shared:
        yield f"all tubes: {text}"
    if details:
        return
    yield from _backgrounds(measured, shared)
    where: dict[str, list[str]] = {}
    quiet = 0
    for tube, told in zip(measured.tubes, notes, strict=True):
        for one in told:
            if one.text in shared:
                continue
            if one.quiet:
                quiet += 1
            else:
                where.setdefault(one.text, []).append(tube.file)
    yield from (f"{_files(files)}: {text}" for text, files in where.items())
    more = f", and {quiet} more notes" if quiet else ""
    yield f"each tube by itself, with all its results{more}: --details"


def findings_once(findings: Sequence[Finding]) -> Iterator[str]:
    """Each finding, those that say the same of several files once."""
    where: dict[str, list[str]] = {}
    for one in findings:
        where.setdefault(_words(one), []).append(one.where)
    for text, files in where.items():
        yield f"{_files(files)}: {text}" if any(files) else text


def noted(text: str) -> str:
    """A note as lines that fit the terminal."""
    return fill(text, width(), initial_indent="  - ", subsequent_indent="    ")


def _backgrounds(measured: Measured, shared: Sequence[str]) -> Iterator[str]:
    """The background of each result that differs between tubes, from the least to the most."""
    from reinfuse.cytometry.numbers import Blank

    for wanted in measured.strategy.results:
        found = [
            one
            for tube in measured.tubes
            for one in _shares(tube)
            if one.wanted.name == wanted.name and wanted.controls
        ]
        if {_background(one) for one in found} <= set(shared):
            continue
        backgrounds = [one.measured.blank for one in found]
        blanks = [one for one in backgrounds if isinstance(one, Blank)]
        for reason, times in _counted([one.said for one in backgrounds if one not in blanks]):
            yield f"{wanted.name} in {times} of {len(found)} tubes: {reason}"
        if blanks:
            kinds = dict.fromkeys(one.kind.value for blank in blanks for one in blank.controls)
            shares = [_PERCENT * one.share for one in blanks]
            yield (
                f"{wanted.name}, background in {' + '.join(kinds)}: {min(shares):.3g} to "
                f"{max(shares):.3g} % behind the borders of {len(blanks)} tubes"
            )


def _background(result: ShareResult) -> str:
    from reinfuse.cytometry.numbers import NoBlank

    blank, name = result.measured.blank, result.wanted.name
    return f"{name}: {blank.said}" if isinstance(blank, NoBlank) else (
        f"{name}, background: {blank.said}"
    )  # fmt: skip


def _counted(texts: Sequence[str]) -> Iterator[tuple[str, int]]:
    for text in dict.fromkeys(texts):
        yield text, texts.count(text)


def _files(files: Sequence[str]) -> str:
    return files[0] if len(files) == 1 else f"{len(files)} tubes"


def _words(finding: Finding) -> str:
    fix = f" ({finding.fix})" if finding.fix else ""
    return f"{finding.severity}: {finding.what}{fix}"


def _shares(tube: TubeMeasured) -> list[ShareResult]:
    from reinfuse.cytometry.measured import ShareResult

    return [one for one in tube.results if isinstance(one, ShareResult)]
