"""What a town is laid out of: places joined by streets with cross-sections. Values only, no geometry."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Layout", "Place", "Profile", "Street"]


@dataclass(frozen=True)
class Profile:
    """The cross-section of a street, the same on both sides.

    Attributes:
        lanes: per direction.
        lane_width_m: of each.
        parking_width_m: of the parking lanes along both kerbs, 0 for none.
        pavement_width_m: of the pavements, 0 for none.
        speed_mps: limit.
        center: mark along the middle, an OpenDRIVE word: ``none``, ``broken`` or ``solid``.
        stalls_m: depth of the bays across both sides of an aisle, beyond the kerbs; 0 for none.
    """

    lanes: int
    lane_width_m: float
    parking_width_m: float
    pavement_width_m: float
    speed_mps: float
    center: str = "broken"
    stalls_m: float = 0.0

    @property
    def half_width_m(self) -> float:
        """From the middle to the kerb."""
        return self.lanes * self.lane_width_m + self.parking_width_m


@dataclass(frozen=True)
class Place:
    """Where streets meet, bend or end.

    Attributes:
        id: unique in the layout.
        xy_m: its middle.
        radius_m: of the ring's middle line, for roundabouts and turning circles; 0 for junctions and bends.
        corner_m: radius of the kerbs at its corners.
        bend_m: radius of the middle of the road where only two streets meet.
        is_open: True if a street just ends there, to be continued by what is joined to it.
    """

    id: str
    xy_m: tuple[float, float]
    radius_m: float = 0.0
    corner_m: float = 6.0
    bend_m: float = 16.0
    is_open: bool = False


@dataclass(frozen=True)
class Street:
    """A street between two places.

    Attributes:
        a, b: ids of its places.
        profile: its cross-section.
        bend_rad: how far its heading at `a` is turned from the chord, left positive; 0 is straight.
        is_main: True if its traffic goes first at junctions with streets that are not.
        zebras: whether a crossing lies before `a`, before `b`.
        is_playful: True if it is named as one where children play.
    """

    a: str
    b: str
    profile: Profile
    bend_rad: float = 0.0
    is_main: bool = False
    zebras: tuple[bool, bool] = (False, False)
    is_playful: bool = False


@dataclass(frozen=True)
class Layout:
    """Places and the streets between them."""

    places: tuple[Place, ...]
    streets: tuple[Street, ...]
