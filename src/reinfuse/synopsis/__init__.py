"""What a course says, computed: five sentences, burden by site, curves, checklists, registries."""

from reinfuse.synopsis.burden import Burden, Cell, burden_by_site
from reinfuse.synopsis.care import CareItem, CareList, CareStatus, check_care
from reinfuse.synopsis.cart import CartPoint, CartSeries, cart_measurements
from reinfuse.synopsis.lesions import (
    LesionPoint,
    LesionSeries,
    ellipsoid_volume_ml,
    lesion_series,
)
from reinfuse.synopsis.looks import SiteState
from reinfuse.synopsis.moments import Place
from reinfuse.synopsis.plain import as_plain
from reinfuse.synopsis.registry import (
    Completeness,
    FieldStatus,
    Form,
    RegistryField,
    count_fields,
    registry_forms,
    registry_view,
)
from reinfuse.synopsis.summary import Summary, summarise
from reinfuse.synopsis.time_points import TimePoint
from reinfuse.synopsis.words import Sentence

__all__ = [
    "Burden",
    "CareItem",
    "CareList",
    "CareStatus",
    "CartPoint",
    "CartSeries",
    "Cell",
    "Completeness",
    "FieldStatus",
    "Form",
    "LesionPoint",
    "LesionSeries",
    "Place",
    "RegistryField",
    "Sentence",
    "SiteState",
    "Summary",
    "TimePoint",
    "as_plain",
    "burden_by_site",
    "cart_measurements",
    "check_care",
    "count_fields",
    "ellipsoid_volume_ml",
    "lesion_series",
    "registry_forms",
    "registry_view",
    "summarise",
]
