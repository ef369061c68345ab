"""Scales on which channels are gated and drawn."""
