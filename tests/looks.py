"""What the tests of views share: hostile text, worked examples and questions as blocks."""

import re
import unicodedata
from functools import cache
from random import Random

from hypothesis import strategies as st

from studynn.bank.cache import Cache
from studynn.bank.library import Library, content_folder
from studynn.core.draw import draw
from studynn.core.inputs import defaults
from studynn.core.steps import work
from studynn.core.text import number_text
from studynn.views.blocks import Gap, Grid, Heading, Line, Listing, Maths, columns
from studynn.worked import load, names

LANGUAGES = ("en", "zh")
ACTIVE = [*map(chr, [*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)]), *"\u200b\u200c\u200d\u2060\ufeff\u00ad"]
ACTIVE += [
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ud800\udfff",
    "\U000e0041",
]
ESCAPES = "\x1b[2J\x1b]0;title\x07\x9b31m\u202eevil\u2066\u200b\r\x08\x00\x7f"
BOXES = set("╭╮╰╯│─┬┴┼├┤━┃┏┓┗┛⎡⎢⎣⎤⎥⎦")

UNSETTLED = ("Cs", "Cn", "Co", "Cf", "Mn", "Mc", "Me", "Sk", "So", "No")
"""Signs that terminals, rich and Unicode itself give different widths, by category; conjoining Jamo besides."""
JAMO = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]")
settled = st.characters(exclude_categories=UNSETTLED).filter(lambda sign: not JAMO.match(sign))
alphabet = st.one_of(st.sampled_from("ab cde 卷积。，！（“”）; |[]-\n"), st.sampled_from(ACTIVE), settled)
prose = st.text(alphabet=alphabet, max_size=60)
value = st.one_of(st.integers(-99, 99), st.floats(-1e6, 1e6)).map(number_text)


@st.composite
def matrices(draw, most=6):
    rows, width = draw(st.integers(1, most)), draw(st.integers(1, most))
    return "[" + "; ".join(", ".join(draw(value) for _ in range(width)) for _ in range(rows)) + "]"


maths = st.one_of(prose, matrices(), st.lists(matrices(), min_size=1, max_size=3).map(" − 0.5·".join)).map(Maths)
cells = st.one_of(prose, maths)


@st.composite
def grids(draw):
    count = draw(st.integers(1, 6))
    headers = tuple(draw(prose) for _ in range(count))
    rows = tuple(tuple(draw(cells) for _ in range(count)) for _ in range(draw(st.integers(0, 3))))
    return Grid(headers, rows, title=draw(prose), stack=draw(st.integers(0, count - 1)))


blocks = st.one_of(
    st.builds(Heading, prose, st.integers(1, 2)),
    st.builds(Line, prose, indent=st.integers(0, 6)),
    st.builds(Listing, st.lists(st.tuples(prose, prose), max_size=4).map(tuple), indent=st.integers(0, 4)),
    st.just(Gap()),
    grids(),
)
hostile = [
    Heading(ESCAPES),
    Line(ESCAPES),
    Listing(((ESCAPES, ESCAPES),)),
    Grid((ESCAPES, ESCAPES), ((ESCAPES, Maths(f"[1; 2] {ESCAPES}")),), title=ESCAPES),
]


def is_harmless(text, newline=True):
    return not any(
        unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") and not (newline and sign == "\n") for sign in text
    )


def widest(text):
    return max(columns(line) for line in text.split("\n"))


@cache
def examples():
    """Every worked example with its default and with drawn inputs."""
    found = [work(load(name), defaults(load(name))) for name in names()]
    return [*found, *(draw(load(name), Random(level), level) for name in names() for level in (1, 2, 3))]


def questions(tmp_path, seed=1):
    """Every question of the content, posed, with the title of its topic."""
    library = Library((content_folder(),), Cache(tmp_path, "test"), load)
    for topic in library.all():
        for question in topic.questions:
            yield topic.title, question.pose(Random(seed), load)
