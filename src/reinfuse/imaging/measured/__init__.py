"""The whole way: folders of DICOM and a person's boxes in, lesions followed over time out."""

from reinfuse.imaging.measured.boxes import Boxes, Place, WantedLesion, WantedMask, WantedScan
from reinfuse.imaging.measured.boxes_reading import read_boxes, read_boxes_text
from reinfuse.imaging.measured.measuring import measure_scans
from reinfuse.imaging.measured.plain import COLUMNS, as_plain, finding_as_plain, rows
from reinfuse.imaging.measured.recorded import Recorded, merged, record
from reinfuse.imaging.measured.results import Lesion, Look, Results, Trend
from reinfuse.imaging.measured.scanning import Failed, Scan

__all__ = [
    "COLUMNS", "Boxes", "Failed", "Lesion", "Look", "Place", "Recorded", "Results", "Scan",
    "Trend", "WantedLesion", "WantedMask", "WantedScan", "as_plain", "finding_as_plain",
    "measure_scans", "merged", "read_boxes", "read_boxes_text", "record", "rows",
]  # fmt: skip
