"""The command line as somebody uses it: in a process of its own, from a folder of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SCHEMA = json.loads((ROOT / "docs/reference/output.schema.json").read_text(encoding="utf-8"))
COURSES = sorted(EXAMPLES.glob("*.yaml"))


def reinfuse(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reinfuse", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, timeout=120, check=False
    )


@pytest.mark.parametrize("command", ["check", "grade", "show", "kinetics"])
@pytest.mark.parametrize("course", COURSES, ids=lambda path: path.stem)
def test_every_command_prints_json_of_its_schema(command: str, course: Path) -> None:
    done = reinfuse(command, str(course), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    jsonschema.validate(json.loads(done.stdout), SCHEMA)


@pytest.mark.parametrize("command", ["check", "grade", "show", "kinetics"])
def test_every_command_prints_a_table_by_default(command: str) -> None:
    done = reinfuse(command, str(EXAMPLES / "founding-case.yaml"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "infusion-2" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 140


def test_crs_of_the_second_infusion_is_1_to_4_with_2_reported() -> None:
    done = reinfuse("grade", str(EXAMPLES / "founding-case.yaml"), "--topic", "CRS", "--json")
    grades = json.loads(done.stdout)["grades"]
    found = next(grade for grade in grades if grade["subject"] == "infusion-2")
    assert (found["low"], found["high"], found["reported"]) == (1, 4, 2)


def test_a_new_course_is_written_once_and_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "course.yaml"
    assert reinfuse("new", str(path)).returncode == 0
    text = path.read_text(encoding="utf-8")
    again = reinfuse("new", str(path))
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert path.read_text(encoding="utf-8") == text
    assert reinfuse("check", str(path)).returncode == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.yaml", b"", "empty"),
        ("binary.yaml", bytes(range(256)), "not text"),
        ("bomb.yaml", b"a: &a [x, x]\nb: &b [*a, *a]\n", "alias"),
        ("keys.yaml", b"title: t\nkind: invented example\ntitel: u\n", "line 3"),
        (
            "units.yaml",
            b"title: t\nkind: invented example\npatient:\n  age: 62 bananas\n  weight: 70 kg m\n",
            "bananas",
        ),
        ("gone.yaml", None, "cannot be opened"),
    ],
)
@pytest.mark.parametrize("command", ["check", "grade", "show", "kinetics", "report"])
def test_bad_input_gets_one_message_and_exit_code_2(
    tmp_path: Path, command: str, name: str, content: bytes | None, words: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    before = sorted(tmp_path.iterdir())
    done = reinfuse(command, str(path), folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_all_problems_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(
        "title: t\nkind: invented example\npatient:\n  age: 62 bananas\n  sex: dragon\n"
        "infusions:\n  - id: one\n    when: 2024-02-31\n    product: nothing\n",
        encoding="utf-8",
    )
    message = reinfuse("check", str(path)).stderr
    for line in ("line 4", "line 5", "line 8"):
        assert line in message
    assert "problems" in message


def test_an_unknown_topic_and_an_unknown_day_0_name_the_choices() -> None:
    course = str(EXAMPLES / "founding-case.yaml")
    topic = reinfuse("grade", course, "--topic", "tennis")
    assert topic.returncode == 2
    assert "ICANS" in topic.stderr
    day0 = reinfuse("show", course, "--day0", "christmas")
    assert day0.returncode == 2
    assert "hsct" in day0.stderr


def test_an_output_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    course = str(EXAMPLES / "founding-case.yaml")
    for output in (tmp_path, tmp_path / "no" / "report.html", Path(course)):
        done = reinfuse("report", course, "-o", str(output))
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert "fix:" in done.stderr
    assert list(tmp_path.iterdir()) == []
