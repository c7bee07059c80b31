"""Runs a conversation to its end, however it ends, and sums it up."""

from __future__ import annotations

from ..core.advice import weakness
from ..core.text import Text
from ..views.question import Next, summary_blocks
from ._conversation import Conversation
from ._output import show


def close(conversation: Conversation, topics: set[str], words: list[str]) -> None:
    """Converse; sum up at the end, after `q`, at the end of input and after Ctrl-C, which goes on its way then."""
    try:
        conversation.run()
    except KeyboardInterrupt:
        conversation.environment.stdout.write("\n")
        _sum_up(conversation, topics, words)
        raise
    _sum_up(conversation, topics, words)


def _sum_up(conversation: Conversation, topics: set[str], words: list[str]) -> None:
    session = conversation.session
    advice = next_commands(conversation, topics, words)
    show(
        conversation.environment,
        summary_blocks(session, conversation.titles, advice, conversation.environment.language),
    )


def next_commands(conversation: Conversation, topics: set[str], words: list[str]) -> list[Next]:
    """What to type next: notes on the weakest topic, if it has any, the example that failed, then more questions."""
    weak = weakness(conversation.session)
    named = " ".join(words)
    advice: list[Next] = []
    if weak.topic in topics:
        advice.append(Next(f"studynn show {weak.topic}", Text("read up on what went wrong most", "温习出错最多的内容")))
    if weak.example:
        line = f"studynn compute {weak.example} --seed {conversation.seed} --level {weak.level} --problem"
        advice.append(Next(line, Text("work that kind of problem on paper", "用纸笔再算一道同类题")))
    again = Text("the missed ones come back first", "先问答错的题") if weak.missed else Text("go on", "继续")
    advice.append(Next(f"studynn quiz {named}".strip(), again))
    return advice
