"""A school's measures -> its yard with ways to walk, its houses, its fence with a gate, what stands there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from sim.world import Building, GroundPatch, Marking, Prop, Tree, WalkEdge, WalkNode
from worlds._frontages import Dressing
from worlds._line import Point
from worlds._map_ground import GREEN_M, PAVEMENT_M
from worlds._parameters import Value
from worlds._pen import Pose2
from worlds._trees import grown, street_species

__all__ = ["School", "school_dressing", "yard_ground", "yard_marks", "yard_walks"]

_GATE_M, _FENCE_M, _BACK_M, _MESH_M = 4.0, 0.35, 8.0, 5.6
_LINE_M = 0.07
_LEAF_SRGB = (104, 124, 64)


@dataclass(frozen=True)
class School:
    """Grounds beside a street. Their own axes: x along the fence, y from it into the yard, 0 at the gate.

    Attributes:
        width_m: of the grounds along the street.
        yard_m: depth of the yard from fence to house.
        house_m: depth of the house.
        floors: of the house.
        fence: kind of prop that closes the grounds.
        foot: pose of the gate in the world, heading along x.
        left_share: share of the grounds to the left of the gate.
    """

    width_m: float
    yard_m: float
    house_m: float
    floors: int
    fence: str
    foot: Pose2
    left_share: float

    def xy(self, x_m: float, y_m: float) -> Point:
        """A point in the world."""
        at = self.foot.moved(x_m, y_m)
        return at.x_m, at.y_m

    @property
    def sides_m(self) -> tuple[float, float]:
        """Where along x the grounds begin and end."""
        return -self.left_share * self.width_m, (1 - self.left_share) * self.width_m

    @property
    def reserved(self) -> shapely.Polygon:
        """Ground on which no other houses are set."""
        low, high = self.sides_m
        deep = self.yard_m + self.house_m + _BACK_M
        return shapely.Polygon([self.xy(x, y) for x, y in ((low, 0), (high, 0), (high, deep), (low, deep))])


def yard_ground(school: School) -> GroundPatch:
    """The paved part of the yard, to which the gate leads."""
    (low, high), near, far = _paved(school), 0.02, school.yard_m - 0.3
    half = _GATE_M / 2
    way = [(half, near), (half, 2.5), (high, 2.5), (high, far), (low, far), (low, 2.5), (-half, 2.5)]
    ring = [(-half, near), *way]
    return GroundPatch("pavement", tuple(school.xy(*p) for p in ring), PAVEMENT_M)


def _paved(school: School) -> tuple[float, float]:
    low, high = school.sides_m
    return low + 3.0, high - 3.0


def yard_marks(school: School) -> tuple[Marking, ...]:
    """Lines of a court and the squares of a hopping game."""
    low, high = _paved(school)
    wide, long = min(9.0, school.yard_m - 9.0), 15.0
    x0, y0 = high - 2.5 - long, school.yard_m - 2.5 - wide
    x1, y1, xm = x0 + long, y0 + wide, x0 + long / 2
    turn = np.linspace(0, math.tau, 25)
    ring = [(xm + 1.8 * math.cos(t), (y0 + y1) / 2 + 1.8 * math.sin(t)) for t in turn.tolist()]
    court = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    lines = [*pairwise(court), *pairwise(ring), ((xm, y0), (xm, y1))]
    for k in range(8):
        x, y = low + 4.0, 5.0 + 0.6 * k
        wing = 0.6 if k % 3 == 2 else 0.3
        corners = [(x - wing, y), (x + wing, y), (x + wing, y + 0.6), (x - wing, y + 0.6)]
        lines += pairwise([*corners, corners[0]])
    return tuple(_stroke(school, a, b) for a, b in lines)


def _stroke(school: School, a: Point, b: Point) -> Marking:
    length = math.dist(a, b)
    nx, ny = -(b[1] - a[1]) / length * _LINE_M / 2, (b[0] - a[0]) / length * _LINE_M / 2
    ring = ((a[0] - nx, a[1] - ny), (b[0] - nx, b[1] - ny), (b[0] + nx, b[1] + ny), (a[0] + nx, a[1] + ny))
    return Marking("line", tuple(school.xy(*p) for p in ring), PAVEMENT_M, 0.4)


def yard_walks(
    school: School, nodes: tuple[WalkNode, ...]
) -> tuple[tuple[WalkNode, ...], tuple[WalkEdge, ...]]:
    """Ways through the gate and about the yard, joined to the nearest node of the pavement outside."""
    low, high = _paved(school)
    xs = np.unique([*np.arange(0.0, high - 3.0, _MESH_M), *-np.arange(0.0, -low - 3.0, _MESH_M)])
    ys = np.arange(5.0, school.yard_m - 2.5, _MESH_M)
    name = {(i, j): f"yard {i}:{j}" for i in range(len(xs)) for j in range(len(ys))}
    inner = [WalkNode(name[i, j], school.xy(float(xs[i]), float(ys[j]))) for i, j in name]
    gate = school.xy(0.0, -0.9)
    outside = min(nodes, key=lambda node: math.dist(node.xy_m, gate))
    middle = int(np.argmin(np.abs(xs)))
    edges = [WalkEdge(outside.id, "gate", 1.6), WalkEdge("gate", name[middle, 0], _GATE_M - 1.6)]
    for i, j in name:
        edges += [WalkEdge(name[i, j], name[k], 2.4) for k in ((i + 1, j), (i, j + 1)) if k in name]
    return (*inner, WalkNode("gate", gate)), tuple(edges)


def school_dressing(school: School, p: Mapping[str, Value], rng: np.random.Generator) -> Dressing:
    """House, fence, gate, shed, benches and trees.

    Args:
        school: its measures.
        p: parameters of the world: tree_species, season, detail_seed.
        rng: decides.
    """
    props = [*_closed(school, rng), *_in_yard(school, rng)]
    species = street_species(str(p["tree_species"]), int(p["detail_seed"]))
    trees = grown(list(_trees(school, rng)), species, str(p["season"]), 3.0)
    return Dressing(tuple(_houses(school, rng)), trees, tuple(props))


def _closed(school: School, rng: np.random.Generator) -> Iterator[Prop]:
    """The gate, and fences along the street and at both sides."""
    seed, (low, high) = int(rng.integers(2**20)), school.sides_m
    street = -math.pi / 2
    yield _prop(school, "school_gate", (0.0, _FENCE_M), street, seed, _GATE_M)
    for a, b in ((low, -_GATE_M / 2 - 0.5), (_GATE_M / 2 + 0.5, high)):
        count = max(1, round((b - a) / 8.0))
        for k in range(count):
            at = (a + (b - a) * (k + 0.5) / count, _FENCE_M)
            yield _prop(school, school.fence, at, street, seed, (b - a) / count)
    deep = school.yard_m + school.house_m
    for x, turn in ((low, 0.0), (high, math.pi)):
        for k in range(4):
            yield _prop(school, school.fence, (x, _FENCE_M + deep * (k + 0.5) / 4), turn, seed, deep / 4)


def _in_yard(school: School, rng: np.random.Generator) -> Iterator[Prop]:
    """A shed for bicycles on one side; benches and bins before the house and along the other side."""
    low, high = _paved(school)
    seed = int(rng.integers(2**20))
    side = low if rng.random() < 0.5 else high
    toward = 0.0 if side == low else math.pi
    yield _prop(
        school, "bicycle_shed", (side - math.copysign(1.3, side), school.yard_m * 0.45), toward, seed, 8.0
    )
    for x in np.arange(low + 6.0, high - 5.0, 9.0).tolist():
        kind = "bench" if rng.random() < 0.7 else "planter"
        yield _prop(school, kind, (x, school.yard_m - 1.2), -math.pi / 2, seed)
    for x in (-_GATE_M / 2 - 1.6, _GATE_M / 2 + 1.6):
        yield _prop(school, "bin", (x, 3.2), math.pi / 2, seed)


def _trees(school: School, rng: np.random.Generator) -> Iterator[Tree]:
    """A row behind the fence, left and right of the gate."""
    low, high = school.sides_m
    for x in np.arange(low + 3.0, high - 2.0, float(rng.uniform(6.0, 9.5))).tolist():
        if abs(x) > _GATE_M:
            xy = school.xy(x, 1.7)
            yield Tree(*xy, GREEN_M, 7.0, 2.4, _LEAF_SRGB, 1.0, int(rng.integers(2**31)))


def _houses(school: School, rng: np.random.Generator) -> Iterator[Building]:
    """The main house behind the yard and, most often, a lower wing at one end."""
    low, high = school.sides_m
    style = str(rng.choice(["brick", "plaster", "stone", "modern", "brick_alt", "timber"]))
    shade, warm = float(rng.uniform(160, 228)), float(rng.uniform(-22, 6))
    tint = (int(shade), int(shade + 0.5 * warm), int(shade + warm))
    roof = "flat" if style == "modern" else str(rng.choice(["flat", "pitched"]))
    wing = float(rng.uniform(0.2, 0.34)) * school.width_m if rng.random() < 0.75 else 0.0
    is_left = rng.random() < 0.5
    for x, wide, y, deep, floors in (
        (low + 1.5 + wing * is_left, high - low - 3.0 - wing, school.yard_m, school.house_m, school.floors),
        (low + 1.5 if is_left else high - 1.5 - wing, wing, school.yard_m + 2.0, school.house_m - 3.0, 1),
    ):
        if wide > 0.0:
            yield Building(
                *school.xy(x, y), school.foot.heading_rad, wide - 0.2, deep, floors, 3.9, 3.6, style, tint,
                roof, False, int(rng.integers(2**31)),
            )  # fmt: skip


def _prop(school: School, kind: str, at: Point, heading_rad: float, seed: int, length_m: float = 0.0) -> Prop:
    z_m = GREEN_M if length_m and kind != "bicycle_shed" else PAVEMENT_M
    return Prop(kind, *school.xy(*at), z_m, school.foot.heading_rad + heading_rad, length_m, seed)
