"""What the pages of flow cytometry are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reinfuse.cytometry.measured.values import Measured, TubeMeasured
from reinfuse.cytometry.pictures import TubePictures
from reinfuse.report.page.inputs import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowTubeInputs:
    """One tube of `measured` with its pictures.

    `controls` are pictures of its controls, gated behind the borders of this tube. `labels` give
    what is shown in place of a file's name, wherever it stands; without one the bare name is
    shown. `series_page` is where the page of the series lies, empty for none. The names of files
    in `provenance` are shown as they are given.
    """

    measured: Measured
    tube: TubeMeasured
    pictures: TubePictures | None
    provenance: Provenance
    controls: tuple[TubePictures, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    series_page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSeriesInputs:
    """All tubes of `measured` over days.

    `labels` as for a tube; `pages` say where the page of a tube lies, by the hash of its file and
    its data set. The hash of `provenance` is one of the hashes of all files, in order.
    """

    measured: Measured
    provenance: Provenance
    labels: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[tuple[str, int], str] = field(default_factory=dict)
