"""A vehicle's description in, its dotted category out.

Cityscapes and nuScenes count pick-ups among trucks: bed and cab are apart.
"""

from __future__ import annotations

from sim.bodies.spec import VehicleSpec

__all__ = ["vehicle_category"]

_BY_SHAPE = {
    "van": "vehicle.van",
    "pickup": "vehicle.truck",
    "lorry": "vehicle.truck",
    "tipper": "vehicle.truck",
    "tractor": "vehicle.truck",
    "semitrailer": "vehicle.trailer",
    "bus": "vehicle.bus",
    "tram": "vehicle.tram",
}


def vehicle_category(spec: VehicleSpec) -> str:
    """Key of `sim.taxonomy.CATEGORIES`; ``vehicle.car`` for shapes that are nothing else."""
    if spec.own is not None:
        return spec.own.category
    return _BY_SHAPE.get(spec.shape, "vehicle.car")
