"""Which body an agent has: small values that scenario files can hold and `build_body` turns into meshes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BodySpec", "CompanionSpec", "OwnBody", "PersonSpec", "RiderSpec", "VehicleSpec"]

Color = tuple[int, int, int]


@dataclass(frozen=True)
class OwnBody:
    """A vehicle's body that a user brings; scenario files name a TOML file beside a glTF instead.

    Attributes:
        category: dotted category below ``vehicle``.
        license: what the body may be used under.
        origin: where it is from.
        wheelbase_m: between the axles.
        mesh: its triangles, see `sim.bodies.own.packed`.
    """

    category: str
    license: str
    origin: str
    wheelbase_m: float
    mesh: str


@dataclass(frozen=True)
class VehicleSpec:
    """A vehicle.

    Attributes:
        shape: ``hatchback``, ``sedan``, ``estate``, ``suv``, ``van``, ``coupe``, ``pickup``,
            ``lorry``, ``tipper``, ``bus``, ``tractor``, ``semitrailer``, ``tram`` or ``own``.
        variant: picks proportions, grille, lamps and rims within the shape; few variants, so that textures
            are shared (0 to 2; of lorries, buses, trailers and trams 0 to 1).
        paint_srgb: colour of the paint, 0..255.
        livery: markings of cars: ``taxi``, ``patrol`` (of no real service) or none.
        plate: one to ten characters of A-Z, 0-9, space and hyphen; impossible numbers by default.
        own: the triangles of the shape ``own``.
        saddle_m: of bicycles, height of the saddle (0.74 to 1.04); 0 fits it to the rider. 0 for all else.
    """

    shape: str = "hatchback"
    variant: int = 0
    paint_srgb: Color = (150, 152, 155)
    plate: str = "QX-ZA 0815"
    livery: str = ""
    saddle_m: float = 0.0
    own: OwnBody | None = None


@dataclass(frozen=True)
class PersonSpec:
    """A person. Nobody real: every part is drawn from distributions.

    Attributes:
        age: ``child``, ``young`` or ``old``.
        gender: 0 female .. 1 male, shape only.
        height, weight, muscle: -1 .. 1 around the average of age and gender.
        ancestry: weights of three averages of body shape (African, Asian, European); they sum to 1.
        skin_srgb, hair_srgb, top_srgb, bottom_srgb, shoe_srgb: colours, 0..255.
        hair: ``bald``, ``short``, ``curly``, ``bob``, ``long``, ``ponytail`` or ``bun``.
        top: ``tshirt``, ``shirt``, ``jacket`` or ``coat``.
        bottom: ``trousers``, ``shorts`` or ``skirt``.
        headwear: ``none``, ``beanie``, ``cap``, ``hat``, ``headscarf``, ``hood``, ``bicycle_helmet`` or
            ``motor_helmet``.
        bag: ``none``, ``backpack``, ``shoulder`` or ``tote``.
        vest: True for a high-visibility vest.
        beard: ``none``, ``stubble`` or ``full``.
        scarf: True for a scarf around the neck.
        held: what the hands hold beside a bag: ``none``, ``umbrella``, ``cane`` or ``pram``, the bar of one.
        headwear_srgb, bag_srgb, vest_srgb, held_srgb, scarf_srgb: colours, 0..255.
        seed: picks fabric pattern and small differences.
    """

    age: str = "young"
    gender: float = 0.5
    height: float = 0.0
    weight: float = 0.0
    muscle: float = 0.0
    ancestry: tuple[float, float, float] = (0.34, 0.33, 0.33)
    skin_srgb: Color = (190, 140, 115)
    hair_srgb: Color = (52, 36, 25)
    top_srgb: Color = (60, 66, 80)
    bottom_srgb: Color = (38, 50, 78)
    shoe_srgb: Color = (25, 24, 24)
    hair: str = "short"
    top: str = "jacket"
    bottom: str = "trousers"
    headwear: str = "none"
    bag: str = "none"
    vest: bool = False
    headwear_srgb: Color = (60, 62, 70)
    bag_srgb: Color = (40, 42, 48)
    vest_srgb: Color = (214, 236, 40)
    seed: int = 0
    held: str = "none"
    held_srgb: Color = (32, 34, 40)
    beard: str = "none"
    scarf: bool = False
    scarf_srgb: Color = (120, 44, 46)


@dataclass(frozen=True)
class CompanionSpec:
    """What goes with a person on foot.

    Attributes:
        shape: ``pram``, ``dog``, ``wheelchair`` or ``powered_wheelchair``; the last two carry the person.
        variant: picks the model or the breed: 0 to 1, of dogs 0 to 4.
        color_srgb: of the cloth, the frame or the coat, 0..255.
    """

    shape: str = "pram"
    variant: int = 0
    color_srgb: Color = (52, 60, 84)


@dataclass(frozen=True)
class RiderSpec:
    """A person on a two-wheeler or in a wheelchair.

    Attributes:
        person: who.
        vehicle: what they ride.
    """

    person: PersonSpec
    vehicle: VehicleSpec | CompanionSpec


BodySpec = VehicleSpec | PersonSpec | RiderSpec | CompanionSpec
