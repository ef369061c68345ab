"""The study of the CAR border: its table keeps what the strategy says, and a few runs still do."""

import csv
import re
from importlib import resources
from pathlib import Path

from reinfuse.cytometry.placing.values import Flank
from reinfuse.cytometry.strategy import read_strategy
from studies import flow_border as study

TABLE = Path(study.__file__).parent / "tables" / "flow_border.csv"


def read_table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def worst(rule: str) -> list[float]:
    """The largest loss of bright CAR-T cells, by the share of strays."""
    return [
        min(
            float(row["bright_bias"])
            for row in read_table()
            if (row["rule"], float(row["stray_percent"])) == (rule, 100 * share)
        )
        for share in study.STRAYS
    ]


def test_the_shipped_border_is_the_rule_of_the_study() -> None:
    (placement,) = (
        one.placement for one in read_strategy("car-t").populations if one.name == "CAR+"
    )
    assert isinstance(placement, Flank)
    rule = study.RULES["flank"]
    assert isinstance(rule, Flank)
    assert placement.spreads == rule.spreads


def test_the_strategy_quotes_the_table() -> None:
    text = resources.files("reinfuse.cytometry.strategy").joinpath("car-t.yaml").read_text("utf-8")
    flank, percentile = worst("flank"), worst("percentile")
    said = re.sub(r"\s+#\s+", " ", text)
    assert "by {:.2f}, {:.1f}, {:.1f} and {:.0f} points".format(*percentile) in said
    assert "the flank by {:.2f}, {:.2f}, {:.2f} and {:.2f} (SD".format(*flank) in said
    assert min(flank) > -0.1
    spread = {
        row["rule"]: float(row["dim_bias"])
        for row in read_table()
        if (row["negatives"], row["stray_percent"], row["control_cells"])
        == ("spread", "0", "20000")
    }
    assert f"loses {-spread['flank']:.1f} points, the percentile" in said


def test_a_few_runs_say_what_the_table_says() -> None:
    rows = [
        dict(zip(study.HEADER, row, strict=True)) for row in study.rows("narrow", [6000], runs=8)
    ]
    by = {(row["rule"], row["stray_percent"]): float(str(row["bright_bias"])) for row in rows}
    assert by["percentile", "0.5"] < -10
    assert abs(by["flank", "0.5"]) < 0.2
    assert abs(by["percentile", "0"] - by["flank", "0"]) < 0.2
