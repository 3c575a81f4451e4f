"""The briefing: study the case file, answer the questions on it, begin the talk."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button

from simulator.model.case import Answer, Question, credit
from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import AttemptScreen
from simulator.tui.views import Words, answer_words
from simulator.tui.widgets.form import Form
from simulator.tui.widgets.papers import Folder
from simulator.tui.widgets.plain import Plain, plain
from simulator.workflows.rehearse import Rehearsal


class HandedIn(Message):
    """The preparation is on record; the talk can begin."""


class BriefingScreen(AttemptScreen):
    """The case file at the left and the questions at the right; where there is no room for both, one of them."""

    HEADING = N_("Briefing")
    HELP = N_(
        "Read the case file before you talk: what is owed, since when, what was promised, what you may offer. Then "
        "answer the questions on it; right answers can put something into your hands for the talk. F2 changes between "
        "case file and questions, F9 hands the answers in and begins the talk. The clock is not running."
    )
    DEFAULT_CSS = """
    BriefingScreen #columns { height: 1fr; }
    BriefingScreen #form { border-left: none; }
    BriefingScreen.-narrow #form { display: none; }
    BriefingScreen.-narrow.-form #form { display: block; }
    BriefingScreen.-narrow.-form #case { display: none; }
    BriefingScreen.-wide #case { width: 1fr; }
    BriefingScreen.-wide #form { width: 1fr; border-left: solid $panel; padding: 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "questions", N_("Questions")),
        Binding("f2", "case", N_("Case")),
        Binding("f9", "hand_in", N_("Hand in")),
    ]

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__(rehearsal)
        self.words = Words(rehearsal.scenario, rehearsal.language)
        self.handing_in = False

    def body(self) -> ComposeResult:
        scenario = self.rehearsal.scenario
        with Horizontal(id="columns"):
            yield Folder(scenario.case, self.words, id="case")
            if scenario.preparation:
                draft = self.host.desktop.drafts.get(self.rehearsal.attempt, {})
                yield Form(scenario.preparation, self.words, draft, id="form")

    def on_mount(self) -> None:
        self.query_one(Folder).focus_page()

    @property
    def form(self) -> Form | None:
        """The questions; None where the scenario has none."""
        return next(iter(self.query(Form)), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """F2 leads to the side that has not the focus."""
        if action in ("questions", "case"):
            form = self.form
            if form is None or form.has_focus_within == (action == "questions"):
                return False
        return super().check_action(action, parameters)

    def action_questions(self) -> None:
        """Goes to the questions."""
        self.add_class("-form")
        if self.form:
            self.form.focus_answer()

    def action_case(self) -> None:
        """Goes to the case file."""
        self.remove_class("-form")
        self.query_one(Folder).focus_page()

    def on_form_changed(self) -> None:
        if self.form:
            self.host.desktop.drafts[self.rehearsal.attempt] = dict(self.form.answers)

    def on_form_at_end(self) -> None:
        self.action_hand_in()

    def leave(self) -> None:
        if any(answer is not None for answer in self.host.desktop.drafts.get(self.rehearsal.attempt, {}).values()):
            self.host.go_home(
                _("The attempt is saved; your answers stay here, not handed in, until you quit. Home offers to go on.")
            )
        else:
            super().leave()

    # Handing in

    def action_hand_in(self) -> None:
        """Hands the answers in, after a question where some are open."""
        form = self.form
        if self.handing_in or self.only_looks():
            return
        if form is None or not form.open:
            self._hand_in(form.answers if form else {})
            return
        self.host.ask(
            _(
                "{open} of {all} questions are open. Open questions count as wrong in the paperwork part of your "
                "score, and give nothing for the talk. Begin the talk all the same?",
                open=form.open,
                all=len(form.asked),
            ),
            partial(self._hand_in, form.answers),
            yes=_("Begin the talk"),
            no=_("Back to the questions"),
        )

    def _hand_in(self, answers: Mapping[str, Answer]) -> None:
        self.handing_in = True
        given = {name: answer for name, answer in answers.items() if answer is not None}

        def work() -> Message:
            self.rehearsal.prepare(given)
            return HandedIn()

        self.errand(work, group="record", lasting=True)

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows the error; the answers stay as they are."""
        self.handing_in = False

    def on_handed_in(self) -> None:
        self.host.desktop.drafts.pop(self.rehearsal.attempt, None)
        if self.rehearsal.mode == "practice" and self.rehearsal.scenario.preparation:
            self.app.switch_screen(PreparedScreen(self.rehearsal))
            self.host.solve_ahead(self.rehearsal)
        else:
            self.host.show_phase(self.rehearsal)


class PreparedScreen(AttemptScreen):
    """In practice: which answers were right, and why, before the talk begins."""

    HEADING = N_("Your preparation")
    HELP = N_("What you answered and what is right. Enter begins the talk.")
    DEFAULT_CSS = """
    PreparedScreen #answers { height: 1fr; padding: 1 2 1 1; }
    PreparedScreen #answers > Plain { margin-bottom: 1; }
    PreparedScreen .buttons { padding: 0 2; margin: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,f9", "begin", N_("Begin the talk"))]

    def body(self) -> ComposeResult:
        words = Words(self.rehearsal.scenario, self.rehearsal.language)
        answers = self.rehearsal.state.answers or {}
        asked = self.rehearsal.scenario.preparation
        right = sum(credit(one, one.answer, answers.get(one.id)) == 1 for one in asked)
        with VerticalScroll(id="answers", classes="page"):
            yield Plain(_("{right} of {all} answers are correct.", right=right, all=len(asked)), classes="heading")
            for number, one in enumerate(asked, 1):
                yield Plain(answer_content(words, number, one, answers.get(one.id)))
        with Horizontal(classes="buttons"):
            yield Button(plain(_("Begin the talk")), id="begin", variant="primary")

    def on_mount(self) -> None:
        self.query_one("#answers").focus()

    def on_button_pressed(self, _event: Button.Pressed) -> None:
        self.action_begin()

    def action_begin(self) -> None:
        """Begins the talk."""
        self.host.show_phase(self.rehearsal)


def answer_content(words: Words, number: int, asked: Question, given: Answer) -> Content:
    """One question with what was answered, what is right, and why."""
    points = credit(asked, asked.answer, given)
    verdict, style = (
        (_("Correct"), "bold $success")
        if points == 1
        else (_("Partly right"), "bold $warning")
        if points
        else (_("Left open") if given is None else _("Wrong"), "bold $error")
    )
    question = _("{n}. {question}", n=number, question=words.text(asked.ask) or asked.id)
    lines = [
        Content.assemble(plain(verdict, style), "  ", plain(question, "bold")),
    ]
    if given is not None:
        lines.append(plain(_("Your answer: {answer}", answer=answer_words(words, asked, given))))
    if points < 1:
        lines.append(plain(_("Correct is: {answer}", answer=answer_words(words, asked, asked.answer))))
    if points and asked.give:
        given_cards = _(", ").join(words.card(card) for card in asked.give if card in words.scenario.card_kinds())
        if points == 1 and given_cards:
            lines.append(plain(_("For the talk you have: {cards}", cards=given_cards), "$success"))
    if asked.why:
        lines.append(plain(_("Why: {why}", why=words.text(asked.why)), "$text-muted"))
    return Content("\n").join(lines)
