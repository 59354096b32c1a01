"""The street drawn by Roadreel; and described for the others.

usage: draw.py describe WIDTHxHEIGHT     prints the street
       draw.py STREET draft|standard|high [IMAGES]
"""

from __future__ import annotations

import dataclasses
import json
import math
import sys

import numpy as np
from street import Images, Street, answer

import sim
from sim.bodies import mesh_at
from sim.render import Renderer
from sim.scenario import camera_pose, intrinsics
from sim.simulation import simulate

VEHICLES, PEOPLE, BUILDINGS = 40, 60, 60
FRAMES = 40
SEED = 1


def scenario_of(width_px: int, height_px: int) -> sim.Scenario:
    """The crossing from the camera on its mast: most agents are in view there."""
    drawn = sim.sample(
        "crossing", seed=SEED, vehicles=VEHICLES, parked=0, people=PEOPLE, width_px=width_px,
        height_px=height_px, duration_s=FRAMES / 20,
    )  # fmt: skip
    camera = next(sensor for sensor in drawn.sensors if sensor.name == "overview")
    camera = dataclasses.replace(camera, rate_hz=20, channels=("rgb", "depth", "instance"))
    near = sorted(drawn.world.buildings, key=lambda b: math.hypot(b.x_m - camera.x_m, b.y_m - camera.y_m))
    world = dataclasses.replace(drawn.world, buildings=tuple(near[:BUILDINGS]))
    return dataclasses.replace(drawn, world=world, sensors=(camera,))


def described(scenario: sim.Scenario) -> Street:
    """The scenario in simple shapes."""
    (camera,) = scenario.sensors
    states = list(simulate(scenario))
    optics, (world_from_camera, _) = intrinsics(camera), camera_pose(camera, states[0])
    eye = world_from_camera.translation_m
    buildings = []
    for b in scenario.world.buildings:
        height = b.ground_floor_m + (b.floors - 1) * b.floor_m
        c, s = math.cos(b.yaw_rad), math.sin(b.yaw_rad)
        x, y = b.width_m / 2, b.depth_m / 2
        buildings.append(
            {
                "center_m": [b.x_m + c * x - s * y, b.y_m + s * x + c * y, height / 2],
                "half_m": [x, y, height / 2],
                "yaw_rad": b.yaw_rad,
                "rgb": [value / 255 for value in b.wall_srgb],
            }
        )
    agents = [
        {
            "kind": "vehicle" if category.is_vehicle else "person",
            "size_m": list(body.size_lwh_m),
            "center_m": list(body.centre_m),
            "rgb": [value / 255 for value in body.paint_srgb],
        }
        for body, category in zip(states[0].roster.bodies, states[0].roster.categories, strict=True)
    ]
    frames = [
        np.concatenate([state.poses.position_m, state.poses.yaw_rad[:, None]], 1).tolist() for state in states
    ]
    return Street(
        camera.width_px,
        camera.height_px,
        2 * math.atan(camera.height_px / 2 / optics.fy_px),
        eye.tolist(),
        (eye + 30.0 * world_from_camera.rotation[:, 2]).tolist(),
        scenario.environment.sun_direction_world.tolist(),
        buildings,
        agents,
        frames,
    )


class Drawing:
    def __init__(self, scenario: sim.Scenario, quality: str) -> None:
        self._states = list(simulate(scenario))
        (self._camera,) = scenario.sensors
        roster = self._states[0].roster
        self._renderer = Renderer(scenario.world, roster, scenario.sensors, quality=quality)

    def __call__(self, number: int) -> Images:
        (capture,) = self._renderer.capture(self._states[number % len(self._states)])
        images = capture.rgb, capture.depth_m, capture.instance
        capture.release()
        return images

    def triangles(self, ids: np.ndarray) -> int:
        """Of the agents in a picture of the first state, at the level of detail in which they are drawn."""
        state, camera = self._states[0], self._camera
        eye = camera_pose(camera, state)[0].translation_m
        away = np.linalg.norm(state.poses.position_m - eye, axis=1)
        focal_px = intrinsics(camera).fx_px
        seen = [int(i) - 1 for i in np.unique(ids) if i]
        return sum(len(mesh_at(state.roster.bodies[i], float(away[i]), focal_px).faces) for i in seen)


def main() -> None:
    if sys.argv[1] == "describe":
        width_px, height_px = (int(side) for side in sys.argv[2].split("x"))
        print(json.dumps(dataclasses.asdict(described(scenario_of(width_px, height_px)))))
        return
    street = Street.load(sys.argv[1])
    drawing = Drawing(scenario_of(street.width_px, street.height_px), sys.argv[2])
    triangles = drawing.triangles(drawing(0)[2])
    answer(
        drawing,
        {"version": "this one", "drawn": f"models; {triangles / 1000:.0f}k triangles of agents"},
        *sys.argv[3:],
    )


main()
