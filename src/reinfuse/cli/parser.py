"""What can be typed; each command is loaded only once it is called."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from reinfuse import __version__
from reinfuse.errors import ReinfuseError

DISCLAIMER = "For research. It describes a course; it does not decide about treatment."
COURSE = "a course file (YAML); `reinfuse new` writes a commented one"
BAD_INPUT, INTERRUPTED = 2, 130


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="reinfuse",
        description=f"The computable CAR-T course: one record, and everything that follows from"
        f" it. {DISCLAIMER}",
    )
    parser.add_argument("--version", action="version", version=f"reinfuse {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    new = commands.add_parser("new", help="write a commented starting file for a course")
    new.add_argument("path", type=Path, help="where to write it; an existing file is kept")

    show = _on_course(commands, "show", "list the course by day, with any event as day 0")
    show.add_argument("--day0", metavar="ID", help="infusion or transplant to count from")

    _on_course(commands, "check", "list contradictions, gaps and doubtful values")

    grade = _on_course(commands, "grade", "grade toxicity and response, with reasons")
    grade.add_argument("--topic", help="only grades whose topic contains this word")

    kinetics = _on_course(commands, "kinetics", "fit the CAR-T curve after each infusion")
    kinetics.add_argument("--seed", type=int, default=1, help="of the sampler (default 1)")

    report = _on_course(commands, "report", "write the report: one self-contained HTML page")
    report.add_argument("-o", "--output", type=Path, help="where to write it (default: beside)")
    report.add_argument("--pdf", action="store_true", help="write a PDF too (extra `pdf`)")
    report.add_argument("--seed", type=int, default=1, help="of the sampler (default 1)")
    return parser


def _on_course(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}."
    )
    command.add_argument("course", type=Path, help=COURSE)
    command.add_argument("--json", action="store_true", help="print JSON (docs/reference/json.md)")
    return command


def run(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments and run the command; the exit code."""
    options = make_parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign shows a replacement, and the command goes on.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        command = import_module(f"reinfuse.cli.commands.{options.command}")
        code: int = command.run(options)
        sys.stdout.flush()
        return code
    except ReinfuseError as error:
        print(f"reinfuse: {error}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # Whoever read our output has seen enough; leave nothing that the exit would flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        named = f": {Path(str(error.filename)).name}" if error.filename else ""
        print(f"reinfuse: {error.strerror or error}{named}", file=sys.stderr)
        print("  fix:   check the name, the rights and the room on the disk", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("reinfuse: interrupted; nothing was left half-written", file=sys.stderr)
        return INTERRUPTED
