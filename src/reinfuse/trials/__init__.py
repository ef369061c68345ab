"""Virtual patients by the thousand: the work is cut in chunks, kept, and joined again."""
