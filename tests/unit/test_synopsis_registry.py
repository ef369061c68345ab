"""The registry view and the CARE checklist: reported beside derived, and what is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reinfuse.exchange.course_file import read_course
from reinfuse.grading import grade_course
from reinfuse.quantity import Quantity
from reinfuse.record import (
    Assessment,
    Course,
    DoseBasis,
    Drug,
    Infusion,
    Kind,
    Observation,
    Origin,
    Product,
    Purpose,
    Regimen,
    Result,
    Sign,
    Topic,
    Transplant,
)
from reinfuse.record.observation import Presence
from reinfuse.synopsis import (
    CareStatus,
    FieldStatus,
    RegistryField,
    as_plain,
    burden_by_site,
    check_care,
    count_fields,
    lesion_series,
    registry_forms,
    registry_view,
    summarise,
)
from reinfuse.synopsis.vocabulary import read_rows
from reinfuse.timeline import read_when

FOUNDING = Path(__file__).parents[2] / "examples" / "founding-case.yaml"
PRODUCT = Product(
    id="cells", origin=Origin.AUTOLOGOUS, target=("CD19",), transduction=Quantity(50, "%")
)
INFUSION = Infusion(
    id="cart", when=read_when("2020-06-01"), product="cells", dose=Quantity(2e6, "{cells}/kg")
)


def course(**parts: object) -> Course:
    parts = {"products": (PRODUCT,), "infusions": (INFUSION,), **parts}
    return Course(title="an invented course", kind=Kind.INVENTED, **parts)  # type: ignore[arg-type]


def measured(analyte: str, day: int, value: str | None, **parts: object) -> Observation:
    return Observation(
        id=f"{analyte}-{day}",
        when=read_when(f"cart day {day}"),
        analyte=analyte,
        value=Quantity.parse(value) if value else None,
        **parts,  # type: ignore[arg-type]
    )


def field(subject: Course, form: str, key: str, infusion: str | None = "cart") -> RegistryField:
    view = registry_view(subject, grade_course(subject))
    (found,) = (
        item
        for item in view
        if (item.form, item.key) == (form, key) and item.infusion in (infusion, None)
    )
    return found


@pytest.fixture(scope="module")
def founding() -> Course:
    read = read_course(FOUNDING).course
    assert read is not None
    return read


def test_every_field_of_the_table_has_a_form_and_answers_for_an_empty_course() -> None:
    forms = {form.form for form in registry_forms()}
    assert {row["form"] for row in read_rows("registry.csv")} == forms
    empty = Course(title="empty", kind=Kind.INVENTED, infusions=(INFUSION,))
    view = registry_view(empty, grade_course(empty))
    assert len(view) == len(read_rows("registry.csv"))


def test_no_field_of_the_table_stands_twice() -> None:
    keys = [(row["form"], row["key"]) for row in read_rows("registry.csv")]
    assert len(keys) == len(set(keys))


def test_the_follow_up_form_says_which_revision_it_was_read_from() -> None:
    (form,) = (form for form in registry_forms() if form.form == "4100")
    assert form.revision == "10 since 2026-02-20"
    assert "revision 4" in form.mapped_from


def test_fields_are_counted_per_form() -> None:
    subject = course()
    view = registry_view(subject, grade_course(subject))
    counts = count_fields(view)
    assert sum(one.total for one in counts) == len(view)


def test_a_reported_grade_stands_and_the_derived_one_stands_beside_it() -> None:
    subject = course(
        signs=(Sign(id="hot", when=read_when("cart day 2 to 4"), what="fever"),),
        assessments=(
            Assessment(id="said", when=read_when("cart day 3"), topic=Topic.CRS, value="2",
                       of="cart", scale="ASTCT 2019"),
        ),
        observations=(measured("platelets", 60, "90 10*9/L"),),
    )  # fmt: skip
    found = field(subject, "EBMT-CT", "crs-highest")
    assert found.status is FieldStatus.REPORTED
    assert found.reported == "2 (ASTCT 2019)"
    assert found.derived == "1 to 4"
    assert set(found.entries) == {"said", "hot"}


def test_the_reported_onset_and_the_first_sign_are_both_told() -> None:
    subject = course(
        signs=(Sign(id="hot", when=read_when("cart day 2"), what="fever"),),
        assessments=(
            Assessment(
                id="said", when=read_when("cart day 3"), topic=Topic.CRS, value="2", of="cart"
            ),
        ),
    )
    found = field(subject, "4100", "crs-onset")
    assert (found.reported, found.derived) == ("day 3 (2020-06-04)", "day 2 (2020-06-03)")


def test_crp_comes_out_in_the_unit_of_the_form() -> None:
    subject = course(observations=(measured("CRP", 5, "120 mg/L", peak=True),))
    found = field(subject, "4100", "crp")
    assert found.reported == "120 mg/L, day 5 (2020-06-06)"
    assert found.derived == "12 mg/dL, day 5 (2020-06-06)"


def test_the_highest_of_a_series_is_derived() -> None:
    subject = course(
        observations=(measured("ferritin", 3, "800 ng/mL"), measured("ferritin", 5, "9000 ng/mL"))
    )
    found = field(subject, "4100", "ferritin")
    assert found.status is FieldStatus.DERIVED
    assert found.derived == "9000 ng/mL, day 5 (2020-06-06) (highest of 2)"


def test_interferon_in_mass_units_asks_for_the_assays_factor() -> None:
    subject = course(observations=(measured("IFN-gamma", 3, "800 pg/mL", peak=True),))
    found = field(subject, "4100", "ifn-gamma")
    assert found.status is FieldStatus.MISSING
    assert found.asks == ("the assay's factor from pg/mL to IU/mL; highest recorded: 800 pg/mL")


def test_a_word_in_place_of_a_number_is_asked_about() -> None:
    subject = course(observations=(measured("IL-6", 3, None, result=Result.INCREASED),))
    assert field(subject, "4100", "il-6").asks == "the number: it is recorded as increased"


def test_a_stated_absence_is_an_answer() -> None:
    absent = Sign(
        id="none", when=read_when("cart day 3"), what="hypotension", presence=Presence.ABSENT
    )
    assert field(course(signs=(absent,)), "4100", "hypotension").reported == "no"


def test_a_sign_that_nobody_wrote_down_is_missing() -> None:
    assert field(course(), "4100", "hypotension").status is FieldStatus.MISSING


def test_temperatures_alone_give_the_onset_of_fever() -> None:
    temperatures = ((1, "37.2"), (2, "38.0"), (3, "39.5"))
    subject = course(
        observations=tuple(measured("temperature", day, f"{cel} Cel") for day, cel in temperatures)
    )
    assert field(subject, "4100", "fever").derived == "day 2 (2020-06-03)"


def test_vasopressors_are_counted_by_name() -> None:
    given = tuple(
        Regimen(id=f"{name}{day}", when=read_when(f"cart day {day}"), purpose=Purpose.VASOPRESSOR,
                drugs=(Drug(name=name),))
        for name, day in (("norepinephrine", 3), ("norepinephrine", 4), ("vasopressin", 4))
    )  # fmt: skip
    assert field(course(regimens=given), "4100", "vasopressors").derived == (
        "2 (norepinephrine and vasopressin)"
    )


OXYGEN = [
    ({"analyte": "FiO2", "value": "30 %"}, "hypoxia-low"),
    ({"analyte": "FiO2", "value": "40 %"}, "hypoxia-high"),
    ({"analyte": "oxygen", "value": None, "device": "CPAP"}, "pressure-support"),
]


@pytest.mark.parametrize(("parts", "key"), OXYGEN)
def test_oxygen_is_sorted_by_its_share_and_its_device(
    parts: dict[str, str | None], key: str
) -> None:
    value, analyte, device = parts["value"], parts["analyte"] or "", parts.get("device")
    subject = course(observations=(measured(analyte, 3, value, device=device),))
    found = {name: field(subject, "4100", name).derived
             for name in ("hypoxia-low", "hypoxia-high", "pressure-support")}  # fmt: skip
    assert [name for name, text in found.items() if text] == [key]


def test_a_dose_without_a_basis_asks_and_says_what_it_would_be() -> None:
    found = field(course(), "4006", "dose-basis")
    assert found.status is FieldStatus.MISSING
    assert found.asks == (
        "which cells the dose counts; if it counts all cells, that is 1×10⁶ cells/kg of CAR+ cells"
    )


def test_a_dose_of_all_cells_is_derived_in_car_positive_cells() -> None:
    given = Infusion(
        id="cart", when=INFUSION.when, product="cells", dose=INFUSION.dose, basis=DoseBasis.TOTAL
    )
    found = field(course(infusions=(given,)), "4006", "dose-basis")
    assert (found.reported, found.derived) == ("total cells", "1×10⁶ cells/kg as CAR+ cells")


def test_lymphodepletion_without_doses_asks_for_them() -> None:
    given = Regimen(
        id="ld", when=read_when("cart day -5 to -3"), purpose=Purpose.LYMPHODEPLETION, of="cart",
        drugs=(Drug(name="fludarabine", dose=Quantity(30, "mg/m2/d")), Drug(name="bendamustine")),
    )  # fmt: skip
    found = field(course(regimens=(given,)), "4000", "lymphodepletion")
    assert found.reported == "fludarabine 30 mg/m² per day; bendamustine (dose not recorded)"
    assert found.asks == "dose of bendamustine"


def test_a_transplant_after_the_cells_takes_over_the_follow_up() -> None:
    later = Transplant(id="graft", when=read_when("2020-10-01"), kind="allogeneic")
    found = field(course(transplants=(later,)), "4100", "combined")
    assert found.derived == "yes: counted from the transplant; toxicity is still reported"


def test_an_event_of_the_first_infusion_is_not_one_of_the_second() -> None:
    second = Infusion(id="again", when=read_when("2020-12-01"), product="cells")
    subject = course(
        infusions=(INFUSION, second),
        signs=(Sign(id="hot", when=read_when("cart day 2"), what="fever"),),
    )
    assert field(subject, "4100", "fever", "cart").status is FieldStatus.REPORTED
    assert field(subject, "4100", "fever", "again").status is FieldStatus.MISSING


FOUNDING_FIELDS = """
    2402 | karyotype        | infusion-2 | 46, XX, t(1, 19)          | 46,XX,t(1;19)(q23;p13.3)
    4000 | lines            | infusion-1 |                           | 2
    4006 | infusion-date    | infusion-2 | 2021-09-29 to 2021-10-06  |
    4100 | persistence-flow | infusion-1 | not detected in blood, day 40 |
    4100 | hemoglobin       | infusion-2 | 130 g/L, 2022-03-06       | 13 g/dL, 2022-03-06
    4100 | crs-resolved     | infusion-2 |                           | fever ended day 8 to 12
    4100 | chronic-gvhd     | infusion-2 | none                      | none to severe
    EBMT-CT | crs-highest   | infusion-1 | 2 (scale not named)       |
    EBMT-CT | crs-highest   | infusion-2 | 2 (scale not named)       | 1 to 4
"""


@pytest.mark.parametrize("line", [line for line in FOUNDING_FIELDS.splitlines() if line.strip()])
def test_the_founding_case_field_by_field(founding: Course, line: str) -> None:
    form, key, infusion, reported, derived = (cell.strip() for cell in line.split("|"))
    found = field(founding, form, key, infusion)
    assert (found.reported, found.derived) == (reported or None, derived or None)


def test_the_founding_case_relapsed_after_the_first_infusion(founding: Course) -> None:
    found = field(founding, "4100", "relapse", "infusion-1")
    assert set(found.entries) == {"relapse-eye", "relapse-multiple"}
    assert field(founding, "4100", "relapse", "infusion-2").status is FieldStatus.MISSING


def test_consent_and_perspective_are_always_human_text(founding: Course) -> None:
    for subject in (founding, Course(title="empty", kind=Kind.INVENTED)):
        items = {item.name: item.status for item in check_care(subject).items}
        assert items["Informed consent"] is CareStatus.NEEDS_TEXT
        assert items["Patient perspective"] is CareStatus.NEEDS_TEXT


def test_care_has_its_thirteen_items_in_order(founding: Course) -> None:
    assert [item.number for item in check_care(founding).items] == list(range(1, 14))


def test_an_empty_course_lacks_what_data_would_fill() -> None:
    empty = check_care(Course(title="a case", kind=Kind.INVENTED))
    missing = [item.name for item in empty.items if item.status is CareStatus.MISSING]
    assert missing == [
        "Key words",
        "Patient information",
        "Clinical findings",
        "Timeline",
        "Diagnostic assessment",
        "Therapeutic intervention",
        "Follow-up and outcomes",
    ]


def test_what_is_only_partly_there_is_named(founding: Course) -> None:
    items = {item.name: item for item in check_care(founding).items}
    assert "weight" in items["Patient information"].missing
    assert any(text.startswith("dose of ") for text in items["Therapeutic intervention"].missing)


def test_everything_is_plain_json(founding: Course) -> None:
    grades = grade_course(founding)
    everything = (
        summarise(founding, grades),
        burden_by_site(founding),
        lesion_series(founding),
        check_care(founding),
        registry_forms(),
        registry_view(founding, grades),
    )
    assert json.loads(json.dumps(as_plain(everything), allow_nan=False))


def test_nothing_in_the_room_knows_the_founding_case(founding: Course) -> None:
    room = Path(summarise.__code__.co_filename).parent
    text = "\n".join(path.read_text("utf-8") for path in room.iterdir() if path.is_file())
    known = {entry.id for entry in founding.entries() if "-" in entry.id}
    shared_words = {"last-follow-up", "il-6", "il-10", "ifn-gamma"}
    assert not [ident for ident in known - shared_words if ident in text]


def test_the_room_loads_no_numerics() -> None:
    code = "import sys, reinfuse.synopsis; print([m for m in ('numpy', 'jax') if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
