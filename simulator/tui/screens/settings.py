"""Settings: language, colours, name, and where things are."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Button, Input

from simulator.adapters.settings import Settings, save
from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanScreen
from simulator.tui.themes import theme_name
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain, plain

_LANGUAGES = {"zh": "中文", "en": "English"}
_THEMES = {"dark": N_("Dark"), "light": N_("Light")}
_BETWEEN = ";"  # stands between folders; neither a Windows path nor a usual name has one


class SettingsSaved(Message):
    """The settings are in their file."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings


class SettingsScreen(HuikuanScreen[None]):
    """What can be set. Nothing is changed before it is saved."""

    HEADING = N_("Settings")
    HELP = N_(
        "Tab goes from one setting to the next; Left and Right choose among a few. F9 saves. Another language, "
        "record or folder opens the program again where you are; nothing is lost."
    )
    DEFAULT_CSS = """
    SettingsScreen #all { height: 1fr; padding: 0 2; }
    SettingsScreen .label { margin-top: 1; text-style: bold; }
    SettingsScreen #fault { height: auto; }
    SettingsScreen .buttons { margin: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "save", N_("Save")),
        Binding("f10", "back", N_("Back"), show=False),
    ]

    def body(self) -> ComposeResult:
        settings = self.host.settings
        with VerticalScroll(id="all", can_focus=False):
            yield Plain("语言 / Language", classes="label")
            yield Pick(_LANGUAGES, settings.language, id="language")
            yield Plain(_("Colours"), classes="label")
            yield Pick({name: _(words) for name, words in _THEMES.items()}, settings.theme, id="theme")
            yield Plain(_("Name, as your attempts are recorded"), classes="label")
            yield Line(settings.name, placeholder=self.host.trainee, max_length=80, id="name")
            yield Plain(_("Folders of your own scenarios, with ; between them"), classes="label")
            yield Line(_BETWEEN.join(map(str, settings.scenarios)), id="scenarios")
            yield Plain(_("Record: a file, or the address of a database"), classes="label")
            yield Line(settings.store, id="store")
            yield Plain("", id="fault", classes="wrong")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Save")), id="save", variant="primary")
                yield Button(plain(_("Back")), id="back")
            yield Plain(_("The settings are kept in {file}", file=settings.file), classes="hint")

    def on_mount(self) -> None:
        self.query_one("#language").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "save":
            self.action_save()
        else:
            self.leave()

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        self.action_save()

    def action_settings(self) -> None:
        """They are open."""

    # Saving

    def action_save(self) -> None:
        """Writes what was changed, or says what is wrong with it."""
        changes = self._changes()
        fault = self._fault(changes)
        self.query_one("#fault", Plain).update(fault)
        if fault:
            self.host.tell(fault, "error")
        elif changes:
            settings = self.host.settings
            self.errand(lambda: SettingsSaved(save(settings, **changes)), group="record")
        else:
            self.leave()

    def _changes(self) -> dict[str, object]:
        settings = self.host.settings
        typed = self.query_one("#scenarios", Line).value.split(_BETWEEN)
        now: dict[str, object] = {
            "language": self.query_one("#language", Pick).chosen,
            "theme": self.query_one("#theme", Pick).chosen,
            "name": self.query_one("#name", Line).value.strip(),
            "scenarios": tuple(Path(folder.strip()).expanduser() for folder in typed if folder.strip()),
            "store": self.query_one("#store", Line).value.strip(),
        }
        return {name: value for name, value in now.items() if value != getattr(settings, name)}

    @staticmethod
    def _fault(changes: dict[str, object]) -> str:
        folders = changes.get("scenarios", ())
        missing = [str(folder) for folder in folders if not folder.is_dir()] if isinstance(folders, tuple) else []
        if missing:
            return _("There is no folder “{folder}”.", folder=missing[0])
        if "store" in changes and not changes["store"]:
            return _("The record needs a place: a file, or the address of a database.")
        return ""

    def on_settings_saved(self, event: SettingsSaved) -> None:
        before, after = self.host.settings, event.settings
        reopens = ("language", "store", "cache", "scenarios")
        if any(getattr(before, name) != getattr(after, name) for name in reopens):
            self.host.reopen(after)
            return
        self.host.house.settings = after
        self.app.theme = theme_name(after.theme)
        self.dismiss(None)
        self.host.home.reload()
        self.host.home.refresh_bar()
        self.host.tell(_("Saved."))
