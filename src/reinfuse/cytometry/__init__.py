"""From FCS files to percentages with their limits: reading, compensating, gating, counting."""
