"""The criteria of this family, as the catalogue lists them."""

from reinfuse.grading.rules.entry import Entry

CRITERIA: tuple[Entry, ...] = ()
