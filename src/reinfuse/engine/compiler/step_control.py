"""Numbers of the step control, the same in every solver that runs here.

Source: Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I (1993), section II.4.
"""

from __future__ import annotations

SAFETY, SLOWEST, FASTEST = 0.9, 0.2, 6.0
LEAST_ERROR, WORST_ERROR = 1e-10, 1e6
LEAST_STEP = 1e-14  # of the time that has passed or the span: below it time stands still
SHORTEST_FIRST = 2.3e-16  # of the time that has passed: with less it stands still
FIRST_SHARE = 0.05  # of the time in which the states would change by themselves
LONGEST_FIRST = 0.01  # of the span
STILL = 1e-5  # of what the tolerance allows: smaller states and rates say nothing
CAREFUL = 1e-3  # of the longest first step, where states and rates say nothing
ALMOST = 1.0 - 1e-6  # of the way to a stop is all of the way
