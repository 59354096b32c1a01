"""Lenses as tables of pinhole faces: shaders and NumPy look at the same pixel of a face."""

from __future__ import annotations

import numpy as np
import pytest

from sim.geometry import BrownConrady
from sim.render.faces import face_table
from sim.scenario import Camera, intrinsics

WIDE = BrownConrady(k1=-0.28, k2=0.09, p1=0.0006, p2=-0.0004, k3=-0.012)


@pytest.mark.parametrize("hfov_deg", [60.0, 72.0, 80.0, 85.0, 92.0])
def test_places_in_faces_are_numbers_that_shaders_have(hfov_deg: float) -> None:
    camera = Camera("wide", width_px=640, height_px=360, hfov_deg=hfov_deg, distortion=WIDE)
    table = face_table(intrinsics(camera))
    stored = table.at_px.astype(np.float32)
    assert (np.floor(table.at_px) == np.floor(stored)).all()
    exact = np.array([face.optics.cx_px for face in table.faces])
    rays = table.rays / table.rays[..., 2:]
    focal = table.faces[0].optics.fx_px
    assert np.abs(table.at_px[..., 0] - (focal * rays[..., 0] + exact[0])).max() < 1e-4
