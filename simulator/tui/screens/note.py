"""The note that is filed after the talk, with the transcript to look things up in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message

from simulator.model.case import Answer
from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import AttemptScreen
from simulator.tui.views import Words, talk_view
from simulator.tui.widgets.form import Form
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.transcript import Transcript
from simulator.workflows.rehearse import Rehearsal


class NoteFiled(Message):
    """The note is on record; the attempt is complete."""


class NoteScreen(AttemptScreen):
    """What came of the talk, written down while it is fresh."""

    HEADING = N_("Note")
    HELP = N_(
        "Write down what came of the talk: only what was agreed, nothing that you hope. What there is nothing to say "
        "about stays empty. F2 shows the transcript in place of the note, F6 the case file; F9 files the note and "
        "shows the debrief."
    )
    DEFAULT_CSS = """
    NoteScreen #columns { height: 1fr; }
    NoteScreen #talk { width: 1fr; }
    NoteScreen #ending { height: auto; padding: 0 1; background: $surface; }
    NoteScreen #form { width: 1fr; }
    NoteScreen.-narrow #talk { display: none; }
    NoteScreen.-narrow.-talk #talk { display: block; }
    NoteScreen.-narrow.-talk #form { display: none; }
    NoteScreen.-wide #form { border-left: solid $panel; padding: 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "file", N_("File the note")),
        Binding("f2", "talk", N_("Transcript")),
        Binding("f2", "note", N_("Note")),
        Binding("f6", "case", N_("Case file")),
        Binding("ctrl+up", "page(-1)", N_("Scroll up"), show=False),
        Binding("ctrl+down", "page(1)", N_("Scroll down"), show=False),
    ]

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__(rehearsal)
        self.view = talk_view(rehearsal)
        self.words = Words(rehearsal.scenario, rehearsal.language)
        self.filing = False

    def body(self) -> ComposeResult:
        draft = self.host.desktop.drafts.get(self.rehearsal.attempt, {})
        with Horizontal(id="columns"):
            with Vertical(id="talk"):
                yield Transcript(self.view.debtor.name, _("Nothing was said."), id="transcript")
                yield Plain(self._ending(), id="ending")
            yield Form(self.rehearsal.scenario.note, self.words, draft, id="form")

    def on_mount(self) -> None:
        self.query_one(Transcript).show(self.view.exchanges)
        self.call_after_refresh(self.query_one(Form).focus_answer)

    def _ending(self) -> str:
        ending = self.view.ending
        return "\n".join(part for part in (ending.name, ending.text.strip()) if part) if ending else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """F2 shows the side that is not shown; where there is room for both, it does nothing."""
        if action in ("talk", "note"):
            wide = self.has_class("-wide")
            if wide or self.has_class("-talk") == (action == "talk"):
                return False
        return super().check_action(action, parameters)

    def action_talk(self) -> None:
        """Shows the transcript in place of the note."""
        self.add_class("-talk")
        self.query_one(Transcript).scroll_to_foot()
        self.refresh_bindings()

    def action_note(self) -> None:
        """Shows the note again."""
        self.remove_class("-talk")
        self.query_one(Form).focus_answer()
        self.refresh_bindings()

    def action_page(self, pages: int) -> None:
        """Scrolls the transcript."""
        self.query_one(Transcript).page(pages)

    def action_case(self) -> None:
        """Opens the case file."""
        from simulator.tui.screens.casefile import CaseFile

        self.app.push_screen(CaseFile(self.rehearsal))

    def on_form_changed(self) -> None:
        self.host.desktop.drafts[self.rehearsal.attempt] = dict(self.query_one(Form).answers)

    def on_form_at_end(self) -> None:
        self.action_file()

    # Filing

    def action_file(self) -> None:
        """Files the note, after a question where fields are empty."""
        form = self.query_one(Form)
        if self.filing or self.only_looks():
            return
        if not form.open:
            self._file(form.answers)
            return
        self.host.ask(
            _(
                "{open} of {all} fields are empty. An empty field is right where there is nothing to say, and wrong "
                "otherwise. File the note so?",
                open=form.open,
                all=len(form.asked),
            ),
            partial(self._file, form.answers),
            yes=_("File the note"),
            no=_("Back to the note"),
        )

    def _file(self, answers: Mapping[str, Answer]) -> None:
        self.filing = True
        given = dict(answers)

        def work() -> Message:
            self.rehearsal.file_note(given)
            return NoteFiled()

        self.errand(work, group="record", lasting=True)

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows the error; the note stays as it is."""
        self.filing = False

    def on_note_filed(self) -> None:
        self.host.desktop.drafts.pop(self.rehearsal.attempt, None)
        self.host.show_phase(self.rehearsal)
