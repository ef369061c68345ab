"""The numbers of every look, as charts and tables of pages show them."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.imaging.following import State
from reinfuse.imaging.measured import Look, Results
from reinfuse.imaging.measured.results import Lesion
from reinfuse.imaging.measures import Uptake
from reinfuse.imaging.pictures.picturing import pictures_of
from reinfuse.imaging.pictures.values import Figures, LookNumbers


def figures_of(results: Results) -> Figures:
    """Pictures and numbers of all scans."""
    units = dict.fromkeys(scan.suv.unit for scan in results.scans)
    return Figures(
        days_from=_days_from(results),
        unit=next(iter(units), results.normaliser.name),
        scans=pictures_of(results),
        looks=tuple(looks_of(results)),
    )


def looks_of(results: Results) -> Iterator[LookNumbers]:
    """Every lesion in every scan, lesion by lesion."""
    for lesion in results.lesions:
        for look in lesion.looks:
            yield _numbers(lesion, look, results)


def _numbers(lesion: Lesion, look: Look, results: Results) -> LookNumbers:
    measured = look.measured
    uptake = measured.uptake if measured is not None else None
    hot = uptake if isinstance(uptake, Uptake) else None
    interval = None if measured is None else measured.uncertainty.volume_ml
    size = results.on_ct.get((lesion.wanted.name, look.scan))
    return LookNumbers(
        lesion=lesion.wanted.name,
        site=lesion.wanted.site,
        scan=look.scan,
        day=results.days[look.scan],
        state=look.state,
        words=look.words,
        earlier=look.state == str(State.EARLIER),
        trend=None if look.trend is None else str(look.trend),
        axes_mm=None if measured is None else measured.calipers.mm,
        volume_ml=None if measured is None else measured.volume_ml,
        volume_interval_ml=None if interval is None else (interval.low, interval.high),
        suv_max=None if hot is None else hot.max,
        suv_mean=None if hot is None else hot.mean,
        suv_peak=None if hot is None else hot.peak_global,
        tlg_ml=None if hot is None else hot.tlg_ml,
        suv_max_left=None if look.left is None else look.left.max,
        ct_mm=None if size is None else (size.longest_mm, size.perpendicular_mm),
        method=None if look.method is None else look.method.name,
        threshold=None if look.method is None else look.method.threshold,
        guards=tuple(dict.fromkeys(one.rule for one in look.findings)),
    )


def _days_from(results: Results) -> str:
    if not results.days_from_infusion:
        return "the first scan"
    numbers = {scan.wanted.infusion for scan in results.scans}
    known = next(iter(numbers)) if len(numbers) == 1 else None
    return "the infusion" if known is None else f"infusion {known}"
