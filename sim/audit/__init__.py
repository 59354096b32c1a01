"""A dataset's files -> what in them disagrees. Shares no geometry or labels with what wrote them."""

from sim.audit.view import Finding, Lens, Measure, View

__all__ = ["Finding", "Lens", "Measure", "View"]
