"""What a heavy vehicle is: blocks, axles, lamps and the style of its paint.

Lengths are metres in the body frame: x forward from the (middle) rear axle, y left, z up from the ground.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Axle", "Block", "HeavyModel", "Level"]


@dataclass(frozen=True)
class Level:
    """One ring of a block.

    Attributes:
        z_m: height.
        front_m, rear_m, side_m: how far it stands back from the block's front, rear and sides.
    """

    z_m: float
    front_m: float = 0.0
    rear_m: float = 0.0
    side_m: float = 0.0


@dataclass(frozen=True)
class Block:
    """A closed body with upright sides and rounded corners.

    Attributes:
        x_m: (rear, front).
        half_width_m: of its widest ring.
        levels: rings from the lowest up; a later ring may lie lower, as inside a loading bed.
        corner_m: radius of the upright edges, (front, rear).
        bow_m: how far the middle of the front stands out.
        charts: pictures of ``front``, ``rear``, ``left``, ``right`` and ``top``: a chart or a swatch each.
        near_only: True for what is too small to be seen from afar.
    """

    x_m: tuple[float, float]
    half_width_m: float
    levels: tuple[Level, ...]
    corner_m: tuple[float, float] = (0.05, 0.05)
    bow_m: float = 0.0
    charts: tuple[tuple[str, str], ...] = ()
    near_only: bool = False


@dataclass(frozen=True)
class Axle:
    """Two wheels, or two pairs.

    Attributes:
        x_m: where it is.
        steered: True for the front axle, whose wheels turn one by one.
        twin: True for two tyres a side.
    """

    x_m: float
    steered: bool = False
    twin: bool = False


@dataclass(frozen=True)
class HeavyModel:
    """One model.

    Attributes:
        shape, variant: its name.
        blocks: the bodies it is made of.
        axles: front to rear.
        wheel_radius_m: of all wheels.
        half_track_m: from the middle to the outer face of a tyre.
        wheelbase_m: from the front axle to the origin; of trailers from the hitch to the origin.
        arches: True if wheels stand in arches cut out of the first block.
        head_z_m, head_y_m: middle of the head lamps; None without.
        tail_z_m: middle of the tail lamps.
        plate_z_m: middle of the (front, rear) plate; 0 for none.
        tail_x_m: the x of tail lamps and the rear plate.
        mirrors: True for mirrors on arms.
        cab: (x of the cab's rear, sill, belt, roof) for painting, or None.
        cargo: what the box is painted like: ``plain``, ``stripe``, ``curtain``, ``bare`` or ``windows``.
        cargo_srgb: its color.
    """

    shape: str
    variant: int
    blocks: tuple[Block, ...]
    axles: tuple[Axle, ...]
    wheel_radius_m: float
    half_track_m: float
    wheelbase_m: float
    tail_x_m: float
    tail_z_m: float
    arches: bool = False
    head_z_m: float | None = None
    head_y_m: float = 0.0
    plate_z_m: tuple[float, float] = (0.0, 0.0)
    mirrors: bool = False
    cab: tuple[float, float, float, float] | None = None
    cargo: str = "plain"
    cargo_srgb: tuple[int, int, int] = (214, 214, 210)

    @property
    def x_m(self) -> tuple[float, float]:
        """Rearmost and foremost x of the blocks."""
        return min(b.x_m[0] for b in self.blocks), max(b.x_m[1] for b in self.blocks)

    @property
    def half_width_m(self) -> float:
        """Half the widest block."""
        return max(b.half_width_m for b in self.blocks)

    @property
    def height_m(self) -> float:
        """Top of the highest block."""
        return max(level.z_m for b in self.blocks for level in b.levels)
