"""The loop of a drill: show a problem with blank rows, read one after the other, mark it, commit it to the log, go on."""

from __future__ import annotations

from random import Random

from ..core.answers import Unreadable
from ..core.draw import LEVELS, draw
from ..core.drill import Drill, answered, begun, hinted, left, mastered_now, resumed, to_resume, undone
from ..core.errors import StudyError
from ..core.run import Run, askable, rating_of, verdict_of
from ..core.steps import Worked
from ..core.text import Text, fill
from ..environment import Environment
from ..views.blocks import Block, Gap, Line, Listing
from ..views.drill import answers_grid, end_blocks, hints_of, row_blocks, run_blocks, summary_blocks
from ..views.question import BROKEN, HINT, NO_MORE_HINTS, Next
from ..views.row_mark import feedback_blocks
from ..views.worked import notes_blocks
from ._keyboard import Keyboard
from ._output import show
from ._recorder import Recorder

TRIES = 50
"""Seeds after which an example is taken to have no row that can be typed."""
SEEDS = 2**63
COMMANDS = {
    ":h": Text(
        "a hint: the formula, then with numbers; a right answer then counts as hard",
        "提示：先公式，再代入数值；此后答对按“困难”计",
    ),
    ":s": Text("skip this run; new numbers", "跳过本轮，换一组数"),
    ":u": Text("take the last answer back", "撤销上一个回答"),
    ":w": Text("show the working; this run then does not count", "显示过程；本轮不再计"),
    ":q": Text("quit; everything answered is kept", "退出；已答的都会保存"),
    ":?": Text("this help", "本帮助"),
}
PROMPT = Text(
    ":h hint  :s skip  :u undo  :w working  :q quit  :? help", ":h 提示  :s 跳过  :u 撤销  :w 过程  :q 退出  :? 帮助"
)
PAUSE_PROMPT = Text("[Enter next  u undo  q quit] ", "[回车 下一轮  u 撤销  q 退出] ")
LAST_PROMPT = Text("[Enter end  u undo] ", "[回车 结束  u 撤销] ")
UNDONE = Text("Taken back.", "已撤销。")
NOTHING_TO_UNDO = Text(
    "There is no answer to take back in this session; `studynn history undo` goes further back.",
    "本次还没有可撤销的回答；更早的可用 `studynn history undo`。",
)
SHOWN = Text("Shown, so this run does not count.", "已显示过程，本轮不计。")
STILL_FAILED = Text(
    "A row of it was wrong, so it stays a run that is not clean.", "其中有一行答错，因此仍算有错的一轮。"
)


class Drilling:
    """One session at one keyboard. With a seed the runs take it and those that follow it; `most` bounds their number."""

    def __init__(
        self, environment: Environment, drill: Drill, recorder: Recorder, seed: int | None, most: int | None
    ) -> None:
        self.environment = environment
        self.drill = drill
        self.recorder = recorder
        self.keyboard = Keyboard(environment)
        self.most = most
        self.begun = 0
        self.may_resume = seed is None
        self.seed = environment.fresh_seed() if seed is None else seed

    def run(self) -> None:
        """Run after run, until the example is mastered, the runs or the learner's answers come to an end."""
        while self.most is None or self.begun < self.most:
            self._begin()
            self.begun += 1
            if not self._filled():
                return

    @property
    def is_last(self) -> bool:
        """Whether no run comes after the one on the screen."""
        return self._is_mastered() or self.begun == self.most

    def _say(self, *blocks: Block) -> None:
        show(self.environment, blocks)

    def _tell(self, text: Text, tone: str = "normal") -> None:
        self._say(Line(text.to(self.environment.language), "quiet" if tone == "quiet" else "normal"))

    def _begin(self) -> None:
        """Put the run that was left on the screen, or one with fresh numbers."""
        is_resumed = self.may_resume and self._resumed()
        if not is_resumed:
            truth, seed = self._fresh()
            self.drill = begun(self.drill, truth, seed)
            self.seed = (seed + 1) % SEEDS
        self.may_resume = False
        self._show_run(resumed=is_resumed)

    def _resumed(self) -> bool:
        open_run = to_resume(self.drill)
        again = resumed(self.drill, self._drawn(open_run.seed, open_run.level)) if open_run else None
        self.drill = again or self.drill
        return again is not None

    def _fresh(self) -> tuple[Worked, int]:
        """A problem of the level with a row to ask, on other numbers than the last one where there are others."""
        last = self.drill.run.truth.inputs if self.drill.run else None
        found: tuple[Worked, int] | None = None
        for offset in range(TRIES):
            seed = (self.seed + offset) % SEEDS
            truth = self._drawn(seed, self.drill.level)
            if askable(truth):
                found = truth, seed
                if truth.inputs != last:
                    break
        if found is None:
            raise StudyError(
                Text(
                    f"{self.drill.example.name}: no row of it can be typed at level {self.drill.level}; try `studynn compute`",
                    f"{self.drill.example.name}：难度 {self.drill.level} 没有可输入的行；可用 `studynn compute` 查看",
                )
            )
        return found

    def _drawn(self, seed: int, level: int) -> Worked:
        """The problem that `compute` gives for the same seed and level."""
        return draw(self.drill.example, Random(f"{seed}/{level}"), level)

    def _show_run(self, *, resumed: bool = False) -> None:
        self._say(Gap(), *run_blocks(self.drill, self.environment.language, resumed=resumed))

    def _filled(self) -> bool:
        """Deal with a run to its end; False ends the session."""
        while self.drill.run is not None:
            if self.drill.run.current is None:
                if (pressed := self._over()) != "u":
                    return pressed != "q"
                self._undo()
                continue
            if not self._row_filled():
                return False
        return True

    def _row_filled(self) -> bool:
        """Read until the current row is filled, taken back, or its run left; False ends the session."""
        run, language = self.drill.run, self.environment.language
        assert run is not None
        self._say(*row_blocks(run, language))
        started = self.environment.milliseconds()
        while True:
            if self.keyboard.interactive:
                self._say(Line(PROMPT.to(language), "quiet"))
            typed = self.keyboard.line()
            command = None if typed is None else command_in(typed)
            if typed is None or command == "q":
                return False
            if command in ("s", "w"):
                self._leave(shown=command == "w")
                return True
            if command == "u":
                self._undo()
                return True
            if command is not None:
                self._helped(command)
            elif self._answered(typed, started):
                return True

    def _answered(self, typed: str, started: int) -> bool:
        """Mark what was typed and commit it to the log, and only then say so; False where it cannot be read."""
        run = self.drill.run
        assert run is not None
        try:
            value, mark = run.mark(typed)
        except Unreadable as problem:
            self._tell(problem.reason)
            return False
        except Exception as error:
            self._tell(BROKEN)
            self._say(Line(f"({type(error).__name__}: {error})", indent=2))
            self._leave(shown=False)
            return True
        # what cannot be asked by itself must not fall due
        self.recorder.purpose = "study" if run.is_scheduled else "cram"
        review = self.recorder.answer(
            item=run.skill,
            question=run.question,
            verdict=verdict_of(mark),
            rating=rating_of(mark, run.hints),
            typed=typed,
            seed=run.seed,
            level=run.level,
            milliseconds=self.environment.milliseconds() - started,
            hints=run.hints,
        )
        self.drill = answered(self.drill, value, mark, review)
        assert self.drill.run is not None
        self._say(*feedback_blocks(self.drill.run, self.environment.language))
        return True

    def _helped(self, command: str) -> None:
        language = self.environment.language
        if command == "?":
            self._say(Listing(tuple((key, text.to(language)) for key, text in COMMANDS.items())))
            return
        run = self.drill.run
        assert run is not None
        hints = hints_of(run)
        if run.hints >= len(hints):
            self._tell(NO_MORE_HINTS)
            return
        self._say(Line(fill(HINT.to(language), {"hint": hints[run.hints].to(language)})))
        self.drill = hinted(self.drill)

    def _leave(self, *, shown: bool) -> None:
        """Pass the run over, with its working if that is wanted."""
        run, language = self.drill.run, self.environment.language
        assert run is not None
        self.drill, gone = left(self.drill)
        for review in reversed(gone):
            self.recorder.take_back(review)
        if shown:
            self._say(answers_grid(run, language), *notes_blocks(run.truth, language))
            self._tell(SHOWN, "quiet")
        if run.failed:
            self._tell(STILL_FAILED, "quiet")
        if shown and self.keyboard.interactive:
            self.keyboard.key(PAUSE_PROMPT.to(language))

    def _undo(self) -> None:
        """Take the last answer back, in the log first."""
        after, review = undone(self.drill)
        if review is None:
            self._tell(NOTHING_TO_UNDO)
            return
        self.recorder.take_back(review)
        self.drill = after
        self._tell(UNDONE)
        self._show_run()

    def _over(self) -> str:
        """Say how the run went, and wait until it was read: `u` to take the last answer back, `q` to end the session."""
        language = self.environment.language
        self._say(*end_blocks(self.drill, language))
        if self.keyboard.interactive:
            pressed = self.keyboard.key((LAST_PROMPT if self.is_last else PAUSE_PROMPT).to(language))
            if pressed is None or pressed.casefold() in ("q", "u"):
                return (pressed or "q").casefold()
        return "q" if self._is_mastered() else ""

    def _is_mastered(self) -> bool:
        """Whether the run on the screen completed the mastery of the last level."""
        return mastered_now(self.drill) == LEVELS[-1]

    def runs(self) -> list[Run]:
        """The runs of this session of which a row was answered."""
        return [run for run in (*self.drill.past, self.drill.run) if run and run.filled]


def command_in(typed: str) -> str | None:
    """The command in what was typed, with or without its colon: no answer of a drill is a letter."""
    word = typed.strip().casefold().replace("：", ":").replace("？", "?")
    letter = word.removeprefix(":").strip()
    if f":{letter}" in COMMANDS:
        return letter
    return "?" if word.startswith(":") else None


def close(drilling: Drilling) -> None:
    """Drill; sum up at the end, after `q`, at the end of input and after Ctrl-C, which goes on its way then."""
    try:
        drilling.run()
    except KeyboardInterrupt:
        drilling.environment.stdout.write("\n")
        _sum_up(drilling)
        raise
    _sum_up(drilling)


def _sum_up(drilling: Drilling) -> None:
    drill, runs = drilling.drill, drilling.runs()
    show(drilling.environment, summary_blocks(drill, runs, next_commands(drill, runs), drilling.environment.language))


def next_commands(drill: Drill, runs: list[Run]) -> list[Next]:
    """What to type next: the working of the last run that failed, then more of the drill, or of its topic once it is mastered."""
    name = drill.example.name
    advice: list[Next] = []
    failed = next((run for run in reversed(runs) if run.failed), None)
    if failed is not None:
        line = f"studynn compute {name} --seed {failed.seed} --level {failed.level}"
        advice.append(Next(line, Text("the working of the last run that went wrong", "看最近一轮出错的过程")))
    if LEVELS[-1] in drill.progress.mastered:
        topic = drill.example.topics[0]
        advice.append(
            Next(
                f"studynn quiz {topic}", Text("you have mastered this; on with its topic", "本例已掌握；继续练习该主题")
            )
        )
    else:
        advice.append(Next(f"studynn drill {name}", Text("go on where you are now", "从现在的进度继续")))
    return advice
