"""A FlowJo 10 workspace: for each sample its gates, its matrix, and FlowJo's own counts.

FlowJo publishes no format: what is read here was seen in workspaces of FlowJo 10.5 to 10.8, and
told by FlowKit 1.3.2 and CytoML. FlowJo counts polygons on a grid of bins, so that its counts and
those of exact borders differ by some events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from urllib.parse import unquote

from reinfuse.cytometry.flowjo.axes import SampleAxes, compensation_of
from reinfuse.cytometry.flowjo.displays import displays_of
from reinfuse.cytometry.flowjo.populations import count_of, populations_of
from reinfuse.cytometry.gates.standing import only_standing
from reinfuse.cytometry.gates.values import GateSet
from reinfuse.cytometry.gatingml.elements import LARGEST_FILE, Element, Unreadable, parse_xml
from reinfuse.cytometry.opening import bytes_of
from reinfuse.errors import Finding, ReinfuseError, Severity

# How things are drawn, and what the files said of themselves, which names people.
UNREAD = frozenset(
    {"Graph", "Keywords", "custom_info", "TableEditor", "LayoutEditor", "Scripts", "Experiment"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSample:
    """One sample as a workspace has it.

    `file` is the bare name of its FCS file. Gates are named by their paths, such as
    `Lymphocytes/CD3+`; `counts` are FlowJo's own by path, None where it has not counted, and
    `count` all its events. `findings` tell what was not read and was left out.
    """

    id: str
    file: str
    groups: tuple[str, ...]
    gates: GateSet
    count: int | None
    counts: Mapping[str, int | None]
    findings: tuple[Finding, ...] = ()


def read_workspace(path: str | PathLike[str]) -> tuple[WorkspaceSample, ...]:
    """The samples of a workspace file; ReinfuseError where it is none."""
    data = bytes_of(path, most=LARGEST_FILE, fix="save the samples in several workspaces")
    return parse_workspace(data, source=Path(path).name)


def parse_workspace(data: bytes, *, source: str) -> tuple[WorkspaceSample, ...]:
    """The samples of a workspace; gates that cannot be read are findings of their sample."""
    root = parse_xml(data, source=source, unread=UNREAD)
    if root.tag != "Workspace":
        raise ReinfuseError(
            f"the file begins with <{root.tag}>, not with <Workspace>",
            where=f"{source} line {root.line}",
            fix="give a workspace (.wsp) that FlowJo 10 saved",
        )
    groups = _groups(root)
    return tuple(
        _sample(element, groups, source)
        for listed in root.all("SampleList")
        for element in listed.all("Sample")
    )


def _groups(root: Element) -> Mapping[str, tuple[str, ...]]:
    """The groups of each sample, by its id."""
    found: dict[str, tuple[str, ...]] = {}
    for groups in root.all("Groups"):
        for node in groups.all("GroupNode"):
            for group in node.all("Group"):
                for references in group.all("SampleRefs"):
                    for reference in references.all("SampleRef"):
                        sample = reference.get("sampleID") or ""
                        found[sample] = (*found.get(sample, ()), node.get("name") or "")
    return found


def _sample(
    element: Element, groups: Mapping[str, tuple[str, ...]], source: str
) -> WorkspaceSample:
    problems: list[str] = []
    compensation = None
    try:
        compensation = compensation_of(element)
    except Unreadable as problem:
        problems.append(f"the spill matrix is not read: {problem}")
    displays = displays_of(element.first("Transformations"))
    node = element.first("SampleNode")
    data_set = element.first("DataSet")
    identifier = _first(node, data_set, "sampleID")
    axes = SampleAxes(displays=displays, compensation=compensation)
    file = _file(data_set) or (node.get("name") if node is not None else None) or identifier
    if node is None:
        problems.append("the sample has no populations: it has no SampleNode")
    populations = None if node is None else populations_of(node, axes)
    gates, left_out = only_standing(
        GateSet(
            gates=() if populations is None else populations.gates,
            scales={
                name: display.scale
                for name, display in displays.known.items()
                if display.scale is not None
            },
            matrices={} if compensation is None else {compensation.name: compensation.spill},
        )
    )
    read = () if populations is None else populations.problems
    return WorkspaceSample(
        id=identifier,
        file=file,
        groups=groups.get(identifier, ()),
        gates=gates,
        count=None if node is None else count_of(node),
        counts={} if populations is None else populations.counts,
        findings=tuple(
            Finding(
                severity=Severity.ERROR,
                rule="workspace-not-read",
                what=what,
                where=f"{source}, sample {identifier}",
                fix="draw it as a rectangle, polygon, ellipse or boolean gate, on a linear, "
                "logarithmic, biexponential, logicle or arcsinh axis",
            )
            for what in (*problems, *read, *left_out)
        ),
    )


def _first(node: Element | None, data_set: Element | None, name: str) -> str:
    found = [each.get(name) for each in (node, data_set) if each is not None]
    return next((each for each in found if each), "")


def _file(data_set: Element | None) -> str | None:
    """The last part of the address: the folders before it may say who works there."""
    address = None if data_set is None else data_set.get("uri")
    return None if not address else unquote(address).replace("\\", "/").rpartition("/")[2]
