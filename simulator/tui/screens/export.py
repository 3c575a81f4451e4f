"""A report into a file: in which format and language, with names or without, and where to."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input

from simulator.model.errors import Cancelled
from simulator.model.language import Language, _, current
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandCancelled, ErrandFailed
from simulator.tui.screens.base import HuikuanDialog, cancelled
from simulator.tui.source import Format, Scope, Wish
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain, plain

if TYPE_CHECKING:
    from simulator.tui.source import Source
    from simulator.workflows.cells import Filters

_FORMATS: dict[str, str] = {
    "html": N_("HTML page"),
    "pdf": "PDF",
    "xlsx": "XLSX",
    "csv": "CSV",
    "json": "JSON",
}
_LANGUAGES = {"zh": "中文", "en": "English"}
_IDENTIFIED, _PSEUDONYMOUS = "identified", "pseudonymous"


class Writing(Message):
    """How far the report is."""

    def __init__(self, done: int, of: int) -> None:
        super().__init__()
        self.done, self.of = done, of


class Written(Message):
    """The report is in its file; or it is at hand to be given to the browser, and on no disk any more.

    Attributes:
        data: what is to be given; None where it is in its file.
    """

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        super().__init__()
        self.path, self.data = path, data


class ExportDialog(HuikuanDialog[None]):
    """Asks how a report is wanted, and writes it. Esc stops the writing, then closes."""

    HEADING = N_("Export")
    HELP = N_(
        "Left and Right choose, Tab goes on. A report's language is its own. Without names every person is a "
        "pseudonym, the same one in every report. What was exported, when and by whom stands in the record. F9 writes "
        "the file."
    )
    DEFAULT_CSS = """
    ExportDialog .label { margin-top: 1; text-style: bold; }
    ExportDialog #format { height: auto; }
    ExportDialog #said { height: auto; min-height: 1; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "write", N_("Write it")),
        Binding("escape", "back", N_("Close")),
    ]

    def __init__(self, source: Source, scope: Scope, subject: str, about: str, filters: Filters | None = None) -> None:
        """Exports what ``subject`` names, or a group through a filter.

        Args:
            about: what the report is about, as people call it.
        """
        super().__init__()
        self.source, self.scope, self.subject, self.about, self.filters = source, scope, subject, about, filters
        self.proposed = ""

    def body(self) -> ComposeResult:
        heading = {
            "group": _("Report on the group: {name}", name=self.about),
            "person": _("Report on {name}", name=self.about),
            "attempt": _("Report on the attempt: {name}", name=self.about),
            "certificate": _("Certificate: {name}", name=self.about),
        }[self.scope]
        with Vertical(classes="box"):
            yield Plain(heading, classes="heading")
            yield Plain(_("Format"), classes="label")
            yield Pick(
                {name: _(words) for name, words in _FORMATS.items()},
                "pdf" if self.scope == "certificate" else "html",
                id="format",
            )
            yield Plain(_("Language of the report"), classes="label")
            yield Pick(_LANGUAGES, current(), id="language")
            yield Plain(_("People"), classes="label")
            yield Pick(
                {_IDENTIFIED: _("with names"), _PSEUDONYMOUS: _("without names")}, self._default(), id="identified"
            )
            yield Plain(_("Where to") if self.is_owner else _("Name of the file"), classes="label")
            yield Line("", id="path")
            kept = _("From the proposed folder it goes when the person's data are erased.")
            given = _("Your browser downloads it; nothing is kept here.")
            yield Plain(kept if self.is_owner else given, classes="hint")
            yield Plain("", id="said")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Write it")), id="write", variant="primary")
                yield Button(plain(_("Close")), id="close")

    @property
    def is_owner(self) -> bool:
        """Whether the files of this machine are his; who is signed in has none here."""
        return self.host.house.actor.is_owner

    def _default(self) -> str:
        """What is about one person is for somebody who knows him; of a group nobody is named without need."""
        return _PSEUDONYMOUS if self.scope == "group" else _IDENTIFIED

    def on_mount(self) -> None:
        self._propose()
        self.watch(self.query_one("#format", Pick), "chosen", self._propose, init=False)
        self.query_one("#format", Pick).focus()

    def _propose(self) -> None:
        """Proposes a path for the chosen format, unless one was typed."""
        line = self.query_one("#path", Line)
        if line.value in ("", self.proposed):
            self.proposed = line.value = str(self.source.proposed(self._wish(None)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_write()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "write":
            self.action_write()
        else:
            self.leave()

    def action_write(self) -> None:
        """Writes the report; asks first where there is a file already."""
        typed = self.query_one("#path", Line).value.strip()
        if not typed:
            self._say(_("Write where the file is to go."))
            return
        path = Path(typed).expanduser() if self.is_owner else Path(typed)
        wish = self._wish(None if typed == self.proposed else path)
        if self.is_owner and wish.path is not None and path.is_file():
            question = _("{file} is there already. Put the new report in its place?", file=path)
            self.host.ask(question, lambda: self._write(wish), yes=_("In its place"), no=_("Leave it"))
        else:
            self._write(wish)

    def _wish(self, path: Path | None) -> Wish:
        return Wish(
            self.scope,
            self.subject,
            self.filters,
            cast("Format", self.query_one("#format", Pick).chosen),
            cast("Language", self.query_one("#language", Pick).chosen),
            self.query_one("#identified", Pick).chosen == _IDENTIFIED,
            path,
        )

    def _write(self, wish: Wish) -> None:
        self._say(_("Writing … Esc stops."))
        self.errand(lambda: self._written(wish))

    def _written(self, wish: Wish) -> Message:
        """In a thread: the report in its file, or out of it."""
        path = self.source.export(wish, self._going)
        return Written(path) if self.is_owner else Written(path, taken(path))

    def _going(self, done: int, of: int) -> None:
        if cancelled():
            raise Cancelled
        self.post_message(Writing(done, of))

    def on_writing(self, event: Writing) -> None:
        if event.of:
            self._say(_("Writing: {done} of {of} … Esc stops.", done=event.done, of=event.of))

    def on_written(self, event: Written) -> None:
        if event.data is not None:
            self.app.deliver_binary(BytesIO(event.data), save_filename=event.path.name)
            self._say(_("Given to your browser: {file}", file=event.path.name))
        else:
            self._say(_("Written: {file}", file=event.path))
        self.query_one("#close", Button).focus()

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows the error."""
        self._say("")

    def on_errand_cancelled(self, _event: ErrandCancelled) -> None:
        self._say(_("Stopped. Nothing was written."))

    def _say(self, text: str) -> None:
        self.query_one("#said", Plain).update(text)


def taken(path: Path) -> bytes:
    """What is in a file that is alone in its folder; both are gone then."""
    try:
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)
        path.parent.rmdir()
