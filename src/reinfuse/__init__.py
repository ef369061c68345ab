"""The computable CAR-T course: a course is data; everything else is a function of it."""

__version__ = "0.1.0"
