"""`reinfuse compare`: population fits of the same data side by side."""

from __future__ import annotations

from argparse import Namespace
from textwrap import fill

from reinfuse.cli.columns import columns, width
from reinfuse.cli.plain import head_of, json_text
from reinfuse.errors import ReinfuseError
from reinfuse.estimation.population.compared import Compared, NotCompared, compare_fits
from reinfuse.estimation.population.kept import read_fit

HEADS = ("fit", "numbers", "-2LL", "SE", "AIC", "BIC", "against the first", "p")


def run(options: Namespace) -> int:
    """Print one row for each fit, the first being what the others are set against."""
    fits = [(path.name, read_fit(path)) for path in options.fits]
    compared = compare_fits(fits)
    if isinstance(compared, NotCompared):
        raise ReinfuseError(compared.why, fix=compared.fix)
    if options.json:
        data = fits[0][1].content["data"]
        head = head_of(str(data.get("file", "")), str(data.get("sha256", "")))
        rows = [one.plain() for one in compared]
        print(json_text(head | {"kind": "comparison of fits", "rows": rows}))
        return 0
    for line in columns(HEADS, [_row(one) for one in compared]):
        print(line)
    for one in compared:
        for note in one.notes:
            words = f"{one.name}: {note}"
            print(fill(words, width(), initial_indent="  - ", subsequent_indent="    "))
    return 0


def _row(one: Compared) -> tuple[str, ...]:
    test = one.test
    return (
        one.name,
        str(one.numbers),
        f"{one.minus_2ll:.2f}",
        f"{one.se:.2f}",
        f"{one.aic:.2f}",
        f"{one.bic:.2f}",
        "" if test is None else f"{test.difference:+.2f} ({test.freedom} more)",
        "" if test is None else f"{test.p_low:.2g} to {test.p_high:.2g}",
    )
