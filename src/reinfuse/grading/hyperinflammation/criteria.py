"""What the catalogue lists of this family."""

from reinfuse.grading.chart.listed import listed
from reinfuse.grading.hyperinflammation import car_hlh, dic, hlh_2004, hscore
from reinfuse.grading.hyperinflammation.iec_hs import pattern_entry
from reinfuse.grading.hyperinflammation.iec_hs_severity import SEVERITY
from reinfuse.grading.rules.entry import Entry

CRITERIA: tuple[Entry, ...] = (
    pattern_entry(),
    listed(SEVERITY, topic="IEC-HS"),
    listed(
        car_hlh.RULE,
        topic="CAR-T related HLH",
        variants=("IEC-HS-2023", "HLH-2004", "HScore-2014"),
    ),
    listed(hlh_2004.RULE, topic="HLH", variants=("IEC-HS-2023", "CARTOX-HLH-2018", "HScore-2014")),
    listed(hscore.RULE, topic="HScore", variants=("IEC-HS-2023", "CARTOX-HLH-2018", "HLH-2004")),
    listed(dic.RULE, topic="overt DIC"),
)
