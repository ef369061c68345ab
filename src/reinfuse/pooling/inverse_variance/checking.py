"""What cannot be pooled, said before anything is computed."""

from __future__ import annotations

import numpy as np

from reinfuse.errors import ReinfuseError
from reinfuse.pooling.effects.back import Floats
from reinfuse.pooling.effects.effects import Effects
from reinfuse.pooling.not_pooled import NotPooled

_FEWEST = 2

#: Squares and products of numbers in this range are doubles too. Ours.
_LEAST, _MOST = 1e-60, 1e60

#: Beyond this ratio of variances the leverages of a regression have no digits left. Ours.
_WIDEST = 1e12


def why_not_pooled(effects: Effects, design: Floats, needs: str) -> NotPooled | None:
    """Why these studies give no answer for this design; `None` if they do.

    `needs` says in words what the studies are wanted for.
    """
    k, p = design.shape
    if k < _FEWEST:
        return NotPooled(
            why=f"{_studies(k)} cannot give {needs}",
            fix="give its own exact interval",
        )
    if k <= p:
        return NotPooled(
            why=f"{needs} has {p} coefficients and {_studies(k)}",
            fix="use fewer moderators than studies, by at least two",
        )
    finite = np.isfinite(effects.yi) & np.isfinite(effects.vi)
    inside = (effects.vi >= _LEAST) & (effects.vi <= _MOST) & (np.abs(effects.yi) <= _MOST)
    wrong = [label for label, one in zip(effects.labels, finite & inside, strict=True) if not one]
    if wrong:
        return NotPooled(
            why=f"{', '.join(wrong)}: an effect or variance is missing, 0, or beyond "
            f"{_LEAST:g} to {_MOST:g}",
            fix="leave the study out, or find its standard error",
        )
    if p > 1 and float(np.max(effects.vi) / np.min(effects.vi)) > _WIDEST:
        return NotPooled(
            why=f"the variances of the studies differ more than {_WIDEST:g} times",
            fix="check the standard errors; one of them is in other units",
        )
    if _rank(design) < p:
        return NotPooled(
            why="a moderator is constant, or follows from the others",
            fix="leave one of them out",
        )
    return None


def check_level(level: float) -> None:
    """ReinfuseError unless the level is a share between 0 and 1."""
    if not 0 < level < 1:
        raise ReinfuseError(
            f"a confidence level of {level:g} cannot be", fix="give a share such as 0.95"
        )


def _studies(k: int) -> str:
    return "one study" if k == 1 else f"{k} studies"


def _rank(design: Floats) -> int:
    # Years and shares stand side by side: columns are brought to one length before they are judged.
    length = np.linalg.norm(design, axis=0)
    return int(np.linalg.matrix_rank(design / np.where(length > 0, length, 1.0)))
