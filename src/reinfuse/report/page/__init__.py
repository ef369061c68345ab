"""The page: its inputs, its sections, its templates."""
