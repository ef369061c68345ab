"""What every result says of its use."""

NOTICE = "For research; not for decisions about treatment."
