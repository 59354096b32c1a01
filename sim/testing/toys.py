"""Seeds -> tiny streets of boxes that move: bodies, rosters, states and cameras for tests without assets."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.agents.state import Activity, Roster, WorldState
from sim.bodies import MAX_BONES, Body, BodySpec, Lights, PersonSpec, PoseColumns, VehicleSpec
from sim.dataset import SequenceInfo
from sim.frame import Frame
from sim.geometry import Mesh, rotation_from_euler, vertex_normals
from sim.labels import label
from sim.randomness import stream
from sim.scenario import Camera
from sim.taxonomy import category
from sim.testing.flat import FlatRenderer
from sim.world import Lighting, Origin
from sim.writers import SequenceOutput, finish

__all__ = ["ToyStreet", "box_body", "toy_bones"]

_LIMB, _TRUNK = 1, 0


def box_body(
    kind: str, size_lwh_m: tuple[float, float, float], paint_srgb: tuple[int, int, int], semantic: int
) -> Body:
    """A body of two boxes: the lower half on bone 0, the upper half on bone 1, which may lean."""
    length, width, height = size_lwh_m
    half = height / 2
    lower = _box((length, width, half), half / 2, _TRUNK, semantic)
    upper = _box((length * 0.6, width * 0.8, half), half * 1.5, _LIMB, semantic)
    parts = (lower, upper)
    offset = len(lower.positions_m)
    mesh = Mesh(
        faces=np.concatenate([lower.faces, upper.faces + np.int32(offset)]),
        **{n: np.concatenate([getattr(m, n) for m in parts]) for n in _COLUMNS},
    )
    roomy = (length + 0.4, width + 0.4, height)  # leaves the upper half room to lean
    return Body(
        kind, mesh, None, paint_srgb, roomy, (0.0, 0.0, half), (-length / 2, length / 2, width / 2), None
    )


def toy_bones(state: WorldState) -> NDArray[np.float64]:
    """(N, MAX_BONES, 3, 4) world_from_bind: the agent's attitude; bone 1 also leans with the gait."""
    poses, count = state.poses, len(state.roster)
    out = np.tile(np.eye(3, 4), (count, MAX_BONES, 1, 1))
    for row in range(count):
        angles = (float(poses.yaw_rad[row]), float(poses.pitch_rad[row]), float(poses.roll_rad[row]))
        lean = rotation_from_euler(0.0, 0.1 * float(np.sin(2 * np.pi * poses.gait_phase[row])))
        rotation = rotation_from_euler(*angles)
        for bone, turn in ((_TRUNK, rotation), (_LIMB, rotation @ lean)):
            out[row, bone, :, :3], out[row, bone, :, 3] = turn, poses.position_m[row]
    return out


@dataclass(frozen=True)
class ToyStreet:
    """A camera car drives along +X among boxes on wheels and boxes on legs, drawn from `seed`.

    Attributes:
        seed: of everything random.
        agents: how many besides the camera car.
        ticks: how many ticks.
        width_px, height_px: of both cameras, ``front`` on the car and ``pole`` fixed.
    """

    seed: int = 0
    agents: int = 6
    ticks: int = 6
    width_px: int = 96
    height_px: int = 64

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """One camera that drives, one that stands and films half as often."""
        cameras = (
            Camera("front", "ego", x_m=1.0, z_m=1.6, pitch_deg=4.0, rate_hz=10),
            Camera("pole", "", x_m=-3.0, y_m=4.0, z_m=5.0, yaw_deg=-15.0, pitch_deg=20.0, rate_hz=5),
        )
        first, second = (
            dataclasses.replace(c, width_px=self.width_px, height_px=self.height_px) for c in cameras
        )
        return first, second

    @property
    def roster(self) -> Roster:
        """The camera car, then cars, adults and children in turn."""
        names, kinds, specs, bodies = [], [], [], []
        rng = stream(self.seed, "toys/roster")
        for i in range(self.agents + 1):
            name, spec, size = (
                ("vehicle.car", VehicleSpec(), (4.2, 1.8, 1.5)),
                ("human.pedestrian.adult", PersonSpec(), (0.5, 0.6, 1.75)),
                ("human.pedestrian.child", PersonSpec(age="child"), (0.4, 0.45, 1.2)),
            )[i % 3]
            kind = category(name)
            paint = tuple(int(v) for v in rng.integers(40, 230, 3))
            names.append("ego" if i == 0 else f"a{i}")
            kinds.append(kind)
            specs.append(spec)
            bodies.append(
                box_body("vehicle" if kind.is_vehicle else "person", size, paint, kind.semantic)  # type: ignore[arg-type]
            )
        parked = np.array([i > 0 and k.is_vehicle for i, k in enumerate(kinds)])
        listed: list[BodySpec] = list(specs)
        return Roster(tuple(names), tuple(kinds), tuple(listed), tuple(bodies), parked)

    def states(self) -> Iterator[WorldState]:
        """Every tick's state, 10 ticks a second."""
        rng, count, roster = stream(self.seed, "toys/states"), self.agents + 1, self.roster
        start = np.column_stack([rng.uniform(4, 30, count), rng.uniform(-6, 6, count), np.zeros(count)])
        start[0] = 0.0
        yaw = rng.uniform(-np.pi, np.pi, count)
        yaw[0] = 0.0
        speed = rng.uniform(0.2, 1.5, count)
        speed[0] = 5.0
        feet = rng.normal(size=(count, 2, 3))
        moves = [Activity.MOVING if kind.is_vehicle else Activity.WALKING for kind in roster.categories]
        doing = np.where(roster.parked, Activity.PARKED, moves).astype(np.uint8)
        velocity = speed[:, None] * np.column_stack([np.cos(yaw), np.sin(yaw)])
        for tick in range(self.ticks):
            position = start.copy()
            position[:, :2] += velocity * (tick / 10)
            poses = PoseColumns(
                position_m=position,
                yaw_rad=yaw + 0.02 * tick * (np.arange(count) > 0),
                pitch_rad=np.full(count, 0.01 * np.sin(tick)),
                roll_rad=np.full(count, 0.01 * np.cos(tick)),
                wheel_rad=speed * tick,
                steer_rad=rng.normal(size=count) * 0.1,
                gait_phase=speed * tick / 10,
                gait_weight=np.ones(count),
                foot_m=feet + tick,
                foot_yaw_rad=rng.normal(size=(count, 2)),
                foot_pitch_rad=rng.normal(size=(count, 2)),
                look_yaw_rad=rng.normal(size=count),
                lights=np.full(count, Lights.BRAKE if tick % 2 else Lights.HEAD, np.uint8),
            )
            yield WorldState(
                tick=tick,
                tick_hz=10,
                roster=roster,
                poses=poses,
                velocity_mps=velocity,
                accel_mps2=rng.normal(size=count),
                yaw_rate_radps=np.full(count, 0.2),
                wait=np.full(count, tick % 3, np.uint8),
                signal_names=("north", "south"),
                signals=np.array([1, 4], np.uint8),
                lighting=Lighting(sun_azimuth_deg=12.5 + tick, cloud_cover=0.125, seed=tick),
                memory={},
                activity=doing,
            )

    def frames(self) -> Iterator[tuple[WorldState, Frame | None]]:
        """Every tick's state, and its labelled frame if a camera is due."""
        renderer, index = FlatRenderer(self.cameras, toy_bones), 0
        for state in self.states():
            captures = renderer.capture(state)
            if not captures:
                yield state, None
                continue
            yield state, label(Frame(index, state, captures), bones=toy_bones(state))
            index += 1

    def write(
        self,
        root: Path,
        name: str = "toy",
        formats: Sequence[str] = ("native",),
        *,
        threads: int = 2,
        last: bool = True,
    ) -> dict[str, Mapping[str, int]]:
        """Write the street as a sequence, and the manifest if it is the last; returns the summary."""
        with SequenceOutput(self.info(root, name), formats, threads) as output:
            for state, frame in self.frames():
                output.state(state)
                if frame is not None:
                    output.write(frame)
        if last:
            finish(root)
        return output.summary

    def info(self, root: Path, name: str, min_visible_px: int = 4) -> SequenceInfo:
        """What writers are opened with."""
        return SequenceInfo.of(
            root,
            name,
            scenario={"toy": {"seed": self.seed, "agents": self.agents}},
            tick_hz=10,
            origin=Origin(48.0, 11.0, 500.0),
            roster=self.roster,
            sensors=self.cameras,
            environment={"versions": {}, "gl": {"renderer": "NumPy"}, "cpu_features": []},
            min_visible_px=min_visible_px,
        )


_COLUMNS = ("positions_m", "normals", "uv", "color", "layer", "part", "semantic", "joints", "weights")


def _box(size_lwh_m: tuple[float, float, float], z_m: float, bone: int, semantic: int) -> Mesh:
    """A box of 12 triangles, its centre at height `z_m`, moved by one bone."""
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    positions = (corners * size_lwh_m + [0, 0, z_m]).astype(np.float32)
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    faces = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))], np.int32)
    count = len(positions)
    joints = np.zeros((count, 4), np.uint8)
    joints[:, 0] = bone
    weights = np.zeros((count, 4), np.float32)
    weights[:, 0] = 1.0
    return Mesh(
        positions,
        vertex_normals(positions, faces),
        np.zeros((count, 2), np.float32),
        np.full((count, 4), 255, np.uint8),
        np.zeros(count, np.uint8),
        np.zeros(count, np.uint8),
        np.full(count, semantic, np.uint8),
        faces,
        joints,
        weights,
    )
