"""Reading of gating strategies, and what is said of those that cannot be read."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from reinfuse.cytometry.gates.values import Ellipsoid, Quadrant, Rectangle
from reinfuse.cytometry.placing.values import Cluster, Flank, Percentile, Tail, Valley
from reinfuse.cytometry.strategy import (
    SHIPPED,
    Strategy,
    read_strategy,
    read_strategy_text,
    reading,
    strategy_reference,
)
from reinfuse.cytometry.strategy.values import Absent, Control, Kind
from reinfuse.errors import ReinfuseError
from reinfuse.source import Standing
from tests.unit.cytometry_strategy_tubes import HEAD


def read(populations: str, more: str = "") -> Strategy:
    return read_strategy_text(f"{HEAD}populations:\n{populations}\n{more}", "s.yaml")


def told(text: str) -> list[str]:
    """What is said of a text, a line for each problem."""
    with pytest.raises(ReinfuseError, match=r"cannot be used|YAML|empty|document|alias") as caught:
        read_strategy_text(text, "s.yaml")
    return caught.value.what.splitlines()


def told_of(populations: str, more: str = "") -> list[str]:
    """What is said of populations under `HEAD`, without file and line."""
    lines = told(f"{HEAD}populations:\n{populations}\n{more}")[1:]
    return [line.partition(": ")[2] for line in lines]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_strategy_says_where_each_gate_came_from(name: str) -> None:
    strategy = read_strategy(name)
    assert strategy.name == name
    assert [one.name for one in strategy.populations if not one.sources] == []
    assert [one.name for one in strategy.results if not one.sources] == []
    assert strategy.viable


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_strategy_says_that_its_borders_are_ours(name: str) -> None:
    strategy = read_strategy(name)
    assert Standing.OURS in {source.standing for source in strategy.sources}
    assert "templates of ours" in strategy.about or "template of ours" in strategy.about


@pytest.mark.parametrize("name", SHIPPED)
def test_a_published_source_of_a_shipped_strategy_can_be_found(name: str) -> None:
    strategy = read_strategy(name)
    named = {source for one in strategy.populations for source in one.sources}
    for source in named | set(strategy.sources):
        published = source.standing in (Standing.PAPER, Standing.ABSTRACT)
        assert not published or (source.doi and source.place), source


def test_the_result_of_each_shipped_strategy_names_its_control() -> None:
    first = {name: read_strategy(name).results[0] for name in SHIPPED}
    assert first["car-t"].controls == (Control.FMO, Control.CAR_NEGATIVE)
    assert Control.BLANK in first["b-all-mrd"].controls
    assert {one.analyte for one in first.values()} == {"CAR-T cells", "MRD"}
    assert first["b-all-mrd-cd19-free"].gated_free_of == "CD19"


def test_no_gate_of_the_strategy_without_cd19_needs_cd19() -> None:
    strategy = read_strategy("b-all-mrd-cd19-free")
    on_cd19 = [
        gate.name
        for gate in strategy.gates.gates
        if isinstance(gate, Rectangle) and any(side.dimension.name == "CD19" for side in gate.sides)
    ]
    above = {gate.parent for gate in strategy.gates.gates}
    assert on_cd19 == ["CD19- blasts"]
    assert not above & set(on_cd19)


def test_borders_are_written_as_they_are_said() -> None:
    strategy = read(
        """
        - {name: a, gate: {sides: {CD3: above 0.45}}}
        - {name: b, gate: {sides: {CD3: below -1e2}}}
        - {name: c, parent: a, gate: {sides: {CD3: 0.2 to .6, FSC-A: above 5}}}
        """
    )
    borders = [
        [(side.dimension.name, side.low, side.high) for side in gate.sides]
        for gate in strategy.gates.gates
        if isinstance(gate, Rectangle)
    ]
    assert borders == [
        [("CD3", 0.45, None)],
        [("CD3", None, -100.0)],
        [("CD3", 0.2, 0.6), ("FSC-A", 5.0, None)],
    ]


def test_an_ellipse_is_written_by_what_can_be_seen_of_it() -> None:
    strategy = read(
        """
        - name: a
          gate: {ellipse: {x: CD3, y: CD4, centre: [1, 2], radii: [3, 1], angle: 90}}
        """
    )
    (gate,) = strategy.gates.gates
    assert isinstance(gate, Ellipsoid)
    # Turned by a quarter, the long half axis lies along y.
    assert [gate.covariance[0][0], gate.covariance[1][1]] == pytest.approx([1.0, 9.0])
    assert gate.covariance[0][1] == pytest.approx(0.0, abs=1e-12)
    assert math.isclose(gate.distance, 1.0)


def test_quadrants_of_one_parent_were_drawn_as_one() -> None:
    strategy = read(
        """
        - {name: a, gate: {sides: {CD3: above 1}}}
        - {name: b, parent: a, gate: {quadrant: {CD4: high, CD8: low}}}
        - {name: c, parent: a, gate: {quadrant: {CD4: 0, CD8: 1}}}
        - {name: d, gate: {quadrant: {CD4: high, CD8: low}}}
        """
    )
    of = {gate.name: gate.of for gate in strategy.gates.gates if isinstance(gate, Quadrant)}
    assert of["b"] == of["c"] != of["d"]


def test_hints_for_placing_are_read() -> None:
    tail = "{how: tail, reach: 0.2, spreads: 3, side: below, fewest: 50}"
    strategy = read(
        f"""
        - name: a
          gate: {{sides: {{CD3: above 1}}}}
          placement: {{how: valley, reach: 0.1, otherwise: {tail}}}
        - name: b
          gate: {{sides: {{CD3: above 1}}}}
          placement: {{how: percentile, reach: 0.1, below: 0.999, fewest_beyond: 4}}
        - name: flank
          gate: {{sides: {{CD3: above 1}}}}
          placement: {{how: flank, reach: 0.1, spreads: 3.09, most_beyond: 0.02, fewest: 800}}
        - name: c
          gate: {{polygon: {{x: CD3, y: CD4, corners: [[0, 0], [1, 0], [0, 1]]}}}}
          placement: {{how: cluster, reach: [0.1, 0.2], anchor: [0.3, 0.3]}}
        """
    )
    assert [one.placement for one in strategy.populations] == [
        Valley(reach=0.1, otherwise=Tail(reach=0.2, spreads=3, side="below", fewest=50)),
        Percentile(reach=0.1, below=0.999, fewest_beyond=4),
        Flank(reach=0.1, spreads=3.09, most_beyond=0.02, fewest=800),
        Cluster(reach=(0.1, 0.2), anchor=(0.3, 0.3)),
    ]


def test_what_is_not_written_means_the_strict_thing() -> None:
    strategy = read(
        "- {name: a, gate: {sides: {CD3: above 1}}}\n- {name: b, parent: a, gate: {not: a}}",
        "results: [{name: r, count: b, of: a}]",
    )
    assert {one.absent for one in strategy.populations} == {Absent.REFUSE}
    assert {one.placement for one in strategy.populations} == {None}
    assert strategy.results[0].kind is Kind.SHARE


def test_all_problems_are_told_at_once_with_their_lines() -> None:
    assert told(
        """name: wrong
title: two
verson: "1"
scales:
  dye: {kind: logicle, tip: 1}
sources:
  one: {cite: Somebody 2020, standing: hearsay}
markers:
  CD3: {scale: dyes, light: green}
  CD3: {}
populations:
  - {name: a, gate: {sides: {CD33: above 1}}}
  - {name: b, gate: {sides: {CD3: more than 1}}}
  - {name: c, gate: {sides: {CD3: 2 to 1}}}
  - {name: d, gate: {polygon: {x: CD3, y: CD3, corners: [[0, 0], [1, 1]]}}}
  - {name: e, gate: {ellipse: {x: CD3, y: CD3, centre: [0, 0], radii: [1, 0]}}}
  - {name: f, gate: {sides: {CD3: above 1}, not: a}}
  - {name: g}
  - {name: h, gate: {quadrant: {CD3: high}}, source: two}
  - {name: i, gate: {sides: {CD3: above 1}}, if_absent: maybe}
  - {name: j, gate: {sides: {CD3: above 1}}, placement: {how: guess, reach: 1}}
  - {name: k, gate: {sides: {CD3: above 1}}, placement: {how: percentile, reach: 1}}
"""
    ) == [
        "the strategy cannot be used:",
        "s.yaml line 1: a strategy needs `version`; add `version`: changes whenever a border does",
        "s.yaml line 3: unknown key `verson` in a strategy; did you mean `version`?",
        "s.yaml line 5: the scale `dye`: a logicle scale has no parameter tip; it takes: top, "
        "width, decades, negative, low, high",
        "s.yaml line 7: `standing` of the source `one` cannot be 'hearsay'; write one of: read in "
        "the paper, read in a public port, read in a secondary source, abstract only, recalled, "
        "our own choice",
        "s.yaml line 9: the light of the marker `CD3` cannot be 'green'; write one of: dye, "
        "scatter, time, beads",
        "s.yaml line 9: the marker `CD3` names the scale `dyes`, which `scales` has not; write one "
        "of: none",
        "s.yaml line 10: `CD3` stands twice in `markers`, first on line 9; keep one of the two",
        "s.yaml line 12: the gate of `a` names the marker `CD33`, which `markers` has not; did you "
        "mean `CD3`?",
        "s.yaml line 13: `CD3` of the gate of `b` cannot be 'more than 1'; write `above 0.45`, "
        "`below 0.5` or `0.2 to 0.6`",
        "s.yaml line 14: `CD3` of the gate of `c` ends at 1, not above its begin; write the lower "
        "border first",
        "s.yaml line 15: the polygon of `d` has 2 corners; give three corners or more",
        "s.yaml line 16: a radius of the ellipse of `e` is not above 0; enlarge it",
        "s.yaml line 17: the gate of `f` has 2 forms; write one of: sides, polygon, ellipse, "
        "quadrant, and, or, not",
        "s.yaml line 18: a population needs `gate`; add `gate`: its gate, in one of the forms "
        "sides, polygon, ellipse, quadrant, and, or, not",
        "s.yaml line 19: the quadrant of `h` names the divider `CD3`, which `dividers` has not; "
        "write one of: none",
        "s.yaml line 19: the source `two` of `h` is not in `sources`; write one of: one",
        "s.yaml line 20: `if_absent` of `i` cannot be 'maybe'; write one of: refuse, skip, leave "
        "out",
        "s.yaml line 21: `how` of the placement of `j` is 'guess'; write one of: valley, tail, "
        "percentile, flank, cluster",
        "s.yaml line 22: the placement of `k` needs `below`; add `below`: the share of the "
        "control's events below the border, like 0.999",
    ]


@pytest.mark.parametrize(
    ("populations", "more", "said"),
    [
        (
            "- {name: a, parent: b, gate: {sides: {CD3: above 1}}}",
            "",
            "the parent of `a` is `b`, which is no population; write one of: a",
        ),
        (
            "- {name: a, gate: {sides: {CD3: above 1}}}\n- {name: b, gate: {or: [a, not c]}}",
            "",
            "the gate of `b` names `c`, which is no population; write one of: a, b",
        ),
        (
            "- {name: a, gate: {sides: {CD3: above 1}}}\n"
            "- {name: a, gate: {sides: {CD3: above 1}}}",
            "",
            "`a` stands 2 times in `populations`; give each its own name",
        ),
        (
            "- {name: a, gate: {sides: {CD3: above 1}}}\n"
            "- {name: b, gate: {not: a}, placement: {how: valley, reach: 1}}",
            "",
            "`b` has no border that could be placed; leave `placement` out",
        ),
        (
            "- {name: a, gate: {sides: {CD3: above 1}}, placement: {how: cluster, reach: [1, 1]}}",
            "",
            "`a` cannot be placed in this way; `cluster` is for polygons and ellipses, and they "
            "for no other",
        ),
        (
            "- {name: a, gate: {quadrant: {CD4: high, CD8: low}}}\n"
            "- name: b\n  gate: {quadrant: {CD4: low, CD8: high}}\n"
            "  placement: {how: valley, reach: 1}",
            "",
            "`b` and `a` were drawn as one and are placed differently; give both one `placement`",
        ),
        (
            "- {name: a, gate: {sides: {CD3: above 1}}}\n- {name: b, gate: {not: a}}",
            "results: [{name: r, count: b, of: a}]",
            "`b` of `r` does not lie in `a`; count a population that lies in the other",
        ),
        (
            "- {name: a, gate: {sides: {CD3: above 1}}}",
            "results: [{name: r, count: a, of: T cells}]",
            "`of` of `r` names `T cells`, which is no population; write one of: a",
        ),
        (
            "- {name: a, gate: {sides: {CD3: above 1}}}",
            "viable: living",
            "`viable` names `living`, which is no population; write one of: a",
        ),
    ],
)
def test_parts_that_do_not_fit_are_told(populations: str, more: str, said: str) -> None:
    assert told_of(populations, more) == [said]


def test_populations_that_lie_in_themselves_are_told() -> None:
    circle = """
        - {name: a, parent: b, gate: {sides: {CD3: above 1}}}
        - {name: b, gate: {and: [a, c]}}
        - {name: c, gate: {sides: {CD3: above 1}}}
        """
    assert told_of(circle) == [
        f"`{name}` lies in itself, by way of its parents or its parts; name a parent further up"
        for name in ("a", "b")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("name: [a", "this is not YAML"),
        ("name: a\n---\nname: b\n", "a second document begins here"),
        ("name: *a\n", "an alias (*) stands here"),
    ],
)
def test_a_text_that_is_no_strategy_is_refused(text: str, said: str) -> None:
    assert told(text)[0] == said


def test_a_word_stays_the_word_that_was_written() -> None:
    strategy = read_strategy_text(
        HEAD.replace('version: "1"', "version: 010").replace("name: small", "name: no")
        + "populations: [{name: yes, gate: {sides: {CD3: above 1}}}]",
        "s.yaml",
    )
    assert (strategy.name, strategy.version, strategy.populations[0].name) == ("no", "010", "yes")


def test_a_name_that_is_no_strategy_lists_those_that_are() -> None:
    with pytest.raises(ReinfuseError, match="there is no strategy 'cart'") as caught:
        read_strategy("cart")
    assert "car-t, b-all-mrd, b-all-mrd-cd19-free" in caught.value.fix
    with pytest.raises(ReinfuseError, match="cannot be opened: No such file"):
        read_strategy(Path("nowhere.yaml"))


def test_the_reference_names_every_key_of_the_shipped_strategies() -> None:
    reference = strategy_reference()
    for key in ("if_absent", "instead", "aliases", "otherwise", "control_of", "gated_free_of"):
        assert f"| `{key}` |" in reference


@pytest.mark.parametrize("name", SHIPPED)
def test_a_damaged_strategy_is_read_or_refused_in_our_words(name: str) -> None:
    text = (Path(reading.__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    chance = np.random.default_rng(20_260_501)
    signs = [*"{}[]:,-#&*!|>'\"%@\t\n\0 019aé", "parent", "CD3", "nan", "1e999"]
    told: list[ReinfuseError] = []
    for _ in range(40):
        damaged = text
        for place in chance.integers(0, len(text), chance.integers(1, 4)):
            cut = int(chance.integers(0, 12))
            damaged = damaged[:place] + str(chance.choice(signs)) + damaged[place + cut :]
        try:
            read_strategy_text(damaged, "s.yaml")
        except ReinfuseError as error:
            told.append(error)
    assert len(told) > 10
    assert all(error.where.startswith("s.yaml") for error in told)
