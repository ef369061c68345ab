"""Which channel a marker has: by a panel, by the labels of stains, in any spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from reinfuse.cytometry.sample import Channel, Sample
from reinfuse.cytometry.strategy import (
    SHIPPED,
    Control,
    Light,
    Marker,
    Panel,
    read_panel,
    read_panel_text,
    read_strategy,
)
from reinfuse.cytometry.strategy.channels import Missing, channel_of, listed
from reinfuse.errors import ReinfuseError
from tests.unit.cytometry_strategy_tubes import EXAMPLES, tube

MARKERS = {
    one.name: one
    for one in (
        Marker(name="CD3"),
        Marker(name="CD4"),
        Marker(name="CD19"),
        Marker(name="CD34"),
        Marker(name="CD45"),
        Marker(name="CD45RA"),
        Marker(name="HLA-DR"),
        Marker(name="CAR", aliases=("anti CD19 CAR", "CD19 CAR", "FMC63")),
        Marker(name="FSC-A", light=Light.SCATTER, aliases=("FS INT",)),
        Marker(name="Time", light=Light.TIME),
    )
}

# marker | $PnS of a channel | whether it is that marker
LABELS = """
    CD3    | CD3                | yes
    CD3    | cd3                | yes
    CD3    | CD 3               | yes
    CD3    | CD3 BV421          | yes
    CD3    | BV421 CD3          | yes
    CD3    | CD3-BV421-A        | yes
    CD3    | CD3:BV421          | yes
    CD3    | Comp-CD3           | yes
    CD3    | FJComp-CD3-A       | yes
    CD3    | anti-human CD3     | yes
    CD3    | CD34               | no
    CD3    | CD34 PE            | no
    CD3    | CD3 and CD19       | no
    CD3    | PE                 | no
    CD3    |                    | no
    CD45   | CD45RA             | no
    CD45   | CD45 RA            | no
    CD45RA | CD45 RA            | yes
    CD45RA | CD45-RA FITC       | yes
    CD19   | CD19 PE-Cy7        | yes
    CD19   | anti-CD19 CAR      | no
    CD19   | CD19 CAR PE        | no
    CAR    | anti-CD19 CAR      | yes
    CAR    | CAR                | yes
    CAR    | CAR-T              | yes
    CAR    | FMC63-PE           | yes
    CAR    | CARD11             | no
    HLA-DR | HLA DR             | yes
    HLA-DR | HLADR APC          | yes
"""

# spelling in the panel | $PnN | $PnS of the other channel | whether it is found
SPELLINGS = """
    APC-A           | APC-A           | yes
    apc-a           | APC-A           | yes
    APC             | APC-A           | yes
    APC-A           | Comp-APC-A      | yes
    APC-A           | FJComp-APC-A    | yes
    PE-Cy7-A        | PE Cy7-A        | yes
    PE-Cy7          | PE-Cy7-A        | yes
    PECy7           | PE-Cy7-A        | yes
    CD19 PE-Cy7     | PE-Cy7-A        | yes
    PE-Cy7 CD19     | PE-Cy7-A        | yes
    CD19 PE-Cy7-A   | PE-Cy7-A        | yes
    APC             | APC-H7-A        | no
    APC-H           | APC-A           | no
    PE              | PE-Cy7-A        | no
    CD19 PE         | PE-Cy7-A        | no
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


def found(marker: str, sample: Sample, panel: Panel | None = None) -> str:
    """The channel's name, or why there is none."""
    one = channel_of(MARKERS[marker], MARKERS, sample, panel)
    return one.name if isinstance(one, Channel) else one.why


@pytest.mark.parametrize(("marker", "label", "is_it"), rows(LABELS))
def test_a_label_is_read_as_a_person_reads_it(marker: str, label: str, is_it: str) -> None:
    sample = tube({"FL1-A": label, "FL2-A": "something else"})
    assert (found(marker, sample) == "FL1-A") == (is_it == "yes")


@pytest.mark.parametrize(("spelling", "name", "is_it"), rows(SPELLINGS))
def test_a_panel_may_spell_a_channel_in_any_usual_way(spelling: str, name: str, is_it: str) -> None:
    panel = Panel(name="p", channels={"CD19": (spelling,)})
    assert (found("CD19", tube({name: "", "FSC-A": ""}), panel) == name) == (is_it == "yes")


def test_a_panel_may_name_a_channel_by_the_label_of_its_stain() -> None:
    panel = Panel(name="p", channels={"CD19": ("B cells PE-Cy7",)})
    assert found("CD19", tube({"FL5-A": "B cells PE-Cy7"}), panel) == "FL5-A"


def test_the_first_spelling_that_a_tube_has_is_taken() -> None:
    panel = Panel(name="p", channels={"CD19": ("PE-A", "APC-A")})
    assert found("CD19", tube({"APC-A": ""}), panel) == "APC-A"
    assert found("CD19", tube({"APC-A": "", "PE-A": ""}), panel) == "PE-A"


def test_a_panel_goes_before_the_label() -> None:
    panel = Panel(name="p", channels={"CD19": ("PE-A",)})
    assert found("CD19", tube({"APC-A": "CD19", "PE-A": "CD3"}), panel) == "PE-A"


def test_a_panel_may_use_another_name_of_the_marker() -> None:
    panel = Panel(name="p", channels={"fmc63": ("PE-A",)})
    assert found("CAR", tube({"PE-A": ""}), panel) == "PE-A"


def test_what_the_panel_does_not_name_is_looked_up_by_its_label() -> None:
    panel = Panel(name="p", channels={"CD19": ("PE-A",)})
    assert found("CD3", tube({"PE-A": "", "APC-A": "CD3"}), panel) == "APC-A"


def test_scatter_and_time_are_found_by_the_name_of_the_channel() -> None:
    sample = tube({"TIME": "", "FS INT": "", "FSC-H": "", "PE-A": "FSC-A"})
    assert found("Time", sample) == "TIME"
    assert found("FSC-A", sample) == "FS INT"
    assert found("FSC-A", tube({"FSC-H": ""})) == "no channel is named FSC-A"


def test_of_the_pulses_of_one_detector_the_area_is_taken() -> None:
    sample = tube({"PE-H": "CD3", "PE-W": "CD3", "PE-A": "CD3"})
    assert found("CD3", sample) == "PE-A"
    assert found("CD3", tube({"PE-W": "CD3", "PE-H": "CD3"})) == "PE-H"


def test_of_two_copies_the_one_as_acquired_is_taken() -> None:
    assert found("CD3", tube({"Comp-PE-A": "CD3", "PE-A": "CD3"})) == "PE-A"
    assert found("CD3", tube({"Comp-PE-A": "CD3", "PE-H": "CD3"})) == "Comp-PE-A"


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ({"PE-A": "CD3", "APC-A": "CD3"}, "CD3 may be any of PE-A, APC-A"),
        ({"PE-A": "CD3", "pe-a": "CD3"}, "CD3 may be any of PE-A, pe-a"),
        ({"PE-A": "CD3/CD19"}, "PE-A is labelled for CD3 and CD19"),
    ],
)
def test_what_is_not_clear_is_not_guessed(channels: dict[str, str], said: str) -> None:
    one = channel_of(MARKERS["CD3"], MARKERS, tube(channels), None)
    assert one == Missing(said, certain=False)


def test_a_missing_channel_says_what_the_panel_asked_for() -> None:
    panel = Panel(name="p", channels={"CD19": ("PE-Cy7-A", "CD19 PE-Cy7")})
    said = found("CD19", tube({"APC-A": "CD19"}), panel)
    assert said == "the panel says PE-Cy7-A or CD19 PE-Cy7, and there is no such channel"


def test_channels_are_listed_with_their_labels() -> None:
    assert listed(tube({"FSC-A": "", "PE-A": "CD3"})) == "FSC-A, PE-A (CD3)"


@pytest.mark.parametrize("name", SHIPPED)
def test_no_two_markers_of_a_shipped_strategy_have_a_name_in_common(name: str) -> None:
    markers = read_strategy(name).markers
    for marker in markers.values():
        for label in (marker.name, *marker.aliases):
            one = tube({label: ""} if marker.light is not Light.DYE else {"FL1-A": label})
            fits = [
                other.name
                for other in markers.values()
                if isinstance(channel_of(other, markers, one, None), Channel)
            ]
            assert fits == [marker.name], label


def test_a_panel_is_read_whole() -> None:
    panel = read_panel_text(
        """
        name: blood
        channels: {CD3: BV421-A, CD19: [PE-Cy7-A, CD19 PE-Cy7]}
        compensation: none
        tubes:
          - {file: fmo-*.fcs, role: fmo, without: CAR, control_of: ["day-1*.fcs"]}
          - file: day-10.fcs
            infusion: 2
            day: 10.5
            counts: {lymphocytes: 0.85 G/L}
            beads: {added: 49500, volume: 0.05 mL}
          - {file: "day-*.fcs", infusion: 1}
        """,
        "panel.yaml",
    )
    assert panel.channels == {"CD3": ("BV421-A",), "CD19": ("PE-Cy7-A", "CD19 PE-Cy7")}
    assert not panel.compensated
    day = panel.tube("Day-10.FCS")
    assert (day.infusion, day.day, day.role) == (2, 10.5, Control.SAMPLE)
    assert day.counts["lymphocytes"].value == pytest.approx(850)
    assert day.beads is not None
    assert day.beads.volume_ul == pytest.approx(50)
    assert panel.tube("day-11.fcs").infusion == 1
    assert panel.tube("other.fcs").infusion is None


def test_a_control_belongs_to_the_files_that_it_names() -> None:
    panel = read_panel_text(
        """
        channels: {CD3: BV421-A}
        tubes:
          - {file: fmo.fcs, role: fmo, without: CAR, control_of: ["day-1*.fcs"]}
          - {file: blank.fcs, role: blank}
        """,
        "panel.yaml",
    )
    files = ("day-10.fcs", "day-20.fcs", "fmo.fcs", "blank.fcs")
    assert [file for file, _ in panel.controls("day-10.fcs", files)] == ["fmo.fcs", "blank.fcs"]
    assert [file for file, _ in panel.controls("day-20.fcs", files)] == ["blank.fcs"]


def test_all_problems_of_a_panel_are_told_at_once() -> None:
    with pytest.raises(ReinfuseError, match="the panel cannot be used") as caught:
        read_panel_text(
            """chanels: {CD3: PE-A}
compensation: ../matrix.csv
tubes:
  - {file: a.fcs, role: fmo}
  - {file: b.fcs, role: control, infusion: 0}
  - {file: c.fcs, day: soon, counts: {lymphocytes: many}}
  - {file: d.fcs, beads: {added: 0, volume: 50 mg}}
  - {role: blank}
""",
            "panel.yaml",
        )
    assert caught.value.what.splitlines()[1:] == [
        "panel.yaml line 1: a panel needs `channels`; add `channels`: markers, each with its "
        "channel: CD3: BV421-A, or several spellings in a list",
        "panel.yaml line 1: unknown key `chanels` in a panel; did you mean `channels`?",
        "panel.yaml line 2: the matrix '../matrix.csv' is not a file beside the panel; put it into "
        "the panel's folder and give its bare name",
        "panel.yaml line 4: the tube `a.fcs` needs `without` if it is an fmo, and not otherwise; "
        "name the marker whose stain was left out",
        "panel.yaml line 5: `infusion` of the tube `b.fcs` counts from 1; write 1, 2, ...",
        "panel.yaml line 5: the role of the tube `b.fcs` cannot be 'control'; write one of: "
        "sample, fmo, car-negative, unstained, blank, beads",
        "panel.yaml line 6: `day` of the tube `c.fcs` is a number, and 'soon' is none; write it "
        "like 0.45",
        "panel.yaml line 6: `lymphocytes` of the tube `c.fcs`: 'many' is not a number with a "
        "unit; write it like 88 % or < 50 copies/ug",
        "panel.yaml line 7: `added` of the beads of the tube `d.fcs` is not above 0; write how "
        "many",
        "panel.yaml line 7: `volume` of the beads of the tube `d.fcs` is '50 mg', which is no "
        "volume above 0; write it like 50 uL or 0.05 mL",
        "panel.yaml line 8: a tube needs `file`; add `file`: the name of a file, or a pattern such "
        "as day-*.fcs",
    ]


def test_a_matrix_beside_the_panel_takes_the_place_of_that_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "matrix.csv").write_text("PE-A,APC-A\n1,0.2\n0,1\n", encoding="utf-8")
    text = "channels: {CD3: PE-A}\ncompensation: matrix.csv\n"
    (tmp_path / "panel.yaml").write_text(text, encoding="utf-8")
    panel = read_panel(tmp_path / "panel.yaml")
    assert panel.matrix is not None
    assert panel.matrix.matrix.tolist() == [[1.0, 0.2], [0.0, 1.0]]


def test_a_table_of_channels_is_a_panel(tmp_path: Path) -> None:
    path = tmp_path / "blood.csv"
    path.write_text("Channel,Marker\nPE-A,CD3\n\nPE-Cy7-A,CD19\nAPC-A,CD19\n", encoding="utf-8")
    panel = read_panel(path)
    assert panel.channels == {"CD3": ("PE-A",), "CD19": ("PE-Cy7-A", "APC-A")}


def test_a_table_that_is_no_panel_says_why(tmp_path: Path) -> None:
    path = tmp_path / "blood.csv"
    path.write_text("stain,channel\nCD3,PE-A\n", encoding="utf-8")
    with pytest.raises(ReinfuseError, match="the table has no column marker"):
        read_panel(path)
    path.write_text("marker,channel\nCD3,\n", encoding="utf-8")
    with pytest.raises(ReinfuseError, match=r"blood.csv line 2: a marker or its channel is not"):
        read_panel(path)


@pytest.mark.parametrize("name", ["car-t-panel", "mrd-panel"])
def test_the_panels_of_the_examples_are_read(name: str) -> None:
    panel = read_panel(EXAMPLES / "flow" / f"{name}.yaml")
    assert panel.channels
    assert {tube.role for tube in panel.tubes} > {Control.SAMPLE}
