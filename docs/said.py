"""What the code says to people: texts of findings and refusals, read off its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

OPEN = "..."  # what stands for a value
DEEPEST = 3  # names for names for texts
# Each function that makes a finding or an error: where in its arguments rule, what and fix stand.
_FINDINGS = {"Finding": (1, 2, 4), "tell": (1, 2, -1), "told": (0, 1, 2), "_told": (1, 2, 5)}
_REFUSALS = {"ReinfuseError": (0, 2), "refuse": (1, -1), "_refuse": (1, -1), "_cannot": (1, 2)}
SHARED = "refusal.py"  # whose helpers other files use
Names = dict[str, ast.expr]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One text that a person may meet; `rule` is empty for a refusal. `...` stands for a value."""

    part: str
    rule: str
    severity: str
    what: str
    fix: str


def messages_of(files: Mapping[Path, str]) -> tuple[Message, ...]:
    """Every message of some files, each once, in their order; the files are named with a part."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}
    constants: Names = {}
    shared: Names = {}
    for path, tree in trees.items():
        constants |= {name: value for name, value, _ in _assigned(tree.body) if name.isupper()}
        if path.name == SHARED:
            shared |= _usual(tree)
    found: dict[Message, None] = {}
    for path, tree in trees.items():
        usual = shared | _usual(tree)
        reader = _Reader(part=files[path], tree=tree, constants=constants, usual=usual)
        found |= dict.fromkeys(reader.read())
    return tuple(found)


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads calls out of one file; what a name stands for is looked up in its function."""

    part: str
    tree: ast.Module
    constants: Names
    usual: Names  # what a helper asks where its caller asks nothing

    def read(self) -> Iterator[Message]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef):
                yield from self._of_function(node)

    def _of_function(self, function: ast.FunctionDef) -> Iterator[Message]:
        for node, names in self._calls(function):
            called = _name(node.func)
            if called in _FINDINGS:
                yield from self._findings(node, called, function, names)
            elif called in _REFUSALS:
                yield from self._refusals(node, called, names)

    def _calls(self, function: ast.FunctionDef) -> Iterator[tuple[ast.Call, Names]]:
        """Every call in a function, with what names stand for there."""
        assigned = sorted(_assigned(list(ast.walk(function))), key=lambda one: one[2])
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                before = {name: value for name, value, line in assigned if line <= node.lineno}
                yield node, self.constants | before

    def _refusals(self, node: ast.Call, called: str, names: Names) -> Iterator[Message]:
        what_at, fix_at = _REFUSALS[called]
        what = _argument(node, what_at, "what")
        # A helper of a file may have the file's name already.
        what = what if what is not None else _argument(node, 0, "what")
        asked = _argument(node, fix_at, "fix") or self.usual.get(called)
        fix = _first(asked, names)
        for said in _texts(what, names):
            if said.strip(f" {OPEN}"):
                yield Message(part=self.part, rule="", severity="", what=said, fix=fix)

    def _findings(
        self, node: ast.Call, called: str, function: ast.FunctionDef, names: Names
    ) -> Iterator[Message]:
        rule_at, what_at, fix_at = _FINDINGS[called]
        rule = _first(_argument(node, rule_at, "rule"), names)
        if "-" not in rule:
            return
        severity = _keyword(node, "severity")
        if severity is None and called != "told" and node.args:
            severity = node.args[0]
        kind = severity.attr.lower() if isinstance(severity, ast.Attribute) else "ambiguity"
        what, fix = _argument(node, what_at, "what"), _argument(node, fix_at, "fix")
        own = [(_first(what, names), _first(fix, names))]
        for said, asked in self._from_callers(function, what, fix) or own:
            yield Message(part=self.part, rule=rule, severity=kind, what=said, fix=asked)

    def _from_callers(
        self, function: ast.FunctionDef, what: ast.expr | None, fix: ast.expr | None
    ) -> list[tuple[str, str]]:
        """What callers of this file pass, where a function is given its words."""
        parameters = [one.arg for one in function.args.args]
        if not isinstance(what, ast.Name) or what.id not in parameters:
            return []
        found: list[tuple[str, str]] = []
        for caller in (one for one in ast.walk(self.tree) if isinstance(one, ast.FunctionDef)):
            for node, names in self._calls(caller):
                if _name(node.func) != function.name:
                    continue
                said = _argument(node, parameters.index(what.id), what.id)
                asked = fix
                if isinstance(fix, ast.Name) and fix.id in parameters:
                    asked = _argument(node, parameters.index(fix.id), fix.id)
                found.append((_first(said, names), _first(asked, names)))
        return found


def _assigned(nodes: list[ast.AST] | list[ast.stmt]) -> list[tuple[str, ast.expr, int]]:
    """What each name was given, and in which line."""
    found: list[tuple[str, ast.expr, int]] = []
    for node in nodes:
        if not isinstance(node, ast.Assign):
            continue
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name):
            found.append((target.id, value, node.lineno))
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = zip(target.elts, value.elts, strict=False)
            found += [(a.id, b, node.lineno) for a, b in pairs if isinstance(a, ast.Name)]
    return found


def _usual(tree: ast.Module) -> Names:
    """The default of `fix` of each function that makes a refusal."""
    return {
        one.name: default
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and one.name in _REFUSALS
        for argument, default in zip(one.args.kwonlyargs, one.args.kw_defaults, strict=True)
        if argument.arg == "fix" and default is not None
    }


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in node.keywords if one.arg == name), None)


def _argument(node: ast.Call, at: int, name: str) -> ast.expr | None:
    """An argument by name, or else by place."""
    given = _keyword(node, name)
    if given is not None or at < 0:
        return given
    return node.args[at] if at < len(node.args) else None


def _first(node: ast.expr | None, names: Names) -> str:
    return next(iter(_texts(node, names)), "")


def _texts(node: ast.expr | None, names: Names, depth: int = 0) -> list[str]:
    """What an expression may read: both sides of a choice, and `...` for what is not a text."""
    if node is None:
        return []
    if isinstance(node, ast.Constant):
        return [f"{node.value:g}" if isinstance(node.value, float) else str(node.value)]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, names, depth), *_texts(node.orelse, names, depth)]
    if isinstance(node, ast.Name) and node.id in names and depth < DEEPEST:
        return _texts(names[node.id], names, depth + 1)
    if isinstance(node, ast.JoinedStr):
        return ["".join(_piece(one, names) for one in node.values)]
    return [OPEN]


def _piece(node: ast.expr, names: Names) -> str:
    """A piece of a text with values: itself, or what a constant of the file reads."""
    inner = node.value if isinstance(node, ast.FormattedValue) else node
    if isinstance(inner, ast.Name) and inner.id.isupper():
        inner = names.get(inner.id, inner)
    return _first(inner, names) if isinstance(inner, ast.Constant) else OPEN
