"""What stands where a pooled number would be, when there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPooled:
    """No pooled number: `why` in one sentence, and what to do about it in `fix`."""

    why: str
    fix: str
