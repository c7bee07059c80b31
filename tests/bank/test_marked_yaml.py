"""Content files are read as YAML 1.2 values with exact places, and nothing in them can harm the reader."""

import json

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studynn.bank.marked_yaml import DEEPEST, Marked, YamlProblem, parse_yaml

words = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"), max_size=12
)
numbers = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)


def nested(words):
    """Data of any shape that a file can hold."""
    leaves = st.none() | st.booleans() | numbers | words
    return st.recursive(leaves, lambda part: st.lists(part, max_size=4) | st.dictionaries(words, part, max_size=4))


PIECES = r"""a é 卷积 : - \ { } [ ] ? &a *a !!str ! ' " | > # %YAML --- ... \U \ud800 << ~ 1e999 0x1 @ `"""
pieces = st.sampled_from([*PIECES.split(" "), *" \n\t\x00\x1b\ufeff\r\x85\u2028\ud800", ": ", "- ", ", ", "  "])
snippets = st.lists(pieces, max_size=30).map("".join)


@pytest.fixture(params=["C", "Python"])
def parser(request, monkeypatch):
    """Both parsers of PyYAML: the one in C is missing on some machines."""
    if request.param == "Python":
        monkeypatch.delattr(yaml, "CSafeLoader")
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML was built without its parser in C")
    return request.param


def refused(text):
    with pytest.raises(YamlProblem) as caught:
        parse_yaml(text)
    assert caught.value.exit_code == 1
    assert caught.value.what.en and caught.value.what.zh
    return caught.value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("yes", "yes"), ("No", "No"), ("on", "on"), ("y", "y"), ("12:30", "12:30"), ("010", "010"), ("0x10", "0x10"),
        ("0o7", "0o7"), ("1_000", "1_000"), (".inf", ".inf"), ("-.INF", "-.INF"), (".nan", ".nan"), ("2024-01-01", "2024-01-01"),
        ("nULL", "nULL"), ("tRUE", "tRUE"), ("１２", "１２"), ("1e999", "1e999"), (".", "."), ("+", "+"), ("e5", "e5"),
        ("null", None), ("Null", None), ("NULL", None), ("~", None), ("", None), ("true", True), ("False", False),
        ("0", 0), ("-0", 0), ("+12", 12), ("-7", -7), ("1e-3", 0.001), ("1E3", 1000.0), (".5", 0.5), ("1.", 1.0), ("-1.5", -1.5),
        ("'1'", "1"), ('"true"', "true"), ("'~'", "~"), ("''", ""), ("!  # tag", None),
    ],
)  # fmt: skip
def test_plain_words_are_values_as_in_yaml_1_2(word, value):
    if word.startswith("!"):
        assert "tags are not allowed" in refused(f"a: {word}").what.en
        return
    found = parse_yaml(f"a: {word}").value["a"]
    assert (found, type(found)) == (value, type(value))


def test_a_number_of_a_million_digits_stays_text_instead_of_being_computed():
    digits = "9" * 1_000_000
    assert parse_yaml(f"- {digits}").value == [digits]


@pytest.mark.parametrize(
    "tagged",
    [
        "!!python/object/apply:os.system [echo]",
        "!!python/name:os.system",
        "!<tag:yaml.org,2002:python/object:x.Y> {}",
        "!!str 1",
        "!own {a: 1}",
        "! x",
    ],
)
def test_tags_are_refused_where_they_stand(tagged, parser):
    problem = refused(f"a: 1\nb: {tagged}")
    assert "tags are not allowed" in problem.what.en
    assert problem.place == (2, 4)


def test_an_alias_bomb_is_refused_at_its_first_anchor(parser):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    problem = refused("\n".join(lines))
    assert problem.place == (1, 5)
    assert "anchors and aliases" in problem.what.en


@pytest.mark.parametrize(("text", "place"), [("a: *x", (1, 4)), ("b: 1\na: &x 1", (2, 4)), ("*x : 1", (1, 1))])
def test_anchors_and_aliases_are_refused_where_they_stand(text, place, parser):
    assert refused(text).place == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\nb: 2\na: 3", (3, 1)),
        ("- x\n- {k: 1, 'k': 2}", (2, 10)),
        ("a:\n  卷积: 1\n  卷积: 2", (3, 3)),
        ("null: 1\n~: 2\nnull: 3", (3, 1)),
    ],
)
def test_a_repeated_key_is_refused_at_its_second_place(text, place, parser):
    problem = refused(text)
    assert problem.place == place
    assert "twice" in problem.what.en


def test_the_same_key_in_two_mappings_is_no_repetition():
    assert parse_yaml("- {a: 1}\n- {a: 2, b: {a: 3}}").value == [{"a": 1}, {"a": 2, "b": {"a": 3}}]


def test_keys_are_words_so_that_a_merge_key_merges_nothing():
    assert parse_yaml("<<: {a: 1}\n1: x\ntrue: y").value == {"<<": {"a": 1}, "1": "x", "true": "y"}
    assert refused("? [a]\n: b").what.en == "a key must be a word"
    assert refused("{{a: 1}: 2}").what.en == "a key must be a word"


def test_a_second_document_is_refused_where_it_begins(parser):
    assert refused("a: 1\n---\nb: 2").place == (2, 1)
    assert parse_yaml("%YAML 1.2\n---\na: 1\n...\n").value == {"a": 1}


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? "])
def test_deep_nesting_is_refused_at_once_however_deep_it_is(opening, parser):
    problem = refused(opening * 100_000)
    assert problem.place[0] == 1
    assert str(DEEPEST) in problem.what.en or "key must be a word" in problem.what.en


def test_the_deepest_nesting_allowed_is_read_and_one_level_more_is_not():
    assert parse_yaml("[" * DEEPEST + "]" * DEEPEST).value is not None
    assert refused("[" * (DEEPEST + 1)).place == (1, DEEPEST + 1)


def test_every_value_has_its_line_and_column_counted_in_characters(parser):
    text = "# 注释\n卷积: [1, {池化: 'é', c: [x]}]\nb:\n  - 😀: 1\n    d: 2\n"
    assert parse_yaml(text).places == {
        (): (2, 1),
        ("卷积",): (2, 1),
        ("卷积", 0): (2, 6),
        ("卷积", 1): (2, 9),
        ("卷积", 1, "池化"): (2, 10),
        ("卷积", 1, "c"): (2, 19),
        ("卷积", 1, "c", 0): (2, 23),
        ("b",): (3, 1),
        ("b", 0): (4, 5),
        ("b", 0, "😀"): (4, 5),
        ("b", 0, "d"): (5, 5),
    }


def test_the_place_of_something_missing_is_that_of_what_is_around_it():
    marked = parse_yaml("x: 1\na:\n  - b: {c: 1}")
    assert marked.place(("a", 0, "b", "zh")) == marked.places[("a", 0, "b")] == (3, 5)
    assert marked.place(("nothing",)) == (1, 1)
    assert Marked(None).place(("a", 1)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: é\x1b[2J", (1, 5)), ("a: 1\r\nb: 2\r\n\x00", (3, 1)), ("\x07", (1, 1)), ("a:\n  'x\x7f'", (2, 5)), ("a: \ud800", (1, 4))],
)  # fmt: skip
def test_control_characters_and_half_characters_are_refused_where_they_stand(text, place, parser):
    problem = refused(text)
    assert problem.place == place
    assert "control character U+" in problem.what.en
    assert problem.what.en.isprintable()


@pytest.mark.parametrize("text", [r'a: "\ud800"', r'a: "\UFFFFFFFF"', r'a: "\U00110000"'])
def test_escapes_that_name_no_character_are_refused(text, parser):
    refused(text)


def test_tabs_may_separate_but_not_indent():
    assert parse_yaml("a:\t1").value == {"a": 1}
    assert refused("a:\n\tb: 1").place[0] == 2


@pytest.mark.parametrize("empty", ["", "\n", "# only a remark\n", "---\n", "---\n...\n"])
def test_an_empty_file_is_null(empty):
    assert parse_yaml(empty).value is None


@given(st.text(max_size=60) | snippets)
@settings(deadline=None, max_examples=300)
@example("\ufeff")
@example('"\\U99999999"')
def test_any_text_gives_a_value_or_a_problem_with_a_place_within_it(text):
    for loader in ("CSafeLoader", "none"):
        with pytest.MonkeyPatch.context() as patch:
            if loader == "none" and hasattr(yaml, "CSafeLoader"):
                patch.delattr(yaml, "CSafeLoader")
            try:
                marked = parse_yaml(text)
            except YamlProblem as problem:
                line, column = problem.place
                assert 1 <= line <= len(text) + 2 and 1 <= column <= len(text) + 2
                assert problem.what.en and problem.what.zh
            else:
                json.dumps(marked.value, allow_nan=False).encode()


@given(nested(words), st.booleans())
@settings(deadline=None, max_examples=200)
def test_what_was_written_as_json_reads_back_equal(data, indented):
    text = json.dumps(data, ensure_ascii=False, indent=2 if indented else None)
    assert parse_yaml(text).value == data


@given(nested(words.map("w{}".format)))  # PyYAML leaves `0E0`, a number in YAML 1.2, without quotes
@settings(deadline=None, max_examples=200)
def test_what_pyyaml_writes_reads_back_equal_and_has_a_place_for_every_part(data):
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    if "!!" in text or "&id" in text:  # a float's or a large number's tag; the same empty list twice
        return
    marked = parse_yaml(text)
    assert marked.value == data

    def paths(value, at=()):
        yield at
        for key, part in (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        ):
            yield from paths(part, (*at, key))

    assert set(paths(data)) == set(marked.places)
