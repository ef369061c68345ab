"""Every parameter of nine WinNonlin tables, from the same samples."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from reinfuse.kinetics.descriptors import (
    ANY_SPAN,
    BLQ_RULES,
    DESCRIPTORS,
    AreaMethod,
    Described,
    Route,
    Rules,
    describe,
    profiles_from_arrays,
)

HERE = Path(__file__).parent
LINEAR, LOG = AreaMethod.LINEAR, AreaMethod.LINEAR_UP_LOG_DOWN
OUTSIDE, BOLUS, INFUSION = Route.EXTRAVASCULAR, Route.BOLUS, Route.INFUSION
# table: data, method, route, dose, hours of infusion
TABLES = {
    "Theoph_Linear": ("theoph", LINEAR, OUTSIDE, 320, np.nan),
    "Theoph_Log": ("theoph", LOG, OUTSIDE, 320, np.nan),
    "Indometh_Linear": ("indometh", LINEAR, BOLUS, 25, 0),
    "Indometh_Log": ("indometh", LOG, BOLUS, 25, 0),
    "Indometh_Linear_Infusion": ("indometh", LINEAR, INFUSION, 25, 0.25),
    "Indometh_Log_Infusion": ("indometh", LOG, INFUSION, 25, 0.25),
    "Indometh_Linear_Wrong_Extravascular": ("indometh", LINEAR, OUTSIDE, 25, np.nan),
    "Indometh_Log_Wrong_Extravascular": ("indometh", LOG, OUTSIDE, 25, np.nan),
    "Indometh_Linear_NoDose": ("indometh", LINEAR, OUTSIDE, np.nan, np.nan),
}
OURS = {
    "Rsq": "terminal_r2",
    "Rsq_adjusted": "terminal_adjusted_r2",
    "No_points_lambda_z": "terminal_points",
    "Lambda_z": "lambda_z",
    "Lambda_z_lower": "terminal_from",
    "Lambda_z_upper": "terminal_to",
    "HL_Lambda_z": "half_life",
    "Tlag": "tlag",
    "Tmax": "tmax",
    "Cmax": "cmax",
    "Cmax_D": "cmax_per_dose",
    "C0": "c0",
    "Tlast": "tlast",
    "Clast": "clast",
    "AUClast": "auc_last",
    "AUCall": "auc_all",
    "AUCINF_obs": "auc_inf",
    "AUCINF_pred": "auc_inf_pred",
    "AUCINF_D_obs": "auc_inf_per_dose",
    "AUCINF_D_pred": "auc_inf_per_dose_pred",
    "AUC_%Extrap_obs": "auc_extrapolated",
    "AUC_%Extrap_pred": "auc_extrapolated_pred",
    "AUC_%Back_Ext_obs": "auc_back_extrapolated",
    "AUC_%Back_Ext_pred": "auc_back_extrapolated_pred",
    "AUMClast": "aumc_last",
    "AUMCINF_obs": "aumc_inf",
    "AUMCINF_pred": "aumc_inf_pred",
    "AUMC_%Extrap_obs": "aumc_extrapolated",
    "AUMC_%Extrap_pred": "aumc_extrapolated_pred",
    "MRTlast": "mrt_last",
    "MRTINF_obs": "mrt_inf",
    "MRTINF_pred": "mrt_inf_pred",
    "Vss_obs": "volume_ss",
    "Vss_pred": "volume_ss_pred",
    "Vz_obs": "volume_z",
    "Vz_pred": "volume_z_pred",
    "Vz_F_obs": "volume_z",
    "Vz_F_pred": "volume_z_pred",
    "Cl_obs": "clearance",
    "Cl_pred": "clearance_pred",
    "Cl_F_obs": "clearance",
    "Cl_F_pred": "clearance_pred",
}
NEED_A_DOSE = {"Vz_F_obs", "Vz_F_pred", "Cl_F_obs", "Cl_F_pred"}


def analysed(table: str) -> Described:
    data, method, route, dose, hours = TABLES[table]
    series: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows(HERE / f"{data}.csv"):
        series[row["subject"]].append((float(row["hours"]), float(row["mg_per_l"])))
    both = np.array(list(series.values()))
    profiles = profiles_from_arrays(
        both[:, :, 0],
        both[:, :, 1],
        subject=tuple(series),
        dose=dose,
        duration=hours,
        time_unit="h",
    )
    rules = Rules(
        blq=BLQ_RULES["pknca"], method=method, route=route, terminal=ANY_SPAN, peak_days=None
    )
    return describe(profiles, rules=rules, descriptors=DESCRIPTORS)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


EXPECTED: dict[str, list[dict[str, str]]] = defaultdict(list)
for one in rows(HERE / "winnonlin.csv"):
    EXPECTED[one["table"]].append(one)


@pytest.mark.parametrize("table", TABLES)
def test_every_parameter_of_every_subject_is_that_of_winnonlin(table: str) -> None:
    found = analysed(table)
    place = {name: index for index, name in enumerate(found.profiles.subject)}
    assert len(EXPECTED[table]) >= 6 * 30
    for row in EXPECTED[table]:
        if table.endswith("NoDose") and row["parameter"] in NEED_A_DOSE:
            continue
        answer = found[OURS[row["parameter"]]].at(place[row["subject"]])
        assert answer == pytest.approx(float(row["value"]), rel=1e-7), row


def test_without_a_dose_there_is_no_clearance_and_not_one_of_zero() -> None:
    found = analysed("Indometh_Linear_NoDose")
    assert found["clearance"].why(0) == "the dose is not recorded"
    assert found["volume_z_pred"].why(5) == "the dose is not recorded"
