"""A course file is read with patience, written with strictness, and never half."""

from __future__ import annotations

import json
import time
import tracemalloc
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from reinfuse.errors import ReinfuseError
from reinfuse.exchange.course_file import (
    read_course,
    read_course_text,
    reference_page,
    schema_text,
    template_text,
    write_course,
    write_course_text,
    write_whole,
)
from reinfuse.record import Course, Drug, Infusion, Kind, Observation, Purpose, Regimen, Sign, Table
from reinfuse.timeline import read_when

HOME = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((HOME / "examples").glob("*.yaml"))
HEAD = "title: T\nkind: invented example\n"
COURSE = Course(title="T", kind=Kind.INVENTED)


# ------------------------------------------------------------------------------- the template


def uncommented() -> str:
    lines = template_text().splitlines()
    return "\n".join(line.removeprefix("# ") for line in lines) + "\n"


def test_the_template_reads_as_it_stands() -> None:
    assert read_course_text(template_text(), "new.yaml").problems == ()


def test_every_example_line_of_the_template_reads(tmp_path: Path) -> None:
    (tmp_path / "counts.csv").write_text("day,analyte,value,unit\n1,platelets,20,10*9/L\n")
    reading = read_course_text(uncommented(), "new.yaml", tmp_path)
    assert reading.problems == ()
    assert reading.course is not None


def test_the_template_shows_every_section() -> None:
    missing = [
        name for name in Course.__dataclass_fields__ if f"\n{name}:" not in f"\n{uncommented()}"
    ]
    assert missing == []


# --------------------------------------------------------------------------- schema and page


def plain(tree: object) -> object:
    """What an editor sees: YAML 1.2 numbers and truth values, dates as text."""
    if isinstance(tree, dict):
        return {str(key): plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    return str(tree) if isinstance(tree, date) else tree


def worded(tree: object) -> object:
    """The same with every scalar as text, as we read it."""
    if isinstance(tree, dict):
        return {key: worded(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [worded(value) for value in tree]
    return ("yes" if tree else "no") if isinstance(tree, bool) else str(tree)


def tree_of(text: str) -> object:
    return plain(YAML(typ="safe", pure=True).load(text))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_schema_accepts_every_example(path: Path) -> None:
    check = Draft202012Validator(json.loads(schema_text()))
    tree = tree_of(path.read_text(encoding="utf-8"))
    assert [error.message for error in check.iter_errors(tree)] == []
    assert [error.message for error in check.iter_errors(worded(tree))] == []


def test_the_schema_accepts_the_template() -> None:
    check = Draft202012Validator(json.loads(schema_text()))
    for text in (template_text(), uncommented()):
        assert [error.message for error in check.iter_errors(tree_of(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "kind: invented example\n",
        "title: T\nkind: real\n",
        HEAD + "patient: {sex: femal}\n",
        HEAD + "patient: {age: old}\n",
        HEAD + "observation: []\n",
        HEAD + "infusions: [{id: 1 a, product: p}]\n",
    ],
)
def test_the_schema_refuses_slips(text: str) -> None:
    check = Draft202012Validator(json.loads(schema_text()))
    assert not check.is_valid(tree_of(text))


def test_the_schema_itself_is_sound() -> None:
    Draft202012Validator.check_schema(json.loads(schema_text()))


def test_the_kept_schema_is_fresh() -> None:
    kept = HOME / "docs" / "reference" / "course-file.schema.json"
    assert kept.read_text(encoding="utf-8") == schema_text(), "run `make docs`"


def test_the_reference_page_is_fresh() -> None:
    page = (HOME / "docs" / "reference" / "course-file.md").read_text(encoding="utf-8")
    assert page == reference_page(page), "run `make docs`"


# ------------------------------------------------------------------------------ hostile texts

BOMB = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(9000))
HOSTILE = {
    "an alias bomb": BOMB,
    "20 000 brackets": "[" * 20_000,
    "20 000 braces": HEAD + "patient: " + "{" * 20_000,
    "dashes": "- " * 100_000,
    "questions": "? " * 100_000,
    "one long flow set": HEAD + "patient: {" + "a: 1, " * 40_000 + "}",
    "many items": HEAD + "donors:\n" + "- {id: a}\n" * 24_000,
    "many unknown keys": HEAD + "".join(f"k{i}: x\n" for i in range(24_000)),
    "many names of nothing": HEAD
    + "products:\n"
    + "".join(f"- {{id: d{i}, origin: autologous, donor: x{i}}}\n" for i in range(4500)),
    "a number with blanks": HEAD + "patient: {age: '1" + " " * 200_000 + "x'}",
    "a number of digits": HEAD + "patient: {age: '" + "9" * 200_000 + " a'}",
    "a time of many parts": HEAD + "diagnosis: {disease: d, when: '" + "after a, " * 20_000 + "'}",
    "an endless id in a time": HEAD + "diagnosis: {disease: d, when: '" + "a-" * 100_000 + "'}",
    "megabytes": HEAD + "question: " + "a" * 5_000_000,
    "bytes": "".join(map(chr, range(256))),
    "directives": "%YAML 9.9\n%TAG ! !\n---\n" + HEAD,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_answered_soon_and_briefly(name: str) -> None:
    began = time.process_time()
    reading = read_course_text(HOSTILE[name], "c.yaml")
    assert time.process_time() - began < 60.0  # two on our machine; a quadratic reader never ends
    assert reading.course is None
    assert 0 < len(reading.problems) <= 100
    assert all(len(told.what) < 250 for told in reading.problems)


def test_memory_stays_within_bounds() -> None:
    tracemalloc.start()
    try:
        read_course_text(HOSTILE["many items"][:50_000], "c.yaml")
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"title: a\0b\n", "it holds zero bytes"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (HEAD.encode("utf-16-le"), "zero bytes"),
        (b"title: M\xfcller\n", "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
        (b"x" * 50_000_000, "50000 kB"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(content)
    (told,) = read_course(path).problems
    assert said in told.what


@pytest.mark.parametrize("name", ["", "none.yaml", "x\0y", "n" * 300])
def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path, name: str) -> None:
    (told,) = read_course(tmp_path / name).problems
    assert told.fix


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + "question: Q\n").replace("\n", "\r\n").encode())
    reading = read_course(path)
    assert reading.course == replace(COURSE, question="Q")


def test_all_problems_of_a_file_are_told_at_once_in_order() -> None:
    text = HEAD + "patient: {sex: x}\nbogus: 1\ninfusions: [{id: infusion-1, product: nope}]\n"
    told = read_course_text(text, "c.yaml").problems
    assert [one.where for one in told] == ["c.yaml line 3", "c.yaml line 4", "c.yaml line 5"]


def test_a_reference_into_an_unreadable_part_is_not_blamed() -> None:
    text = HEAD + "product: [{id: p}]\ninfusions: [{id: infusion-1, product: p}]\n"
    assert [one.where for one in read_course_text(text, "c.yaml").problems] == ["c.yaml line 3"]


def test_no_long_text_is_repeated_in_a_message() -> None:
    canary = "Canary_Surname-of-the-patient-in-question_0123456789"
    keys = ("id", "relation", "hla_match", "when", "sex", "age", canary)
    for key in keys:
        for section in ("donors", "signs", "products", "regimens", "tables", canary):
            text = HEAD + f'{section}:\n  - {{id: "{canary}!", {key}: "{canary} {canary}"}}\n'
            for told in read_course_text(text, "c.yaml").problems:
                assert canary not in told.what + told.fix + told.where


# ---------------------------------------------------------------------------------- writing


def test_what_a_file_cannot_hold_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    row = Observation(id="t.9", analyte="IL-6", table="t.csv", when=read_when("2021"))
    course = replace(COURSE, observations=(row,), tables=(Table(file="t.csv"),))
    with pytest.raises(ReinfuseError, match="cannot hold this observation"):
        write_course(course, path)
    assert list(tmp_path.iterdir()) == []


def test_a_row_without_its_table_is_refused() -> None:
    row = Observation(id="t.2", analyte="IL-6", table="t.csv")
    with pytest.raises(ReinfuseError, match="which the course lacks"):
        write_course_text(replace(COURSE, observations=(row,)))


def test_empty_text_is_refused() -> None:
    with pytest.raises(ReinfuseError, match="is empty text"):
        write_course_text(replace(COURSE, question=" "))


ODD_WORDS = (
    *("2", "no", "null", "~", "1e3", "0x1F", "2021-02-03", "-", "é", "a: b", "# a", " a", "a "),
    *(
        "x\u2028y",
        "\U0001f600\n",
        "'",
        '"',
        "\\",
        "x\x85",
        "\x00",
        "\ufeff",
        "<<",
        "*x",
        "&x",
        "!x",
    ),
)


@pytest.mark.parametrize("word", ODD_WORDS)
def test_any_word_comes_back_as_it_was(word: str) -> None:
    course = replace(COURSE, question=word)
    again = read_course_text(write_course_text(course), "c.yaml")
    assert again.course == course


@pytest.mark.parametrize("word", ["2", "no", "null", "1e3", "0x1F", "2021-02-03", "12:30"])
def test_another_reader_takes_a_word_for_the_same_word(word: str) -> None:
    text = write_course_text(replace(COURSE, question=word))
    assert YAML(typ="safe", pure=True).load(text)["question"] == word


def test_a_text_that_a_spreadsheet_would_run_is_guarded(tmp_path: Path) -> None:
    when = read_when("2021-02-03")
    notes = ("=cmd()", "'=x", "+1", "@a", "-", "plain", "'plain")
    rows = tuple(
        Observation(id=f"t.{number}", analyte="IL-6", result=None, device="x", note=note,
                    table="t.csv", when=when)
        for number, note in enumerate(notes, start=2)
    )  # fmt: skip
    course = replace(COURSE, observations=rows, tables=(Table(file="t.csv"),))
    write_course(course, tmp_path / "c.yaml")
    cells = (tmp_path / "t.csv").read_text().splitlines()[1:]
    assert not any(cell.rpartition(",")[2].startswith(("=", "+", "@", "-")) for cell in cells)
    assert read_course(tmp_path / "c.yaml").course == course


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    with pytest.raises(OSError, match="folder"):
        write_whole(path, "text")
    assert [item.name for item in tmp_path.iterdir()] == ["folder"]


def test_the_time_of_a_drug_is_checked_too() -> None:
    drug = Drug(name="x", when=read_when("gone day 1"))
    regimen = Regimen(id="r", purpose=Purpose.OTHER, drugs=(drug,))
    told = read_course_text(write_course_text(replace(COURSE, regimens=(regimen,))), "c").problems
    assert "names `gone`" in told[0].what


def test_an_entry_without_an_id_is_named_by_its_place() -> None:
    course = read_course_text(HEAD + "signs: [{what: fever}]\n", "c").course
    assert course is not None
    assert course.signs == (Sign(id="sign-1", what="fever"),)


def test_two_thousand_rows_are_read_in_a_moment(tmp_path: Path) -> None:
    rows = "".join(f"{day % 300},08:00,IL-6,{day + 0.5},pg/mL\n" for day in range(2000))
    (tmp_path / "t.csv").write_text("day,time,analyte,value,unit\n" + rows)
    infusion = Infusion(id="infusion-1", product="p")
    text = write_course_text(replace(COURSE, infusions=(infusion,)))
    text += "products: [{id: p, origin: autologous}]\ntables: [{file: t.csv, anchor: infusion-1}]\n"
    began = time.process_time()
    reading = read_course_text(text, "c.yaml", tmp_path)
    assert time.process_time() - began < 20.0  # 0.05 s on our machine
    assert reading.course is not None
    assert len(reading.course.observations) == 2000
