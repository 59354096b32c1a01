"""What stands in a street and what the ground is made of: small descriptions, no meshes.

All coordinates are world frame: metres, X east, Y north, Z up; yaw in radians counter-clockwise from +X.
`seed` fields pick the detail a mesh builder is free in; equal descriptions give equal meshes.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Building", "GroundPatch", "Marking", "Prop", "SignalHead", "Tree"]

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class GroundPatch:
    """A flat, simple polygon of ground.

    Attributes:
        kind: ``road``, ``pavement`` (raised, gets kerbs), ``grass`` or ``earth``.
        outline_m: counter-clockwise ring of (x, y), not closed.
        z_m: height of its surface (road 0.0, pavement 0.12).
        kerb_edges: indices i of the edges outline[i] -> outline[i + 1] that carry a kerb stone.
        grain_rad: direction of its texture; None: along its longest edge.
    """

    kind: str
    outline_m: Ring
    z_m: float = 0.0
    kerb_edges: tuple[int, ...] = ()
    grain_rad: float | None = None


@dataclass(frozen=True)
class Marking:
    """Paint on the ground: a polygon, worn by `wear` (0 fresh .. 1 gone).

    Attributes:
        kind: ``line``, ``dash``, ``zebra``, ``stop``, ``arrow`` or ``bay``.
        outline_m: counter-clockwise ring of (x, y) of one painted piece.
        z_m: height of the ground below it.
        wear: share of the paint that is gone.
    """

    kind: str
    outline_m: Ring
    z_m: float = 0.0
    wear: float = 0.25


@dataclass(frozen=True)
class Building:
    """A block with a rectangular plan. Its front is the side at local y = 0, facing local -y (the street).

    Local frame: origin at the front's left end seen from the street, x along the front, y into the block.

    Attributes:
        x_m, y_m, yaw_rad: pose of the local frame; the plan is [0, width] x [0, depth].
        width_m: length of the front.
        depth_m: depth of the block.
        floors: number of floors, ground floor included.
        ground_floor_m: height of the ground floor.
        floor_m: height of each other floor.
        style: facade style; the scenery package lists them.
        wall_srgb: tint of the wall, 0..255.
        roof: ``flat`` or ``pitched``.
        has_shop: True if the ground floor is shop fronts.
        seed: picks windows, balconies, signs.
        has_scaffold: True if scaffolding stands before the front, 1.2 m deep.
    """

    x_m: float
    y_m: float
    yaw_rad: float
    width_m: float
    depth_m: float
    floors: int
    ground_floor_m: float
    floor_m: float
    style: str
    wall_srgb: tuple[int, int, int]
    roof: str
    has_shop: bool
    seed: int
    has_scaffold: bool = False


@dataclass(frozen=True)
class Tree:
    """A street tree standing at (x, y) on ground of height z.

    Attributes:
        height_m: top of the crown.
        crown_radius_m: half width of the crown.
        leaf_srgb: colour of the leaves, 0..255; ignored where `leaf_share` is 0.
        leaf_share: 1 in summer, 0 bare.
        seed: picks branches and leaves.
        species: what kind of tree; the scenery package lists them.
    """

    x_m: float
    y_m: float
    z_m: float
    height_m: float
    crown_radius_m: float
    leaf_srgb: tuple[int, int, int]
    leaf_share: float
    seed: int
    species: str = "lime"


@dataclass(frozen=True)
class Prop:
    """Street furniture.

    Attributes:
        kind: one of `sim.scenery.PROP_KINDS`: ``lamp``, ``bench``, ``bin``, ``bollard``, ``hydrant``,
            ``planter``, ``cafe_table``, ``bus_stop``, ``cabinet``, ``bicycle_rack``, ``clock``,
            ``wire_pole``, ``post_box``, ``news_box``, ``dumpster``, ``kiosk``, ``advertising_column``,
            ``billboard``, ``poster_case``, ``cone``, ``shrub``; signs: ``direction_board``,
            ``street_names`` and ``sign_speed30``, ``sign_stop``, ``sign_yield`` and so on; ``exit_board``,
            ``delineator``, ``emergency_phone``, ``trolley``, ``trolley_shelter``; and with a length
            ``guard_rail``, ``concrete_barrier``, ``noise_wall``, ``embankment``, ``gantry``,
            ``school_gate``, ``bicycle_shed``, ``fence``, ``fence_picket``, ``fence_panel``, ``fence_mesh``,
            ``fence_rails``, ``garden_wall``, ``railing``, ``barrier``, ``hedge``, ``wires``,
            ``garden_path``, ``driveway``, ``flower_bed``.
        x_m, y_m, z_m, yaw_rad: where it stands; its front (the sign's face, the lamp's arm) points along yaw.
        length_m: extent along its own y axis for the kinds with a length; ignored by the others.
        seed: picks variants.
    """

    kind: str
    x_m: float
    y_m: float
    z_m: float
    yaw_rad: float
    length_m: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class SignalHead:
    """One traffic light as it stands in the street.

    Attributes:
        name: unique in the world.
        signal: name of the signal group (in the RoadNetwork) whose colour it shows.
        kind: ``vehicle`` (red, amber, green) or ``pedestrian`` (red, green).
        x_m, y_m, z_m: foot of its pole.
        yaw_rad: where its face looks to.
        height_m: centre of the head above the foot (vehicle 2.6, pedestrian 2.2).
        arm_m: reach of an overhead arm to the local left of its face, negative to the right, 0 = none.
    """

    name: str
    signal: str
    kind: str
    x_m: float
    y_m: float
    z_m: float
    yaw_rad: float
    height_m: float = 2.6
    arm_m: float = 0.0
