"""The category tree and its names in other data sets.

A *semantic class* is what a pixel is (one byte); a *category* is what an agent is (a dotted name). Every
category has one semantic class. A *target* is another data set's words for both.
"""

from sim.taxonomy.categories import CATEGORIES, Category, category, occlusion_level
from sim.taxonomy.classes import AGENT_CLASSES, SEMANTIC_COLORS, Semantic
from sim.taxonomy.targets import TARGETS, Label, Target

__all__ = [
    "AGENT_CLASSES",
    "CATEGORIES",
    "SEMANTIC_COLORS",
    "TARGETS",
    "Category",
    "Label",
    "Semantic",
    "Target",
    "category",
    "occlusion_level",
]
