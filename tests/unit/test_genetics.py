"""Names of fusions and karyotypes."""

from __future__ import annotations

import pytest

from reinfuse.checks import check_course
from reinfuse.quantity import Quantity
from reinfuse.record import Course, Diagnosis, Fusion, Karyotype, Kind, Patient
from reinfuse.record.genetics import (
    fusion_name,
    is_fusion_name,
    same_karyotype,
    tidy_karyotype,
)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("E2A-PBX1", "TCF3::PBX1"),
        ("TCF3-PBX1", "TCF3::PBX1"),
        ("TCF3/PBX1", "TCF3::PBX1"),
        ("PBX1-TCF3", "TCF3::PBX1"),
        ("E2A::PBX1", "TCF3::PBX1"),
        ("BCR-ABL", "BCR::ABL1"),
        ("TEL-AML1", "ETV6::RUNX1"),
        ("MLL-AF4", "KMT2A::AFF1"),
        ("a fusion", None),
        ("", None),
    ],
)
def test_a_fusion_gets_its_hgnc_name(printed: str, name: str | None) -> None:
    assert fusion_name(printed) == name


def test_only_two_symbols_and_a_double_colon_are_a_standard_name() -> None:
    assert is_fusion_name("TCF3::PBX1")
    assert not is_fusion_name("TCF3-PBX1")
    assert not is_fusion_name("tcf3::pbx1")


def test_a_karyotype_is_tidied_and_nothing_is_added() -> None:
    assert tidy_karyotype("46, XX, t(1, 19)") == "46,XX,t(1;19)"


@pytest.mark.parametrize(
    ("printed", "normalised", "same"),
    [
        ("46, XX, t(1, 19)", "46,XX,t(1;19)(q23;p13.3)", True),
        ("46,XX,t(1;19)[18]/46,XX[2]", "46,XX,t(1;19)(q23;p13.3)[18]/46,XX[2]", True),
        ("46, XX, t(1, 19)", "46,XX,t(17;19)(q22;p13)", False),
        ("46, XY", "46,XX", False),
    ],
)
def test_breakpoints_may_be_added_and_nothing_else(
    printed: str, normalised: str, same: bool
) -> None:
    assert same_karyotype(printed, normalised) is same


def rules(course: Course) -> set[str]:
    return {finding.rule for finding in check_course(course, ())}


def test_a_wrong_name_is_told_and_a_right_one_is_not() -> None:
    def course(name: str, normalised: str) -> Course:
        return Course(
            title="invented",
            kind=Kind.INVENTED,
            diagnosis=Diagnosis(
                id="diagnosis",
                disease="B-ALL",
                fusions=(Fusion(id="fusion", name=name, printed="E2A-PBX1"),),
                karyotypes=(
                    Karyotype(id="karyotype", printed="46,XX,t(1,19)", normalised=normalised),
                ),
            ),
        )

    wrong = rules(course("TCF3::HLF", "46,XX,t(17;19)"))
    assert {"fusion-name", "karyotype-normalised"} <= wrong
    right = rules(course("TCF3::PBX1", "46,XX,t(1;19)(q23;p13.3)"))
    assert not {"fusion-name", "karyotype-normalised"} & right


def test_an_age_above_90_can_identify_and_90_cannot() -> None:
    def course(years: float) -> Course:
        return Course(title="i", kind=Kind.INVENTED, patient=Patient(age=Quantity(years, "a")))

    assert "age-above-89" in rules(course(93))
    assert "age-above-89" not in rules(course(90))
