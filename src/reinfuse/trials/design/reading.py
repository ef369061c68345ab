"""Reading a design file: YAML that a person writes, all problems at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any  # a tree of plain JSON values

from reinfuse.errors import Finding, ReinfuseError
from reinfuse.exchange.course_file.nodes import Listing, Node, Refused, Scalar, read_tree
from reinfuse.exchange.course_file.text import Unreadable, read_text
from reinfuse.exchange.course_file.values import YES_OR_NO, read_choice
from reinfuse.grading.leukemia.looks import NEAR_DAYS
from reinfuse.trials.design.arms import arms_in
from reinfuse.trials.design.design import Arm, Assays, Design, Visits
from reinfuse.trials.design.endpoints import Endpoint, read_endpoint
from reinfuse.trials.design.fields import chosen, days, measured, number, share, whole
from reinfuse.trials.design.keys import DesignKeys, node_of, plain_of
from reinfuse.trials.design.people import patients_of
from reinfuse.trials.design.sense import Looks, senseless

TOP = (
    "title", "seed", "patients", "paired", "population", "arms", "visits", "assays", "missing",
    "endpoints",
)  # fmt: skip
ASIDE = ("title", "seed", "patients")  # what the result of one patient does not follow from
_NEEDED = ("title", "seed", "patients", "paired", "visits")
_ASSAYS = ("mrd", "car", "b_cells", "il6", "lesion", "car_error", "imaging")
_IMAGING = {"PET": True, "CT": False}
_USUAL = Assays()
_NO_VISITS = Visits(disease=(28,), blood=(28,))
_LONGEST_TITLE, _MOST_PATIENTS, _MOST_SEED, _MOST_MISSING = 200, 1_000_000, 2**32 - 1, 0.9
_MOST_MRD, _MOST_CAR, _MOST_B, _MOST_IL6, _MOST_ML = 5.0, 100.0, 20.0, 1000.0, 100.0


@dataclass(frozen=True, slots=True)
class ReadDesign:
    """A design with the text of its file, or every reason for which that cannot be used."""

    design: Design | None
    problems: tuple[Finding, ...]
    text: str = ""


def read_design(path: Path) -> ReadDesign:
    """Read a design file."""
    try:
        return read_design_text(read_text(path), path.name)
    except Unreadable as error:
        return ReadDesign(None, error.findings)


def read_design_text(text: str, name: str) -> ReadDesign:
    """Read the text of a design file."""
    keys = DesignKeys(name)
    if not text.strip("\ufeff \t\r\n"):
        keys.say("the file is empty", 1, "begin with examples/trials/two-arms.yaml")
        return ReadDesign(None, tuple(keys.problems))
    try:
        tree = read_tree(text.removeprefix("\ufeff"), name)
        keys.problems += tree.problems
        design = _design(keys, tree.root)
    except Unreadable as error:
        return ReadDesign(None, tuple(dict.fromkeys((*keys.problems, *error.findings))))
    found = tuple(sorted(dict.fromkeys(keys.problems), key=_line))
    return ReadDesign(None if found else design, found, text)


def design_of(plain: dict[str, Any], *, seed: int, patients: int) -> Design:
    """The design that gave `Design.plain`; raises ReinfuseError for anything else."""
    keys = DesignKeys("plan")
    aside = {"title": "as planned", "seed": str(seed), "patients": str(patients)}
    design = _design(keys, node_of(plain | aside))
    if design is None or keys.problems:
        raise ReinfuseError(
            "; ".join(one.what for one in keys.problems) or "not a design", where="plan",
            fix="begin the trial again in another folder",
        )  # fmt: skip
    return design


def _line(finding: Finding) -> int:
    number_ = finding.where.rpartition(" line ")[2]
    return int(number_) if number_.isdigit() else 0


def _design(keys: DesignKeys, root: Node) -> Design | None:
    written = keys.of(root, TOP, "a design file")
    if written is None:
        return None
    for name in _NEEDED:
        if name not in written:
            keys.say(f"a design needs `{name}`", root.line, f"add `{name}`")
    patients = patients_of(keys, written.get("population"))
    arms = arms_in(keys, written.get("arms"), patients, root.line)
    visits = _visits(keys, written.get("visits"))
    endpoints = _endpoints(keys, written.get("endpoints"), root.line)
    assays = _assays(keys, written.get("assays"))
    if visits is not None:
        _check(keys, endpoints, arms, Looks(visits, assays))
    plain = {name: plain_of(node) for name, node in written.items() if name not in ASIDE}
    return Design(
        title=keys.value(written, "title", _title, ""),
        seed=keys.value(written, "seed", whole(0, _MOST_SEED), 0),
        patients=keys.value(written, "patients", whole(1, _MOST_PATIENTS), 1),
        paired=keys.value(
            written, "paired", lambda text: read_choice(text.strip().casefold(), YES_OR_NO), True
        ),
        arms=arms,
        visits=visits or _NO_VISITS,
        assays=assays,
        missing=keys.value(written, "missing", _missing, 0.0),
        endpoints=tuple(one for one, _ in endpoints),
        plain=plain,
    )


def _title(text: str) -> str:
    bare = " ".join(text.split())
    if not bare or len(bare) > _LONGEST_TITLE:
        raise ReinfuseError(f"a title has 1 to {_LONGEST_TITLE} letters", fix="write a short one")
    if not bare.isprintable():
        raise ReinfuseError("a title has signs that cannot be printed", fix="leave them out")
    return bare


def _missing(text: str) -> float:
    found = share(text)
    if found > _MOST_MISSING:
        raise ReinfuseError(
            f"{text.strip()!r} of visits missed is too many", fix="write up to 90 %, like 5 %"
        )
    return found


def _visits(keys: DesignKeys, node: Node | None) -> Visits | None:
    """The visits; None, and no more to be said of endpoints, where they cannot be read."""
    if node is None or isinstance(node, Refused):
        return None
    written = keys.of(node, ("disease", "blood"), "`visits`", all_needed=True) or {}
    disease = _days(keys, written.get("disease"), "disease")
    blood = _days(keys, written.get("blood"), "blood")
    if disease is None or blood is None:
        return None
    line = written["disease"].line
    if disease[0] < 1:
        keys.say(
            "`disease`: the first look after treatment is on day 0", line,
            "begin after day 0: a look before treatment is always there",
        )  # fmt: skip
    near = [b for a, b in pairwise(disease) if b - a <= NEAR_DAYS]
    if near:
        what = f"`disease`: day {near[0]} is within {NEAR_DAYS} days of the look before it"
        keys.say(what, line, "grading would lend one what the other found: leave one out")
    return Visits(disease=disease, blood=blood)


def _days(keys: DesignKeys, node: Node | None, name: str) -> tuple[int, ...] | None:
    """Days as one text, or as a list of them."""
    if isinstance(node, Listing):
        if any(not isinstance(item, Scalar) for item in node.items):
            keys.say(f"`{name}` lists days", node.line, "write days like [28, 90, 180]")
            return None
        text = ", ".join(item.text for item in node.items if isinstance(item, Scalar))
        node = Scalar(text, node.line)
    return keys.one(node, name, days, None)


def _assays(keys: DesignKeys, node: Node | None) -> Assays:
    written = {} if node is None else keys.of(node, _ASSAYS, "`assays`") or {}
    per_ul = "{cells}/uL"
    return Assays(
        mrd=keys.value(written, "mrd", measured("%", 0, _MOST_MRD), _USUAL.mrd),
        car=keys.value(written, "car", measured(per_ul, 0, _MOST_CAR), _USUAL.car),
        b_cells=keys.value(written, "b_cells", measured(per_ul, 0, _MOST_B), _USUAL.b_cells),
        il6=keys.value(written, "il6", measured("pg/mL", 0, _MOST_IL6), _USUAL.il6),
        lesion=keys.value(written, "lesion", measured("mL", 0, _MOST_ML), _USUAL.lesion),
        car_error=keys.value(written, "car_error", number(0, 3), _USUAL.car_error),
        uptake=keys.value(written, "imaging", chosen(_IMAGING), _USUAL.uptake),
    )


def _endpoints(keys: DesignKeys, node: Node | None, line: int) -> tuple[tuple[Endpoint, int], ...]:
    """Each endpoint with its line."""
    if isinstance(node, Refused):
        return ()
    if node is None or (isinstance(node, Listing) and not node.items):
        keys.say("the file lists no `endpoints`", line if node is None else node.line,
                 "add `endpoints`, a list such as - CR by day 28")  # fmt: skip
        return ()
    if not isinstance(node, Listing):
        keys.say("`endpoints` is a list", node.line, "begin each endpoint with a dash")
        return ()
    found: dict[str, tuple[Endpoint, int]] = {}
    for item in node.items:
        one = keys.one(item, "endpoints", read_endpoint, None)
        if one is None:
            continue
        if one.column in found:
            keys.say(f"`{one.name}` is listed twice", item.line, "keep one of the two")
        else:
            found[one.column] = one, item.line
    return tuple(found.values())


def _check(
    keys: DesignKeys,
    endpoints: tuple[tuple[Endpoint, int], ...],
    arms: tuple[Arm, ...],
    looks: Looks,
) -> None:
    lesions = len(arms[0].setting.lesions) if arms else 1
    for endpoint, line in endpoints:
        for what, fix in senseless(endpoint, looks, lesions):
            keys.say(f"`{endpoint.name}`: {what}", line, fix)
