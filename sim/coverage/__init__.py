"""A dataset and axes -> how often each cell of them was really seen, and which cells are empty.

Coverage is measured on the labels and states that were written, not on what a scenario asked for.
"""

from sim.coverage.axes import Axis, Combination, Goal, Plan, plan_from_yaml, read_plan
from sim.coverage.counting import Cell, Coverage, Table, measure_coverage
from sim.coverage.measures import MEASURES, Measure, Scope
from sim.coverage.page import to_html
from sim.coverage.text import to_json, to_text

__all__ = [
    "MEASURES",
    "Axis",
    "Cell",
    "Combination",
    "Coverage",
    "Goal",
    "Measure",
    "Plan",
    "Scope",
    "Table",
    "measure_coverage",
    "plan_from_yaml",
    "read_plan",
    "to_html",
    "to_json",
    "to_text",
]
