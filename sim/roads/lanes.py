"""A road's cross-section in OpenDRIVE's words: sections, lanes, widths, marks, speed limits."""

from __future__ import annotations

from dataclasses import dataclass

from sim.roads.pieces import Cubic

__all__ = [
    "DRIVING_TYPES",
    "LANE_TYPES",
    "WALKING_TYPES",
    "Lane",
    "LaneHeight",
    "LaneSection",
    "LaneSpeed",
    "MarkLine",
    "RoadMark",
]

DRIVING_TYPES = frozenset({"driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "slipLane"}) | {
    *("bidirectional", "bus", "taxi", "HOV", "mwyEntry", "mwyExit")
}
"""Lane types that motor vehicles drive along."""
WALKING_TYPES = frozenset({"sidewalk", "walking"})
"""Lane types that people walk along."""
LANE_TYPES = (
    DRIVING_TYPES
    | WALKING_TYPES
    | {"none", "shoulder", "border", "stop", "restricted", "parking", "median", "biking", "curb", "shared"}
    | {"tram", "rail", "roadWorks", "special1", "special2", "special3"}
)
"""Every lane type of OpenDRIVE 1.1 to 1.8."""


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One line of a road mark: `length_m` of paint, `space_m` of none, repeated.

    Attributes:
        length_m, space_m: of the paint and of the gap; a gap of 0 is a solid line.
        t_offset_m: from the lane's border, positive to the left.
        s_offset_m: where the first dash begins, from the mark's start.
        width_m: of the paint; 0 if the mark's own holds.
        rule: ``no passing``, ``caution``, ``none`` or "".
        color: its own color, "" if the mark's holds.
    """

    length_m: float
    space_m: float
    t_offset_m: float = 0.0
    s_offset_m: float = 0.0
    width_m: float = 0.0
    rule: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True)
class RoadMark:
    """The paint along a lane's outer border (of the center lane: along the lane reference).

    Attributes:
        s_offset_m: where it begins, from the section's start; it holds until the next.
        type: ``none``, ``solid``, ``broken``, ``solid solid``, ``curb`` and so on.
        weight: ``standard`` or ``bold``.
        color: ``standard``, ``white``, ``yellow`` and so on.
        width_m: of one line; 0 if not stated.
        lane_change: ``both``, ``increase``, ``decrease`` or ``none``: what it allows; "" if not stated.
        material: ``standard`` or the file's own word.
        height_m: thickness.
        lines: the lines it consists of, if the file spells them out.
    """

    s_offset_m: float
    type: str
    weight: str = "standard"
    color: str = "standard"
    width_m: float = 0.0
    lane_change: str = ""
    material: str = "standard"
    height_m: float = 0.0
    lines: tuple[MarkLine, ...] = ()


@dataclass(frozen=True, slots=True)
class LaneSpeed:
    """A lane's speed limit from `s_offset_m` of its section on; inf is none."""

    s_offset_m: float
    max_mps: float


@dataclass(frozen=True, slots=True)
class LaneHeight:
    """How far a lane's inner and outer border are lifted above the road's surface from `s_offset_m` on."""

    s_offset_m: float
    inner_m: float
    outer_m: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane of a section.

    Attributes:
        id: positive left of the reference line, negative right, 0 the center lane, counted outward.
        type: one of `LANE_TYPES`, or the file's own word.
        level: True if it stays level where the road is superelevated.
        predecessors, successors: ids of the lanes that join it before and after (along s).
        widths: its width, cubics from the section's start (`s_m` is OpenDRIVE's sOffset).
        borders: distance of its outer border from the center lane instead of a width, whatever the sign.
        marks: the paint on its outer border, ascending.
        speeds: its own limits, ascending.
        heights: how it is lifted, ascending.
        direction: ``standard``, ``reversed`` or ``both``: against what side and traffic rule say.
    """

    id: int
    type: str
    level: bool = False
    predecessors: tuple[int, ...] = ()
    successors: tuple[int, ...] = ()
    widths: tuple[Cubic, ...] = ()
    borders: tuple[Cubic, ...] = ()
    marks: tuple[RoadMark, ...] = ()
    speeds: tuple[LaneSpeed, ...] = ()
    heights: tuple[LaneHeight, ...] = ()
    direction: str = "standard"


@dataclass(frozen=True, slots=True)
class LaneSection:
    """A stretch of road with the same lanes, from `s_m` to the next section.

    Attributes:
        s_m: where it begins.
        left: lanes 1, 2, ... outward.
        center: lane 0, without width.
        right: lanes -1, -2, ... outward.
    """

    s_m: float
    left: tuple[Lane, ...]
    center: Lane
    right: tuple[Lane, ...]

    def lane(self, lane_id: int) -> Lane | None:
        """The lane of this id, None if there is none."""
        lanes = (*self.left, self.center, *self.right)
        return next((lane for lane in lanes if lane.id == lane_id), None)
