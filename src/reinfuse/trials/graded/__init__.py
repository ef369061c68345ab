"""Virtual patients as charts: what would be charted at visits, graded as real charts are."""
