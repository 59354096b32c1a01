"""3D boxes. 2D boxes are plain `(x0, y0, x1, y1)` in pixels, half-open: x1 - x0 is the width.

Corner order (x forward, y left, z up)::

        4 ------ 5          0 front left bottom    4 front left top
       /|       /|          1 front right bottom   5 front right top
      7 ------ 6 |          2 rear right bottom    6 rear right top
      | 0 -----|- 1         3 rear left bottom     7 rear left top
      |/       |/
      3 ------ 2
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.geometry.pose import Pose

__all__ = ["Box2", "Box3D"]

Box2 = tuple[float, float, float, float]

_CORNERS = np.array(
    [[1, 1, -1], [1, -1, -1], [-1, -1, -1], [-1, 1, -1], [1, 1, 1], [1, -1, 1], [-1, -1, 1], [-1, 1, 1]]
)


@dataclass(frozen=True, eq=False)
class Box3D:
    """An oriented box.

    Attributes:
        world_from_box: pose of the box's centre; x forward, y left, z up.
        size_lwh_m: (length, width, height) along x, y, z.
    """

    world_from_box: Pose
    size_lwh_m: tuple[float, float, float]

    @property
    def corners_world(self) -> NDArray[np.float64]:
        """(8, 3) float64 in the order drawn above."""
        return self.world_from_box.apply(_CORNERS * (np.array(self.size_lwh_m) / 2))
