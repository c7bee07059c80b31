"""The loop of `studynn cards`: show the front, reveal, take the grade, commit it to the log, go on."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ..core.cards import Cards, Done, Turn, answer, bring, drop, following, is_leech, put_aside, undo
from ..core.question import Posed
from ..core.review import AGAIN, GOOD, Purpose
from ..core.schedule import memories, next_dues
from ..core.text import Text, fill
from ..core.verdict import Verdict
from ..environment import Environment
from ..views.blocks import Block, Gap, Line, Listing
from ..views.card import (
    CRAM,
    SHORT_GRADES,
    back_blocks,
    example_blocks,
    front_blocks,
    grades_blocks,
    head_line,
    interval_text,
    leech_blocks,
    source_blocks,
    stage,
)
from ._dealer import Dealer
from ._faces import Face, Gone, examples_of, face_of, worked_out
from ._keyboard import Keyboard
from ._output import show
from ._recorder import Recorder

COMMANDS = (
    (Text("Space, Enter", "空格、回车"), Text("reveal; then Good", "显示答案；再按即为“良好”")),
    (Text("1 2 3 4", "1 2 3 4"), Text("Again, Hard (this is a pass), Good, Easy", "重来、困难（算通过）、良好、容易")),
    (Text("e", "e"), Text("sources and formula", "出处与公式")),
    (Text("w", "w"), Text("the worked example behind the card", "卡片背后的算例")),
    (Text("s", "s"), Text("skip; nothing is counted", "跳过，不计成绩")),
    (Text("b", "b"), Text("bury until tomorrow", "搁置到明天")),
    (Text("!", "!"), Text("suspend until you take it up again", "暂停，直到你恢复它")),
    (Text("u", "u"), Text("undo, also answers of earlier days", "撤销，以前的回答也可撤销")),
    (Text("q", "q"), Text("quit; everything answered is kept", "退出；已答的都会保存")),
)
FRONT_PROMPT = Text(
    "[Space reveal  s skip  u undo  q quit  ? help] ", "[空格 显示答案  s 跳过  u 撤销  q 退出  ? 帮助] "
)
SURE_PROMPT = Text(
    "How sure? [1 guess  2 unsure  3 sure  q quit  ? help] ", "有多大把握？[1 猜的  2 不确定  3 确定  q 退出  ? 帮助] "
)
BACK_PROMPT = Text("[1-4  Space Good  e sources  w example  ? help] ", "[1-4  空格 良好  e 出处  w 算例  ? 帮助] ")
REVEAL_FIRST = Text("Space or Enter reveals; ? lists the keys.", "空格或回车显示答案；? 列出全部按键。")
GRADE_IT = Text(
    "1, 2, 3 or 4; Space or Enter is Good; ? lists the keys.", "请按 1、2、3、4；空格或回车为“良好”；? 列出全部按键。"
)
BROKEN = Text(
    "This card cannot be shown. That is a fault of the program and is not counted.",
    "这张卡片无法显示，这是程序的问题，不计成绩。",
)
TAKEN_BACK = Text("Taken back: {what}.", "已撤销：{what}。")
EARLIER = Text("{grade}, {age} ago", "{age}前的“{grade}”")
OF_A_QUIZ = Text(
    "That was the answer to a question ({question}); `studynn quiz` asks it again.",
    "那是一道题（{question}）的回答；`studynn quiz` 会再问。",
)
NOTHING_TO_UNDO = Text("There is nothing to take back.", "没有可撤销的内容。")
SET_ASIDE = {
    "skip": Text("Skipped; nothing is counted.", "已跳过，不计成绩。"),
    "bury": Text("Buried until tomorrow.", "已搁置到明天。"),
    "suspend": Text(
        "Suspended. `studynn cards --resume` takes it up again.", "已暂停。`studynn cards --resume` 可恢复。"
    ),
}
UNDONE_KINDS = {"skip": Text("skip", "跳过"), "bury": Text("bury", "搁置"), "suspend": Text("suspend", "暂停")}
LEAVING: dict[str, Literal["skip", "bury", "suspend"]] = {"s": "skip", "b": "bury", "!": "suspend"}
REVEAL = ""


class Revealed(NamedTuple):
    """A card was revealed: when, how sure the learner was, and the grade where it was given along with it."""

    moment: int
    confidence: int | None = None
    grade: int | None = None


class CardTable:
    """One session of cards at one keyboard. The dealer is prepared."""

    def __init__(
        self, environment: Environment, dealer: Dealer, recorder: Recorder, seed: int, *, with_confidence: bool
    ) -> None:
        self.environment = environment
        self.dealer = dealer
        self.recorder = recorder
        self.seed = seed
        self.with_confidence = with_confidence
        self.session = Cards()
        self.keyboard = Keyboard(environment)
        self._language = environment.language

    def run(self) -> None:
        """Ask until the cards or the learner's answers come to an end."""
        while turn := self.deal():
            face = self._face(turn)
            if face is None:
                self.session = drop(self.session)
                continue
            where = CRAM if self._purpose == "cram" else stage(turn.memory)
            left = f"{self.session.left}{'+' if self.dealer.has_more else ''}"
            self._say([Gap(), head_line(self.dealer.title(turn.item), where, left, self._language)])
            self._say(front_blocks(face.front, self._language))
            if not self._asked(turn, face):
                return

    def _face(self, turn: Turn) -> Face | None:
        """What the card shows; nothing where it is not asked any more, or where that fails, which is told."""
        try:
            return face_of(self.dealer.library, turn.item, self.seed, turn.memory.reviews if turn.memory else 0)
        except Gone:
            pass
        except Exception as error:
            self._say([Line(BROKEN.to(self._language), "bad"), Line(f"{type(error).__name__}: {error}", indent=2)])
        return None

    def deal(self) -> Turn | None:
        """The card to be asked, if any is left."""
        if self.session.current is None:
            self.session = following(self.dealer.fill(self.session), self.environment.moment())
        return self.session.current

    @property
    def _purpose(self) -> Purpose:
        return self.recorder.purpose

    def _asked(self, turn: Turn, face: Face) -> bool:
        """Deal with the card on the screen to its end; False ends the session."""
        started = self.environment.milliseconds()
        revealed = self._front(face)
        if not isinstance(revealed, Revealed):
            return self._left(revealed)
        dues = None if self._purpose == "cram" else next_dues(turn.item.skill, turn.memory, revealed.moment)
        self._say(grades_blocks(dues, revealed.moment, self._language, self.environment.width))
        grade = revealed.grade or self._graded(face)
        if not isinstance(grade, int):
            return self._left(grade)
        review = self.recorder.answer(
            item=turn.item.skill,
            question=turn.item.id,
            verdict=Verdict("wrong" if grade == AGAIN else "right"),
            rating=grade,
            typed=str(grade),
            seed=self.seed,
            level=turn.item.level,
            milliseconds=self.environment.milliseconds() - started,
            confidence=revealed.confidence,
            moment=revealed.moment,  # that is when it was known or not, and what the intervals were shown for
        )
        self.session = answer(self.session, review)
        self._tell_answer(self.session.done[-1], face)
        return True

    def _front(self, face: Face) -> Revealed | str | None:
        """Until the card is revealed; or the command that leaves it; or nothing at the end of input."""
        prompt = SURE_PROMPT if self.with_confidence else FRONT_PROMPT
        while (key := self._key(prompt)) is not None:
            if key in LEAVING or key in ("u", "q"):
                return key
            if self.with_confidence and key in ("1", "2", "3"):
                return self._reveal(face, confidence=int(key))
            if key in (REVEAL, "e", "w"):
                found = self._reveal(face)
                self._show_more(key, face)
                return found
            if key in ("1", "2", "3", "4") and not self.keyboard.interactive:
                return self._reveal(face, grade=int(key))
            self._help(key, REVEAL_FIRST)
        return None

    def _reveal(self, face: Face, *, confidence: int | None = None, grade: int | None = None) -> Revealed:
        moment = self.environment.moment()
        self._say(back_blocks(face.front, face.fact, self._language))
        return Revealed(moment, confidence, grade)

    def _graded(self, face: Face) -> int | str | None:
        """The grade of a revealed card; or the command that leaves it; or nothing at the end of input."""
        while (key := self._key(BACK_PROMPT)) is not None:
            if key in LEAVING or key in ("u", "q"):
                return key
            if key in ("1", "2", "3", "4", REVEAL):
                return int(key or GOOD)
            if key in ("e", "w"):
                self._show_more(key, face)
            else:
                self._help(key, GRADE_IT)
        return None

    def _key(self, prompt: Text) -> str | None:
        from ..core.answers import normalised

        typed = self.keyboard.key(prompt.to(self._language))
        if typed is None:
            return None
        word = normalised(typed).casefold()
        return word[1:].strip() if word.startswith(":") and len(word) > 1 else word

    def _help(self, key: str, otherwise: Text) -> None:
        if key != "?":
            self._tell(otherwise)
            return
        language = self._language
        self._say([Listing(tuple((keys.to(language), does.to(language)) for keys, does in COMMANDS))])

    def _show_more(self, key: str, face: Face) -> None:
        """Where a card comes from, or the worked example behind it."""
        if key == "e":
            example = face.front.truth.example.name if isinstance(face.front, Posed) and face.front.truth else ""
            self._say(source_blocks(face.fact, example, self._language))
        elif key == "w":
            topic = face.topic.id if face.topic else ""
            self._say(example_blocks([worked_out(found) for found in examples_of(face)], topic, self._language))

    def _left(self, key: str | None) -> bool:
        """A card is left without an answer. False ends the session."""
        if key is None or key == "q":
            return False
        if key == "u":
            self._undo()
            return True
        kind = LEAVING[key]
        assert self.session.current is not None
        if kind != "skip":
            self.recorder.mark(self.session.current.item.skill, kind)
        self.session = put_aside(self.session, kind)
        self._tell(SET_ASIDE[kind])
        return True

    def _tell_answer(self, done: Done, face: Face) -> None:
        if is_leech(done) and done.memory:
            example = next(iter(examples_of(face)), None)
            self._say(leech_blocks(done.memory.lapses, example, done.turn.item.topic, self._language))

    def _undo(self) -> None:
        """The last thing done in this session is taken back; where there is none, the last answer of the log."""
        self.session, done = undo(self.session)
        if done is None:
            self._undo_earlier()
            return
        if done.review is not None:
            self.recorder.take_back(done.review)
        elif done.kind != "skip":
            self.recorder.mark(done.turn.item.skill, "resume")
        rating = done.review.rating if done.review else None
        self._tell(TAKEN_BACK, what=SHORT_GRADES[rating] if rating else UNDONE_KINDS[done.kind])

    def _undo_earlier(self) -> None:
        from ..history.log import log_path, reading

        if self.recorder.keeps_nothing:
            self._tell(NOTHING_TO_UNDO)
            return
        with reading(log_path(self.environment.data_folder)) as log:
            review = log.last_answer() if log else None
            if log is None or review is None:
                self._tell(NOTHING_TO_UNDO)
                return
            self.recorder.take_back(review)
            memory = memories(log.answers_of(review.item)).get(review.item)
        age = interval_text(self.environment.moment() - review.moment, self._language)
        grade = SHORT_GRADES[review.rating or GOOD].to(self._language)
        self._tell(TAKEN_BACK, what=EARLIER.fill(grade=grade, age=age))
        item = self.dealer.items_of([review.item]).get(review.item)
        if item is None:
            self._tell(OF_A_QUIZ, question=review.question)
        else:
            self.session = bring(self.session, item, memory)

    def _say(self, blocks: list[Block]) -> None:
        show(self.environment, blocks)

    def _tell(self, text: Text, **values: Text | str) -> None:
        language = self._language
        shown = {name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}
        self._say([Line(fill(text.to(language), dict(shown)))])
