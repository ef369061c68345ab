"""The endpoints, one table: each with start, events, competing events, end of the watch, source."""

from __future__ import annotations

from reinfuse.errors import ReinfuseError
from reinfuse.grading.endpoints.definition import Counts, Definition, Landmark, Start
from reinfuse.grading.endpoints.happening import What
from reinfuse.source import Source, Standing

MONTH_1, MONTHS_3 = 35, 92  # the visit of month 1 with a week's grace; three calendar months
DISEASE = (What.REMISSION, What.RELAPSE)

_ELN = Source(
    cite="Döhner 2022, ELN recommendations for AML",
    doi="10.1182/blood.2022016867",
    place="Table 9, outcome measures",
    standing=Standing.PAPER,
)
_ELIANA = Source(
    cite="ELIANA protocol; both analyses of duration in Laetsch 2022",
    place="definition of efficacy endpoints",
    standing=Standing.RECALLED,
)
_HCT = Source(cite="usual in transplantation (CIBMTR, EBMT)", standing=Standing.RECALLED)
_GRFS = Source(cite="Holtan 2015", place="composite endpoint", standing=Standing.RECALLED)
_UK = Source(
    cite="UK tisagenlecleucel cohort 2024",
    doi="10.1038/s41408-024-01038-2",
    place="stringent event-free survival",
    standing=Standing.RECALLED,
)
_OURS = Source(cite="first occurrence, death competing", standing=Standing.OURS)


def _all(*kinds: What) -> tuple[Counts, ...]:
    return tuple(Counts(what=what) for what in kinds)


def _only(what: What, *details: str) -> Counts:
    return Counts(what=what, only=frozenset(details))


_BY_ALL = Counts(what=What.DEATH, only=frozenset({"leukemia"}))
_BY_OTHER = Counts(what=What.DEATH, save=frozenset({"leukemia"}))
_AFTER_HCT = _all(What.DEATH, What.RELAPSE, What.TRANSPLANT)
_PARTIAL_DATES = "a date known only as an interval stays one; no published rule chooses in it"
_LOOKED_FOR = "never looked for is not the same as absent: the time is then not evaluable (ours)"

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        name="OS",
        title="Overall survival",
        start=Start.DAY_0,
        events=_all(What.DEATH),
        source=_ELN,
        notes=("from infusion or transplant; from enrolment only where that is day 0",
               "seen alive: by any entry of that day (ours)", _PARTIAL_DATES),
    ),
    Definition(
        name="EFS-ELN-2022",
        title="Event-free survival; no remission by the landmark is an event on day 1",
        start=Start.DAY_0,
        events=_all(What.RELAPSE, What.DEATH),
        watched=DISEASE,
        landmark=Landmark(day=MONTH_1),
        source=_ELN,
        notes=("the landmark is the trial's to choose; day 35 here (ours)",
               "a death or relapse by the landmark without remission counts as no remission (ours)",
               _PARTIAL_DATES),
    ),
    Definition(
        name="EFS-ELIANA",
        title="Event-free survival; no remission within 3 months is an event",
        start=Start.DAY_0,
        events=_all(What.RELAPSE, What.DEATH),
        watched=DISEASE,
        landmark=Landmark(day=MONTHS_3),
        source=_ELIANA,
        notes=("3 months are taken as day 92, the event without remission as day 1 (ours)",
               _PARTIAL_DATES),
    ),
    Definition(
        name="RFS-ELN-2022",
        title="Relapse-free survival from remission",
        start=Start.REMISSION,
        events=_all(What.RELAPSE, What.DEATH),
        watched=DISEASE,
        source=_ELN,
        notes=(_PARTIAL_DATES,),
    ),
    Definition(
        name="DOR-ELIANA",
        title="Duration of remission, censored at transplant or new therapy",
        start=Start.REMISSION,
        events=(*_all(What.RELAPSE), _BY_ALL),
        competing=(_BY_OTHER,),
        ends=_all(What.TRANSPLANT, What.NEW_THERAPY),
        watched=DISEASE,
        source=_ELIANA,
        notes=("a death in remission of another cause competes; who censors it takes competing as"
               " censored", _PARTIAL_DATES),
    ),
    Definition(
        name="DOR-ELIANA-through-transplant",
        title="Duration of remission, not censored at transplant",
        start=Start.REMISSION,
        events=(*_all(What.RELAPSE), _BY_ALL),
        competing=(_BY_OTHER,),
        ends=_all(What.NEW_THERAPY),
        watched=DISEASE,
        source=_ELIANA,
        notes=(_PARTIAL_DATES,),
    ),
    Definition(
        name="CIR-ELN-2022",
        title="Cumulative incidence of relapse from remission",
        start=Start.REMISSION,
        events=_all(What.RELAPSE),
        competing=_all(What.DEATH),
        watched=DISEASE,
        source=_ELN,
        notes=("relapse and death on one day are a relapse",),
    ),
    Definition(
        name="NRM",
        title="Non-relapse mortality",
        start=Start.DAY_0,
        events=_all(What.DEATH),
        competing=_all(What.RELAPSE),
        asks=(What.RELAPSE,),
        source=_HCT,
        notes=("relapse and death on one day are a relapse", _LOOKED_FOR),
    ),
    Definition(
        name="aGVHD",
        title="Acute GVHD of any grade",
        start=Start.TRANSPLANT,
        events=(_only(What.ACUTE_GVHD, "I", "II", "III", "IV"),),
        competing=_AFTER_HCT,
        watched=(What.ACUTE_GVHD,),
        asks=(What.ACUTE_GVHD,),
        source=_HCT,
        notes=(_LOOKED_FOR,),
    ),
    Definition(
        name="aGVHD-II-IV",
        title="Acute GVHD of grade II to IV",
        start=Start.TRANSPLANT,
        events=(_only(What.ACUTE_GVHD, "II", "III", "IV"),),
        competing=_AFTER_HCT,
        watched=(What.ACUTE_GVHD,),
        asks=(What.ACUTE_GVHD,),
        source=_HCT,
        notes=(_LOOKED_FOR,),
    ),
    Definition(
        name="aGVHD-III-IV",
        title="Acute GVHD of grade III or IV",
        start=Start.TRANSPLANT,
        events=(_only(What.ACUTE_GVHD, "III", "IV"),),
        competing=_AFTER_HCT,
        watched=(What.ACUTE_GVHD,),
        asks=(What.ACUTE_GVHD,),
        source=_HCT,
        notes=(_LOOKED_FOR,),
    ),
    Definition(
        name="cGVHD",
        title="Chronic GVHD of any severity",
        start=Start.TRANSPLANT,
        events=(_only(What.CHRONIC_GVHD, "mild", "moderate", "severe"),),
        competing=_AFTER_HCT,
        watched=(What.CHRONIC_GVHD,),
        asks=(What.CHRONIC_GVHD,),
        source=_HCT,
        notes=(_LOOKED_FOR,),
    ),
    Definition(
        name="cGVHD-moderate-severe",
        title="Moderate or severe chronic GVHD",
        start=Start.TRANSPLANT,
        events=(_only(What.CHRONIC_GVHD, "moderate", "severe"),),
        competing=_AFTER_HCT,
        watched=(What.CHRONIC_GVHD,),
        asks=(What.CHRONIC_GVHD,),
        source=_HCT,
        notes=(_LOOKED_FOR,),
    ),
    Definition(
        name="neutrophil-engraftment",
        title="Neutrophil engraftment",
        start=Start.TRANSPLANT,
        events=_all(What.ENGRAFTMENT),
        competing=_AFTER_HCT,
        watched=(What.ENGRAFTMENT,),
        asks=(What.ENGRAFTMENT,),
        source=_HCT,
        notes=(_LOOKED_FOR,),
    ),
    Definition(
        name="GRFS-2015",
        title="Survival free of GVHD and relapse",
        start=Start.TRANSPLANT,
        events=(
            _only(What.ACUTE_GVHD, "III", "IV"),
            *_all(What.SYSTEMIC_TREATMENT, What.RELAPSE, What.DEATH),
        ),
        asks=(What.ACUTE_GVHD, What.SYSTEMIC_TREATMENT, What.RELAPSE),
        source=_GRFS,
        notes=("chronic GVHD counts on the day its systemic treatment begins (ours)",
               _LOOKED_FOR),
    ),
    Definition(
        name="stringent-EFS",
        title="Event-free survival with MRD relapse, new therapy and B-cell recovery as events",
        start=Start.DAY_0,
        events=_all(What.RELAPSE, What.MRD_RELAPSE, What.NEW_THERAPY, What.TRANSPLANT,
                    What.B_CELL_RECOVERY, What.DEATH),
        watched=(*DISEASE, What.MRD_RELAPSE, What.B_CELL_RECOVERY),
        asks=(What.MRD_RELAPSE, What.B_CELL_RECOVERY),
        landmark=Landmark(day=MONTH_1),
        source=_UK,
        notes=("whether a transplant in remission counts as new therapy was not read: it does here"
               " (ours)", _LOOKED_FOR),
    ),
    Definition(
        name="second-primary-malignancy",
        title="Second primary malignancy of any kind",
        start=Start.DAY_0,
        events=_all(What.SECOND_MALIGNANCY, What.T_CELL_MALIGNANCY),
        competing=_all(What.DEATH),
        watched=(What.SECOND_MALIGNANCY,),
        asks=(What.SECOND_MALIGNANCY,),
        source=_OURS,
        notes=(_LOOKED_FOR,),
    ),
    Definition(
        name="T-cell-malignancy",
        title="T-cell malignancy after CAR-T cells",
        start=Start.DAY_0,
        events=_all(What.T_CELL_MALIGNANCY),
        competing=_all(What.DEATH),
        watched=(What.T_CELL_MALIGNANCY,),
        asks=(What.T_CELL_MALIGNANCY,),
        source=_OURS,
        notes=(_LOOKED_FOR,),
    ),
)  # fmt: skip


def definition_named(text: str) -> Definition:
    """The endpoint of this name, whatever its case; raises ReinfuseError with near names."""
    wanted = text.casefold()
    for definition in DEFINITIONS:
        if definition.name.casefold() == wanted:
            return definition
    near = [one.name for one in DEFINITIONS if wanted in one.name.casefold()]
    known = near or [one.name for one in DEFINITIONS]
    raise ReinfuseError(
        f"no endpoint is called {text!r}",
        fix=f"{'did you mean' if near else 'there are'} {', '.join(known)}{'?' if near else ''}",
    )
