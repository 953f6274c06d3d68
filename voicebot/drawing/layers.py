"""Places boxes in layers from top to bottom and leads lines between them (after Sugiyama). Pure.

Cycles are broken at the edges that lead back, boxes are ranked by their longest way from the start, long
edges get a way point in every rank, orders are mended by barycentres, and places by least squares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise
from math import fsum  # the same on every Python, as a drawing should be

Edge = tuple[str, str]
ORDER_SWEEPS, PLACE_SWEEPS = 24, 300
"""Passes down and up: places move slowly along a long chain."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box, or a way point of no size, lies."""

    x: float
    """Of its middle."""
    y: float
    """Of its upper edge."""
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes, and for each edge the way points from the one to the other; back edges go upwards."""

    boxes: Mapping[str, Box]
    routes: Mapping[Edge, Sequence[Box]]
    width: float
    height: float


def layout(
    sizes: Mapping[str, tuple[float, float]], edges: Iterable[Edge], *, gap: float, rank_gap: float
) -> Layout:
    """Places for boxes of the given sizes, the first of them on top."""
    forward = _acyclic(list(sizes), [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]])
    ranks = _ranks(list(sizes), set(forward.values()))
    chains = {edge: _chain(edge, down, ranks) for edge, down in forward.items()}
    order = _ordered(
        _rows(ranks, chains.values()), [link for chain in chains.values() for link in pairwise(chain)]
    )
    widths = {name: sizes.get(name, (12.0, 0.0))[0] for row in order for name in row}
    xs = _places(order, widths, [link for chain in chains.values() for link in pairwise(chain)], gap)
    boxes: dict[str, Box] = {}
    y = 0.0
    for row in order:
        height = max(sizes.get(name, (0.0, 0.0))[1] for name in row)
        for name in row:
            boxes[name] = Box(xs[name], y, widths[name], sizes.get(name, (0.0, height))[1])
        y += height + rank_gap
    left = min(box.x - box.width / 2 for box in boxes.values())
    moved = {name: Box(box.x - left, box.y, box.width, box.height) for name, box in boxes.items()}
    routes = {edge: [moved[name] for name in _along(edge, chain)] for edge, chain in chains.items()}
    right = max(box.x + box.width / 2 for box in moved.values())
    return Layout({name: moved[name] for name in sizes}, routes, right, y - rank_gap)


def _acyclic(names: Sequence[str], edges: Sequence[Edge]) -> dict[Edge, Edge]:
    """Each edge as it leads down: of a circle, what leads back towards the start is turned round."""
    following: dict[str, list[str]] = defaultdict(list)
    for start, end in edges:
        following[start].append(end)
    nearest = dict.fromkeys(other for name in names for other in _reached(name, following))
    depth = {name: place for place, name in enumerate(nearest)}
    down: dict[Edge, Edge] = {}
    for start, end in edges:
        leads_back = depth[end] < depth[start] and start in _reached(end, following)
        down[start, end] = (end, start) if leads_back else (start, end)
    return down


def _reached(start: str, following: Mapping[str, Sequence[str]]) -> list[str]:
    """All that can be reached, the nearest first."""
    found = [start]
    for name in found:
        found += [other for other in following.get(name, ()) if other not in found]
    return found


def _ranks(names: Sequence[str], edges: set[Edge]) -> dict[str, int]:
    """The longest way from above; a box that nothing leads to stands right above what it leads to."""
    above, below = defaultdict(list), defaultdict(list)
    for start, end in sorted(edges):
        above[end].append(start)
        below[start].append(end)
    ranks: dict[str, int] = {}
    for name in TopologicalSorter({name: above[name] for name in names}).static_order():
        ranks[name] = max((ranks[other] + 1 for other in above[name]), default=0)
    lowest = max(ranks.values())
    for name in names[1:]:
        if not above[name]:
            ranks[name] = min((ranks[other] - 1 for other in below[name]), default=lowest)
    return ranks


def _chain(edge: Edge, down: Edge, ranks: Mapping[str, int]) -> list[str]:
    """The edge as it leads down, with a way point in every rank that it passes."""
    start, end = down
    return [
        start,
        *(f"{start}>{end}>{edge == down}>{rank}" for rank in range(ranks[start] + 1, ranks[end])),
        end,
    ]


def _along(edge: Edge, chain: list[str]) -> list[str]:
    return chain if chain[0] == edge[0] else chain[::-1]


def _rows(ranks: Mapping[str, int], chains: Iterable[list[str]]) -> list[list[str]]:
    rows: dict[int, list[str]] = defaultdict(list)
    for name, rank in ranks.items():
        rows[rank].append(name)
    for chain in chains:
        for step, point in enumerate(chain[1:-1], start=1):
            rows[ranks[chain[0]] + step].append(point)
    return [rows[rank] for rank in sorted(rows)]


def _ordered(rows: list[list[str]], links: Sequence[Edge]) -> list[list[str]]:
    """The rows in the order with the fewest crossings that was found."""
    near = _neighbours(links)
    rows = [sorted(row, key=lambda name: name not in near) for row in rows]  # what stands alone stands last
    best, fewest = [list(row) for row in rows], _crossings(rows, links)
    for sweep in range(ORDER_SWEEPS):
        place = {name: float(index) for row in rows for index, name in enumerate(row)}
        passing = rows if sweep % 2 == 0 else rows[::-1]
        for other, row in pairwise(passing):
            beside = set(other)
            row.sort(key=lambda name: _mean([place[one] for one in near[name] if one in beside], place[name]))
            place |= {name: float(index) for index, name in enumerate(row)}
        if (crossings := _crossings(rows, links)) < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _crossings(rows: list[list[str]], links: Sequence[Edge]) -> int:
    place = {name: (rank, index) for rank, row in enumerate(rows) for index, name in enumerate(row)}
    lines = [(place[a][0], place[a][1], place[b][1]) for a, b in links]
    return sum(
        (first[1] - second[1]) * (first[2] - second[2]) < 0
        for number, first in enumerate(lines)
        for second in lines[:number]
        if first[0] == second[0]
    )


def _places(
    rows: list[list[str]], widths: Mapping[str, float], links: Sequence[Edge], gap: float
) -> dict[str, float]:
    """Middles near those of the neighbours, in the order of each row and without touching."""
    near = _neighbours(links)
    xs = {name: 0.0 for row in rows for name in row}
    for sweep in range(PLACE_SWEEPS):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wanted = [
                _mean([xs[one] for one in near[name] for _ in range(_pull(name, one))], xs[name])
                for name in row
            ]
            offsets = [0.0]
            for left, right in pairwise(row):
                offsets.append(offsets[-1] + (widths[left] + widths[right]) / 2 + gap)
            free = _rising([want - offset for want, offset in zip(wanted, offsets, strict=True)])
            xs |= {name: place + offset for name, place, offset in zip(row, free, offsets, strict=True)}
    return xs


def _pull(name: str, other: str) -> int:
    """Way points pull at each other, so that long edges are straight."""
    return 8 if ">" in name and ">" in other else 2 if ">" not in name + other else 1


def _rising(values: Sequence[float]) -> list[float]:
    """The values nearest to ``values`` that never fall (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        total, count = value, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before, size = pools.pop()
            total, count = total + before, count + size
        pools.append((total, count))
    return [total / count for total, count in pools for _ in range(count)]


def _neighbours(links: Sequence[Edge]) -> Mapping[str, list[str]]:
    near: dict[str, list[str]] = defaultdict(list)
    for start, end in links:
        near[start].append(end)
        near[end].append(start)
    return near


def _mean(values: Sequence[float], otherwise: float) -> float:
    return fsum(values) / len(values) if values else otherwise
