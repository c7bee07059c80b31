"""Pictures: as wide as there is room, told in words for linear text, and made by every example that has any."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studynn.core.draw import LEVELS, draw
from studynn.core.inputs import defaults, read_inputs
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


def test_a_track_that_does_not_bear_the_title_has_a_letter_even_alone():
    plot = Plot(TITLE, (Track(Text("fall", "降"), ((0, 1), (1, 0))),))
    assert drawing(plot).lines[-1] == "  A  fall" and ("A", "fall") in drawing(plot).told


def test_letters_of_tracks_that_end_in_one_point_stand_beside_each_other():
    tracks = tuple(Track(same(word), ((0, 0), (1, 1))) for word in ("a", "b", "c"))
    lines = drawing(Plot(TITLE, tracks, (Mark("●", (1, 1)),))).lines
    body = "".join(line for line in lines if "│" in line)
    assert [body.count(sign) for sign in "ABC●"] == [1, 1, 1, 1]


@given(st.floats(0, 1), st.integers(40, 100))
def test_a_sign_at_a_point_of_a_curve_stands_in_a_cell_of_the_curve(at, width):
    track = Track(TITLE, ((0, 0), (at, at), (1, 1)))
    without, marked = (
        drawing(Plot(TITLE, (track,)), width).lines,
        drawing(Curve(TITLE, track.points, ((at, at),)), width).lines,
    )
    ((before, after),) = [(a, b) for a, b in zip(without, marked, strict=True) if a != b]
    assert before.split("│")[1][after.split("│")[1].index("●")] > "\u2800"


def test_a_blank_mark_makes_room_and_is_neither_drawn_nor_told():
    found = drawing(Plot(TITLE, (), (Mark(" ", (-5, -7)), Mark("×", (0, 0))), (("×", Text("here", "这里")),)))
    assert "−7" in found.lines[11] and "−5" in found.lines[13] and found.told == (("0", "0 (here)"),)


def test_points_that_are_not_finite_are_left_out():
    points = ((0.0, 0.0), (0.5, float("nan")), (1.0, float("inf")), (2.0, 1.0))
    found = drawing(Plot(TITLE, (Track(TITLE, points),), (Mark("×", (float("inf"), 0.0)),)))
    assert [x for x, _ in found.told] == ["0", "2"]


def test_a_long_explanation_is_cut_to_the_width():
    plot = Plot(TITLE, (), (Mark("×", (0, 0)),), (("×", same("word " * 30)),))
    assert columns(drawing(plot, 40).lines[-1]) <= 40 and drawing(plot, 40).lines[-1].endswith("…")


def test_circles_are_drawn_without_brackets_and_a_layer_is_told_with_its_link():
    layers = Layers(TITLE, (Layer(same("h"), ("●", "○"), same("↑ W")), Layer(same("v"), ("1",))))
    assert drawing(layers).lines == ("  h  ● ○", "     ↑ W", "  v  (1)")
    assert drawing(layers).told == (("h", "●, ○; ↑ W"), ("v", "1"))


def test_a_lane_without_arrows_heads_the_columns():
    head, lane = Lane(same(""), ("x", "y"), (" ",)), Lane(same("f"), ("1", "2"), ("+1",))
    assert drawing(Flow(TITLE, (head, lane))).lines[0].split() == ["x", "y"]
    assert drawing(Flow(TITLE, (head, lane))).told == (("columns", "x, y"), ("f", "1 → +1 → 2"))


def test_a_row_that_heads_the_columns_is_told_as_such():
    cells = Cells(TITLE, (("a", "b"), ("1", "2")), (), ("", "x"))
    assert drawing(cells).told == (("columns", "a, b"), ("x", "1, 2"))


def test_a_flow_that_just_fits_is_not_broken():
    lane = Lane(same("f"), ("one", "two", "three"), ("go", "on"))
    (line,) = drawing(Flow(TITLE, (lane,)), 80).lines
    assert drawing(Flow(TITLE, (lane,)), columns(line)).lines == (line,)
    assert len(drawing(Flow(TITLE, (lane,)), columns(line) - 1).lines) > 1


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


ODD = [
    ("perceptron", {"w": "1e-300,1e-300", "x": "1e6,1e6"}),
    ("perceptron", {"w": "1,1", "x": "0,0", "b": "0"}),
    ("perceptron-train", {"x": "0,0", "t": "0", "w": "0,0"}),
    ("perceptron-train", {"gate": "and", "b": "1e6", "epochs": "20"}),
    ("xor-from-nand", {"w": "1e-300,1e6"}),
    ("mlp-forward", {"w3": "1;2;3", "b3": "0,0,0", "output": "softmax"}),
    ("regression-loss", {"target": "1e6,-1e6", "prediction": "1e6,-1e6"}),
    ("chain-rule", {"x": ",".join(["1"] * 32), "w": ",".join(["1"] * 32)}),
    ("gradient-check", {"function": "cubic", "x": "0", "h": "0.000001"}),
    ("momentum", {"gradients": ",".join(["1e6"] * 50), "lr": "1e6", "mu": "0.99"}),
    ("gradient-clip", {"g": "1e6,1e-300", "max_norm": "0.000001"}),
    ("init-variance", {"mean_square": "1e6", "sigma": "1e6", "fan_in": "1000000"}),
    ("normalise", {"x": "1,1e6;2,-1e6", "new": "1,1"}),
    ("pca-whitening", {"x": "1e6,2;-1e6,4"}),
    ("dense-params", {"input": "1000000", "layers": "1000000"}),
    ("dbn-shapes", {"sizes": ",".join(["100000"] * 10)}),
    ("routing", {"u_hat": "1,2"}),
    ("binary-cross-entropy", {"probs": "0,1", "y": "1,0"}),
    ("gan-losses", {"real": "0.5", "fake": "1e-300"}),
    ("gan-optimal-discriminator", {"p_data": "0,1", "p_g": "0,1"}),
]


@pytest.mark.parametrize(("name", "texts"), ODD)
def test_odd_inputs_are_drawn_within_the_width_or_not_at_all(name, texts):
    example = load(name)
    for picture in example.picture(work(example, read_inputs(example, texts))):
        for width in (40, 80):
            assert all(columns(line) <= width for line in drawing(picture, width).lines)
        assert drawing(picture).told and len(drawing(picture).lines) <= 40
