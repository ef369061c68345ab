"""The course file: text that a person writes and a program writes back."""

from reinfuse.exchange.course_file.encoding import write_course_text
from reinfuse.exchange.course_file.files import (
    Reading,
    read_course,
    read_course_text,
    write_course,
    write_whole,
)
from reinfuse.exchange.course_file.reference import reference_page
from reinfuse.exchange.course_file.references import sourced
from reinfuse.exchange.course_file.schema import schema_text
from reinfuse.exchange.course_file.template import template_text

__all__ = [
    "Reading",
    "read_course",
    "read_course_text",
    "reference_page",
    "schema_text",
    "sourced",
    "template_text",
    "write_course",
    "write_course_text",
    "write_whole",
]
