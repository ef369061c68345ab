"""`reinfuse new`: a commented starting file."""

from __future__ import annotations

from argparse import Namespace

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import template_text, write_whole


def run(options: Namespace) -> int:
    """Write the starting file, unless something is there already."""
    if options.path.exists():
        raise ReinfuseError(
            f"{options.path.name} exists already",
            fix="choose another name, or move the file away first",
        )
    if not options.path.parent.is_dir():
        raise ReinfuseError(f"there is no folder {options.path.parent}", fix="make it first")
    write_whole(options.path, template_text())
    print(f"wrote {options.path}; fill it in, then: reinfuse check {options.path}")
    return 0
