"""Reads a boxes file (YAML): every problem at once, by the place where it stands.

psf_mm: 6                       # resolution of the scans, where it is known
method: 41 % of SUVmax          # unless a lesion or a look has its own
scans:                          # all but `name` may be left out
  - {name: before, folder: scan-1, day: -12, infusion: 1, weight_kg: 54, dose_mbq: 310,
     injection: '10:30:00', liver: [-60, 10, 20], mediastinum: [10, 20, 180]}
lesions:
  - name: left mass
    site: left retroperitoneum
    looks:
      before: {box: [[-100, -20, -260], [0, 70, -100]]}         # two corners, LPS mm
      month-1: {seed: [-34, 23, -162], reach_mm: 60, method: 1.5 x liver mean + 2 SD}
      month-3: {box: [[-60, 20, 200], [0, 90, 320]], from: body}
      month-6: {mask: drawn.dcm, roi: mass, ct: {mask: drawn-on-ct.dcm}}
  - {name: other, site: liver, accepted: false, looks: {before: {seed: [0, 0, 0]}}}  # not measured
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.lesions import MAX_41
from reinfuse.imaging.measured.boxes import AnyRule, Boxes, WantedLesion, WantedScan, slug
from reinfuse.imaging.measured.boxes_methods import method_of
from reinfuse.imaging.measured.boxes_places import origin_is_body, place_of
from reinfuse.imaging.measured.boxes_told import Told
from reinfuse.imaging.suv import Overrides

__all__ = ["LARGEST_BYTES", "read_boxes", "read_boxes_text"]

LARGEST_BYTES = 100_000
LONGEST_DAYS = 36_500  # a hundred years: a number beyond was meant as something else (ours)
TOP = ("psf_mm", "method", "scans", "lesions")
SCAN = ("name", "folder", "day", "infusion", "dose_mbq", "weight_kg", "height_cm", "half_life_s",
        "injection", "reference", "liver", "mediastinum", "from", "resample")  # fmt: skip
LESION = ("name", "site", "method", "fill_holes", "accepted", "looks")


def read_boxes(path: Path) -> Boxes:
    """The boxes of a file; ReinfuseError with everything that is wrong in it."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ReinfuseError(f"{path.name} is too large", fix="name the boxes file itself")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        fix = "save it as plain text, UTF-8"
        raise ReinfuseError(f"{path.name} is not UTF-8 text", fix=fix) from None
    return replace(read_boxes_text(text, path.name), folder=path.parent)


def read_boxes_text(text: str, file: str) -> Boxes:
    """The boxes of a text, which lies in no folder; ReinfuseError as `read_boxes`."""
    told = Told(file)
    plain = told.keys(_plain(text, file), "the file", TOP, needed=("lesions",))
    psf = told.number(plain.get("psf_mm"), "psf_mm")
    rule = method_of(told, plain.get("method"), "method") or MAX_41
    scans = [
        _scan(told, one, f"scans {number}")
        for number, one in enumerate(told.items(plain.get("scans", []), "scans"), start=1)
    ]
    lesions = [
        _lesion(told, one, f"lesions {number}", rule)
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


def _scan(told: Told, node: object, where: str) -> WantedScan:
    written = told.keys(node, where, SCAN, needed=("name",))
    name = told.name(written.get("name", "?"), f"{where} name")
    dose = told.number(written.get("dose_mbq"), f"{where} dose_mbq")
    liver, blood = (
        None if written.get(organ) is None else told.point(written[organ], f"{where} {organ}")
        for organ in ("liver", "mediastinum")
    )
    day = told.whole(written.get("day"), f"{where} day")
    if day is not None and abs(day) > LONGEST_DAYS:
        told.say(f"{where} day", f"write a day within {LONGEST_DAYS} of the infusion")
    infusion = told.whole(written.get("infusion"), f"{where} infusion")
    if infusion is not None and infusion < 1:
        told.say(f"{where} infusion", "write the number of the infusion: 1 for the first")
    return WantedScan(
        name=name,
        folder=told.name(written.get("folder", name), f"{where} folder"),
        day=day,
        infusion=infusion,
        overrides=Overrides(
            dose_bq=None if dose is None else dose * 1e6,
            injection=told.moment(written.get("injection"), f"{where} injection"),
            reference=told.moment(written.get("reference"), f"{where} reference"),
            weight_kg=told.number(written.get("weight_kg"), f"{where} weight_kg"),
            height_cm=told.number(written.get("height_cm"), f"{where} height_cm"),
            half_life_s=told.number(written.get("half_life_s"), f"{where} half_life_s"),
        ),
        liver=liver,
        mediastinum=blood,
        of_body=origin_is_body(told, written, where),
        resample=told.flag(written.get("resample"), f"{where} resample", absent=False),
    )


def _lesion(told: Told, node: object, where: str, rule: AnyRule) -> WantedLesion:
    written = told.keys(node, where, LESION, needed=("name", "site", "looks"))
    looks = written.get("looks", {})
    if not isinstance(looks, dict) or not looks:
        told.say(f"{where} looks", "write a scan's name, and under it a box, a seed or a mask")
        looks = {}
    return WantedLesion(
        name=told.name(written.get("name", "?"), f"{where} name"),
        site=told.name(written.get("site", "?"), f"{where} site"),
        places={
            told.name(scan, f"{where} looks"): place_of(told, one, f"{where} looks {scan}")
            for scan, one in looks.items()
        },
        rule=method_of(told, written.get("method"), f"{where} method") or rule,
        fill_holes=told.flag(written.get("fill_holes"), f"{where} fill_holes", absent=False),
        accepted=told.flag(written.get("accepted"), f"{where} accepted", absent=True),
    )
