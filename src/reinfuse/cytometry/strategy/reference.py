"""The reference of the strategy and the panel file: every key and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reinfuse.cytometry.strategy import gate_text, panel_reading, placement_text, reading, sections


def strategy_reference() -> str:
    """The keys of both files as Markdown, made from what the readers accept."""
    return "\n".join(_sections()).rstrip() + "\n"


def _sections() -> Iterator[str]:
    yield from _table("## A strategy file", reading.TOP)
    yield from _table("### An entry of `sources`", sections.SOURCE)
    yield from _table("### An entry of `markers`", sections.MARKER)
    yield from _table("### An entry of `dividers`", sections.DIVIDER)
    yield from _table("### An entry of `populations`", sections.POPULATION)
    yield from _table("### A `gate`, one of these forms", gate_text.FORMS)
    yield from _table("#### `polygon`", gate_text.POLYGON)
    yield from _table("#### `ellipse`", gate_text.ELLIPSE)
    for how, keys in placement_text.KEYS.items():
        yield from _table(f"### `placement` with `how: {how}`", keys)
    yield from _table("### An entry of `results`", sections.RESULT)
    yield from _table("## A panel file", panel_reading.TOP)
    yield from _table("### An entry of `tubes`", panel_reading.TUBE)
    yield from _table("### `beads` of a tube", panel_reading.BEADS)


def _table(heading: str, keys: Mapping[str, str]) -> Iterator[str]:
    yield from (heading, "", "| key | meaning |", "|---|---|")
    yield from (f"| `{key}` | {meaning.replace('|', '/')} |" for key, meaning in keys.items())
    yield ""
