"""Boxes keep apart, and lines lead where they should."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from voicebot.drawing.layers import Box, Edge, Layout, layout


def drawn(*edges: Edge, size: tuple[float, float] = (100, 40)) -> Layout:
    names = dict.fromkeys(name for edge in edges for name in edge)
    return layout(dict.fromkeys(names, size), edges, gap=20, rank_gap=30)


def overlap(one: Box, other: Box) -> bool:
    beside = abs(one.x - other.x) < (one.width + other.width) / 2 - 0.01
    return beside and one.y < other.y + other.height - 0.01 and other.y < one.y + one.height - 0.01


def test_each_box_lies_below_what_leads_to_it() -> None:
    boxes = drawn(("a", "b"), ("b", "c"), ("a", "c")).boxes
    assert boxes["a"].y < boxes["b"].y < boxes["c"].y


def test_line_that_passes_a_rank_goes_by_its_boxes() -> None:
    placed = drawn(("a", "b"), ("b", "c"), ("a", "c"))
    [_, point, _] = placed.routes["a", "c"]
    assert abs(point.x - placed.boxes["b"].x) > placed.boxes["b"].width / 2


def test_what_leads_back_is_drawn_upwards() -> None:
    placed = drawn(("a", "b"), ("b", "c"), ("c", "b"))
    start, *_, end = placed.routes["c", "b"]
    assert (start, end) == (placed.boxes["c"], placed.boxes["b"])
    assert start.y > end.y


def test_lines_do_not_cross_without_need() -> None:
    boxes = drawn(("a", "b"), ("a", "c"), ("b", "e"), ("c", "d")).boxes
    assert (boxes["b"].x < boxes["c"].x) == (boxes["e"].x < boxes["d"].x)


def test_box_that_nothing_leads_to_stands_right_above_what_it_leads_to() -> None:
    boxes = drawn(("a", "b"), ("b", "c"), ("x", "c")).boxes
    assert boxes["x"].y == boxes["b"].y


def test_box_on_its_own_is_drawn() -> None:
    assert layout({"a": (10, 10)}, [("a", "a")], gap=1, rank_gap=1) == Layout(
        {"a": Box(5, 0, 10, 10)}, {}, 10, 10
    )


NAMES = st.sampled_from("abcdefghijk")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=25))
def test_no_boxes_touch_and_every_line_joins_its_ends(edges: list[Edge]) -> None:
    placed = drawn(*edges)
    assert not [pair for pair in combinations(placed.boxes.values(), 2) if overlap(*pair)]
    for start, end in edges:
        if start != end:
            route = placed.routes[start, end]
            assert (route[0], route[-1]) == (placed.boxes[start], placed.boxes[end])
    assert all(-0.01 < box.x - box.width / 2 < placed.width for box in placed.boxes.values())
