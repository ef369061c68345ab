"""What a reader of a fit must be told: what is assumed, what is at odds, what was recalled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reinfuse.estimation.mechanistic.result import LatentFit
from reinfuse.estimation.mechanistic.window import Window
from reinfuse.mechanism.table import parameters_of

_AT_ODDS = 2.0  # prior SDs between a posterior's middle and its prior's


def words_of(windows: Sequence[Window], fitted: Sequence[LatentFit]) -> tuple[str, ...]:
    """Sentences, the most important first."""
    return tuple(dict.fromkeys(_sentences(windows, fitted)))


def _sentences(windows: Sequence[Window], fitted: Sequence[LatentFit]) -> Iterator[str]:
    informed = [row for row in fitted if row.informed]
    if all(window.prior_only for window in windows):
        yield (
            "nothing that was measured speaks of the mechanism: all of it is assumed, and nothing "
            "learned from this patient"
        )
    elif informed:
        learned = ", ".join(f"{row.latent.name} ({row.narrowing:.2f})" for row in informed)
        yield f"learned from this patient (posterior over prior SD below 0.8): {learned}"
    for row in fitted:
        if abs(row.shift) > _AT_ODDS:
            yield (
                f"{row.latent.name} came to lie {abs(row.shift):.1f} prior SDs "
                f"{'above' if row.shift > 0 else 'below'} what was assumed: this patient and the "
                "assumption are at odds"
            )
    assumed = ", ".join(row.latent.name for row in fitted if not row.informed)
    yield f"assumed, not learned from this patient: {assumed}"
    if any(window.lesions for window in windows):
        yield (
            "a lesion's access and the killing in it are not told apart by anything measured: "
            "only their product speaks"
        )
    for window in windows:
        yield from window.assumed
    yield (
        "how far measurements scatter is stated and not learned; what limits of detection nobody "
        "stated is even, on the logarithm, over a range"
    )
    yield from _recalled(windows)


def _recalled(windows: Sequence[Window]) -> Iterator[str]:
    lesions = max((len(window.lesions) for window in windows), default=0)
    for row in parameters_of(lesions):
        if row.recalled:
            value = f"{row.value:g} {row.unit}"
            yield f"recalled, and not read anywhere: {row.name}, {value} ({row.note})"
