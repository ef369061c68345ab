"""Reads a panel from YAML, or its channels alone from CSV; every problem at once, by its line."""

from __future__ import annotations

import csv
import io
import re
from os import PathLike
from pathlib import Path

from reinfuse.cytometry.opening import text_of
from reinfuse.cytometry.sample import Spill
from reinfuse.cytometry.spill_table import read_spill
from reinfuse.cytometry.strategy.panel import Beads, Panel, Tube
from reinfuse.cytometry.strategy.sections import named
from reinfuse.cytometry.strategy.told import Told, shortened
from reinfuse.cytometry.strategy.tree import Node, read_tree
from reinfuse.cytometry.strategy.values import Control
from reinfuse.errors import ReinfuseError
from reinfuse.quantity import Quantity

TOP = {
    "name": "how the panel is called",
    "site": "where the specimens were taken, such as blood or bone marrow",
    "channels": "markers, each with its channel: CD3: BV421-A, or several spellings in a list",
    "compensation": "file, none, or the name of a matrix beside the panel; file if absent",
    "tubes": "a list of tubes: file, role, day, ...",
}
TUBE = {
    "file": "the name of a file, or a pattern such as day-*.fcs",
    "role": f"one of: {', '.join(role.value for role in Control)}; sample if absent",
    "without": "with fmo: the marker that is left out",
    "control_of": "patterns of the files that this is a control of; all if absent",
    "infusion": "the number of the infusion that `day` counts from",
    "day": "days from the infusion, which is day 0",
    "site": "where the specimen was taken; that of the panel if absent",
    "counts": "cell counts of the same specimen, like lymphocytes: 850 /uL",
    "beads": "counting beads: added, volume",
}
BEADS = {"added": "how many beads were added", "volume": "of how much specimen, like 50 uL"}
LARGEST_FILE = 250_000  # bytes
_COLUMNS = ("marker", "channel")
_PER_VOLUME = "{cells}/uL"
_VOLUME = re.compile(r"([0-9]*\.?[0-9]+) ?([uµμm]l)", re.IGNORECASE)
_MICROLITRES = {"ul": 1.0, "µl": 1.0, "μl": 1.0, "ml": 1000.0}


def read_panel(path: str | PathLike[str]) -> Panel:
    """The panel of a file: YAML, or CSV with the columns marker and channel.

    Raises ReinfuseError with everything that is wrong in the file, a line for each.
    """
    path = Path(path)
    text = text_of(path, most=LARGEST_FILE, fix="name the panel file itself")
    if path.suffix.lower() in (".csv", ".tsv"):
        return _from_table(text, path)
    return read_panel_text(text, path.name, path.parent)


def read_panel_text(text: str, file: str, folder: Path | None = None) -> Panel:
    """The panel of a YAML text; `folder` is where its matrix lies."""
    told = Told(file)
    written = told.keys(read_tree(text, file), "a panel", TOP, needed=("channels",))
    compensation = told.text(written.get("compensation"), "`compensation`") or "file"
    panel = Panel(
        name=told.text(written.get("name"), "`name`") or Path(file).stem,
        file=file,
        channels=named(
            told,
            written.get("channels"),
            "`channels`",
            lambda marker, node: told.texts(node, f"`{shortened(marker)}`") or None,
        ),
        compensated=compensation != "none",
        matrix=_matrix(told, written.get("compensation"), compensation, folder),
        tubes=_tubes(told, written.get("tubes")),
        site=told.text(written.get("site"), "`site`") or "",
    )
    told.raise_if_any("the panel cannot be used:")
    return panel


def _matrix(told: Told, node: Node | None, name: str, folder: Path | None) -> Spill | None:
    if node is None or name in ("file", "none"):
        return None
    if folder is None or Path(name).name != name:
        what = f"the matrix {shortened(name)!r} is not a file beside the panel"
        told.add(node.line, what, "put it into the panel's folder and give its bare name")
        return None
    return told.tried(node.line, "`compensation`", lambda: read_spill(folder / name))


def _tubes(told: Told, node: Node | None) -> tuple[Tube, ...]:
    found = [_tube(told, item) for item in (() if node is None else told.items(node, "`tubes`"))]
    return tuple(tube for tube in found if tube is not None)


def _tube(told: Told, node: Node) -> Tube | None:
    written = told.keys(node, "a tube", TUBE, needed=("file",))
    file = told.text(written.get("file"), "`file` of a tube")
    if file is None:
        return None
    thing = f"the tube `{shortened(file)}`"
    role = told.word(written.get("role"), f"the role of {thing}", Control, Control.SAMPLE)
    without = told.text(written.get("without"), f"`without` of {thing}") or ""
    if (role is Control.FMO) != bool(without):
        what = f"{thing} needs `without` if it is an fmo, and not otherwise"
        told.add(node.line, what, "name the marker whose stain was left out")
    infusion = told.number(written.get("infusion"), f"`infusion` of {thing}")
    if infusion is not None and (infusion < 1 or infusion != int(infusion)):
        told.add(
            written["infusion"].line, f"`infusion` of {thing} counts from 1", "write 1, 2, ..."
        )
    return Tube(
        file=file,
        role=role,
        without=without,
        control_of=told.texts(written.get("control_of"), f"`control_of` of {thing}"),
        infusion=None if infusion is None else int(infusion),
        day=told.number(written.get("day"), f"`day` of {thing}"),
        counts=named(
            told,
            written.get("counts"),
            f"`counts` of {thing}",
            lambda count, value: _count(told, value, f"`{shortened(count)}` of {thing}"),
        ),
        beads=_beads(told, written.get("beads"), thing),
        site=told.text(written.get("site"), f"`site` of {thing}") or "",
    )


def _beads(told: Told, node: Node | None, thing: str) -> Beads | None:
    if node is None:
        return None
    of = f"the beads of {thing}"
    written = told.keys(node, of, BEADS, needed=tuple(BEADS))
    added = told.number(written.get("added"), f"`added` of {of}")
    if added is not None and added <= 0:
        told.add(written["added"].line, f"`added` of {of} is not above 0", "write how many")
    volume = _microlitres(told, written.get("volume"), f"`volume` of {of}")
    if added is None or volume is None:
        return None
    return Beads(added=added, volume_ul=volume)


def _microlitres(told: Told, node: Node | None, thing: str) -> float | None:
    text = told.text(node, thing)
    if text is None or node is None:
        return None
    match = _VOLUME.fullmatch(text)
    volume = 0.0 if match is None else float(match[1]) * _MICROLITRES[match[2].lower()]
    if volume <= 0:
        what = f"{thing} is {shortened(text)!r}, which is no volume above 0"
        told.add(node.line, what, "write it like 50 uL or 0.05 mL")
        return None
    return volume


def _count(told: Told, node: Node, thing: str) -> Quantity | None:
    text = told.text(node, thing)
    if text is None:
        return None
    found = told.tried(node.line, thing, lambda: Quantity.parse(text).to(_PER_VOLUME))
    if found is not None and (not found.exact or found.value <= 0):
        told.add(node.line, f"{thing} is no exact number above 0", "write it like 850 /uL")
        return None
    return found


def _from_table(text: str, path: Path) -> Panel:
    told = Told(path.name)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        fix = "give a table of markers and channels"
        raise ReinfuseError("the file is no table", where=path.name, fix=fix) from None
    heads = [cell.strip().casefold() for cell in rows[0]] if rows else []
    missing = [column for column in _COLUMNS if column not in heads]
    if missing:
        what = f"the table has no column {' and no column '.join(missing)}"
        fix = "let its first line be: marker,channel"
        raise ReinfuseError(what, where=f"{path.name} line 1", fix=fix)
    channels: dict[str, tuple[str, ...]] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {head: cell.strip() for head, cell in zip(heads, row, strict=False)}
        marker, channel = (cells.get(column, "") for column in _COLUMNS)
        if not marker or not channel:
            told.add(line, "a marker or its channel is not given", "write both, or delete the line")
            continue
        channels[marker] = (*channels.get(marker, ()), channel)
    told.raise_if_any("the panel cannot be used:")
    return Panel(name=path.stem, file=path.name, channels=channels)
