"""What ISAC's schema for Gating-ML 2.0 (version 2.0.121207) asks of a file, said anew.

The schema may be handed on but not be changed or shortened, and needs a validator; so its rules
stand here in our own words: which elements hold which, and which attributes they need.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

STANDARD = "http://www.isac-net.org/std/Gating-ML/v2.0/"
SPACES = {"gating": "g", "transformations": "t", "datatypes": "d"}
GATE = "(d:custom_info )?"
DIMENSION = "(d:fcs-dimension |d:new-dimension )"
SCALES = ("t:flin", "t:flog", "t:fasinh", "t:hyperlog", "t:logicle")
# What may stand in an element, in this order; elements that are not here are empty.
CONTENT = {
    "g:Gating-ML": "(g:[A-Z][a-z]+Gate |t:transformation |t:spectrumMatrix |d:custom_info )+",
    "g:RectangleGate": f"{GATE}(g:dimension )+",
    "g:PolygonGate": f"{GATE}(g:dimension ){{2}}(g:vertex ){{3,}}",
    "g:EllipsoidGate": f"{GATE}(g:dimension ){{2,}}g:mean g:covarianceMatrix g:distanceSquare ",
    "g:QuadrantGate": f"{GATE}(g:divider )+(g:Quadrant )+",
    "g:BooleanGate": f"{GATE}(g:and |g:or |g:not )",
    "g:dimension": DIMENSION,
    "g:divider": f"{DIMENSION}(g:value )+",
    "g:Quadrant": "(g:position )+",
    "g:vertex": "(g:coordinate ){2}",
    "g:mean": "(g:coordinate ){2,}",
    "g:covarianceMatrix": "(g:row )+",
    "g:row": "(g:entry )+",
    "g:and": "(g:gateReference ){2,}",
    "g:or": "(g:gateReference ){2,}",
    "g:not": "g:gateReference ",
    "t:transformation": f"({' |'.join((*SCALES, 't:fratio'))} )",
    "t:fratio": "(d:custom_info )?(d:fcs-dimension ){2}",
    **dict.fromkeys(SCALES, "(d:custom_info )?"),
    "t:spectrumMatrix": "(d:custom_info )?t:fluorochromes t:detectors (t:spectrum )+",
    "t:fluorochromes": "(d:fcs-dimension ){2,}",
    "t:detectors": "(d:fcs-dimension ){2,}",
    "t:spectrum": "(t:coefficient )+",
}
# Attributes that must be there, and after a stroke those that may; "*" lets in any other.
GATE_ATTRIBUTES = "g:id | g:parent_id *"
SEEN = "g:compensation-ref | g:transformation-ref"
ATTRIBUTES = {
    "g:RectangleGate": GATE_ATTRIBUTES,
    "g:PolygonGate": GATE_ATTRIBUTES,
    "g:EllipsoidGate": GATE_ATTRIBUTES,
    "g:QuadrantGate": GATE_ATTRIBUTES,
    "g:BooleanGate": GATE_ATTRIBUTES,
    "g:dimension": f"{SEEN} g:min g:max",
    "g:divider": f"g:id {SEEN}",
    "g:Quadrant": "g:id",
    "g:position": "g:divider_ref g:location",
    "g:gateReference": "g:ref | g:use-as-complement",
    "g:coordinate": "d:value",
    "g:entry": "d:value",
    "g:distanceSquare": "d:value",
    "d:fcs-dimension": "d:name",
    "d:new-dimension": "d:transformation-ref",
    "t:transformation": "t:id | t:boundMin t:boundMax *",
    "t:flin": "t:T t:A | *",
    "t:flog": "t:T t:M | *",
    "t:fasinh": "t:T t:M t:A | *",
    "t:hyperlog": "t:T t:W t:M t:A | *",
    "t:logicle": "t:T t:W t:M t:A | *",
    "t:fratio": "t:A t:B t:C | *",
    "t:spectrumMatrix": "t:id | t:matrix-inverted-already *",
    "t:coefficient": "t:value",
}
NUMBERS = re.compile(r"\w:(value|location|min|max|bound(Min|Max)|[A-Z])")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF|NaN")
REFERENCES = {
    "g:parent_id",
    "g:divider_ref",
    "g:ref",
    "g:transformation-ref",
    "d:transformation-ref",
}
ABOVE_ZERO = {"t:T", "t:M"}
NOT_BELOW_ZERO = {"g:distanceSquare"}
WORDS = {"g:use-as-complement": ("true", "false", "1", "0")}
LETTER = r"A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u3001-\ud7ff"
ID = re.compile(rf"[{LETTER}][{LETTER}0-9.\xb7-]*")


def broken_rules(text: str | bytes) -> list[str]:
    """What the schema would not let pass."""
    root = fromstring(text)
    ids = Counter(value for each in _known(root) for value in _ids(each))
    wrong = [f"the id {name} is there {times} times" for name, times in ids.items() if times > 1]
    wrong += [f"{name} is no id" for name in ids if not ID.fullmatch(name)]
    if _short(root.tag) != "g:Gating-ML":
        wrong.append(f"the root is {root.tag}")
    for each in _known(root):
        wrong.extend(_broken(each, set(ids)))
    return wrong


def _broken(element: Element, ids: set[str]) -> Iterator[str]:
    tag = _short(element.tag)
    inside = "".join(f"{_short(child.tag)} " for child in element)
    if not re.fullmatch(CONTENT.get(tag, ""), inside):
        yield f"{tag} may not hold: {inside or 'nothing'}"
    needed, _, more = ATTRIBUTES.get(tag, "").partition("|")
    given = {_short(name): value for name, value in element.attrib.items()}
    missing = set(needed.split()) - set(given)
    beyond = set(given) - set(needed.split()) - set(more.split())
    if missing or (beyond and "*" not in more):
        yield f"{tag} has the attributes {sorted(given)}"
    for name, value in given.items():
        if name in REFERENCES and value not in ids:
            yield f"{name} of {tag} leads nowhere: {value}"
        if not _may_be(tag, name, value):
            yield f"{name} of {tag} is {value!r}"


def _may_be(tag: str, name: str, value: str) -> bool:
    if NUMBERS.fullmatch(name):
        if not NUMBER.fullmatch(value):
            return False
        number = float(value)
        too_low = name in ABOVE_ZERO and number <= 0
        return not too_low and (tag not in NOT_BELOW_ZERO or number >= 0)
    return value in WORDS[name] if name in WORDS else value != ""


def _known(element: Element) -> Iterator[Element]:
    """The element and all in it, but for what is in a `custom_info`, which may be anything."""
    if _short(element.tag) != "d:custom_info":
        yield element
        for child in element:
            yield from _known(child)


def _ids(element: Element) -> Iterator[str]:
    return (value for name, value in element.attrib.items() if _short(name) in ("g:id", "t:id"))


def _short(name: str) -> str:
    space, _, local = name.rpartition("}")
    known = SPACES.get(space.removeprefix(f"{{{STANDARD}"))
    return f"{known}:{local}" if known else name
