"""Invented courses in a few lines, and windows as lines, for the tests of the mechanistic fit."""

from __future__ import annotations

from pathlib import Path

from reinfuse.estimation.mechanistic.observed import Observed
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.estimation.mechanistic.windows import windows_of
from reinfuse.exchange.course_file import read_course, read_course_text
from reinfuse.record import Course

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def example(name: str) -> Course:
    course = read_course(EXAMPLES / f"{name}.yaml").course
    assert course is not None
    return course


def written(**sections: str) -> Course:
    """A course of one own product against CD19 on 2024-05-06, unless sections say otherwise."""
    parts = {
        "products": "  - {id: product-1, origin: autologous, target: [CD19]}\n",
        "infusions": "  - {id: infusion-1, when: 2024-05-06, product: product-1}\n",
        **{name: "".join(f"  - {{{row}}}\n" for row in rows.strip().splitlines())
           for name, rows in sections.items() if name != "patient"},
    }  # fmt: skip
    head = "title: Invented example\nkind: invented example\n"
    head += f"patient: {{{sections['patient']}}}\n" if "patient" in sections else ""
    text = head + "".join(f"{name}:\n{rows}" for name, rows in parts.items() if rows)
    reading = read_course_text(text, "course.yaml")
    assert reading.course is not None, reading.problems
    return reading.course


def with_looks(*looks: str, **sections: str) -> Course:
    """A course with one lesion of the left kidney, and a look at it in each row."""
    rows = ", ".join(f"{{{look}}}" for look in looks)
    return written(lesions=f"id: lesion-1, site: left kidney, looks: [{rows}]", **sections)


def seen(*rows: str) -> str:
    """Measurements, each row with a name made for it."""
    return "\n".join(f"id: seen-{number}, {row}" for number, row in enumerate(rows, 1))


def only(course: Course) -> Window:
    (window,) = windows_of(course)
    return window


def shown(window: Window) -> list[str]:
    """Each observed thing as a line: its days, kind, lesion, and what is told of it."""
    return [_line(one) for one in window.observed]


def _line(one: Observed) -> str:
    low, high = one.days
    days = f"day {low:g}" if low == high else f"day {low:g} to {high:g}"
    kind = one.kind.value if one.lesion is None else f"lesion {one.lesion}"
    told = {"": one.value, "below ": one.below, "above ": one.above}
    words = [f"{word}{number:.4g}" for word, number in told.items() if number is not None]
    words += ["limit not stated"] if one.limit_unknown else []
    words += [one.change.value] if one.change else []
    words += ["at its peak"] if one.peak else []
    return f"{days} | {kind} | {', '.join(words)} | {', '.join(one.entries)}"
