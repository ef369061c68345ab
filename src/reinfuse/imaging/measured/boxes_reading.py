"""Reads a boxes file (YAML): every problem at once, by the place where it stands.

psf_mm: 6                       # resolution of the scans, where it is known
method: 41 % of SUVmax          # unless a lesion or a look has its own
scans:                          # all but `name` may be left out
  - {name: before, folder: scan-1, day: -12, infusion: 1, weight_kg: 54, dose_mbq: 310,
     injection: '10:30:00'}
lesions:
  - name: left mass
    site: left retroperitoneum
    looks:
      before: {box: [[-100, -20, -260], [0, 70, -100]]}         # two corners, LPS mm
      month-1: {seed: [-34, 23, -162], reach_mm: 60, method: SUV 4}
      month-3: {box: [[-60, 20, 200], [0, 90, 320]], from: body}
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom.moments import read_second
from reinfuse.imaging.lesions import (
    HALF_WAY,
    MAX_41,
    Rule,
    fixed,
    share_of_max,
    share_of_peak,
)
from reinfuse.imaging.measured.boxes import (
    REACH_MM,
    Boxes,
    Place,
    Point,
    WantedLesion,
    WantedScan,
    slug,
)
from reinfuse.imaging.suv import Moment, Overrides

LARGEST_BYTES = 100_000
LONGEST_NAME = 60
TOP = ("psf_mm", "method", "scans", "lesions")
SCAN = ("name", "folder", "day", "infusion", "dose_mbq", "weight_kg", "height_cm", "half_life_s",
        "injection", "reference")  # fmt: skip
LESION = ("name", "site", "method", "fill_holes", "looks")
PLACE = ("box", "seed", "reach_mm", "from", "method")
METHODS = "41 % of SUVmax, 41 % of SUVpeak, SUV 4 or half-way, with any number"
_SHARE = re.compile(r"(\d+(?:\.\d+)?) ?% of SUV(max|peak)")
_FIXED = re.compile(r"SUV (\d+(?:\.\d+)?)")
_CORNERS, _AXES, _WHOLE = 2, 3, 100.0


def read_boxes(path: Path) -> Boxes:
    """The boxes of a file; ReinfuseError with everything that is wrong in it."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ReinfuseError(f"{path.name} is too large", fix="name the boxes file itself")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        fix = "save it as plain text, UTF-8"
        raise ReinfuseError(f"{path.name} is not UTF-8 text", fix=fix) from None
    return read_boxes_text(text, path.name)


def read_boxes_text(text: str, file: str) -> Boxes:
    """The boxes of a text; ReinfuseError as `read_boxes`."""
    told = _Told(file)
    plain = told.keys(_plain(text, file), "the file", TOP, needed=("lesions",))
    psf = told.number(plain.get("psf_mm"), "psf_mm")
    rule = told.rule(plain.get("method"), "method") or MAX_41
    scans = [
        told.scan(one, f"scans {number}")
        for number, one in enumerate(told.items(plain.get("scans", []), "scans"), start=1)
    ]
    lesions = [
        told.lesion(one, f"lesions {number}", rule)
        for number, one in enumerate(told.items(plain.get("lesions", []), "lesions"), start=1)
    ]
    told.no_twins([one.name for one in scans], "scans")
    told.no_twins([one.folder for one in scans], "folders of scans")
    # Names that differ by signs alone would have one id in a course.
    told.no_twins([slug(one.name) for one in lesions if one.name != "?"], "lesions")
    known = {one.name for one in scans}
    for one in lesions:
        for name in one.places:
            if known and name not in known:
                told.say(f"lesion {one.name}", f"there is no scan {name!r} among `scans`")
    if told.problems:
        raise ReinfuseError("\n".join(["the boxes cannot be used:", *told.problems]))
    return Boxes(file=file, psf_mm=psf, scans=tuple(scans), lesions=tuple(lesions))


def _plain(text: str, file: str) -> object:
    from ruamel.yaml import YAML  # noqa: PLC0415 - quick start without it
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = file if mark is None else f"{file} line {mark.line + 1}"
        fix = "check quotes, colons, brackets and indentation there; a key stands once"
        raise ReinfuseError("this is not YAML", where=where, fix=fix) from None
    except (ValueError, OverflowError, IndexError, AttributeError, AssertionError, RecursionError):
        fix = "save it as plain text with keys and values"
        raise ReinfuseError("this is not YAML", where=file, fix=fix) from None


@dataclass(slots=True)
class _Told:
    """Reads values, and collects what is wrong with them."""

    file: str
    problems: list[str] = field(default_factory=list)

    def say(self, where: str, what: str) -> None:
        self.problems.append(f"  {self.file}, {where}: {what}")

    def keys(
        self, node: object, where: str, known: Sequence[str], needed: Sequence[str] = ()
    ) -> dict[str, object]:
        if not isinstance(node, dict):
            self.say(where, f"write keys here: {', '.join(known)}")
            return {}
        for key in node:
            if key not in known:
                self.say(where, f"there is no key {str(key)[:LONGEST_NAME]!r}; {', '.join(known)}")
        for key in needed:
            if key not in node:
                self.say(where, f"`{key}` is missing")
        return {str(key): value for key, value in node.items()}

    def items(self, node: object, where: str) -> list[object]:
        if isinstance(node, list):
            return node
        self.say(where, "write a list here, each entry behind a dash")
        return []

    def name(self, node: object, where: str) -> str:
        text = str(node).strip() if isinstance(node, (str, int)) else ""
        if not text or len(text) > LONGEST_NAME or not text.isprintable():
            self.say(where, f"write a name of up to {LONGEST_NAME} characters")
            return "?"
        return text

    def number(self, node: object, where: str) -> float | None:
        if node is None:
            return None
        if isinstance(node, (int, float)) and not isinstance(node, bool):
            value = float(node)
            if math.isfinite(value) and value > 0:
                return value
        self.say(where, "write a number above 0")
        return None

    def whole(self, node: object, where: str) -> int | None:
        if node is None or (isinstance(node, int) and not isinstance(node, bool)):
            return node
        self.say(where, "write a whole number")
        return None

    def moment(self, node: object, where: str) -> Moment | None:
        if node is None:
            return None
        if isinstance(node, datetime):
            midnight = datetime.combine(node.date(), time())
            second = (node.replace(tzinfo=None) - midnight).total_seconds()
            return Moment(second=second, day=node.date())
        found = read_second(node.strip()) if isinstance(node, str) else None
        if found is None:
            self.say(where, "write a time as '10:30:00', in quotes, or 2026-05-01 10:30:00")
            return None
        return Moment(second=found)

    def rule(self, node: object, where: str) -> Rule | None:
        if node is None:
            return None
        text = str(node).strip()
        if text == "half-way":
            return HALF_WAY
        if (share := _SHARE.fullmatch(text)) and 0 < float(share[1]) < _WHOLE:
            by = share_of_max if share[2] == "max" else share_of_peak
            return by(float(share[1]))
        if (suv := _FIXED.fullmatch(text)) and float(suv[1]) > 0:
            return fixed(float(suv[1]))
        self.say(where, f"there is no method {text[:LONGEST_NAME]!r}; write {METHODS}")
        return None

    def point(self, node: object, where: str) -> Point | None:
        if (
            isinstance(node, list)
            and len(node) == _AXES
            and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in node)
            and all(math.isfinite(one) for one in node)
        ):
            x, y, z = (float(one) for one in node)
            return x, y, z
        self.say(where, "write three numbers in mm, such as [-46, 26, -178]")
        return None

    def scan(self, node: object, where: str) -> WantedScan:
        written = self.keys(node, where, SCAN, needed=("name",))
        name = self.name(written.get("name", "?"), f"{where} name")
        dose = self.number(written.get("dose_mbq"), f"{where} dose_mbq")
        return WantedScan(
            name=name,
            folder=self.name(written.get("folder", name), f"{where} folder"),
            day=self.whole(written.get("day"), f"{where} day"),
            infusion=self.whole(written.get("infusion"), f"{where} infusion"),
            overrides=Overrides(
                dose_bq=None if dose is None else dose * 1e6,
                injection=self.moment(written.get("injection"), f"{where} injection"),
                reference=self.moment(written.get("reference"), f"{where} reference"),
                weight_kg=self.number(written.get("weight_kg"), f"{where} weight_kg"),
                height_cm=self.number(written.get("height_cm"), f"{where} height_cm"),
                half_life_s=self.number(written.get("half_life_s"), f"{where} half_life_s"),
            ),
        )

    def lesion(self, node: object, where: str, rule: Rule) -> WantedLesion:
        written = self.keys(node, where, LESION, needed=("name", "site", "looks"))
        looks = written.get("looks", {})
        if not isinstance(looks, dict) or not looks:
            self.say(f"{where} looks", "write a scan's name, and under it a box or a seed")
            looks = {}
        fill = written.get("fill_holes", False)
        if not isinstance(fill, bool):
            self.say(f"{where} fill_holes", "write true or false")
        return WantedLesion(
            name=self.name(written.get("name", "?"), f"{where} name"),
            site=self.name(written.get("site", "?"), f"{where} site"),
            places={
                self.name(scan, f"{where} looks"): self.place(one, f"{where} looks {scan}")
                for scan, one in looks.items()
            },
            rule=self.rule(written.get("method"), f"{where} method") or rule,
            fill_holes=fill is True,
        )

    def place(self, node: object, where: str) -> Place:
        written = self.keys(node, where, PLACE)
        box, seed = written.get("box"), written.get("seed")
        if box is None and seed is None:
            self.say(where, "write `box: [[x, y, z], [x, y, z]]` or `seed: [x, y, z]`, in mm")
        if box is not None and not (isinstance(box, list) and len(box) == _CORNERS):
            self.say(where, "a box has two corners: [[x, y, z], [x, y, z]]")
            box = None
        corners = [self.point(one, f"{where} box") for one in box] if isinstance(box, list) else []
        points = [one for one in corners if one is not None]
        origin = written.get("from", "LPS")
        if origin not in ("LPS", "body"):
            self.say(f"{where} from", "places count from LPS or from body")
        reach = self.number(written.get("reach_mm"), f"{where} reach_mm")
        return Place(
            box=(points[0], points[1]) if len(points) == _CORNERS else None,
            seed=None if seed is None else self.point(seed, f"{where} seed"),
            reach_mm=reach or REACH_MM,
            of_body=origin == "body",
            rule=self.rule(written.get("method"), f"{where} method"),
        )

    def no_twins(self, names: Sequence[str], where: str) -> None:
        twins = sorted({one for one in names if names.count(one) > 1 and one != "?"})
        if twins:
            self.say(where, f"{', '.join(twins)} stand there twice")
