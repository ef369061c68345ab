"""What one scan shows of one lesion: drawn where a person said, or left in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reinfuse.errors import Finding, Severity
from reinfuse.imaging import following
from reinfuse.imaging.following import Followed, Left, NotFollowed, State
from reinfuse.imaging.lesions import NoLesion
from reinfuse.imaging.measured.results import Look, Trend
from reinfuse.imaging.measures import Measured, Uptake

NOT_DRAWN = "not drawn"
MASK_SHARE = (
    0.41  # of its SUVmax, where a border was drawn by hand: the house's first method (ours)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A lesion that could not be drawn or measured, and why."""

    what: str
    fix: str


Attempt = Measured | NoLesion | Refused


def look_at(
    lesion: str,
    scan: str,
    attempt: Attempt | None,
    followed: Followed | NotFollowed | None,
    before: Sequence[Look],
) -> Look:
    """One look; `attempt` is None where nobody said a place, `before` are the looks of earlier."""
    if isinstance(attempt, Measured):
        return _drawn(lesion, scan, attempt, followed, before)
    seen = _of_track(lesion, scan, followed)
    look = Look(scan=scan, state=NOT_DRAWN, words=NOT_DRAWN)
    if seen is not None:
        look = _in_place(lesion, scan, seen, before)
    elif attempt is None:
        look = replace(look, words=f"{NOT_DRAWN}, and not followed")
    if isinstance(attempt, Refused):
        told = _told(Severity.ERROR, "petct-refused", attempt.what, lesion, scan, attempt.fix)
        return replace(look, words=attempt.what, failed=True, findings=(*look.findings, told))
    if isinstance(attempt, NoLesion):
        # Nothing to look at is a wrong place; a lesion below its threshold is a result.
        failed = attempt.hottest is None
        severity = Severity.ERROR if failed else Severity.NOTE
        told = _told(severity, "petct-nothing-drawn", attempt.why, lesion, scan, attempt.fix)
        words = look.words if seen is not None and not failed else attempt.why
        return replace(
            look,
            words=words,
            method=attempt.method,
            failed=failed,
            findings=(*look.findings, told),
        )
    return look


def with_refusal(look: Look, lesion: str, refused: Refused) -> Look:
    """A look at whose side something else could not be done, with an error that says so."""
    told = _told(Severity.ERROR, "petct-refused", refused.what, lesion, look.scan, refused.fix)
    return replace(look, failed=True, findings=(*look.findings, told))


def _drawn(
    lesion: str,
    scan: str,
    measured: Measured,
    followed: Followed | NotFollowed | None,
    before: Sequence[Look],
) -> Look:
    findings = [*measured.lesion.guards, *measured.findings]
    state = State.DRAWN
    tracked = None
    if isinstance(followed, Followed):
        tracked = next(
            (
                (track, look)
                for track in followed.tracks
                for look in track.looks
                if look.time_point == scan and any(one is measured.lesion for one in look.lesions)
            ),
            None,
        )
    if tracked is not None:
        track, look = tracked
        state = look.state
        if state is State.NEW and not _was_absent(measured, before):
            state = State.DRAWN
            what = "it is not called new: an earlier scan is as hot in its place, or was not judged"
            fix = "draw it in the earlier scan, or look there"
            findings.append(
                _told(Severity.AMBIGUITY, "petct-may-not-be-new", what, lesion, scan, fix)
            )
        if track.name != lesion and state is not State.MERGED:
            what = f"by its place it is {track.name}, and not the {lesion} of an earlier scan"
            fix = "look which of them it is, and name it so in the boxes"
            findings.append(
                _told(Severity.AMBIGUITY, "petct-other-by-place", what, lesion, scan, fix)
            )
    return Look(
        scan=scan,
        state=str(state),
        words=measured.words,
        method=measured.lesion.method,
        measured=measured,
        trend=_trend(measured, state, before),
        findings=tuple(findings),
    )


def _in_place(lesion: str, scan: str, seen: following.Look, before: Sequence[Look]) -> Look:
    """What is left where it lay; what is as hot as its border once was is not below a threshold."""
    left = seen.left if isinstance(seen.left, Left) else None
    told = list(_of_neighbour(lesion, scan, seen, left))
    border = next((_border(one.measured) for one in reversed(before) if one.measured), None)
    if left is None or border is None or left.max < border or seen.state is not State.BELOW:
        return Look(
            scan=scan, state=str(seen.state), words=seen.words, left=left, findings=tuple(told)
        )
    what = f"nothing was drawn, and {left.words}: its border was last at {left.unit} {border:.2g}"
    fix = "draw it with a box or a seed"
    hot = _told(Severity.AMBIGUITY, "petct-hot-not-drawn", what, lesion, scan, fix)
    words = f"{NOT_DRAWN}: {left.words}"
    return Look(scan=scan, state=NOT_DRAWN, words=words, left=left, findings=(hot, *told))


def _of_neighbour(
    lesion: str, scan: str, seen: following.Look, left: Left | None
) -> Iterator[Finding]:
    """That what is left may be the spill of something beside it, and is given to no criterion."""
    if left is not None and left.may_be_neighbours and seen.state is State.BELOW:
        what = (
            f"{left.unit}max {left.max:.1f} lies at the border of its place and may be that of "
            "something beside it: it is given to no criterion"
        )
        fix = "look, and draw what is left with a box that keeps the other out"
        yield _told(Severity.AMBIGUITY, "petct-left-at-border", what, lesion, scan, fix)


def _of_track(
    lesion: str, scan: str, followed: Followed | NotFollowed | None
) -> following.Look | None:
    if not isinstance(followed, Followed):
        return None
    looks = (
        look
        for track in followed.tracks
        if track.name == lesion
        for look in track.looks
        if look.time_point == scan
    )
    return next(looks, None)


def _was_absent(measured: Measured, before: Sequence[Look]) -> bool:
    """Whether every earlier scan was judged in this place, and was cooler than the border now."""
    border = _border(measured)
    return border is not None and all(
        not look.failed and look.left is not None and look.left.max < border for look in before
    )


def _border(measured: Measured) -> float | None:
    """The uptake at the border: the threshold, or for a mask what a threshold would have been."""
    threshold = measured.lesion.method.threshold
    if threshold is not None or not isinstance(measured.uptake, Uptake):
        return threshold
    return MASK_SHARE * measured.uptake.max


def _trend(measured: Measured, state: State, before: Sequence[Look]) -> Trend | None:
    """Smaller or larger than when last drawn, only where both intervals of volume say so."""
    if state is State.NEW:
        return Trend.NEW
    earlier = next((one.measured for one in reversed(before) if one.measured is not None), None)
    if earlier is None:
        return None
    then, now = earlier.uncertainty.volume_ml, measured.uncertainty.volume_ml
    if now.high < then.low:
        return Trend.REDUCED
    return Trend.INCREASED if now.low > then.high else None


def _told(severity: Severity, rule: str, what: str, lesion: str, scan: str, fix: str) -> Finding:
    where = f"{lesion}, {scan}"
    return Finding(severity=severity, rule=rule, what=what, where=where, fix=fix)
