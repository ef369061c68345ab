"""The starting file that `reinfuse new` writes."""

from __future__ import annotations

from importlib import resources


def template_text() -> str:
    """A course file with every section in comments; it reads as it stands."""
    return resources.files(__package__).joinpath("template.yaml").read_text(encoding="utf-8")
