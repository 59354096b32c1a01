"""A dataset's files -> what in them disagrees. Shares no geometry or labels with what wrote them."""

from sim.audit.audit import check
from sim.audit.report import Report, Result
from sim.audit.view import Finding, Lens, Measure, View

__all__ = ["Finding", "Lens", "Measure", "Report", "Result", "View", "check"]
