"""`reinfuse grade`: toxicity and response as intervals, with reasons."""

from __future__ import annotations

from argparse import Namespace
from textwrap import wrap

from reinfuse.cli.columns import width
from reinfuse.cli.loading import load
from reinfuse.cli.plain import document, grade_as_plain
from reinfuse.errors import ReinfuseError
from reinfuse.grading import Grade, grade_course


def run(options: Namespace) -> int:
    """Print every grade with what made it and what would settle it."""
    loaded = load(options.course)
    grades = grade_course(loaded.course)
    if options.topic:
        wanted = options.topic.casefold()
        topics = sorted({grade.topic for grade in grades})
        grades = tuple(grade for grade in grades if wanted in grade.topic.casefold())
        if not grades:
            raise ReinfuseError(
                f"no grade has {options.topic!r} in its topic",
                fix=f"the topics are {', '.join(topics)}",
            )
    if options.json:
        print(document(loaded, grades=[grade_as_plain(grade) for grade in grades]))
        return 0
    for grade in grades:
        print("\n".join(_block(grade)))
    print("An interval says what the record allows; what was not recorded could be anything.")
    return 0


def _block(grade: Grade) -> list[str]:
    derived = grade.shown() if grade.evaluable else f"{grade.shown()} (not evaluable)"
    reported = f"   reported {grade.reported}" if grade.reported else ""
    lines = [f"{grade.topic} · {grade.subject} · {grade.when}", f"  {derived}{reported}"]
    because = "; ".join(reason.text for reason in grade.because)
    for name, text in (
        ("because", because),
        ("assumed", "; ".join(grade.assumed)),
        ("missing", ", ".join(grade.missing)),
    ):
        if text:
            lines += wrap(
                f"{name}: {text}", width(), initial_indent="    ", subsequent_indent=" " * 13
            )
    return [*lines, ""]
