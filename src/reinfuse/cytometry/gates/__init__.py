"""Gates as data: what they are, and which events lie inside."""
