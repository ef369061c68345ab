"""What in a course contradicts, is unsupported, is ambiguous or is missing."""

from reinfuse.checks.case import Case
from reinfuse.checks.rules import RULES, Rule, check_course

__all__ = ["RULES", "Case", "Rule", "check_course"]
