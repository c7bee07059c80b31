"""Pictures: as wide as there is room, told in words for linear text, and made by every example that has any."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.draw import LEVELS, draw
from studynn.core.inputs import defaults
from studynn.core.picture import (
    Bars,
    Cells,
    Curve,
    Flow,
    HeatMap,
    Lane,
    Layer,
    Layers,
    Mark,
    Node,
    Plot,
    Track,
    Tree,
    sampled,
)
from studynn.core.steps import work
from studynn.core.text import Text, same
from studynn.views.blocks import Drawing, columns
from studynn.views.pictures import picture_blocks
from studynn.views.plain import render
from studynn.worked import load, names

TITLE = Text("Title", "标题")
number = st.floats(-1e6, 1e6)
word = st.text("ab卷", max_size=8)
pictures = st.one_of(
    st.lists(st.tuples(st.text("ab卷", max_size=5), number), min_size=1, max_size=8).map(
        lambda rows: Bars(TITLE, tuple(label for label, _ in rows), tuple(value for _, value in rows), (0,))
    ),
    st.lists(st.tuples(number, number), min_size=1, max_size=30).map(
        lambda points: Curve(TITLE, tuple(points), tuple(points[:2]))
    ),
    st.integers(1, 6).flatmap(
        lambda width: st.lists(st.tuples(*[number] * width), min_size=1, max_size=6).map(
            lambda rows: HeatMap(TITLE, tuple(rows))
        )
    ),
    st.lists(st.lists(st.tuples(number, number), min_size=1, max_size=9), min_size=1, max_size=3).map(
        lambda tracks: Plot(
            TITLE,
            tuple(Track(TITLE, tuple(points)) for points in tracks),
            (Mark("x", tracks[0][0]),),
            (("x", TITLE),),
        )
    ),
    st.lists(st.lists(word, min_size=1, max_size=50), min_size=1, max_size=4).map(
        lambda rows: Cells(TITLE, tuple(tuple(row) for row in rows), ((0, 0),), ("a", "b"))
    ),
    st.lists(st.lists(word, min_size=1, max_size=50), min_size=1, max_size=4).map(
        lambda rows: Layers(TITLE, tuple(Layer(TITLE, tuple(units), same("all")) for units in rows))
    ),
    st.lists(st.tuples(st.lists(word, min_size=1, max_size=12), st.booleans()), min_size=1, max_size=4).map(
        lambda lanes: Flow(TITLE, tuple(Lane(TITLE, tuple(words), tuple(words[1:]), back) for words, back in lanes))
    ),
    st.recursive(
        word.map(Node),
        lambda below: st.lists(below, max_size=4).map(lambda nodes: Node("n", tuple(nodes))),
        max_leaves=9,
    ).map(lambda root: Tree(TITLE, root)),
)


def drawing(picture, width=80):
    (found,) = [block for block in picture_blocks(picture, "en", width) if isinstance(block, Drawing)]
    return found


@given(pictures, st.integers(40, 120))
def test_a_drawing_keeps_to_the_width_and_is_told_in_words(picture, width):
    found = drawing(picture, width)
    assert found.lines and max(columns(line) for line in found.lines) <= width
    assert found.told


def test_bars_are_as_long_as_their_values_say_and_the_asked_one_is_marked():
    lines = drawing(Bars(TITLE, ("a", "b"), (1.0, 2.0), (1,))).lines
    assert [line.count("█") for line in lines] == [20, 40]
    assert [line.endswith("◀") for line in lines] == [False, True]


def test_two_tracks_end_in_their_letters_and_signs_are_explained():
    up, down = Track(Text("rise", "升"), ((0, 0), (1, 1))), Track(Text("fall", "降"), ((0, 1), (1, 0)))
    lines = drawing(Plot(TITLE, (up, down), (Mark("×", (0.5, 0.5)),), (("×", Text("crossing", "交点")),))).lines
    body = [line.split("│")[1] for line in lines if "│" in line]
    assert body[0].endswith("A") and body[-1].endswith("B") and sum(row.count("×") for row in body) == 1
    assert lines[-3:] == ("  A  rise", "  B  fall", "  ×  crossing")


def test_points_of_a_track_are_joined():
    lines = drawing(Plot(TITLE, (Track(TITLE, ((0, 0), (1, 1))),))).lines
    assert all(line.split("│")[1].strip() for line in lines if "│" in line)


def test_cells_stand_in_columns_and_marked_ones_in_brackets():
    cells = Cells(TITLE, (("1", "2", "30"), ("4", "5", "6")), ((0, 1),), ("x", "y"))
    assert drawing(cells).lines == ("  x   1 [ 2] 30", "  y   4   5   6")
    assert drawing(cells).told == (("x", "1, 2 (marked), 30"), ("y", "4, 5, 6"))


def test_cells_that_do_not_fit_go_on_below():
    assert len(drawing(Cells(TITLE, (tuple("123456789"),)), 20).lines) == 3


def test_layers_stand_above_each_other_with_their_links_and_say_how_many_units_are_left_out():
    layers = Layers(TITLE, (Layer(same("h"), ("1", "0"), same("↑ W")), Layer(same("v"), ("0",) * 99)))
    lines = drawing(layers, 40).lines
    assert lines[:2] == ("  h  (1) (0)", "     ↑ W") and lines[2].endswith("… 99 in all")


def test_a_flow_has_its_arrows_forward_and_back_with_what_stands_on_them():
    flow = Flow(TITLE, (Lane(same("f"), ("x", "y"), ("2",)), Lane(same("b"), ("6", "3"), ("2",), back=True)))
    assert drawing(flow).lines == ("  f  x ─2─▶ y", "  b  6 ◀─2─ 3")
    assert drawing(flow).told == (("f", "x → 2 → y"), ("b", "6 ← 2 ← 3"))


def test_a_tree_hangs_from_its_root_and_is_told_by_places():
    tree = Tree(TITLE, Node("s", (Node("np", (Node("a"), Node("b"))), Node("v"))))
    assert drawing(tree).lines == ("  s", "  ├─ np", "  │  ├─ a", "  │  └─ b", "  └─ v")
    assert drawing(tree).told[2] == ("1.1.1", "a")


def test_a_straight_line_falls_from_corner_to_corner_and_its_marked_point_is_drawn():
    lines = drawing(Curve(TITLE, sampled(lambda x: -x, -1, 1), ((0.0, 0.0),))).lines
    body = [line.split("│")[1] for line in lines if "│" in line]
    assert body[0][0] != " " and body[-1][-1] != " "
    assert sum(row.count("●") for row in body) == 1
    assert lines[0].startswith(" 1 │") and lines[-1].split() == ["−1", "1"]


def test_the_largest_number_of_a_heat_map_is_darkest_and_the_smallest_empty():
    assert drawing(HeatMap(TITLE, ((0.0, 1.0), (0.5, 0.25)))).lines == ("    ██", "  ▒▒░░")


def test_linear_text_has_the_numbers_and_no_drawing():
    told = render(picture_blocks(Bars(TITLE, ("a", "b"), (1.0, 2.5), (1,)), "zh", 80))
    assert "a: 1\n" in told and "b: 2.5 (所标)" in told and "█" not in told


@pytest.mark.parametrize("name", [name for name in names() if load(name).picture])
def test_every_picture_of_an_example_can_be_drawn_from_default_and_drawn_inputs(name):
    example = load(name)
    for truth in [work(example, defaults(example))] + [
        draw(example, Random(f"{seed}/{level}"), level) for level in LEVELS for seed in range(5)
    ]:
        for picture in example.picture(truth):
            assert picture.title.en and picture.title.zh != same(picture.title.en).zh
            for width in (40, 80):
                assert all(columns(line) <= width for line in drawing(picture, width).lines)
