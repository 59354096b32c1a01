"""The street drawn by MuJoCo.

usage: draw.py STREET usual|spare [IMAGES]

`usual` is what `mujoco.Renderer` draws unless told otherwise. `spare` turns off what need not be: four
samples a pixel, a shadow map of 4096 pixels (2048 here), shadows while depth and ids are drawn.
"""

from __future__ import annotations

import math
import os
import sys

os.environ.setdefault("MUJOCO_GL", "egl")

import mujoco
import numpy as np
from street import FIRST_AGENT_ID, FIRST_BUILDING_ID, GROUND_ID, Images, Street, answer, parts_of, quaternion


def texts(values: object) -> str:
    return " ".join(f"{value:.4f}" for value in values)


def model_xml(street: Street, spare: bool) -> str:
    """The street in MuJoCo's words; agents are bodies that are moved from outside."""
    quality = '<quality shadowsize="2048" offsamples="0"/>' if spare else ""
    away = texts([-value for value in street.to_sun])
    sun = texts([at + 90.0 * to for at, to in zip(street.look_at_m, street.to_sun, strict=True)])
    geom = '<geom type="{}" size="{}" pos="{}" quat="{}" rgba="{} 1" contype="0" conaffinity="0"/>'
    lying = (math.sqrt(0.5), math.sqrt(0.5), 0.0, 0.0)
    out = [
        f'<mujoco><visual><global offwidth="{street.width_px}" offheight="{street.height_px}" '
        f'fovy="{math.degrees(street.vertical_fov_rad)}"/>{quality}<map znear="0.003" zfar="6"/></visual>'
        '<statistic extent="100" center="0 0 0"/><worldbody>'
        f'<light type="directional" pos="{sun}" dir="{away}" diffuse=".7 .7 .7"/>'
        '<geom type="plane" size="300 300 1" rgba=".35 .35 .35 1"/>'
    ]
    for house in street.buildings:
        turned = texts(quaternion(house["yaw_rad"]))
        out.append(
            geom.format("box", texts(house["half_m"]), texts(house["center_m"]), turned, texts(house["rgb"]))
        )
    for number, agent in enumerate(street.agents):
        out.append(f'<body name="{number}" mocap="true">')
        for shape, half, center, rgb in parts_of(agent):
            turned = texts(lying if shape == "cylinder" else quaternion(0.0))
            out.append(geom.format(shape, texts(half), texts(center), turned, texts(rgb)))
        out.append("</body>")
    return "".join([*out, "</worldbody></mujoco>"])


class Drawing:
    def __init__(self, street: Street, spare: bool) -> None:
        self._street, self._spare = street, spare
        self._model = mujoco.MjModel.from_xml_string(model_xml(street, spare))
        self._data = mujoco.MjData(self._model)
        self._renderer = mujoco.Renderer(self._model, street.height_px, street.width_px, max_geom=5000)
        self._camera = mujoco.MjvCamera()
        ahead = np.subtract(street.look_at_m, street.eye_m)
        self._camera.lookat[:] = street.look_at_m
        self._camera.distance = np.linalg.norm(ahead)
        self._camera.azimuth = math.degrees(math.atan2(ahead[1], ahead[0]))
        self._camera.elevation = math.degrees(math.asin(ahead[2] / np.linalg.norm(ahead)))
        # Geoms in order: ground, buildings, then those of agents, whose bodies are counted from 1.
        static = np.r_[GROUND_ID, FIRST_BUILDING_ID + np.arange(len(street.buildings))]
        body = self._model.geom_bodyid
        self._ids = np.zeros(self._model.ngeom + 1, np.int32)
        self._ids[1:] = np.where(body > 0, body - 1 + FIRST_AGENT_ID, 0)
        self._ids[1 : 1 + len(static)] = static
        self.shapes = int(self._model.ngeom)

    def __call__(self, number: int) -> Images:
        poses = np.array(self._street.poses(number))
        self._data.mocap_pos[:] = poses[:, :3]
        self._data.mocap_quat[:] = [quaternion(yaw) for yaw in poses[:, 3]]
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)
        drawn = self._renderer
        drawn.update_scene(self._data, self._camera)
        drawn.scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = True
        rgb = drawn.render()
        drawn.scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = not self._spare
        drawn.enable_depth_rendering()
        depth_m = drawn.render()
        drawn.disable_depth_rendering()
        drawn.enable_segmentation_rendering()
        geoms = drawn.render()[..., 0]
        drawn.disable_segmentation_rendering()
        return rgb, depth_m, self._ids[geoms + 1]


def main() -> None:
    street, variant = Street.load(sys.argv[1]), sys.argv[2]
    drawing = Drawing(street, variant == "spare")
    facts = {"version": mujoco.__version__, "drawn": f"{drawing.shapes} simple shapes"}
    answer(drawing, facts, *sys.argv[3:])


main()
