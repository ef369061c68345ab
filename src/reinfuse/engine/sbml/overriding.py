"""Values that a caller sets in place of what the file says at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reinfuse.engine.sbml.content import Content


def with_numbers(content: Content, numbers: Mapping[str, float]) -> Content:
    """The content with numbers at the start in place of whatever said them.

    A number is what the id means in formulas: an amount or a concentration, as it is read.
    """
    return replace(
        content,
        values=tuple(
            replace(value, value=numbers[value.id]) if value.id in numbers else value
            for value in content.values
        ),
        species=tuple(
            replace(one, initial=numbers[one.id], initial_is_amount=one.as_amount)
            if one.id in numbers
            else one
            for one in content.species
        ),
        initial=tuple(said for said in content.initial if said.id not in numbers),
    )
