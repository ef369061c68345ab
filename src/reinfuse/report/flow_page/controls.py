"""The control that is drawn with a gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.cytometry.measured.relevant import path_of
from reinfuse.cytometry.measured.values import ControlUsed, ShareResult
from reinfuse.cytometry.pictures import GatePicture, TubePictures
from reinfuse.report.flow_page.inputs import FlowTubeInputs
from reinfuse.report.flow_page.labels import Namer
from reinfuse.report.flow_page.roles import role_words


@dataclass(frozen=True, slots=True)
class Beside:
    """A control drawn with a gate, and what it is called."""

    picture: GatePicture
    words: str


def controls_beside(inputs: FlowTubeInputs, namer: Namer) -> dict[object, Beside]:
    """The pictures of controls by the picture that they belong to."""
    seen = {(one.sha256, one.data_set): one for one in inputs.controls}
    found: dict[object, Beside] = {}
    for result in inputs.tube.results:
        if not isinstance(result, ShareResult):
            continue
        passed = path_of(result.wanted, inputs.tube.gated.gate_set.gates)
        for used in result.controls:
            there = seen.get((used.sha256, used.data_set))
            for picture in _of_gates(there, passed):
                found.setdefault(key_of(picture), Beside(picture, control_words(used, namer)))
    return found


def _of_gates(there: TubePictures | None, names: tuple[str, ...]) -> Iterator[GatePicture]:
    for picture in () if there is None else there.pictures:
        if set(picture.names) & set(names):
            yield picture


def control_words(used: ControlUsed, namer: Namer) -> str:
    """What a control is and which file it is."""
    return f"{role_words(used.role, used.without)}, {namer.of(used.file)}"


def key_of(picture: GatePicture) -> object:
    """Pictures of two tubes that can be laid one on the other have the same key."""
    ends = tuple((one.dimension, one.low, one.high) for one in (picture.x, picture.y) if one)
    return picture.parent, ends
