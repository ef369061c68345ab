"""Reference page of the command line, made from the parser itself.

The layout is ours: argparse lays out an option with a value differently from Python 3.13 on, and
the page must be the same on every Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from textwrap import wrap

from docs.markdown import page
from reinfuse.cli.parser import make_parser

WIDTH = 100
_MARGIN = 24


def commands_page() -> str:
    """What can be typed, with the help of every command."""
    parser = make_parser()
    return page(
        "Commands",
        (
            "What `reinfuse --help` and `reinfuse COMMAND --help` say. The exit code is 0, or 2",
            "for input that cannot be used; what a command finds in a course does not change it.",
            "`simulate` alone ends with 1 if no patient could be solved; a run that was",
            "interrupted ends with 130.",
        ),
        _section("reinfuse", parser),
        *(
            _section(f"reinfuse {name}", command)
            for action in parser._actions  # argparse offers no public list
            if isinstance(action, argparse._SubParsersAction)
            for name, command in action.choices.items()
        ),
    )


def _section(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield from (f"## {name}", "", "```text")
    # Nothing asks the terminal: the width is fixed here.
    formatter = argparse.HelpFormatter(parser.prog, width=WIDTH)
    formatter.add_usage(parser.usage, parser._actions, parser._mutually_exclusive_groups)
    yield from formatter.format_help().rstrip().splitlines()
    if parser.description:
        yield from ("", *wrap(parser.description, WIDTH))
    yield ""
    for action in parser._actions:
        yield from _argument(action)
    yield "```"


def _argument(action: argparse.Action) -> Iterator[str]:
    if isinstance(action, argparse._SubParsersAction):
        for choice in action._choices_actions:
            yield from _line(choice.dest, choice.help or "")
        return
    value = action.metavar or action.dest.upper()
    takes = f" {value}" if action.option_strings and action.nargs != 0 else ""
    yield from _line(", ".join(action.option_strings) + takes or action.dest, action.help or "")


def _line(name: str, meaning: str) -> Iterator[str]:
    first = f"  {name}".ljust(_MARGIN)
    if len(first) > _MARGIN:
        yield first
        first = ""
    yield from wrap(
        meaning, WIDTH, initial_indent=first.ljust(_MARGIN), subsequent_indent=" " * _MARGIN
    )
