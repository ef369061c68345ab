"""The mechanism as a text of the engine's language, for any number of lesions.

Sites are blood `b`, marrow `m`, lymphoid tissue `l` and lesions `1`, `2`, ... Cells are counted in
whole compartments. Leukemia is kept as the logarithm of its cells, so that a clone that is nearly
gone is as exact as one that fills the marrow; the fewest cells that are followed are 1e-9, far
below the one at which `extinction` decides. The equations begin from those proposed in the
literature notes of the project: two sites of Leon-Triana 2021, saturable killing of Kimmel 2021,
partition of Hosseini 2020, cytokines of Hardiansyah 2019, tocilizumab of Frey 2010.
"""

from __future__ import annotations

from functools import cache

from reinfuse.engine.language import read_model
from reinfuse.engine.language.model import Model
from reinfuse.mechanism.table import parameters_of

START = -7.0  # days before infusion at which a model begins, if nothing else is asked for
FEWEST = 1e-9  # cells; nothing hangs on it: nobody's clone lives through so few

_ENTRY = '''parameter {name} = {value!r} [{unit}] in {low!r} .. {high} "{note}"'''


@cache
def course_model(lesions: int, start: float = START) -> Model:
    """The model of one infusion in a patient with so many lesions, from day `start` on.

    Day 0 is that of the infusion in the record; `infusion_day` moves it. See `model_text`.
    """
    return read_model(model_text(lesions, start))


def model_text(lesions: int, start: float = START) -> str:
    """The text of `course_model`, which `reinfuse simulate` reads too."""
    outside = [str(number) for number in range(1, lesions + 1)]
    blocks = (
        _head(lesions, start),
        _parameters(lesions),
        _cells(outside),
        _leukemia(outside),
        _NORMAL,
        _cytokines(outside),
        _DRUGS,
        _immunity(outside),
        _EVENTS,
        _observed(outside),
    )
    return "\n".join(blocks)


def _head(lesions: int, start: float) -> str:
    return f"""\
# CAR-T cells, leukemia by site, cytokines and drugs around one infusion; {lesions} lesions.
# For research. Most values are assumed and not learned from any one patient: see the table.
model car-t mechanism with {lesions} lesions
time in d from {start!r}
"""


def _parameters(lesions: int) -> str:
    lines = [
        _ENTRY.format(
            name=row.name, value=row.value, unit=row.unit, low=row.low,
            high=repr(row.high), note=row.note.replace('"', "'"),
        )
        for row in parameters_of(lesions)
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _cells(outside: list[str]) -> str:
    """Effector and memory CAR-T cells in every site."""
    sites = ["m", "l", *outside]
    inflow = {"m": "into_marrow", "l": "into_lymphoid"} | {k: f"into_{k}" for k in outside}
    lines = ["# ---- CAR-T cells"]
    for site in ("b", *sites):
        lines += [
            f'state E{site} [cells] = 0 within 100 "effector CAR-T cells"',
            f'state M{site} [cells] = 0 within 100 "memory CAR-T cells"',
        ]
    lines += [f"helper into_{k} = into_lesion*access_{k}*lesion_start_{k}/density" for k in outside]
    lines += [
        "helper effect_positive = (1 + density_half)*seen_positive/(seen_positive + density_half)",
        "helper effect_negative = (1 + density_half)*seen_negative/(seen_negative + density_half)",
        "helper strength = max(effect_positive, effect_negative)",
        "helper gate = gate_low + (1 - gate_low)*gate_half/(gate_half + T)",
        "helper crowding = 1/(1 + everywhere/car_room)",
        "helper expand = rho*fitness*strength*gate*crowding*(1 - steroid_expansion*S)",
        "helper lose = immunity + foreign*rejection*T/t_normal",
        "helper to_memory = memory_share/(1 - memory_share)*effector_loss",
    ]
    for site, target in _targets(outside).items():
        lines.append(f"helper a{site} = hill({target}, antigen_half)")
    out = " - ".join(["", *(f"{inflow[site]}*Eb" for site in sites)])
    back = " + ".join(f"outflow*E{site}" for site in sites)
    lines.append(f"rate Eb = {back}{out} - (effector_loss + lose)*Eb")
    out = " - ".join(["", *(f"{inflow[site]}*Mb" for site in sites)])
    back = " + ".join(f"outflow*M{site}" for site in sites)
    lines.append(f"rate Mb = {back}{out} - (memory_loss + lose)*Mb")
    for site in sites:
        lines += [
            f"rate E{site} = (expand*a{site} - effector_loss - to_memory*(1 - a{site}) - lose"
            f" - outflow)*E{site} + recall*a{site}*M{site} + {inflow[site]}*Eb",
            f"rate M{site} = to_memory*(1 - a{site})*E{site} - (recall*a{site} + memory_loss"
            f" + lose + outflow)*M{site} + {inflow[site]}*Mb",
        ]
    return "\n".join(lines) + "\n"


def _targets(outside: list[str]) -> dict[str, str]:
    """By site the cells that CAR-T cells are stimulated by."""
    leukemia = {s: f"effect_positive*P{s} + effect_negative*N{s}" for s in ("m", *outside)}
    normal = {
        "m": f"{leukemia['m']} + b_stimulus*b_marrow*effect_positive*B",
        "l": f"b_stimulus*effect_positive*B + spill*({leukemia['m']})",
    }
    return leukemia | normal


def _leukemia(outside: list[str]) -> str:
    """CD19-positive and -negative leukemia in marrow and lesions, and what decides extinction."""
    starts = {"m": "marrow_start"} | {k: f"lesion_start_{k}" for k in outside}
    rooms = {"m": "marrow_room"} | dict.fromkeys(outside, "lesion_room")
    shares = {"m": "1"} | {k: f"kill_share_{k}" for k in outside}
    # As many effector cells per mL as in marrow, so that a small lesion needs few.
    halves = {"m": "kill_half"} | {
        k: f"kill_half*lesion_start_{k}/density/kill_volume" for k in outside
    }
    lines = ["# ---- leukemia"]
    for site in ("m", *outside):
        lines += [
            f"state p{site} [1] = log({starts[site]}*(1 - negative_share)/1 [cells]) within 1e-3",
            f"state n{site} [1] = log({starts[site]}*negative_share/1 [cells] + {FEWEST!r})"
            " within 1e-3",
            f"state U{site} [1/cells] = 0 within 1e-4",
            f"state V{site} [1/cells] = 0 within 1e-4",
            f"helper P{site} = exp(p{site})*1 [cells]",
            f"helper N{site} = exp(n{site})*1 [cells]",
            f"helper net_{site} = growth*(1 - (P{site} + N{site})/{rooms[site]})",
            f"helper hit_{site} = kill*{shares[site]}*hill(E{site}, {halves[site]})",
            f"helper hit_positive_{site} = hit_{site}*effect_positive",
            f"helper hit_negative_{site} = hit_{site}*(effect_negative"
            f" + bystander*P{site}/(P{site} + N{site}))",
            f"rate p{site} = net_{site} - hit_positive_{site}*hill(P{site}, {FEWEST!r} [cells])"
            " - antigen_loss",
            f"rate n{site} = net_{site} - hit_negative_{site}*hill(N{site}, {FEWEST!r} [cells])"
            f" + antigen_loss*P{site}/(N{site} + 1e-3 [cells])",
            f"rate U{site} = (growth + natural_death)/(P{site} + {FEWEST!r} [cells])",
            # Cells that join the clone by loss of CD19 begin lineages that have survived so far.
            f"rate V{site} = (growth + natural_death)/(N{site} + {FEWEST!r} [cells])"
            f" - antigen_loss*P{site}/(N{site} + 1e-3 [cells])*N{site}*V{site}"
            f"*(V{site} + 2/(N{site} + {FEWEST!r} [cells]))",
        ]
    for site in outside:
        lines += [
            f'state D{site} [cells] = 0 within 1e4 "dead cells that still take up room"',
            f"rate D{site} = hit_positive_{site}*P{site} + hit_negative_{site}*N{site}"
            f" - debris_loss*D{site}",
        ]
    return "\n".join(lines) + "\n"


_NORMAL = """\
# ---- normal lymphocytes, lymphodepletion
state B [cells] = b_start*b_normal within 1e4 "B cells, whole body"
state T [1/uL] = t_normal within 1e-3 "T cells in blood other than CAR-T cells"
state F [mg] = 0 within 1e-4 "F-ara-A"
helper wiped = fludarabine_kill*F/fludarabine_volume
rate B = b_turnover*(b_normal/(1 + Em/b_progenitor_half) - B)
    - (kill*effect_positive*hill(El, kill_half) + tissue_depletion*wiped)*B
rate T = t_recovery*(t_normal - T) - wiped*T
rate F = -fludarabine_loss*F
"""


def _cytokines(outside: list[str]) -> str:
    engaged = " + ".join(f"a{site}*E{site}" for site in ("m", "l", *outside))
    return f"""\
# ---- cytokines
state G [pg/mL] = ifn_normal within 1e-3 "IFN-gamma"
state J [pg/mL] = il10_normal within 1e-3 "IL-10"
state A [1] = 0 within 1e-6 "active macrophages, of all"
state I [pg/mL] = il6_normal within 1e-3 "IL-6"
state C [mg/L] = crp_normal within 1e-3 "CRP"
state Y [ug/L] = ferritin_normal within 1e-2 "ferritin"
helper working = strength*({engaged})
helper held = hill(K/tocilizumab_central, receptor_half)
helper free = I*(1 - held)
helper raised = max(free - il6_normal, 0)
rate G = ifn_made*working/(1 + J/il10_half) - ifn_loss*(G - ifn_normal)
rate J = il10_made*working - il10_loss*(J - il10_normal)
rate A = macrophage_rise*(1 - steroid_macrophages*S)*hill(G, macrophage_half, 2)*(1 - A)
    - macrophage_fall*A
rate I = il6_loss*il6_normal + il6_made*A - il6_loss*(1 - il6_by_receptor*held)*I
rate C = crp_turnover*(crp_normal*(1 + crp_most*hill(raised, crp_half)) - C)
rate Y = ferritin_turnover*(ferritin_normal*(1 + ferritin_most*A) - Y)
"""


_DRUGS = """\
# ---- tocilizumab, steroids
state K [mg] = 0 within 1e-3 "tocilizumab, central"
state L [mg] = 0 within 1e-3 "tocilizumab, peripheral"
state S [1] = 0 within 1e-6 "steroids, of the full effect"
helper level = K/tocilizumab_central
rate K = -(tocilizumab_clearance + tocilizumab_exchange)*level
    - tocilizumab_most*hill(level, tocilizumab_half)
    + tocilizumab_exchange*L/tocilizumab_peripheral
rate L = tocilizumab_exchange*(level - L/tocilizumab_peripheral)
rate S = 0
"""


def _immunity(outside: list[str]) -> str:
    sites = ("b", "m", "l", *outside)
    every = " + ".join(f"{kind}{site}" for kind in "EM" for site in sites)
    return f"""\
# ---- immunity against the product; the product against the patient
state R [1/d] = immunity_start within 1e-6 "loss of CAR-T cells to immunity"
state W [1] = 0 within 1e-5 "cumulative hazard of acute GVHD"
helper immunity = R
helper everywhere = {every}
rate R = (immunity_rise + immunity_recall*immunity_start)*hill(everywhere, immunity_half)
    - immunity_fall*R
rate W = gvhd_hazard*donor_cells*everywhere/1e10 [cells]
"""


_DEPLETION = """\
event depletion_{number} at depletion_day + {day} [d]:
    F += fludarabine; T *= exp(-cyclophosphamide_kill*cyclophosphamide)
    B *= exp(-tissue_depletion*cyclophosphamide_kill*cyclophosphamide)
"""
_EVENTS = f"""\
# ---- what is given
{"".join(_DEPLETION.format(number=day + 1, day=day) for day in range(3))}\
event infusion at infusion_day:
    Eb += dose*engraftment*(1 - memory_infused); Mb += dose*engraftment*memory_infused
event infusion_again at again_day:
    Eb += again_dose*engraftment*(1 - memory_infused); Mb += again_dose*engraftment*memory_infused
event tocilizumab_1 at tocilizumab_day_1: K += tocilizumab_dose_1
event tocilizumab_2 at tocilizumab_day_2: K += tocilizumab_dose_2
event steroids_begin at steroid_first: S = steroid_level
event steroids_end at steroid_last: S = 0
"""


def _observed(outside: list[str]) -> str:
    lines = [
        "# ---- what is measured",
        "helper per_ul = (Eb + Mb)/5e6 [uL]",
        "observe car_per_ul [cells/uL] = per_ul",
        "observe car_percent [%] = 100 [%]*per_ul/(per_ul + T*1 [cells])",
        "helper nucleated = per_ul + (T + other_leukocytes)*1 [cells]",
        "observe car_copies [1/ug] = 1.5e5 [1/ug]*per_ul/nucleated",
        "observe car_everywhere [cells] = everywhere",
        "observe blasts_percent [%] = 97.19 [%]*hill(Pm + Nm, marrow_half)",
        "observe b_per_ul [cells/uL] = B*b_blood/5e6 [uL]",
        "observe b_share [1] = B/b_normal",
        "observe t_per_ul [1/uL] = T",
        "observe ifn [pg/mL] = G",
        "observe il10 [pg/mL] = J",
        "observe il6 [pg/mL] = I",
        "observe il6_free [pg/mL] = free",
        "observe crp [mg/L] = C",
        "observe ferritin [ug/L] = Y",
        "observe macrophages [1] = A",
        "observe tocilizumab [mg/L] = level",
        "observe immunity_now [1/d] = lose",
        "observe gvhd [1] = W",
        "observe marrow_positive [cells] = Pm",
        "observe marrow_negative [cells] = Nm",
        "observe marrow_left_positive [1] = Pm/(1 + Pm*Um)/1 [cells]",
        "observe marrow_left_negative [1] = Nm/(1 + Nm*Vm)/1 [cells]",
    ]
    for k in outside:
        lines += [
            f"observe lesion_{k}_positive [cells] = P{k}",
            f"observe lesion_{k}_negative [cells] = N{k}",
            f"observe lesion_{k}_left_positive [1] = P{k}/(1 + P{k}*U{k})/1 [cells]",
            f"observe lesion_{k}_left_negative [1] = N{k}/(1 + N{k}*V{k})/1 [cells]",
            f"observe lesion_{k}_volume [mL] = (P{k} + N{k} + D{k})/density",
        ]
    return "\n".join(lines) + "\n"
