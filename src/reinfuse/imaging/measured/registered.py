"""Every scan registered with the first, once, before anything is carried from scan to scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reinfuse.imaging.following import Registered, Unregistered, register
from reinfuse.imaging.following.rigid import Rigid, at_rest
from reinfuse.imaging.measured.scanning import Scan

Progress = Callable[[str], None]


def register_all(
    scans: Sequence[Scan], *, seed: int, progress: Progress
) -> dict[str, Registered | Unregistered]:
    """The motion from the first scan to each of the others, by name; by CT where both have one."""
    found: dict[str, Registered | Unregistered] = {}
    for scan in scans[1:]:
        progress(f"registering {scan.name} with {scans[0].name}")
        by_ct = scans[0].ct, scan.ct
        if by_ct[0] is not None and by_ct[1] is not None:
            found[scan.name] = register(by_ct[0], by_ct[1], seed=seed)
        else:
            found[scan.name] = register(scans[0].suv, scan.suv, seed=seed)
    return found


def motions_of(
    scans: Sequence[Scan], found: Mapping[str, Registered | Unregistered]
) -> dict[str, Rigid | None]:
    """The motion from the first scan to each, by name; None where there is none."""
    motions: dict[str, Rigid | None] = {one.name: None for one in scans}
    motions |= {name: one.motion for name, one in found.items() if isinstance(one, Registered)}
    return motions | {one.name: at_rest() for one in scans[:1]}
