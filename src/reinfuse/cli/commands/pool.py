"""`reinfuse pool`: one outcome of published studies, pooled by every method side by side."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from reinfuse.cli.evidence_reading import Table, finding_line, read_table, refuse_empty, shown
from reinfuse.cli.needed import ALL, check_needed
from reinfuse.cli.plain import json_text
from reinfuse.cli.progress import say

REFUSED = 2
_NEEDED = ("numpy", "scipy")
_PAGE = ("jinja2", "vl_convert")


def run(options: Namespace) -> int:
    """Pool, print, write the page; 2 if a row of the table was refused."""
    check_needed("pool", _NEEDED if options.output is None else (*_NEEDED, *_PAGE), ALL)
    from reinfuse.cli.pool_asked import read_asked

    asked = read_asked(options)
    table = read_table(options.studies)
    refuse_empty(table)
    say("pooling")
    from reinfuse.cli.pool_result import result_of

    result = result_of(table, asked)
    written: list[Path] = []
    if options.output is not None:
        from reinfuse.cli.pool_page import write_page

        say("drawing")
        files = [options.studies, options.output, asked.course]
        named = [one for one in files if one is not None]
        write_page(options.output, result, options.typed, named)
        written = [options.output]
    if options.json:
        from reinfuse.cli.pool_plain import pool_plain

        document = json_text(pool_plain(result, [path.name for path in written]))
        say("")
        print(document)
    else:
        from reinfuse.cli.pool_table import lines

        text = list(lines(result))
        say("")
        for line in text:
            print(line)
        for path in written:
            print(f"wrote {path}")
    return _told(table)


def _told(table: Table) -> int:
    """Rows that were refused could have been part of the answer: they are told, and cost the 0."""
    for one in table.refused:
        print(shown(f"reinfuse: {finding_line(one)}"), file=sys.stderr)
    return REFUSED if table.refused else 0
