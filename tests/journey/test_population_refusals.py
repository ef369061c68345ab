"""What the commands on populations refuse, in the words that somebody reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reinfuse.cli.parser import run

HEAD = "ID,TIME,DV,AMT,EVID,CENS,LLOQ,WT,SEX"
GOOD = """
7,0,.,100,1,0,50,60,F
7,1,900,.,0,0,50,60,F
7,14,300,.,0,0,50,60,F
8,0,.,100,1,0,50,80,M
8,1,700,.,0,0,50,80,M
8,14,50,.,0,1,50,80,M
9,0,.,100,1,0,50,70,M
9,1,800,.,0,0,50,70,M
9,14,90,.,0,0,50,70,M
"""


def table(*changes: tuple[str, str]) -> str:
    """The good data set with some of its text changed, each change being there to make."""
    text = GOOD.strip()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return f"{HEAD}\n{text}\n"


FILES = {
    "good.csv": table(),
    "no-dose.csv": table(("8,0,.,100,1,0,50,80,M\n", ""), ("9,0,.,100,1,0,50,70,M\n", "")),
    "all-below.csv": table(
        *((f",{level},.,0,0,", ",50,.,0,1,") for level in (900, 300, 700, 800, 90))
    ),
    "one.csv": f"{HEAD}\n" + "\n".join(GOOD.split()[:3]) + "\n",
    "apart.csv": table() + "7,21,60,.,0,0,50,60,F\n",
    "twice.csv": table(("8,0,.,100", "7,14,310,.,0,0,50,60,F\n8,0,.,100")),
    "negative.csv": table(
        ("7,1,900,.,0,0,50", "7,1,-4,.,0,0,."), ("9,1,800,.,0,0,50", "9,1,0,.,0,0,.")
    ),
    "below-limit.csv": table(("7,1,900,.,0,0,50", "7,1,900,.,0,0,950")),
    "no-weight.csv": table((",60,F", ",.,F"), (",80,M", ",.,M")),
    "same-sex.csv": table((",F", ",M")),
    "broken.yaml": "curve: [stein\n  random: {",
    "list.yaml": "- curve\n- stein\n",
    "binary.yaml": b"\xff\xfe\x00",
    "words.yaml": "curve: decay\nranodm: k\nresidual: lognorml\ncensoring: M9\n",
    "numbers.yaml": "curve: decay\nspread: {k: 0}\nresidual start: {a: -1}\n",
    "broken.json": "{not",
    "other.json": '{"kind": "design"}',
    "cut.json": '{"kind": "population fit", "model": {"curve": "decay"}}',
    "binary.csv": b"\xff\xfe\x00",
    "empty.csv": "WT\n",
}  # fmt: skip

# What is typed, and indented below what is said.
DATA = """
fit no-dose.csv --curve oral-one
    ID 8: no dose, and curve oral-one needs one
    ID 9: no dose
fit all-below.csv --curve decay
    every value lies below or above a limit: nothing says how high levels are
fit one.csv --curve decay
    a population is at least 2 patients, and there is only ID 7
fit apart.csv --curve decay
    apart.csv row 11, ID 7: rows of the subject stand in row 2 and again here
    keep the rows of a subject together
fit negative.csv --curve decay
    ID 7, row 3: a level of -4 has no logarithm
    ID 9, row 9: a level of 0 has no logarithm
    use an additive or combined residual
fit below-limit.csv --curve decay
    below-limit.csv row 3, ID 7: the value 900 is below its own limit LLOQ 950
fit no-weight.csv --curve decay --effect k~WT
    ID 7: no WT, which effect k ~ WT needs
    ID 8: no WT, which effect k ~ WT needs
    leave the subject out
fit good.csv --curve decay --effect k~AGE
    effect k ~ AGE: the data have no AGE (they have: WT, SEX)
fit good.csv --curve decay --effect k~SEX
    ID 7, row 2: SEX is a word; effect k ~ SEX needs a number, or the kind `category`
fit good.csv --curve decay --effect k~SEX:category=X
    effect k ~ SEX=X: nobody has it (SEX is F, M)
fit same-sex.csv --curve decay --effect k~SEX:category=M
    effect k ~ SEX=M: SEX is M in everybody
fit good.csv --curve decay --assay qPCR
    there is no assay qPCR
    the only assay is 1
fit good.csv --curve decay --scaled 1
    every assay is scaled (1): one must see the curve itself
fit good.csv --curve decay --scaled flow
    the model names assay flow, which the data have not
fit good.csv --curve decay --residual qPCR=additive
    the model names assay qPCR, which the data have not
"""

MODELS = """
fit good.csv --curve decai
    --curve: no curve is called 'decai'; did you mean 'decay'?
fit good.csv --curve decay --random k,rate
    rate in random (its parameters are k, start)
fit good.csv --curve decay --correlated k,rate
    rate in blocks
fit good.csv --curve decay --effect rate~WT
    rate in effects (its parameters are k, start)
fit good.csv --curve decay --effect k-WT
    --effect: 'k-WT' is no effect: write it like cmax~weight:power
fit good.csv --curve decay --effect k~WT:cubic
    effect 1: kind 'cubic' is none of power, linear, category
fit good.csv --curve decay --effect k~SEX:category
    effect k ~ SEX: which category? write k~SEX:category=LEVEL
fit good.csv --curve decay --residual lognormal
    residual: 'lognormal' is none of additive, proportional, combined, log-normal
fit good.csv --curve decay --censoring M9
    censoring: 'M9' is none of M1, M3, M4, M5
fit good.csv --curve decay --start k=fast
    --start: 'k=fast' is not a name with a number: write cmax=100,beta=0.01
fit good.csv --curve decay --start k=-1,start=nan --hold k=0
    start k = -1: it must be above 0
    start start = nan
    held k = 0: it must be above 0
fit good.csv --curve decai --start k --effect k
    no curve is called 'decai'
    'k' is not a name with a number
    --effect: 'k' is no effect
fit good.csv --model broken.yaml
    broken.yaml is not YAML
    where: broken.yaml, line 2
fit good.csv --model list.yaml
    list.yaml holds no model
    write keys, such as curve: stein
fit good.csv --model binary.yaml
    binary.yaml is not text
fit good.csv --model words.yaml
    there is no key 'ranodm'
    'lognorml' is none of
    censoring: 'M9' is none of
    where: words.yaml
fit good.csv --model numbers.yaml
    spread k = 0: it must be above 0
    residual start a = -1: it must be above 0
fit good.csv --model gone.yaml
    No such file or directory: gone.yaml
fit good.csv --seed one
    argument --seed: 'one' is not a whole number from 0 to 4294967295
fit good.csv --seed -1
    argument --seed: '-1' is not a whole number from 0
fit good.csv --starts 0
    argument --starts: '0' is not a whole number from 1 to 100
fit good.csv --chains 1.5
    argument --chains: '1.5' is not a whole number from 1 to 100
"""

KEPT = """
compare broken.json
    broken.json cannot be used: it is not JSON
    make one with `reinfuse fit DATA -o FILE`
compare good.csv
    good.csv cannot be used: it is not JSON
vpc other.json good.csv
    other.json cannot be used: it holds no population fit
vpc cut.json good.csv
    cut.json cannot be used: a part of it is missing or was changed
vpc cut.json good.csv --replicates 3
    3 replicates are too few for a 95 % band
    ask for at least 20
simulate-fit gone.json
    No such file or directory: gone.json
simulate-fit cut.json --days 1,x,nan
    not a number: 'x', 'nan'
    where: --days
simulate-fit cut.json --days=-3,7
    before the infusion: day -3
    days count from 0 on
simulate-fit cut.json --covariates binary.csv
    binary.csv is not a table
simulate-fit cut.json --covariates empty.csv
    empty.csv holds no row
simulate-fit cut.json --subjects 0
    argument --subjects: '0' is not a whole number from 1 to 1000000
simulate-fit cut.json --limit -5
    argument --limit: '-5' is not a number above 0
simulate-fit cut.json --dose nan
    argument --dose: 'nan' is not a number above 0
design
    give either --population NAME or --fit FILE
design --population stien-2019
    no published population is called 'stien-2019'
    there are stein-2019
design --population stein-2019
    persistence needs a limit below which cells count as lost
design --population stein-2019 --about x --limit 5
    'x' is nothing that can be asked for
    ask for persistence, auc, cmax
design --population stein-2019 --about auc --samples 0
    0 samples cannot be chosen
design --population stein-2019 --about auc --grid 1,x
    not a number: 'x'
    where: --grid
"""


def cases(drawn: str) -> list[tuple[str, tuple[str, ...]]]:
    """What is typed with everything that must be said to it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for line in drawn.strip().splitlines():
        if line.startswith(" "):
            typed, words = found[-1]
            found[-1] = (typed, (*words, line.strip()))
        else:
            found.append((line, ()))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("refused")
    for name, content in FILES.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (made / name).write_bytes(raw)
    return made


def refused(typed: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said on the error stream; nothing is printed, and the exit code is 2."""
    try:
        code = run(typed.split())
    except SystemExit as stop:  # what argparse refuses
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    assert (code, out) == (2, ""), err
    return err


@pytest.mark.parametrize(("typed", "words"), [*cases(DATA), *cases(MODELS), *cases(KEPT)])
def test_what_cannot_be_done_is_said_in_words(
    typed: str,
    words: tuple[str, ...],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert words
    monkeypatch.chdir(folder)
    before = sorted(folder.iterdir())
    message = refused(typed, capsys)
    assert [one for one in words if one not in message] == [], message
    assert "Traceback" not in message
    assert str(folder) not in message
    assert sorted(folder.iterdir()) == before


def test_two_values_at_one_time_are_both_kept_and_noted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert run(["data", "check", "twice.csv", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["samples"] == 7
    assert [note["where"] for note in said["notes"]] == ["twice.csv row 5, ID 7"]
