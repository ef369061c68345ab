"""The items that several scales of CRS ask for, by name."""

from __future__ import annotations

TEMPERATURE = "temperature"
HYPOTENSION = "hypotension"
FLUIDS = "IV fluids for hypotension"
OTHER_PRESSORS = "vasopressors other than vasopressin"
VASOPRESSIN = "vasopressin"
HIGH_DOSE = "high-dose vasopressor"
SYSTOLIC = "systolic blood pressure"
DEVICE = "oxygen device"
FLOW = "oxygen flow"
SATURATION = "oxygen saturation"
AIRWAY = "intubated for airway protection"
SUPPRESSED = "fever suppressed by treatment"
TREATMENTS = ("antipyretic given", "tocilizumab given", "corticosteroid given")

NO_DEVICE = "none"
LOW_FLOW = ("nasal cannula", "blow-by")
HIGH_FLOW = ("high-flow nasal cannula", "face mask", "non-rebreather mask", "Venturi mask")
PRESSURE = ("CPAP", "BiPAP")
VENTILATOR = "mechanical ventilation"
SUPPORT = (*LOW_FLOW, *HIGH_FLOW, *PRESSURE, VENTILATOR)

FAMILY = "toxicity"
