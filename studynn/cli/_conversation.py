"""The loop of a quiz: show a question, read an answer, mark it, commit it to the log, say why, go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from ..core.item import Item
from ..core.question import FindExample, OneOf, Posed, Question, Ticked, Typed
from ..core.review import rating
from ..core.session import Session, Turn, answer, hint, skip, undo
from ..core.text import Text, fill
from ..core.verdict import Verdict
from ..environment import Environment
from ..views.blocks import Block, Gap, Line, Listing
from ..views.question import (
    HINT,
    NO_MORE_HINTS,
    NOT_COUNTED,
    answer_blocks,
    feedback_blocks,
    points_blocks,
    question_blocks,
    working_blocks,
)
from ._keyboard import Keyboard
from ._output import show
from ._recorder import Recorder

COMMANDS = {
    "h": Text("a hint; a right answer then counts as hard", "提示；此后答对按“困难”计"),
    "s": Text("skip this question; it costs nothing", "跳过本题，不计成绩"),
    "u": Text("take the last answer back and answer again", "撤销上一个回答并重答"),
    "w": Text("the answer and working of this question; it is not counted then", "显示本题答案与过程；本题不再计分"),
    "q": Text("quit; everything answered is kept", "退出；已答的都会保存"),
    "?": Text("this help", "本帮助"),
}
KEYS_PROMPT = Text(
    "[h hint  s skip  u undo  w working  q quit  ? help] ", "[h 提示  s 跳过  u 撤销  w 过程  q 退出  ? 帮助] "
)
LINE_PROMPT = Text(
    ":h hint  :s skip  :u undo  :w working  :q quit  :? help", ":h 提示  :s 跳过  :u 撤销  :w 过程  :q 退出  :? 帮助"
)
PAUSE_PROMPT = Text(
    "[Enter next  1-4 rate  w working  u undo  q quit] ", "[回车 下一题  1-4 改评分  w 过程  u 撤销  q 退出] "
)
CONFIDENCE_PROMPT = Text("How sure? [1 guess  2 unsure  3 sure] ", "有多大把握？[1 猜的  2 不确定  3 确定] ")
RATINGS = {
    1: Text("1 Again", "1 重来"),
    2: Text("2 Hard (a pass)", "2 困难（算通过）"),
    3: Text("3 Good", "3 良好"),
    4: Text("4 Easy", "4 容易"),
}
RATED = Text("Counts as: {rating}", "计为：{rating}")
NOT_YET = Text("✗ Not yet. Once more; an empty line shows the answer.", "✗ 还不对。再试一次；直接回车则显示答案。")
LEAVING = ("s", "u", "w", "q")
BROKEN = "broken"
NOTHING_TO_UNDO = Text(
    "There is no answer to take back in this session; `studynn history undo` goes further back.",
    "本次还没有可撤销的回答；更早的可用 `studynn history undo`。",
)
UNDONE = Text("Taken back.", "已撤销。")
TYPED_WITH_COLON = Text(
    "Where an answer is typed, these begin with a colon: :h :s :u :w :q",
    "需要输入文字时，这些命令前加冒号：:h :s :u :w :q",
)


class Conversation:
    """One session at one keyboard. `titles` are those of topics by id."""

    def __init__(
        self,
        environment: Environment,
        session: Session,
        titles: Mapping[str, Text],
        seed: int,
        recorder: Recorder,
        find_question: Callable[[Item], Question],
        find_example: FindExample,
        *,
        with_confidence: bool = False,
    ) -> None:
        self.environment = environment
        self.session = session
        self.seed = seed
        self.recorder = recorder
        self.find_example = find_example
        self.titles = titles
        self.find_question = find_question
        self.with_confidence = with_confidence
        self.keyboard = Keyboard(environment)

    def run(self) -> None:
        """Ask until the questions or the learner's answers come to an end."""
        while turn := self.session.current:
            try:
                question = self.find_question(turn.item)
                posed = question.pose(Random(f"{self.seed}/{turn.item.id}"), self.find_example)
            except Exception as error:
                self._broken(error)
                continue
            self._say(
                [
                    Gap(),
                    *question_blocks(
                        posed,
                        self.titles[turn.item.topic],
                        self.session.number,
                        self.session.total,
                        self.environment.language,
                    ),
                ]
            )
            if not self._answered(posed):
                return

    def _say(self, blocks: list[Block]) -> None:
        show(self.environment, blocks)

    def _tell(self, text: Text) -> None:
        self._say([Line(text.to(self.environment.language))])

    def _broken(self, error: Exception) -> None:
        remark = Text(f"({type(error).__name__}: {error})", f"（{type(error).__name__}：{error}）")
        posed_nothing = Verdict("broken", (remark,))
        self._say(feedback_blocks(_NOTHING, posed_nothing, self.environment.language))
        self.session = skip(self.session)

    def _answered(self, posed: Posed) -> bool:
        """Deal with one question to its end; False ends the session."""
        started = self.environment.milliseconds()
        given = self._given(posed)
        if given is None or isinstance(given, str):
            return given is not None and self._left(given, posed)
        typed, verdict, hints = given
        confidence = self._asked_confidence()
        milliseconds = self.environment.milliseconds() - started
        rated = rating(verdict, hints)
        review = self.recorder.answer(
            item=posed.item,
            question=self._turn.item.id,
            verdict=verdict,
            rating=rated,
            typed=typed,
            seed=self.seed,
            level=posed.level,
            milliseconds=milliseconds,
            hints=hints,
            confidence=confidence,
        )
        self.session = answer(self.session, verdict, review, milliseconds)
        self._say([*feedback_blocks(posed, verdict, self.environment.language), self._rated(rated)])
        return self._paused(posed)

    @property
    def _turn(self) -> Turn:
        assert self.session.current is not None
        return self.session.current

    def _given(self, posed: Posed) -> tuple[str, Verdict, int] | str | None:
        """What was typed, its verdict, and the help that was taken; or the command that leaves the question; or nothing
        at the end of input."""
        prose, first = "", None
        while True:
            typed = self._read(posed)
            command = None if typed is None else _command(typed, posed)
            if first and (typed is None or not typed.strip() or command in LEAVING):
                return first  # it was answered, wrongly: that counts
            if typed is None or command == "q":
                return None
            if command in LEAVING:
                return command
            if command is not None:
                self._helped(command, posed)
                continue
            if isinstance(posed.entry, Ticked) and not prose:
                prose = typed or " "
                self._say(points_blocks(posed.entry.points, self.environment.language))
                continue
            verdict = self._marked(posed, typed)
            if verdict is None:
                return BROKEN
            if verdict.outcome == "unreadable":
                self._say(feedback_blocks(posed, verdict, self.environment.language))
                continue
            kept = f"{typed} | {prose}" if prose.strip() else typed
            if first is None and self._may_try_again(posed, verdict):
                first = kept, verdict, self._turn.hints
                self._say([*(Line(remark.to(self.environment.language)) for remark in (NOT_YET, *verdict.remarks))])
                continue
            if first is None or verdict.outcome == "wrong":
                return first or (kept, verdict, self._turn.hints)
            return f"{first[0]} → {kept}", replace(verdict, slips=first[1].slips), self._turn.hints + 1

    def _may_try_again(self, posed: Posed, verdict: Verdict) -> bool:
        """Whether a mistake that was named may be mended once: where a person types."""
        return (
            self.keyboard.interactive
            and verdict.outcome == "wrong"
            and isinstance(posed.entry, Typed)
            and bool(verdict.remarks)
        )

    def _asked_confidence(self) -> int | None:
        if not self.with_confidence:
            return None
        prompt = CONFIDENCE_PROMPT.to(self.environment.language)
        while True:
            if not self.keyboard.interactive:
                self._say([Line(prompt, "quiet")])
            pressed = self.keyboard.key(prompt)
            if pressed is None:
                return None
            if pressed.strip() in ("1", "2", "3"):
                return int(pressed.strip())

    def _rated(self, rated: int) -> Line:
        words = RATED.fill(rating=RATINGS[rated].to(self.environment.language))
        return Line(words.to(self.environment.language), "quiet")

    def _read(self, posed: Posed) -> str | None:
        language = self.environment.language
        if isinstance(posed.entry, OneOf):
            return self.keyboard.key(KEYS_PROMPT.to(language))
        if self.keyboard.interactive:
            self._say([Line(LINE_PROMPT.to(language), "quiet")])
        return self.keyboard.line()

    def _marked(self, posed: Posed, typed: str) -> Verdict | None:
        """The verdict, or nothing where marking itself failed, which is told and never charged."""
        try:
            return posed.mark(typed)
        except Exception as error:
            self._broken(error)
            return None

    def _left(self, command: str, posed: Posed) -> bool:
        """Skip, undo, or show the working: each leaves the question without an answer. What broke is passed over already."""
        if command == BROKEN:
            return True
        if command == "u":
            self._undo()
            return True
        if command == "w":
            self._say(
                [
                    *answer_blocks(posed, self.environment.language),
                    Line(NOT_COUNTED.to(self.environment.language), "quiet"),
                ]
            )
        self.session = skip(self.session)
        return self._paused(posed) if command == "w" else True

    def _helped(self, command: str, posed: Posed) -> None:
        language = self.environment.language
        if command == "?":
            entries = tuple((key, text.to(language)) for key, text in COMMANDS.items())
            self._say([Listing(entries), Line(TYPED_WITH_COLON.to(language), "quiet")])
            return
        assert self.session.current is not None
        taken = self.session.current.hints
        if taken >= len(posed.hints):
            self._tell(NO_MORE_HINTS)
            return
        self._say([Line(fill(HINT.to(language), {"hint": posed.hints[taken].to(language)}))])
        self.session = hint(self.session)

    def _undo(self) -> None:
        before = self.session
        self.session, taken_back = undo(before)
        if taken_back is None:
            self._tell(NOTHING_TO_UNDO)
            return
        self.recorder.take_back(taken_back.review)
        self._tell(UNDONE)

    def _rate_again(self, rated: int) -> None:
        """The learner knows better how well it was known."""
        last = self.session.answered[-1]
        review = self.recorder.rate_again(last.review, rated)
        self.session = replace(self.session, answered=(*self.session.answered[:-1], replace(last, review=review)))
        self._say([self._rated(rated)])

    def _paused(self, posed: Posed) -> bool:
        """Wait until the learner has read; nothing is waited for where answers are piped. False ends the session."""
        while self.keyboard.interactive:
            pressed = self.keyboard.key(PAUSE_PROMPT.to(self.environment.language))
            if pressed is None or pressed.casefold() == "q":
                return False
            if pressed.casefold() == "u":
                self._undo()
                return True
            if pressed in ("1", "2", "3", "4"):
                self._rate_again(int(pressed))
                continue
            if pressed.casefold() != "w":
                return True
            self._say(
                working_blocks(posed, self.environment.language) or answer_blocks(posed, self.environment.language)
            )
        return True


def _command(typed: str, posed: Posed) -> str | None:
    """The command in what was typed: with a colon anywhere, as a bare letter where one of several options is chosen."""
    word = typed.strip().casefold().replace("：", ":").replace("？", "?")
    if word.startswith(":"):
        return word[1:].strip()[:1] if word[1:].strip()[:1] in COMMANDS else "?"
    taken = posed.entry.keys if isinstance(posed.entry, OneOf) else None
    if taken is not None and word in COMMANDS and word not in taken:
        return word
    return "?" if word == "?" else None


_NOTHING = Posed("", "", 0, Text("", ""), OneOf((), ()), "", Text("", ""), lambda typed: Verdict("broken"))
