"""Facts of an invented PET series: 70 kg, 350 MBq of fluorine-18 at 10:00, scanned at 11:00."""

from __future__ import annotations

from datetime import date

from reinfuse.imaging.suv import Moment, PetFacts, Tracer

DAY = date(2025, 1, 2)
HALF_LIFE_S = 6586.2


def at(clock: str, day: date | None = DAY) -> Moment:
    """A moment such as `11:00` or `11:00:30`."""
    hours, minutes, *seconds = (float(part) for part in clock.split(":"))
    return Moment(second=hours * 3600.0 + minutes * 60.0 + sum(seconds), day=day)


def invented(slices: int = 3, **changes: object) -> PetFacts:
    """The facts, one frame of 180 s, with some of them changed."""
    facts: dict[str, object] = {
        "where": "series 1a2b3c",
        "units": "BQML",
        "decay_correction": "START",
        "corrections": ("NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"),
        "weight": 70.0,
        "height": 1.75,
        "sex": "M",
        "tracer": Tracer.FDG,
        "dose": 350e6,
        "half_life_s": HALF_LIFE_S,
        "injection_datetime": at("10:00"),
        "series_time": at("11:00"),
        "acquisition_times": (at("11:00"),) * slices,
        "frame_reference_s": (89.72,) * slices,
        "frame_duration_s": (180.0,) * slices,
        "decay_factors": (1.0,) * slices,
        "slopes": (1.0,) * slices,
        "intercepts": (0.0,) * slices,
    }
    return PetFacts(**(facts | changes))  # type: ignore[arg-type] # whatever a test changes
