"""What a file is called before a reader: by its own name only where that can name nobody.

Archives like to call files by their patient. What may stand in a name cannot be listed, so that
what may be shown is: a common word, a counter, an ending.
"""

from __future__ import annotations

import re

# A counter has four figures at most, so that no date of birth or patient's number is one.
_PLAIN = re.compile(
    r"(?:im|img|image|i|ct|pt|pet|slice|mr|dicom|dcm|file|scan|seg|rs|rtstruct|mask|masks)?"
    r"[-_. ]?(?:0*\d{1,4})?(?:\.(?:dcm|ima|img|dicom|zip|nii|nii\.gz))?",
    re.IGNORECASE,
)
_LONGEST = 24
THE_FILE = "the file"


def shown(name: str, *, instead: str = THE_FILE) -> str:
    """A bare file name that names nobody, or `instead` of it."""
    return name if len(name) <= _LONGEST and _PLAIN.fullmatch(name) else instead


def by_place(number: int, count: int) -> str:
    """How a file is found whose name is not shown: `file 72 of 192 by path`."""
    return f"file {number} of {count} by path" if count > 1 else THE_FILE
