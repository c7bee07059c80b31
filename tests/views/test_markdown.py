"""Markdown tables are tables: as many cells in every row, whatever stands in them."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from looks import LANGUAGES, blocks, examples, grids, hostile, is_harmless

from studynn.views.blocks import Grid, Heading, Line, Listing, Maths
from studynn.views.markdown import render
from studynn.views.worked import worked_blocks


def cell_counts(text):
    """The number of cells in each row of a table: bars that no backslash takes away."""
    rows = [line for line in text.split("\n") if line.startswith("|")]
    return [len(re.sub(r"\\.", "", row).strip().split("|")) - 2 for row in rows]


@settings(deadline=None, max_examples=150)
@given(grids())
def test_every_row_has_as_many_cells_as_the_head(grid):
    counts = cell_counts(render([grid]))
    assert counts == [len(grid.headers)] * (len(grid.rows) + 2)


def test_bars_backslashes_and_newlines_stay_in_their_cells():
    grid = Grid(("a|b", "c"), (("x | y \\", Maths("[1 | 2] `z`")), ("one\ntwo", Maths("|x|\n\\|"))))
    text = render([grid])
    assert cell_counts(text) == [2, 2, 2, 2]
    assert "x \\| y \\\\" in text and "`[1 ∣ 2] ’z’`" in text and "one two" in text


def test_worked_examples_are_tables():
    for worked in examples():
        for language in LANGUAGES:
            assert set(cell_counts(render(worked_blocks(worked, language)))) == {4}


@settings(deadline=None, max_examples=100)
@given(st.lists(blocks, max_size=3))
def test_nothing_is_left_for_a_terminal_to_obey(screen):
    assert is_harmless(render([*screen, *hostile]))


def test_signs_that_markdown_would_obey_are_escaped():
    screen = [Heading("a # b", 2), Line("*x* _y_ <b> `c`"), Listing((("1", "a|b"),))]
    assert render(screen) == "### a \\# b\n\n\\*x\\* \\_y\\_ \\<b> \\`c\\`\n\n- **1** a\\|b\n\n"


def test_an_empty_formula_is_an_empty_cell():
    assert render([Grid(("a", "b"), (("x", Maths("")),))]).split("\n")[2] == "| x |  |"
