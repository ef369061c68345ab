"""What can be typed; each command is loaded only once it is called."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from reinfuse import __version__
from reinfuse.cli.one_thread import calm_linear_algebra
from reinfuse.cli.parser_evidence import add_evidence_commands
from reinfuse.cli.parser_flow import add_flow_command
from reinfuse.cli.parser_kinetics import add_kinetics_commands, whole_number
from reinfuse.cli.parser_mechanism import add_mechanism_commands
from reinfuse.cli.parser_petct import add_petct_command
from reinfuse.cli.parser_simulate import add_simulate_command
from reinfuse.errors import ReinfuseError

DISCLAIMER = "For research. It describes a course; it does not decide about treatment."
COURSE = "a course file (YAML); `reinfuse new` writes a commented one"
_LONGEST_SECONDS, _REPLAYED_DRAWS = 86_400, 1000
TABLE = "one long table (CSV): patient,day|datetime,item,value,unit"
BAD_INPUT, INTERRUPTED = 2, 130
_SOLVING = frozenset({"calibrate", "forecast", "report"})
_ASIDE = re.compile(r"\.(.+)\.(?:\d+-\d+\.part|unfinished)")


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

    _grade(commands)
    _criteria(commands)
    _cohort(commands)

    kinetics = _on_course(commands, "kinetics", "fit the CAR-T curve after each infusion")
    kinetics.add_argument("--seed", type=int, default=1, help="of the sampler (default 1)")

    add_kinetics_commands(commands)
    add_simulate_command(commands)
    add_mechanism_commands(commands)
    add_flow_command(commands)
    add_petct_command(commands)
    add_evidence_commands(commands)

    report = _on_course(commands, "report", "write the report: one self-contained HTML page")
    report.add_argument("-o", "--output", type=Path, help="where to write it (default: beside)")
    report.add_argument("--pdf", action="store_true", help="write a PDF too (extra `pdf`)")
    report.add_argument("--seed", type=int, default=1, help="of the sampler (default 1)")
    report.add_argument(
        "--options", type=Path, metavar="FILE", dest="options_file",
        help="add what options (YAML, as in examples/options) come to in the model",
    )  # fmt: skip
    report.add_argument(
        "--seconds", type=whole_number(1, _LONGEST_SECONDS), default=60, metavar="N",
        help="after which the fit behind the options ends, told if too soon (default 60)",
    )  # fmt: skip
    report.add_argument(
        "--petct", type=Path, metavar="DIR",
        help="add the pictures and lesions that `reinfuse petct ... -o DIR` wrote",
    )  # fmt: skip
    report.set_defaults(draws=_REPLAYED_DRAWS)
    return parser


def _grade(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    grade = commands.add_parser(
        "grade",
        help="grade toxicity and response, with reasons",
        description="Grade toxicity and response of course files, or of every patient of a table.",
    )
    grade.add_argument("files", type=Path, nargs="+", metavar="FILE", help=f"{COURSE}; or {TABLE}")
    grade.add_argument("--topic", help="only grades whose topic contains this word")
    grade.add_argument(
        "--criterion", action="append", metavar="NAME", help="grade by this criterion; repeatable"
    )
    grade.add_argument("--patient", metavar="CODE", help="of a table: one patient, with reasons")
    grade.add_argument(
        "--keep-going", action="store_true", help="grade what can be read, and still exit with 2"
    )
    grade.add_argument(
        "--problems", type=Path, metavar="FILE", help="of a table: list every refused row as CSV"
    )
    grade.add_argument(
        "--reasons", action="store_true", help="of a table: with reasons for every patient (slower)"
    )
    grade.add_argument("-o", "--output", type=Path, help="write the grades as CSV")
    grade.add_argument("--json", action="store_true", help="print JSON (docs/reference/json.md)")


def _criteria(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    criteria = commands.add_parser(
        "criteria",
        help="list the published criteria, or print the table of one",
        description="List the published criteria with source and standing, or print one table.",
    )
    criteria.add_argument("name", nargs="?", help="a criterion, such as ASTCT-CRS-2019")
    criteria.add_argument("--family", help="only criteria of a family, such as blood")
    criteria.add_argument("--json", action="store_true", help="print JSON (docs/reference/json.md)")


def _cohort(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    cohort = commands.add_parser(
        "cohort",
        help="many patients on one page: lanes, grades, endpoints",
        description="Write one page of many patients (swimmer plot, grades, endpoints with curves)"
        " and two tidy tables beside it.",
    )
    cohort.add_argument("files", type=Path, nargs="+", metavar="FILE", help=f"{COURSE}; or {TABLE}")
    cohort.add_argument("-o", "--output", type=Path, required=True, help="the HTML page to write")
    cohort.add_argument(
        "--day0",
        default="first infusion",
        help="first infusion (default), last infusion, `infusion 2`, or transplant",
    )
    cohort.add_argument(
        "--endpoint", action="append", metavar="NAME", help="only this endpoint; repeatable"
    )
    cohort.add_argument("--title", help="of the page")
    cohort.add_argument(
        "--keep-going", action="store_true", help="use what can be read, and still exit with 2"
    )


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
    options.typed = tuple(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign shows a replacement, and the command goes on.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if options.command in _SOLVING:
        calm_linear_algebra()
    try:
        command = import_module(f"reinfuse.cli.commands.{options.command.replace('-', '_')}")
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
        named = f": {_meant(Path(str(error.filename)).name)}" if error.filename else ""
        print(f"reinfuse: {error.strerror or error}{named}", file=sys.stderr)
        print("  fix:   check the name, the rights and the room on the disk", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("reinfuse: interrupted; nothing was left half-written", file=sys.stderr)
        return INTERRUPTED


def _meant(name: str) -> str:
    """The file that was asked for, where the one that failed is what is written beside it."""
    aside = _ASIDE.fullmatch(name)
    return aside[1] if aside else name
