"""A volume of standardised uptake, with everything that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reinfuse.errors import Finding
from reinfuse.imaging.suv.body import Normaliser
from reinfuse.imaging.suv.candidates import Candidate
from reinfuse.imaging.suv.inputs import Input
from reinfuse.imaging.suv.tracer import Tracer
from reinfuse.imaging.volume import Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How stored values became SUV: `factors`, by slice, times slope times stored value.

    `path` is how units were read and `why` how decay was; `size` is what the normaliser gave, in
    kg, or m2 for SUVbsa, and None where the scanner had normalised already. `uptake_min` is from
    injection to scan. `candidates` are those for the moment of decay correction START. `tracer` is
    another than FDG also where only the half-life says so.
    """

    path: str
    normaliser: Normaliser
    size: float | None
    inputs: tuple[Input, ...]
    injections: tuple[Candidate, ...]
    injection: Candidate | None
    candidates: tuple[Candidate, ...]
    chosen: Candidate | None
    why: str
    uptake_min: float | None
    factors: tuple[float, ...]
    findings: tuple[Finding, ...]
    tracer: Tracer = Tracer.UNKNOWN

    def lines(self) -> Iterator[str]:
        """The whole of it for a reader, line by line, without a date."""
        yield f"stored as   {self.path}"
        yield f"tracer      {self.tracer}"
        yield f"normalised  {self.normaliser.name} = {self.normaliser.formula}"
        yield f"            {self.normaliser.source}"
        if self.size is not None:
            unit = "m2" if self.normaliser.is_surface else "kg"
            yield f"            of this patient {self.size:.4g} {unit}"
        for used in self.inputs:
            value = "none" if used.value is None else f"{used.value:g} {used.unit}"
            yield f"{used.name:<11} {value} ({used.origin})"
        for heading, candidates in (
            ("injection", self.injections),
            ("decay to", self.candidates),
        ):
            for one in candidates:
                mark = "*" if one in {self.injection, self.chosen} else " "
                yield f"{heading:<10}{mark} {one}"
        yield f"decay       {self.why}"
        low, high = min(self.factors), max(self.factors)
        yield f"factor      {low:.6g}" + ("" if low == high else f" to {high:.6g}")
        for finding in self.findings:
            yield f"{finding.severity:<11} {finding.what}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suv:
    """Standardised uptake on the grid of its series; `volume.unit` is such as `SUVbw`."""

    volume: Volume
    provenance: Provenance
