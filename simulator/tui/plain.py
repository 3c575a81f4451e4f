"""The same talk line by line, for screen readers, pipes and poor terminals: nothing is ever redrawn."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from simulator.model.case import Answer, FormQuestion
from simulator.model.errors import (
    CAUSES,
    AttemptMoved,
    HuikuanError,
    StoreError,
    StoreLocked,
    StoreLost,
    StoreUnreached,
)
from simulator.model.language import _
from simulator.model.position import Move
from simulator.model.scenario import Course
from simulator.tui.answers import ask_lines, read_answer
from simulator.tui.texts import aside_text, case_text, clean, debrief_text, exchange_text, heading, table_text
from simulator.tui.views import (
    MenuView,
    MoveView,
    TalkView,
    Words,
    aside_view,
    confirmation,
    hint_views,
    not_followed,
    question_view,
    rehearsal_debrief_view,
    talk_view,
)
from simulator.workflows.holding import open_attempt
from simulator.workflows.ports import Library
from simulator.workflows.rehearse import Aside, Exchange, Rehearsal
from simulator.workflows.settling import settled
from simulator.workflows.speaking import Spoken
from simulator.workflows.talking import Taken, Talk

__all__ = ["debrief_text", "play_plain"]

_Result = TypeVar("_Result")
_MOST_MATCHES = 12  # more than that are not a choice but a list to narrow down
_QUOTES = '"“”„«»「」『』'  # a line that begins with one is said, whatever it looks like
_PASSING = (StoreLost, StoreUnreached, StoreLocked)  # what may be otherwise when it is tried again
_ID = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+(:[a-z0-9-]*)?")


class _Over(Exception):
    """There are no more lines, or the trainee stopped."""


class _Anew(Exception):
    """The attempt was taken back, and is read anew."""


def play_plain(
    rehearsal: Rehearsal,
    lines_in: Iterable[str],
    write: Callable[[str], None],
    courses: Sequence[Course] = (),
    library: Library | None = None,
    talk: Talk | None = None,
) -> int:
    """Plays an attempt from wherever it is to its debrief.

    Args:
        lines_in: what the trainee types; where the lines end, the attempt stays as it is and can be gone on with.
        write: writes a text, which may have several lines, and a line's end after it.
        courses: those whose objectives the debrief shows by their statements.
        library: says whether the scenario was changed since the attempt began.
        talk: who listens to what is said in one's own words; None where words only look for moves.

    Returns:
        0, whether the debrief was reached or the lines ended before it.

    Raises:
        StoreError: the record cannot be written; what was acknowledged before is safe.
    """
    return _PlainPlay(rehearsal, iter(lines_in), write, courses, library, talk).run()


class _PlainPlay:
    """One attempt on two streams."""

    def __init__(
        self,
        rehearsal: Rehearsal,
        lines: Iterator[str],
        write: Callable[[str], None],
        courses: Sequence[Course],
        library: Library | None,
        talk: Talk | None,
    ) -> None:
        self.rehearsal, self.lines, self.courses, self.library = rehearsal, lines, courses, library
        self.talk = talk
        self.words = Words(rehearsal.scenario, rehearsal.language)
        self._write = write

    def run(self) -> int:
        phases = {"briefing": self._briefing, "talk": self._talk, "note": self._note}
        try:
            while (phase := self.rehearsal.phase) != "debrief":
                with contextlib.suppress(_Anew):
                    phases[phase]()
        except _Over:
            self.write(
                _("The attempt is saved as it is. To go on with it, start “huikuan” and choose it on the first screen.")
            )
            return 0
        self.write(_("Reviewing the talk …"))
        self.write(debrief_text(rehearsal_debrief_view(self.rehearsal, self.courses, self.library)))
        settled(self.rehearsal.desk, self.rehearsal.attempt)  # for figures and assignments
        return 0

    def write(self, text: str) -> None:
        self._write(clean(text))

    def read(self) -> str:
        """The next line.

        Raises:
            _Over: there is none, or it is ``:quit``.
        """
        for line in self.lines:
            typed = clean(line).strip()
            if typed == ":quit":
                break
            return typed
        raise _Over

    # Before and after the talk

    def _briefing(self) -> None:
        self.write(case_text(self.rehearsal.scenario, self.words))
        self.write(_("Your preparation. An empty line leaves a question open; :case reads the case file again."))
        answers = self._answers(self.rehearsal.scenario.preparation)
        self._lasting(lambda: self.rehearsal.prepare(answers))
        self.write(_("The preparation is handed in."))

    def _note(self) -> None:
        self.write(heading(_("The note")))
        self.write(
            _("File what came of the talk. An empty line leaves a field empty; :case reads the case file again.")
        )
        answers = self._answers(self.rehearsal.scenario.note)
        self._lasting(lambda: self.rehearsal.file_note(answers))
        self.write(_("The note is filed."))

    def _answers(self, fields: Sequence[FormQuestion]) -> dict[str, Answer]:
        answers: dict[str, Answer] = {}
        for number, asked in enumerate(fields, 1):
            self.write("")
            self.write(_("Question {number} of {questions}", number=number, questions=len(fields)))
            self.write("\n".join(ask_lines(self.words, asked)))
            answers[asked.id] = self._answer(asked)
        return answers

    def _answer(self, asked: FormQuestion) -> Answer:
        while True:
            typed = self.read()
            if typed == ":case":
                self.write(case_text(self.rehearsal.scenario, self.words))
                continue
            if typed.startswith(":"):
                self.write(_("Here you can use :case and :quit."))
                continue
            try:
                return read_answer(asked, typed)
            except ValueError as why:
                self.write(_("{why} Please answer again.", why=why))

    # The talk

    def _talk(self) -> None:
        view = talk_view(self.rehearsal)
        self.write(heading(_("The talk")))
        self.write(_("{text} ({note})", text=view.debtor.line, note=view.channel))
        for exchange in view.exchanges:
            self.write(exchange_text(exchange, view.debtor.name))
        for aside in view.asides:
            self.write(aside_text(aside, view.debtor.name))
        self._menu(view)
        self.write(
            _("A number or an id picks that move; anything else is said as you type it. :help says what else there is.")
            if self.talk
            else _("Type a number, an id, or words to look for. :help says what else there is.")
        )
        while self.rehearsal.phase == "talk":
            self._turn()

    def _turn(self) -> None:
        view = talk_view(self.rehearsal)
        self.write(
            _("Turn {turn} of {turns}. {stage}. What do you say?", turn=view.turn, turns=view.turns, stage=view.stage)
        )
        moved = False
        while not moved:
            typed = self.read()
            if typed.startswith(":"):
                moved = self._command(view, typed)
            elif typed and self._is_said(view.menu, typed):
                moved = self._say(view, typed.strip(_QUOTES) if typed[0] in _QUOTES else typed)
            elif typed:
                chosen = self._choose(view.menu, typed)
                moved = chosen is not None and self._confirmed(view, chosen) and self._play(chosen)

    def _choose(self, menu: MenuView, typed: str) -> MoveView | None:
        """The move that was typed; where words were typed, the moves that have them are listed instead."""
        if typed.isdecimal():
            moves = menu.moves
            if 1 <= int(typed) <= len(moves):
                return moves[int(typed) - 1]
            self.write(_("The menu has no number {number}; it goes from 1 to {last}.", number=typed, last=len(moves)))
            return None
        found = menu.find(typed)
        if not found:
            self._find(menu, typed)
        return found

    def _find(self, menu: MenuView, typed: str) -> None:
        """Lists the moves that have these words."""
        matching = menu.filtered(typed).moves
        if not matching:
            self.write(_("No move has “{typed}”. :menu lists the moves that are open.", typed=typed))
        for move in matching[:_MOST_MATCHES]:
            self.write(f"{menu.moves.index(move) + 1}. {move.label} ({move.id}): {_('“{line}”', line=move.sample)}")
        if len(matching) > _MOST_MATCHES:
            self.write(_("… and {more} more. Type more words.", more=len(matching) - _MOST_MATCHES))
        if matching:
            self.write(_("Type a number to say it."))

    def _is_said(self, menu: MenuView, typed: str) -> bool:
        """Whether a line is said in one's own words: all but numbers and ids; what is quoted always."""
        if self.talk is None:
            return False
        return typed[0] in _QUOTES or not (typed.isdecimal() or menu.find(typed) or _ID.fullmatch(typed))

    def _confirmed(self, view: TalkView, chosen: MoveView) -> bool:
        question = confirmation(view, chosen)
        if not question:
            return True
        self.write(question + " " + _("Type yes to do it, anything else not to."))
        return _is_yes(self.read())

    def _play(self, chosen: MoveView) -> bool:
        exchange = self._safely(lambda: self.rehearsal.play(chosen.move))
        if exchange is None:
            return False
        self._tell(exchange)
        return True

    def _say(self, view: TalkView, typed: str) -> bool:
        """Says a line in one's own words; whether a turn came of it."""
        talk = self.talk
        taken = self._safely(lambda: talk.hear(typed)) if talk else None
        if talk is None or taken is None:
            return False
        if taken.hearing.why:
            self.write(_(CAUSES[taken.hearing.why]))
        move = self._meant(view, taken)
        if taken.question and move is None:
            return False
        told = self._safely(lambda: talk.say(taken, move))
        if isinstance(told, Aside):
            self.write(aside_text(aside_view(told), view.debtor.name))
            if self.rehearsal.mode == "exam":
                self.write(not_followed(self.rehearsal))
        elif told is not None:
            self._tell(told, taken.hearing.seconds)
        return isinstance(told, Exchange)

    def _meant(self, view: TalkView, taken: Taken) -> Move | None:
        """What the trainee picks where he is asked; None where nothing is asked, or he says it otherwise."""
        if taken.question is None:
            return None
        asked = question_view(self.rehearsal, view.menu, taken.question)
        self.write(asked.text)
        for number, choice in enumerate(asked.choices, 1):
            self.write(f"{number}. {choice.label} ({choice.id})")
        self.write(_("Type its number; an empty line, or other words, to say it otherwise. Neither costs a turn."))
        typed = self.read()
        by_word = taken.question.why in ("forbidden", "offer", "leave")  # such a question can be answered so
        if by_word and _is_yes(typed):
            return asked.choices[0].move
        if by_word and typed.casefold() in ("no", "n", "否", "不", "不是", _("no")):
            return None
        if typed.isdecimal():
            if 1 <= int(typed) <= len(asked.choices):
                return asked.choices[int(typed) - 1].move
            self.write(_("There is no number {number} here; nothing was said.", number=typed))
        elif typed:
            self.lines = chain([typed], self.lines)
        return None

    def _tell(self, exchange: Exchange, spent: float = 0.0) -> None:
        """Tells a turn that was played, in the voice's words where there is one."""
        if self.talk is not None:
            talk, spoken = self.talk, None
            for piece in talk.answer(exchange, spent):
                spoken = piece if isinstance(piece, Spoken) else None
            if spoken is not None:
                said = spoken
                self._lasting(lambda: talk.keep(exchange, said))
                if spoken.why:
                    self.write(_(CAUSES[spoken.why]))
        view = talk_view(self.rehearsal)
        self.write(exchange_text(replace(view.exchanges[-1], asides=()), view.debtor.name))
        if view.ending:
            self.write(heading(_("The talk is over: {ending}", ending=view.ending.name)) + "\n" + view.ending.text)

    def _safely(self, errand: Callable[[], _Result]) -> _Result | None:
        """Runs what the record or the rules may refuse; a refusal is told, and the talk is where it was."""
        try:
            return self._lasting(errand)
        except StoreError:
            raise
        except HuikuanError as why:
            self.write(str(why))
            return None

    def _lasting(self, errand: Callable[[], _Result]) -> _Result:
        """Runs what is recorded, as often as the trainee wants it tried where the record cannot be reached.

        Raises:
            StoreError: the record cannot be reached, or the attempt went on elsewhere, and he leaves it at that.
            _Anew: the attempt went on elsewhere, and he takes it back.
        """
        while True:
            try:
                return errand()
            except AttemptMoved as why:
                self.write(str(why))
                self.write(_("Type :take to go on here from where it is now, anything else to leave it there."))
                if self._answer_to(why) != ":take":
                    raise
                self._take_back()
            except _PASSING as why:
                self.write(str(why))
                self.write(_("Enter tries again; nothing is recorded twice. :quit stops."))
                self._answer_to(why)

    def _answer_to(self, why: StoreError) -> str:
        """The next line; what went wrong, where there is none."""
        try:
            return self.read()
        except _Over:
            raise why from None

    def _take_back(self) -> None:
        """Opens the attempt here, as it is now."""
        self.rehearsal = open_attempt(self.rehearsal.desk, self.rehearsal.attempt, force=True).rehearsal
        if self.talk is not None:
            self.talk.rehearsal = self.rehearsal
        raise _Anew

    # Commands

    def _command(self, view: TalkView, typed: str) -> bool:
        """Does what a line that begins with a colon asks; whether another turn is due."""
        word, _space, rest = typed.partition(" ")
        if word == ":back":
            return self._back()
        commands: dict[str, Callable[[], None]] = {
            ":menu": lambda: self._menu(view),
            ":find": lambda: self._find(view.menu, rest.strip()) if rest.strip() else self._menu(view),
            ":table": lambda: self.write(table_text(view.table, view.meters)),
            ":about": lambda: self._about(view.menu, rest.strip()),
            ":case": lambda: self.write(case_text(self.rehearsal.scenario, self.words)),
            ":hint": self._hint,
            ":help": lambda: self.write(help_text(view.practice, self.talk is not None)),
        }
        unknown = _("There is no command “{command}”. :help lists them.", command=word)
        commands.get(word, lambda: self.write(unknown))()
        return False

    def _menu(self, view: TalkView) -> None:
        number = 0
        for family in view.menu.families:
            lines = [_("{name}:", name=family.name)]
            for move in family.moves:
                number += 1
                lines.append(f"{number}. {move.label} ({move.id})")
            self.write("\n".join(lines))

    def _about(self, menu: MenuView, typed: str) -> None:
        moves = menu.moves
        by_number = typed.isdecimal() and 1 <= int(typed) <= len(moves)
        move = moves[int(typed) - 1] if by_number else menu.find(typed)
        self.write(about_text(move) if move else _("Write :about and a number or an id of the menu."))

    def _hint(self) -> None:
        best = self._safely(self.rehearsal.hint)
        if best is not None:
            self.write(_("Hint. This turn will not count as your own. The best moves:"))
            numbers = {move.id: number for number, move in enumerate(talk_view(self.rehearsal).menu.moves, 1)}
            for hint in hint_views(self.rehearsal, best):
                self.write(f"{numbers[hint.id]}. {hint.label} ({hint.id}): {_('“{line}”', line=hint.text)}")

    def _back(self) -> bool:
        turn = len(self.rehearsal.exchanges)

        def back() -> bool:
            self.rehearsal.take_back()
            return True

        if not self._safely(back):
            return False
        self.write(_("Turn {turn} is taken back. The first try stays the one that counts.", turn=turn))
        return True


def _is_yes(typed: str) -> bool:
    return typed.casefold() in ("yes", "y", "是", "是的", _("yes"))


def about_text(move: MoveView) -> str:
    """What a move sounds like, and when it works and backfires."""
    lines = [f"{move.label} ({move.id})", _("“{line}”", line=move.sample)]
    if move.works:
        lines.append(_("Works: {when}", when=move.works))
    if move.backfires:
        lines.append(_("Backfires: {when}", when=move.backfires))
    return "\n".join(lines)


def help_text(practice: bool, own_words: bool = False) -> str:
    """What can be typed during the talk.

    Args:
        own_words: words are said, and do not look for moves.
    """
    words = [_("Words list the moves that have them in name, family, card, sample or id.")]
    if own_words:
        words = [
            _("Anything else is said in your own words: it is taken for the move that it means, or you are asked."),
            _("A line that begins with a quotation mark is always said."),
            _(":find and words list the moves that have them in name, family, card, sample or id."),
        ]
    lines = [
        _("A number or an id of the menu says that move."),
        *words,
        _(":menu lists the moves that are open."),
        _(":about and a number tells what a move sounds like, and when it works and backfires."),
        _(":table tells what is on the table."),
        _(":case reads the case file."),
    ]
    if practice:
        lines.append(_(":hint names the three best moves; the turn then does not count as your own."))
        lines.append(_(":back takes the last turn back; the first try stays the one that counts."))
    lines.append(_(":quit stops here; everything is saved."))
    return "\n".join(lines)
