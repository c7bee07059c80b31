"""A topic as revision notes."""

from dataclasses import replace

from studynn.core.text import Text, same
from studynn.core.topic import Card, Fact, Section, Table, Topic
from studynn.views.blocks import Grid, Heading, Listing
from studynn.views.notes import notes_blocks

TABLE = Table(
    title=Text("Max against mean", "最大与平均"), head=(same(""), same("max")), rows=((same("keeps"), same("peak")),)
)
TOPIC = Topic(
    id="pooling",
    title=Text("Pooling", "池化"),
    sections=(Section(id="kinds", title=Text("Kinds", "种类")), Section(id="size", title=Text("Size", "尺寸"))),
    facts=(
        Fact(id="a", section="kinds", says=Text("Two kinds.", "两种。")),
        Fact(id="b", section="size", says=Text("It halves.", "减半。"), formula="O = W/2"),
    ),
    cards=(
        Card(id="a.card", fact="a", front=same("?"), back=same("!"), hook=Text("Like a podium.", "像领奖台。")),
        Card(id="b.card", fact="b", front=same("?"), back=same("!")),
    ),
    tables=(TABLE,),
)


def table_in(section):
    topic = replace(TOPIC, tables=(replace(TABLE, section=section),))
    return notes_blocks(topic, [], [], "en")


def test_a_table_stands_in_its_section_after_the_facts():
    blocks = table_in("kinds")
    table = blocks.index(Grid(("", "max"), (("keeps", "peak"),), "Max against mean"))
    assert blocks.index(Listing((("•", "Two kinds."),), indent=0)) < table < blocks.index(Heading("Size", 2))


def test_a_table_without_a_section_stands_after_all_of_them():
    blocks = table_in("")
    assert blocks.index(Heading("Size", 2)) < blocks.index(Grid(("", "max"), (("keeps", "peak"),), "Max against mean"))


def test_memory_hooks_of_cards_are_gathered_under_a_heading():
    blocks = notes_blocks(TOPIC, [], [], "zh")
    assert blocks.index(Heading("帮助记忆", 2)) + 1 == blocks.index(Listing((("•", "像领奖台。"),), indent=0))
    assert not any(isinstance(block, Listing) and ("•", "!") in block.entries for block in blocks)


def test_the_facts_of_a_topic_without_sections_are_all_there():
    topic = Topic(id="t", title=same("T"), facts=(Fact(id="a", says=same("One.")),))
    assert Listing((("•", "One."),), indent=0) in notes_blocks(topic, [], [], "en")
