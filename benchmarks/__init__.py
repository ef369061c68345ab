"""Timings against peers on one machine; no test rests on them."""
