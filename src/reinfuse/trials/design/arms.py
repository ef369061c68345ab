"""The arms of a design file: product, dose, lymphodepletion, drugs against CRS."""

from __future__ import annotations

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file.nodes import Listing, Node, Refused, Scalar
from reinfuse.mechanism.plan import Depletion
from reinfuse.mechanism.products import Origin, Product, Target
from reinfuse.trials.design.design import Arm
from reinfuse.trials.design.fields import RULE, chosen, dose, number, rule, whole
from reinfuse.trials.design.keys import DesignKeys
from reinfuse.trials.design.people import Patients
from reinfuse.trials.forecast.fields import milligrams_a_square_metre
from reinfuse.trials.population import (
    USUAL_DEPLETION,
    Again,
    Dose,
    Rule,
    Setting,
    SteroidRule,
    TocilizumabRule,
)

ARM = (
    "name", "cells", "binder", "target", "dose", "lymphodepletion", "tocilizumab", "steroids",
    "again",
)  # fmt: skip
MOST_ARMS = 12
_LONGEST_NAME = 60
_CELLS = {"autologous": False, "donor-derived": True}
_BINDER: dict[str, bool | None] = {"same": True, "another": False, "unknown": None}
_BOTH = {"CD19 and CD22": Target.BOTH, "CD22 and CD19": Target.BOTH}
_TARGETS = {"CD19": Target.CD19, "CD22": Target.CD22, **_BOTH}
_DEPLETIONS: dict[str, Depletion | None] = {"usual": USUAL_DEPLETION, "none": None}
_ANY_DOSE = Dose(amount=1e6)


def arms_in(keys: DesignKeys, node: Node | None, patients: Patients, line: int) -> tuple[Arm, ...]:
    """The arms of a file, as far as they can be read."""
    if node is None:
        keys.say("the file lists no `arms`", line, "add `arms`, a list of arms")
        return ()
    if not isinstance(node, Listing):
        if not isinstance(node, Refused):
            keys.say("`arms` is a list", node.line, "begin each arm with a dash")
        return ()
    if not 1 <= len(node.items) <= MOST_ARMS:
        keys.say(f"{len(node.items)} arms are listed", node.line, f"list 1 to {MOST_ARMS}")
    found: dict[str, tuple[Arm, int]] = {}
    for item in node.items[:MOST_ARMS]:
        arm = _arm(keys, item, patients)
        if arm is not None and arm.name and arm.name in found:
            what = f"the name `{arm.name}` stands first on line {found[arm.name][1]}"
            keys.say(what, item.line, "give one of the two another name")
        elif arm is not None:
            found[arm.name] = arm, item.line
    return tuple(arm for arm, _ in found.values())


def _arm(keys: DesignKeys, node: Node, patients: Patients) -> Arm | None:
    written = keys.of(node, ARM, "an arm")
    if written is None:
        return None
    for name in ("name", "dose"):
        if name not in written:
            keys.say(f"an arm needs `{name}`", node.line, f"add `{name}`")
    tocilizumab = _tocilizumab(keys, written.get("tocilizumab"))
    steroids = _steroids(keys, written.get("steroids"))
    product = _product(keys, written, patients, node.line)
    given = keys.value(written, "dose", dose, _ANY_DOSE)
    depletion = _depletion(keys, written.get("lymphodepletion"))
    again = _again(keys, written.get("again"))
    name = keys.value(written, "name", _name, "")
    setting = Setting(
        marrow=patients.marrow, product=product, dose=given, lesions=patients.lesions,
        people=patients.people, depletion=depletion, again=again, tocilizumab=tocilizumab,
        steroids=steroids, parameters=patients.parameters, signs=patients.signs,
    )  # fmt: skip
    return Arm(name=name, setting=setting)


def _name(text: str) -> str:
    bare = " ".join(text.split())
    if not bare or len(bare) > _LONGEST_NAME:
        raise ReinfuseError(f"a name has 1 to {_LONGEST_NAME} letters", fix="write a short one")
    if not bare.isprintable():
        raise ReinfuseError("a name has signs that cannot be printed", fix="leave them out")
    if not bare[0].isalnum():
        raise ReinfuseError(
            f"{bare!r} does not begin with a letter or a number", fix="tables begin cells so"
        )
    return bare


def _product(keys: DesignKeys, written: dict[str, Node], patients: Patients, line: int) -> Product:
    donor = keys.value(written, "cells", chosen(_CELLS), False)
    binder = keys.value(written, "binder", chosen(_BINDER), None)
    target = keys.value(written, "target", chosen(_TARGETS), Target.CD19)
    if "binder" in written and not patients.earlier:
        keys.say(
            "`binder` speaks of earlier CAR-T cells, and the population had none",
            written["binder"].line, "leave it out, or write `earlier: CAR-T cells`",
        )  # fmt: skip
    if donor and patients.donor_share is None:
        keys.say(
            "donor-derived cells need to know whose immune system they meet", line,
            "write `donor_share: 100 %` in `population`: of the immune system, what is the donor's",
        )  # fmt: skip
    own = Origin.OWN_AGAIN if patients.earlier else Origin.OWN
    return Product(
        origin=Origin.DONOR if donor else own, target=target, first=not patients.earlier,
        same_binder=binder if patients.earlier else None,
        foreign=1.0 - (patients.donor_share or 0.0) if donor else 0.0,
    )  # fmt: skip


def _depletion(keys: DesignKeys, node: Node | None) -> Depletion | None:
    if node is None or isinstance(node, Scalar):
        usual: Depletion | None = USUAL_DEPLETION
        return keys.one(node, "lymphodepletion", chosen(_DEPLETIONS), usual)
    names = ("fludarabine", "cyclophosphamide", "first_day")
    written = keys.of(node, names, "`lymphodepletion`") or {}
    read = milligrams_a_square_metre
    found = Depletion(
        first_day=keys.value(written, "first_day", number(-7, -3), USUAL_DEPLETION.first_day),
        fludarabine=keys.value(written, "fludarabine", read, 0.0),
        cyclophosphamide=keys.value(written, "cyclophosphamide", read, 0.0),
    )
    if written and not {"fludarabine", "cyclophosphamide"} & set(written):
        fix = "write fludarabine or cyclophosphamide in mg/m2, or lymphodepletion: none"
        keys.say("`lymphodepletion` has no dose", node.line, fix)
    return found


def _tocilizumab(keys: DesignKeys, node: Node | None) -> TocilizumabRule | None:
    when, written = _when(keys, node, "tocilizumab", "doses")
    doses = keys.value(written, "doses", whole(1, 2), 1)
    return None if when is None else TocilizumabRule(rule=when, doses=doses)


def _steroids(keys: DesignKeys, node: Node | None) -> SteroidRule | None:
    when, written = _when(keys, node, "steroids", "days")
    lasting = keys.value(written, "days", whole(1, 28), 3)
    return None if when is None else SteroidRule(rule=when, days=float(lasting))


def _when(
    keys: DesignKeys, node: Node | None, name: str, amount: str
) -> tuple[Rule | None, dict[str, Node]]:
    """The rule of a drug, and the keys beside it."""
    if node is None or isinstance(node, Scalar):
        return keys.one(node, name, rule, None), {}
    written = keys.of(node, ("when", amount), f"`{name}`") or {}
    if written and "when" not in written:
        keys.say(f"`{name}` does not say when it is given", node.line, RULE)
    return keys.value(written, "when", rule, None), written


def _again(keys: DesignKeys, node: Node | None) -> Again | None:
    if node is None or (isinstance(node, Scalar) and node.text.strip() == "none"):
        return None
    written = keys.of(node, ("day", "dose"), "`again`", all_needed=True) or {}
    day = keys.value(written, "day", whole(29, 1000), None)
    given = keys.value(written, "dose", dose, None)
    if day is None or given is None:
        return None
    return Again(day=float(day), dose=given)
