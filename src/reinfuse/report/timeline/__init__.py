"""The course timeline: the first picture of a whole course, and its table."""

from reinfuse.report.timeline.view import TimelineView, draw_timeline

__all__ = ["TimelineView", "draw_timeline"]
