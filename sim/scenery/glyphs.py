"""A few letters and digits in, strokes on a unit box out; drawn for signs and shop names."""

from __future__ import annotations

from sim.scenery.atlas import Canvas

__all__ = ["GLYPHS", "draw_text"]

Stroke = tuple[tuple[float, float], ...]

_O: Stroke = ((0.3, 0), (0.1, 0.12), (0, 0.35), (0, 0.65), (0.1, 0.88), (0.3, 1), (0.5, 0.88), (0.6, 0.65),
              (0.6, 0.35), (0.5, 0.12), (0.3, 0))  # fmt: skip

# x 0..0.6, y 0 (top) .. 1 (bottom).
GLYPHS: dict[str, tuple[Stroke, ...]] = {
    "0": (_O,),
    "3": (((0.04, 0.1), (0.25, 0), (0.5, 0.08), (0.56, 0.26), (0.46, 0.43), (0.24, 0.47), (0.5, 0.54),
           (0.6, 0.74), (0.5, 0.92), (0.25, 1), (0.0, 0.9)),),
    "A": (((0, 1), (0.3, 0), (0.6, 1)), ((0.12, 0.65), (0.48, 0.65))),
    "B": (((0, 1), (0, 0), (0.4, 0), (0.54, 0.12), (0.54, 0.34), (0.4, 0.47), (0, 0.47)),
          ((0.4, 0.47), (0.6, 0.6), (0.6, 0.86), (0.44, 1), (0, 1))),
    "C": (((0.6, 0.18), (0.45, 0), (0.2, 0), (0, 0.25), (0, 0.75), (0.2, 1), (0.45, 1), (0.6, 0.82)),),
    "D": (((0, 0), (0.35, 0), (0.6, 0.25), (0.6, 0.75), (0.35, 1), (0, 1), (0, 0)),),
    "E": (((0.55, 0), (0, 0), (0, 1), (0.55, 1)), ((0, 0.48), (0.45, 0.48))),
    "F": (((0.55, 0), (0, 0), (0, 1)), ((0, 0.48), (0.45, 0.48))),
    "G": (((0.6, 0.18), (0.45, 0), (0.2, 0), (0, 0.25), (0, 0.75), (0.2, 1), (0.45, 1), (0.6, 0.82),
           (0.6, 0.55), (0.35, 0.55)),),
    "H": (((0, 0), (0, 1)), ((0.6, 0), (0.6, 1)), ((0, 0.48), (0.6, 0.48))),
    "I": (((0.3, 0), (0.3, 1)),),
    "K": (((0, 0), (0, 1)), ((0.58, 0), (0, 0.58)), ((0.2, 0.42), (0.6, 1))),
    "L": (((0, 0), (0, 1), (0.55, 1)),),
    "M": (((0, 1), (0, 0), (0.3, 0.55), (0.6, 0), (0.6, 1)),),
    "N": (((0, 1), (0, 0), (0.6, 1), (0.6, 0)),),
    "O": (_O,),
    "P": (((0, 1), (0, 0), (0.42, 0), (0.6, 0.14), (0.6, 0.4), (0.42, 0.54), (0, 0.54)),),
    "R": (((0, 1), (0, 0), (0.42, 0), (0.58, 0.13), (0.58, 0.37), (0.42, 0.5), (0, 0.5)),
          ((0.3, 0.5), (0.6, 1))),
    "S": (((0.58, 0.14), (0.4, 0), (0.18, 0), (0.02, 0.14), (0.04, 0.36), (0.3, 0.48), (0.56, 0.6),
           (0.6, 0.84), (0.42, 1), (0.18, 1), (0, 0.86)),),
    "T": (((0, 0), (0.6, 0)), ((0.3, 0), (0.3, 1))),
    "U": (((0, 0), (0, 0.75), (0.15, 1), (0.45, 1), (0.6, 0.75), (0.6, 0)),),
    "V": (((0, 0), (0.3, 1), (0.6, 0)),),
    "W": (((0, 0), (0.15, 1), (0.3, 0.4), (0.45, 1), (0.6, 0)),),
    "Y": (((0, 0), (0.3, 0.5), (0.6, 0)), ((0.3, 0.5), (0.3, 1))),
}  # fmt: skip


def draw_text(
    canvas: Canvas,
    text: str,
    center: tuple[float, float],
    height: float,
    width: float,
    rgb: tuple[float, float, float],
    alpha: int,
    aspect: float = 1.0,
) -> None:
    """Draw text centered at a point of the cell.

    Args:
        canvas: where to draw.
        text: letters of `GLYPHS`; what is missing becomes a space.
        center: middle of the text in cell coordinates.
        height: height of the letters.
        width: width of the strokes.
        rgb: color.
        alpha: value of the fourth channel.
        aspect: factor on the letters' width.
    """
    step = 0.82 * height * aspect
    x = center[0] - (step * len(text) - 0.22 * height * aspect) / 2
    for letter in text:
        for stroke in GLYPHS.get(letter, ()):
            points = [(x + a * height * aspect, center[1] + (b - 0.5) * height) for a, b in stroke]
            canvas.line(points, width, rgb, alpha)
        x += step
