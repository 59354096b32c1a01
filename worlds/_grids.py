"""Numbers of blocks -> layouts of streets that cross, meet and bend; irregular as they grow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from worlds._layout import Layout, Place, Street

__all__ = ["Pair", "grid"]

Pair = tuple[int, int]
Node = tuple[int, int]


def grid(
    rng: np.random.Generator,
    blocks: tuple[int, int],
    size_m: tuple[float, float],
    street_of: Callable[[str, str, Node, Node], Street],
    *,
    jitter_m: float,
    open_share: float,
    corner_m: float,
) -> Layout:
    """Blocks side by side; some neighbors are joined to one.

    Args:
        rng: decides.
        blocks: how many there are along x and y.
        size_m: of each along x and y.
        street_of: (id, id, column and row, column and row) -> the street between two places.
        jitter_m: how far places lie off the regular grid, at most.
        open_share: share of the inner streets that is left out.
        corner_m: radius of kerbs.

    Returns:
        A layout around (0, 0) in which every place has two streets or more.
    """
    columns, rows = blocks[0] + 1, blocks[1] + 1
    middle = (np.array([columns, rows]) - 1) / 2
    nodes = [(i, j) for j in range(rows) for i in range(columns)]
    shift = rng.uniform(-jitter_m, jitter_m, (len(nodes), 2))
    xy = {node: (np.array(node) - middle) * size_m + own for node, own in zip(nodes, shift, strict=True)}
    edges = [((i, j), (i + 1, j)) for i, j in nodes if i + 1 < columns]
    edges += [((i, j), (i, j + 1)) for i, j in nodes if j + 1 < rows]
    inner = [pair for pair in edges if not _outside(pair, (columns, rows))]
    dropped = _left_out(rng, edges, inner, round(open_share * len(inner)))
    kept = [pair for pair in edges if pair not in dropped]
    used = [node for node in nodes if any(node in pair for pair in kept)]
    places = [Place(_name(node), (float(xy[node][0]), float(xy[node][1])), 0.0, corner_m) for node in used]
    return Layout(tuple(places), tuple(street_of(_name(a), _name(b), a, b) for a, b in kept))


def _name(node: Node) -> str:
    return f"place {node[0]}-{node[1]}"


def _outside(pair: tuple[Node, Node], size: Pair) -> bool:
    (ai, aj), (bi, bj) = pair
    return (ai == bi and ai in (0, size[0] - 1)) or (aj == bj and aj in (0, size[1] - 1))


def _left_out(
    rng: np.random.Generator,
    edges: Sequence[tuple[Node, Node]],
    inner: Sequence[tuple[Node, Node]],
    count: int,
) -> set[tuple[Node, Node]]:
    """Inner streets to leave out, none of which leaves a place with a single street."""
    degree: dict[Node, int] = {}
    for a, b in edges:
        degree[a], degree[b] = degree.get(a, 0) + 1, degree.get(b, 0) + 1
    out = set[tuple[Node, Node]]()
    for k in rng.permutation(len(inner)).tolist():
        a, b = inner[k]
        if len(out) < count and degree[a] > 2 and degree[b] > 2:
            out.add((a, b))
            degree[a], degree[b] = degree[a] - 1, degree[b] - 1
    return out
