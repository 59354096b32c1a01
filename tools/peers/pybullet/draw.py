"""The street drawn by PyBullet through OpenGL (its plugin for EGL).

usage: draw.py STREET usual [IMAGES]
"""

from __future__ import annotations

import importlib.util
import math
import sys
from importlib.metadata import version

import numpy as np
import pybullet
from street import FIRST_AGENT_ID, FIRST_BUILDING_ID, GROUND_ID, Images, Street, answer, parts_of, quaternion

NEAR_M, FAR_M = 0.3, 600.0
LYING = (math.sqrt(0.5), 0.0, 0.0, math.sqrt(0.5))  # x, y, z, w
UPRIGHT = (0.0, 0.0, 0.0, 1.0)


def visual(shape: str, half: tuple[float, ...], rgb: list[float]) -> int:
    color = {"rgbaColor": (*rgb, 1)}
    if shape == "box":
        return pybullet.createVisualShape(pybullet.GEOM_BOX, halfExtents=half, **color)
    kinds = {"capsule": pybullet.GEOM_CAPSULE, "cylinder": pybullet.GEOM_CYLINDER}
    if shape in kinds:
        return pybullet.createVisualShape(kinds[shape], radius=half[0], length=2 * half[1], **color)
    return pybullet.createVisualShape(pybullet.GEOM_SPHERE, radius=half[0], **color)


def static(half: list[float], center: list[float], yaw_rad: float, rgb: list[float]) -> int:
    w, x, y, z = quaternion(yaw_rad)
    return pybullet.createMultiBody(0, -1, visual("box", half, rgb), center, (x, y, z, w))


def moving(agent: dict[str, object]) -> int:
    """A body without a shape of its own, and a fixed link for each part."""
    parts = parts_of(agent)
    zero, count = [(0, 0, 0)] * len(parts), len(parts)
    return pybullet.createMultiBody(
        0,
        linkMasses=[0] * count,
        linkCollisionShapeIndices=[-1] * count,
        linkVisualShapeIndices=[visual(shape, half, rgb) for shape, half, _, rgb in parts],
        linkPositions=[center for _, _, center, _ in parts],
        linkOrientations=[LYING if shape == "cylinder" else UPRIGHT for shape, *_ in parts],
        linkInertialFramePositions=zero,
        linkInertialFrameOrientations=[UPRIGHT] * count,
        linkParentIndices=[0] * count,
        linkJointTypes=[pybullet.JOINT_FIXED] * count,
        linkJointAxis=zero,
    )


class Drawing:
    def __init__(self, street: Street) -> None:
        self._street = street
        pybullet.connect(pybullet.DIRECT)
        plugin = importlib.util.find_spec("eglRenderer")
        if plugin is None or pybullet.loadPlugin(plugin.origin, "_eglRendererPlugin") < 0:
            sys.exit("PyBullet's plugin for EGL does not load")
        ground = static([300, 300, 0.5], [0, 0, -0.5], 0.0, [0.35, 0.35, 0.35])
        houses = [static(b["half_m"], b["center_m"], b["yaw_rad"], b["rgb"]) for b in street.buildings]
        self._agents = [moving(agent) for agent in street.agents]
        self.shapes = 1 + len(houses) + sum(len(parts_of(agent)) for agent in street.agents)
        self._ids = np.zeros(2 + max([ground, *houses, *self._agents]), np.int32)
        self._ids[np.array(houses) + 1] = FIRST_BUILDING_ID + np.arange(len(houses))
        self._ids[np.array(self._agents) + 1] = FIRST_AGENT_ID + np.arange(len(self._agents))
        self._ids[ground + 1] = GROUND_ID
        aspect = street.width_px / street.height_px
        self._clip = pybullet.computeProjectionMatrixFOV(
            math.degrees(street.vertical_fov_rad), aspect, NEAR_M, FAR_M
        )
        self._view = pybullet.computeViewMatrix(street.eye_m, street.look_at_m, (0, 0, 1))

    def __call__(self, number: int) -> Images:
        for agent, (x, y, z, yaw) in zip(self._agents, self._street.poses(number), strict=True):
            w, *axis = quaternion(yaw)
            pybullet.resetBasePositionAndOrientation(agent, (x, y, z), (*axis, w))
        size = (self._street.width_px, self._street.height_px)
        _, _, color, depth, bodies = pybullet.getCameraImage(
            *size,
            self._view,
            self._clip,
            lightDirection=self._street.to_sun,
            shadow=1,
            renderer=pybullet.ER_BULLET_HARDWARE_OPENGL,
        )
        shape = size[::-1]
        window = np.asarray(depth, np.float32).reshape(shape)
        depth_m = FAR_M * NEAR_M / (FAR_M - (FAR_M - NEAR_M) * window)
        rgb = np.asarray(color, np.uint8).reshape(*shape, 4)[..., :3]
        return rgb, depth_m, self._ids[np.asarray(bodies).reshape(shape) + 1]


def main() -> None:
    drawing = Drawing(Street.load(sys.argv[1]))
    answer(
        drawing, {"version": version("pybullet"), "drawn": f"{drawing.shapes} simple shapes"}, *sys.argv[3:]
    )


main()
