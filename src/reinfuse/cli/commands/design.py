"""`reinfuse design`: which days tell most about one patient, given a population."""

from __future__ import annotations

from argparse import Namespace
from textwrap import fill

from reinfuse.cli.columns import columns, width
from reinfuse.cli.commands.simulate_fit import days_of, sha256_of
from reinfuse.cli.plain import Plain, head_of, json_text
from reinfuse.errors import ReinfuseError


def run(options: Namespace) -> int:
    """Print the best schedule, what it is expected to leave, and common schedules beside it."""
    from reinfuse.estimation.population.design import Arm, Question, design_schedule
    from reinfuse.estimation.population.design.patient_schedule import GRID
    from reinfuse.estimation.population.kept import read_fit
    from reinfuse.kinetics.published import find_population

    if (options.population is None) == (options.fit is None):
        raise ReinfuseError(
            "a design needs a population: a published one or a fit",
            fix="give either --population NAME or --fit FILE",
        )
    source = read_fit(options.fit) if options.fit else find_population(options.population)
    question = Question(
        about=options.about,
        grid=days_of(options.grid, "--grid") if options.grid else GRID,
        samples=options.samples,
        limit=options.limit,
        taken=days_of(options.taken, "--taken") if options.taken else (),
        arm=Arm(times=(), amount=1.0 if options.dose is None else options.dose),
    )
    found = design_schedule(source, question, seed=options.seed)
    rows = [("best", found.best), *(("common", one) for one in found.compared)]
    if options.json:
        print(json_text(_head(options) | {
            "kind": "design", "seed": options.seed, "about": found.asked.words,
            "prior_sd": found.prior_sd, "notes": list(found.notes),
            "schedules": [
                {"name": name, "days": list(one.days), "sd": one.sd, "effective": one.effective}
                for name, one in rows
            ],
        }))  # fmt: skip
        return 0
    print(f"About {found.asked.words}")
    table = [("none", "", f"{found.prior_sd:.3f}", "100 %")]
    table += [
        (name, ", ".join(f"{day:g}" for day in one.days), f"{one.sd:.3f}",
         f"{one.sd / found.prior_sd:.0%}")
        for name, one in rows
    ]  # fmt: skip
    for line in columns(("schedule", "days", "expected SD", "of the prior's"), table):
        print(line)
    for note in found.notes:
        print(fill(note, width(), initial_indent="  - ", subsequent_indent="    "))
    return 0


def _head(options: Namespace) -> Plain:
    """What the design was made from: the file of a fit, or the name of a population."""
    if options.fit is not None:
        return head_of(options.fit.name, sha256_of(options.fit))
    head = head_of("", "")
    return {"reinfuse": head["reinfuse"], "notice": head["notice"],
            "population": options.population}  # fmt: skip
