"""A look of a boxes file: a box, a seed or a mask, and where wanted a mask on the CT."""

from __future__ import annotations

from reinfuse.imaging.measured.boxes import REACH_MM, Place, WantedMask
from reinfuse.imaging.measured.boxes_methods import method_of
from reinfuse.imaging.measured.boxes_told import Told

PLACE = ("box", "seed", "reach_mm", "from", "method", "mask", "roi", "ct")
MASK = ("mask", "roi")
LONGEST_PATH = 200
_CORNERS = 2


def place_of(told: Told, node: object, where: str) -> Place:
    """Where a lesion is in one scan; what is wrong with it is told."""
    written = told.keys(node, where, PLACE)
    ct = None
    if written.get("ct") is not None:
        on_ct = told.keys(written["ct"], f"{where} ct", MASK, needed=("mask",))
        ct = _mask(told, on_ct, f"{where} ct")
    if written.get("mask") is not None:
        others = [one for one in written if one not in (*MASK, "ct") and one in PLACE]
        if others:
            told.say(where, f"a mask stands for itself: take out {', '.join(others)}")
        return Place(mask=_mask(told, written, where), ct=ct)
    if written.get("roi") is not None:
        told.say(f"{where} roi", "write `mask: FILE` beside it")
    drawn = _drawn(told, written, where)
    if all(written.get(key) is None for key in ("box", "seed", "ct")):
        what = "write `box: [[x, y, z], [x, y, z]]` or `seed: [x, y, z]`, in mm, or `mask: FILE`"
        told.say(where, what)
    return Place(
        box=drawn.box,
        seed=drawn.seed,
        reach_mm=drawn.reach_mm,
        of_body=drawn.of_body,
        rule=drawn.rule,
        ct=ct,
    )


def origin_is_body(told: Told, written: dict[str, object], where: str) -> bool:
    """Whether places count from the body, as `from` says."""
    origin = written.get("from", "LPS")
    if origin not in ("LPS", "body"):
        told.say(f"{where} from", "places count from LPS or from body")
    return origin == "body"


def _drawn(told: Told, written: dict[str, object], where: str) -> Place:
    box, seed = written.get("box"), written.get("seed")
    if box is not None and not (isinstance(box, list) and len(box) == _CORNERS):
        told.say(where, "a box has two corners: [[x, y, z], [x, y, z]]")
        box = None
    corners = [told.point(one, f"{where} box") for one in box] if isinstance(box, list) else []
    points = [one for one in corners if one is not None]
    return Place(
        box=(points[0], points[1]) if len(points) == _CORNERS else None,
        seed=None if seed is None else told.point(seed, f"{where} seed"),
        reach_mm=told.number(written.get("reach_mm"), f"{where} reach_mm") or REACH_MM,
        of_body=origin_is_body(told, written, where),
        rule=method_of(told, written.get("method"), f"{where} method"),
    )


def _mask(told: Told, written: dict[str, object], where: str) -> WantedMask | None:
    file = written.get("mask")
    if not isinstance(file, str) or not file.strip() or len(file) > LONGEST_PATH:
        told.say(f"{where} mask", "write the name of a file, from where the boxes lie")
        return None
    roi = written.get("roi")
    name = None if roi is None else told.name(roi, f"{where} roi")
    return WantedMask(file=file.strip(), roi=name)
