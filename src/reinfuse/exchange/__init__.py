"""One file per format: reading gives a course with its problems, writing gives a file."""
