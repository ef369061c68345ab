"""The pictures of all tubes, taken while `measure_tubes` has their events in memory."""

from __future__ import annotations

from reinfuse.cytometry.measured.values import TubeMeasured
from reinfuse.cytometry.pictures.tube import tube_pictures, with_templates
from reinfuse.cytometry.pictures.values import TubePictures
from reinfuse.cytometry.sample import Sample
from reinfuse.cytometry.strategy.tube import TubeGated

Key = tuple[str, int]  # a file and its data set


class PictureBook:
    """Watches tubes being measured and keeps their pictures, not their events.

    It is handed to `measure_tubes` as `watch`, and asked for the pictures of a tube afterwards.
    """

    def __init__(self) -> None:
        self._tubes: dict[Key, TubePictures] = {}
        self._controls: dict[Key, list[TubePictures]] = {}
        self._last: Key | None = None

    def __call__(self, sample: Sample, gated: TubeGated, *, control_of: str) -> None:
        """Take the pictures of a sample, or of a control of the sample seen last."""
        pictures = tube_pictures(sample, gated)
        if control_of and self._last is not None:
            self._controls.setdefault(self._last, []).append(pictures)
            return
        self._last = (sample.file, sample.data_set)
        self._tubes[self._last] = pictures

    def of(self, tube: TubeMeasured) -> TubePictures | None:
        """The pictures of a tube, with its templates; None for one that was not seen."""
        found = self._tubes.get((tube.file, tube.data_set))
        return None if found is None else with_templates(found, tube.placed)

    def controls_of(self, tube: TubeMeasured) -> tuple[TubePictures, ...]:
        """The pictures of a tube's controls, behind its borders."""
        return tuple(self._controls.get((tube.file, tube.data_set), ()))
