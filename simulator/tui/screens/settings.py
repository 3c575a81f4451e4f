"""Settings: language, colours, name, where things are, and the model that may listen and speak."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Button, Input

from simulator.adapters.settings import Settings, faults, save
from simulator.model.errors import ModelError
from simulator.model.language import _
from simulator.model.secret import Secret
from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanScreen
from simulator.tui.themes import theme_name
from simulator.tui.views.leaving import leaving
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain, plain

if TYPE_CHECKING:
    from simulator.bootstrap import House

_LANGUAGES = {"zh": "中文", "en": "English"}
_THEMES = {"dark": N_("Dark"), "light": N_("Light")}
_USES = {
    "both": N_("Listening and speaking"),
    "listen": N_("Listening"),
    "speak": N_("Speaking"),
    "neither": N_("Nothing"),
}
_USED = {"both": (True, True), "listen": (True, False), "speak": (False, True), "neither": (False, False)}
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?")
_BETWEEN = ";"  # stands between folders; neither a Windows path nor a usual name has one


class SettingsSaved(Message):
    """The settings are in their file."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings


class ModelTried(Message):
    """The model's endpoint was asked what it can do.

    Attributes:
        of: the settings that it was asked under.
        kept: the settings with what was found out, which is in their file; None where it did not answer.
        error: why it did not answer; None where it did.
    """

    def __init__(self, of: Settings, kept: Settings | None, error: ModelError | None = None) -> None:
        super().__init__()
        self.of, self.kept, self.error = of, kept, error


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
            yield from self._of_the_machine(settings) if self.is_owner else self._of_the_account()
            yield Plain("", id="fault", classes="wrong")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Save")), id="save", variant="primary")
                yield Button(plain(_("Back")), id="back")
            if self.is_owner:
                yield Plain(_("The settings are kept in {file}", file=settings.file), classes="hint")

    @property
    def is_owner(self) -> bool:
        """Whether everything here is his to set; who is signed in sets what concerns him alone."""
        return self.host.house.actor.is_owner

    def _of_the_account(self) -> ComposeResult:
        """What others have set: said, and not to be changed here."""
        actor, settings = self.host.house.actor, self.host.settings
        yield Plain(_("Name, as your attempts are recorded"), classes="label")
        yield Plain(actor.name)
        yield Plain(
            _("You are signed in. Whoever keeps the accounts sets the name and what you may do."), classes="hint"
        )
        yield Plain(_("The record, the scenarios and the model are set by whoever keeps the server."), classes="hint")
        with Horizontal(classes="buttons"):
            yield Button(plain(_("Change the password")), id="password")
            yield Button(plain(_("Sign out")), id="sign-out")
        if settings.has_model:  # that nothing leaves the machine is said of one's own alone
            yield Plain(leaving(settings), id="leaving", classes="hint")

    def _of_the_machine(self, settings: Settings) -> ComposeResult:
        yield Plain(_("Name, as your attempts are recorded"), classes="label")
        yield Line(settings.name, placeholder=self.host.trainee, max_length=80, id="name")
        yield Plain(_("Folders of your own scenarios, with ; between them"), classes="label")
        yield Line(_BETWEEN.join(map(str, settings.scenarios)), id="scenarios")
        yield Plain(_("Record: a file, or the address of a database"), classes="label")
        yield Line(settings.store, id="store")
        yield from self._model(settings)

    def _model(self, settings: Settings) -> ComposeResult:
        yield Plain(_("Model: the base address of an OpenAI-compatible endpoint; empty for none"), classes="label")
        yield Line(settings.model_url, placeholder="http://localhost:8080/v1", id="model_url")
        yield Plain(_("The model's name at that endpoint"), classes="label")
        yield Line(settings.model_name, id="model_name")
        yield Plain(_("Its key"), classes="label")
        kept = _("A key is kept; what you type takes its place.") if settings.model_key else _("None is kept.")
        key = Line("", placeholder=kept, id="model_key")
        key.password = True
        yield key
        yield Plain(_("What the model is used for"), classes="label")
        yield Pick({name: _(words) for name, words in _USES.items()}, _use(settings), id="model_use")
        yield Plain(_("Seconds that a talk waits for the model at most"), classes="label")
        yield Line(f"{settings.model_patience:g}", id="model_patience")
        yield Plain(leaving(settings), id="leaving", classes="hint")

    def on_mount(self) -> None:
        self.query_one("#language").focus()
        if self.is_owner:
            self.watch(self.query_one("#model_use", Pick), "chosen", self._say_what_leaves)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id in ("model_url", "model_name"):
            self._say_what_leaves()

    def _say_what_leaves(self) -> None:
        """Says what would leave the machine with what is on the screen now."""
        url, name = (self.query_one(f"#{one}", Line).value.strip() for one in ("model_url", "model_name"))
        listens, speaks = _USED[self.query_one("#model_use", Pick).chosen]
        asked = replace(self.host.settings, model_url=url, model_name=name, model_listen=listens, model_speak=speaks)
        self.query_one("#leaving", Plain).update(leaving(asked))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "save":
            self.action_save()
        elif event.button.id in ("password", "sign-out"):
            self.app.open_url(event.button.id)  # pages of the server, beside the application
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
            house = self.host.house
            self.errand(lambda: SettingsSaved(house.keep(changes)), group="record")
        else:
            self.leave()

    def _changes(self) -> dict[str, object]:
        settings = self.host.settings
        now: dict[str, object] = {
            "language": self.query_one("#language", Pick).chosen,
            "theme": self.query_one("#theme", Pick).chosen,
        }
        if self.is_owner:
            now |= self._machine_now()
        changes = {name: value for name, value in now.items() if value != getattr(settings, name)}
        if changes.keys() & {"model_url", "model_name"}:
            changes["model_form"] = ""
        if "model_url" in changes and "model_key" not in changes and settings.model_key:
            changes["model_key"] = Secret()  # it belongs to the address that it was given for
        return changes

    def _machine_now(self) -> dict[str, object]:
        typed = self.query_one("#scenarios", Line).value.split(_BETWEEN)
        return {
            "name": self.query_one("#name", Line).value.strip(),
            "scenarios": tuple(Path(folder.strip()).expanduser() for folder in typed if folder.strip()),
            "store": self.query_one("#store", Line).value.strip(),
            **self._model_now(),
        }

    def _model_now(self) -> dict[str, object]:
        listens, speaks = _USED[self.query_one("#model_use", Pick).chosen]
        told = self.query_one("#model_patience", Line).value.strip()
        now: dict[str, object] = {
            "model_url": self.query_one("#model_url", Line).value.strip(),
            "model_name": self.query_one("#model_name", Line).value.strip(),
            "model_listen": listens,
            "model_speak": speaks,
            "model_patience": float(told) if _NUMBER.fullmatch(told) else told,
        }
        if key := self.query_one("#model_key", Line).value.strip():
            now["model_key"] = Secret(key)
        return now

    @staticmethod
    def _fault(changes: dict[str, object]) -> str:
        folders = changes.get("scenarios", ())
        missing = [str(folder) for folder in folders if not folder.is_dir()] if isinstance(folders, tuple) else []
        if missing:
            return _("There is no folder “{folder}”.", folder=missing[0])
        if "store" in changes and not changes["store"]:
            return _("The record needs a place: a file, or the address of a database.")
        return "\n".join(faults(changes))

    def on_settings_saved(self, event: SettingsSaved) -> None:
        before, after = self.host.settings, event.settings
        reopens = ("language", "store", "cache", "scenarios")
        if any(getattr(before, name) != getattr(after, name) for name in reopens):
            self.host.reopen(after)
            return
        house = self.host.house
        house.settings = after
        house.forget_model()
        if self.is_owner and after.has_model and not after.model_form:
            self.query_one("#fault", Plain).update(_("Saved. Trying the model …"))
            self.errand(lambda: _tried(house))
            return
        self._close(after, _("Saved."))

    def on_model_tried(self, event: ModelTried) -> None:
        """Goes by what was found out, and says it; a model that does not answer is left as it was set."""
        house = self.host.house
        if event.of is house.settings:
            if event.kept:
                house.settings = event.kept
                house.forget_model()
            self._close(house.settings, str(event.error) if event.error else _("Saved. The model answers."))

    def _close(self, after: Settings, told: str) -> None:
        self.app.theme = theme_name(after.theme)
        self.dismiss(None)
        self.host.home.reload()
        self.host.home.refresh_bar()
        self.host.tell(told)


def _use(settings: Settings) -> str:
    return next(use for use, used in _USED.items() if used == (settings.model_listen, settings.model_speak))


def _tried(house: House) -> ModelTried:
    """Asks the endpoint, and keeps what was found out; in a thread.

    Raises:
        SettingsError: the file cannot be written any more.
    """
    of = house.settings
    try:
        form = house.probe()
    except ModelError as error:
        return ModelTried(of, None, error)
    return ModelTried(of, save(of, model_form=form))
