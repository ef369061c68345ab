"""What `reinfuse simulate` is made of: what was asked, tables in and out, pieces of work."""
