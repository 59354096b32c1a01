"""Seeds -> tiny streets of boxes that move, filmed, labelled and written: for tests without assets."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.agents.state import Activity, Roster, WorldState
from sim.bodies import BodySpec, Lights, PersonSpec, PoseColumns, VehicleSpec
from sim.dataset import SequenceInfo, Splits
from sim.environment import Environment
from sim.frame import AMODAL, Frame
from sim.labels import label
from sim.moments import moments
from sim.randomness import stream
from sim.scenario import DEFAULT_CHANNELS, Camera
from sim.taxonomy import category
from sim.testing.flat import FlatRenderer
from sim.testing.toy_bodies import box_body, toy_bones
from sim.world import Origin
from sim.writers import SequenceOutput, finish

__all__ = ["ToyStreet", "box_body", "toy_bones"]


@dataclass(frozen=True)
class ToyStreet:
    """A camera car drives along +X among boxes on wheels and boxes on legs, drawn from `seed`.

    Attributes:
        seed: of everything random.
        agents: how many besides the camera car.
        ticks: how many ticks.
        width_px, height_px: of both cameras, ``front`` on the car and ``pole`` fixed.
        channels: what both record.
        rig: cameras to film with instead of those two; the car is called ``ego``.
        splits: how sequences are dealt out.
    """

    seed: int = 0
    agents: int = 6
    ticks: int = 6
    width_px: int = 96
    height_px: int = 64
    channels: tuple[str, ...] = DEFAULT_CHANNELS
    rig: tuple[Camera, ...] = ()
    splits: Splits | None = None

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """One camera that drives, one that stands and films half as often; or the rig."""
        if self.rig:
            return self.rig
        cameras = (
            Camera("front", "ego", x_m=1.0, z_m=1.6, pitch_deg=4.0, rate_hz=10),
            Camera("pole", "", x_m=-3.0, y_m=4.0, z_m=5.0, yaw_deg=-15.0, pitch_deg=20.0, rate_hz=5),
        )
        return tuple(
            dataclasses.replace(c, width_px=self.width_px, height_px=self.height_px, channels=self.channels)
            for c in cameras
        )

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
        parked = np.array([i % 6 == 3 for i in range(len(kinds))])
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
        speed[roster.parked] = 0.0
        yaw_rate = np.where(roster.parked, 0.0, 0.2)
        yaw_rate[0] = 0.0
        feet = rng.normal(size=(count, 2, 3))
        moves = [Activity.MOVING if kind.is_vehicle else Activity.WALKING for kind in roster.categories]
        doing = np.where(roster.parked, Activity.PARKED, moves).astype(np.uint8)
        velocity = speed[:, None] * np.column_stack([np.cos(yaw), np.sin(yaw)])
        for tick in range(self.ticks):
            position = start.copy()
            position[:, :2] += velocity * (tick / 10)
            poses = PoseColumns(
                position_m=position,
                yaw_rad=yaw + yaw_rate * (tick / 10),
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
                yaw_rate_radps=yaw_rate,
                wait=np.full(count, tick % 3, np.uint8),
                signal_names=("north", "south"),
                signals=np.array([1, 4], np.uint8),
                environment=Environment(sun_azimuth_deg=12.5 + tick, cloud_cover=0.125, cloud_seed=tick),
                memory={},
                activity=doing,
            )

    def frames(self) -> Iterator[tuple[WorldState, Frame | None]]:
        """Every tick's state, and its labelled frame if a camera is due."""
        cameras = self.cameras
        renderer, index = FlatRenderer(cameras, toy_bones), 0
        near_m = {camera.name: camera.near_m for camera in cameras}
        amodal = [camera.name for camera in cameras if AMODAL in camera.channels]
        for moment in moments(self.states(), cameras):
            captures = renderer.capture(moment.state, moment.before, moment.after)
            if not captures:
                yield moment.state, None
                continue
            frame = Frame(index, moment.state, captures)
            bones = toy_bones(moment.state)
            yield moment.state, label(frame, bones=bones, near_m=near_m, amodal=amodal)
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
            splits=self.splits,
        )
