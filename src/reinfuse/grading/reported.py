"""What somebody wrote down, to stand beside what can be derived."""

from __future__ import annotations

from reinfuse.record import Assessment, Course, Topic


def reported_for(course: Course, topic: Topic, of: str) -> tuple[str | None, tuple[str, ...]]:
    """The reported verdict on a topic of one infusion, transplant or regimen, and its entries.

    A number goes before a word: `2` is reported where `mild` stands beside it.
    """
    said = [item for item in course.assessments if item.topic is topic and item.of == of]
    return verdict(said)


def verdict(said: list[Assessment]) -> tuple[str | None, tuple[str, ...]]:
    """The first numeric verdict, else the first one, and the ids of all."""
    if not said:
        return None, ()
    numeric = [item for item in said if item.value.isdigit()]
    return (numeric or said)[0].value, tuple(item.id for item in said)
