"""`python -m docs`: write every page that is made from the code."""

from __future__ import annotations

import sys

from docs.pages import HOME, PAGES


def main() -> int:
    """Write what changed, and say what was written."""
    for place, make in PAGES.items():
        path, text = HOME / place, make()
        fresh = path.is_file() and path.read_text(encoding="utf-8") == text
        if not fresh:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        print(f"{'fresh' if fresh else 'wrote'} {place}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
