"""A screen with the text of a scenario's file: typing, watching, saving, leaving; nobody's edits are ever lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer

from simulator.model.errors import BadFile, ChangedElsewhere, HuikuanError
from simulator.model.language import _, current
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import HuikuanScreen, cancelled
from simulator.tui.screens.studio_dialogs import Choose, Named, NewScenario, Way
from simulator.tui.studio_listing import STATUSES, status_name
from simulator.tui.widgets.editing import EditorPane
from simulator.tui.widgets.yaml_editor import YamlEditor
from simulator.tui.words import moment

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.model.scenario import Status
    from simulator.tui.app import HuikuanApp
    from simulator.workflows.drafts import Draft, News, Side
    from simulator.workflows.ports import Claim, Kept

# The file is looked at once a second: that is soon enough for who comes back from another editor, and one look costs a
# few microseconds while the file's time and size stay the same.
LOOK_EVERY = 1.0
_CLAIM_EVERY = 600  # looks; a claim on another machine counts for hours


class FileSeen(Message):
    """The file on disk has this stamp; None where it is gone."""

    def __init__(self, stamp: str | None) -> None:
        super().__init__()
        self.stamp = stamp


class StatusChanged(Message):
    """The scenario is a draft, published or retired now."""

    def __init__(self, status: str) -> None:
        super().__init__()
        self.status = status


class DraftOpened(Message):
    """A scenario's text was read; it belongs to the screens from now on."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


class FileScreen(HuikuanScreen[None]):
    """A draft with its editor. What the text means is a matter of those that come after this class."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Save")),
        Binding("f9", "status", N_("Status")),
    ]

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft
        self.version = 0  # counts the changes of the text
        self.status = ""
        self._looks = 0
        self._told = ""
        self._asking = False
        self._pause: Timer | None = None
        self._watching: Timer | None = None

    @property
    def pane(self) -> EditorPane:
        return self.query_one(EditorPane)

    @property
    def editor(self) -> YamlEditor:
        return self.query_one(YamlEditor)

    def aside(self) -> str:
        if self.draft.read_only:
            return _("shipped: to look at")
        return _("not saved") if self.draft.is_changed else status_name(self.status)

    @property
    def unsaved(self) -> str:
        if not self.draft.is_changed:
            return ""
        return _("The text in the Studio is not saved. If you quit now, the Studio offers it to you next time.")

    @property
    def again(self) -> Callable[[HuikuanApp], None]:
        kind, draft = type(self), self.draft

        def open_again(app: HuikuanApp) -> None:
            app.push_screen(kind(draft))

        return open_again

    def on_mount(self) -> None:
        editor = self.editor
        editor.open_text(self.draft.text)
        editor.read_only = self.draft.read_only
        editor.focus()
        self._watching = self.set_interval(LOOK_EVERY, self._watch)
        if not self.draft.read_only:
            self._greet()

    def on_screen_suspend(self) -> None:
        """Under a dialog nobody writes, and Textual would paint everything anew at every look."""
        if self._watching:
            self._watching.pause()

    def on_screen_resume(self) -> None:
        if self._watching:
            self._watching.resume()

    # Who else is here, and what was left unsaved

    def _greet(self) -> None:
        from simulator.workflows.drafts import recover

        other = self._claim()
        kept = recover(self.host.house.files, self.draft.path)
        if kept:
            self._offer_kept(kept[0])
        if other:
            self.host.announce(
                _("Somebody else has this file open"),
                _(
                    "{user} on {host} has had it open in a Studio since {when}. You can go on: what one of you saves, "
                    "the other is told of, and nothing is written over.",
                    user=other.user,
                    host=other.host,
                    when=moment(other.since),
                ),
            )

    def _claim(self) -> Claim | None:
        """Says that the file is open here, and tells who else has it open."""
        try:
            return self.draft.claim()
        except HuikuanError as error:
            self._tell_once(str(error))
            return None

    def keep(self) -> None:
        """Keeps unsaved text where it outlives the program; where that cannot be written, it is told once."""
        if self.draft.read_only:
            return
        try:
            self.draft.autosave()
        except HuikuanError as error:
            self._tell_once(str(error))

    def _offer_kept(self, kept: Kept) -> None:
        from simulator.workflows.drafts import discard

        def decide(way: str | None) -> None:
            if way == "take":
                self.draft.restore(kept)
                self.editor.take_text(self.draft.text)
                self.keep()
                self._look()
            if way in ("take", "drop"):
                discard(self.host.house.files, kept)

        question = _("The Studio ended at {when} with unsaved text of this file.", when=moment(kept.at))
        ways = (
            Way("take", _("Take the text up again"), _("It stands in the editor, not saved; Ctrl+Z takes it back.")),
            Way("drop", _("Drop it"), _("The text is gone; the file stays as it is.")),
        )
        self.app.push_screen(Choose(question, ways), decide)

    # Typing

    def on_editor_pane_edited(self, event: EditorPane.Edited) -> None:
        event.stop()
        if self.take():
            self.text_changed()

    def take(self) -> bool:
        """Hands the editor's text to the draft; whether it is another one."""
        text = self.editor.text
        if self.draft.read_only or text == self.draft.text:
            return False
        self.draft.edit(text)
        return True

    def take_in(self) -> None:
        """Shows the draft's text in the editor, where it was changed from outside."""
        self.editor.take_text(self.draft.text)
        self.text_changed()

    def text_changed(self) -> None:
        """The text is another one."""
        self.version += 1
        self.refresh_bar()

    def after(self, seconds: float, then: Callable[[], None]) -> None:
        """Does something after a pause; what was to be done before is not."""
        if self._pause:
            self._pause.stop()
        self._pause = self.set_timer(seconds, then)

    # The file

    def _watch(self) -> None:
        files, path = self.host.house.files, self.draft.path
        self._looks += 1
        if not self.draft.read_only and self._looks % _CLAIM_EVERY == 0:
            self._claim()
        self.errand(lambda: FileSeen(files.stamp(path)), group="watch")

    def on_file_seen(self, event: FileSeen) -> None:
        if event.stamp != self.draft.stamp and not self._asking:
            self._look()

    def _look(self) -> None:
        """Takes in what has become of the file."""
        self.take()
        try:
            news = self.draft.look()
        except BadFile as error:
            self._tell_once(str(error))
            return
        self._take_news(news)

    def _take_news(self, news: News) -> None:
        if news == "conflict":
            self._ask_whose()
            return
        if news in ("reloaded", "merged"):
            self.take_in()
        told = {
            "reloaded": _("The file was changed elsewhere; this is how it is now."),
            "merged": _("The file was changed elsewhere; both changes are in the text now, and it is not saved yet."),
            "gone": _("The file is gone. Ctrl+S writes it anew."),
        }
        if news in told:
            self.host.tell(told[news], "warning" if news == "gone" else "information")
        self.refresh_bar()

    def _ask_whose(self) -> None:
        if self._asking:
            return
        self._asking = True

        def decide(side: str | None) -> None:
            self._asking = False
            if side:
                self._resolve(cast("Side", side))

        both = _("Where they contradict each other, both stand between lines with <<<<<<< and >>>>>>>.")
        ways = (
            Way("both", _("Put both into the text"), both),
            Way("mine", _("Go on with mine"), _("The other text is kept beside the file.")),
            Way("theirs", _("Go on with the other one"), _("Your text is kept beside the file.")),
        )
        question = _(
            "The file was changed elsewhere in the same lines as here. Whose text goes on? The other one is written "
            "beside the file, so that nothing is lost. Esc decides later; until then it cannot be saved."
        )
        self.app.push_screen(Choose(question, ways), decide)

    def _resolve(self, side: Side) -> None:
        try:
            copy = self.draft.resolve(side)
        except HuikuanError as error:
            self.host.fail(error)
            return
        self.take_in()
        self.host.tell(_("The other text is kept in {file}.", file=copy))

    def _tell_once(self, text: str) -> None:
        """Says what is wrong with the file, once until something else is."""
        if text != self._told:
            self._told = text
            self.host.tell(text, "warning")

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """Looking at the file fails once a second, and is told once."""
        if event.group == "watch":
            event.prevent_default()
            event.stop()
            self._tell_once(str(event.error))

    # Saving, copying, status

    def action_save(self) -> None:
        """Saves the text; of a shipped scenario, makes a copy."""
        if self.draft.read_only:
            self._copy()
        elif self._save():
            self.host.tell(_("Saved."))

    def _save(self) -> bool:
        """Whether the text is in its file now."""
        self.take()
        if self.draft.theirs is not None:
            self._ask_whose()
            return False
        try:
            self.draft.save()
        except ChangedElsewhere:
            self._look()
            return False
        except HuikuanError as error:
            self.host.fail(error)
            return False
        self.refresh_bar()
        return True

    def _copy(self) -> None:
        house, name = self.host.house, self.draft.name

        def make(named: Named | None) -> None:
            if named:
                self.errand(lambda: DraftOpened(copied(house, name, named.id)), group="record")

        self.app.push_screen(NewScenario(_("A copy of your own"), proposed=f"my-{self.draft.path.parent.name}"), make)

    def on_draft_opened(self, event: DraftOpened) -> None:
        self.app.switch_screen(type(self)(event.draft))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The status of a shipped scenario is not to be changed."""
        if action == "status" and self.draft.read_only:
            return False
        return super().check_action(action, parameters)

    def action_status(self) -> None:
        """Asks what the scenario is to be."""
        if self.draft.is_changed:
            self.host.tell(_("Save the text first: Ctrl+S."))
            return
        about = {
            "draft": _("Nobody but who writes it is offered it."),
            "published": _("Home offers it, for practice and exams. It must have neither errors nor findings."),
            "retired": _("Home offers it no more; what was played with it stays on record."),
        }
        ways = [Way(one, status_name(one), about[one]) for one in STATUSES if one != self.status]
        question = _("Status now: {status}. What is it to be?", status=status_name(self.status) or "?")
        self.app.push_screen(Choose(question, ways), self._set_status)

    def _set_status(self, status: str | None) -> None:
        house, name = self.host.house, self.draft.name
        if status is None:
            return

        def work() -> Message:
            from simulator.workflows.publishing import set_status

            wanted = cast("Status", status)
            set_status(house.files, house.library, house.solutions, name, wanted, cancelled=cancelled)
            return StatusChanged(status)

        self.host.tell(_("Looking at every way to play it … Esc stops.") if status == "published" else _("Writing …"))
        self.errand(work)

    def on_status_changed(self, event: StatusChanged) -> None:
        self._look()
        self.host.tell(_("Status: {status}", status=status_name(event.status)))

    # Leaving

    def leave(self) -> None:
        self.take()
        if not self.draft.is_changed:
            self._close()
            return
        ways = (
            Way("save", _("Save and leave")),
            Way("stay", _("Stay")),
            Way("drop", _("Leave without saving"), _("What you changed since the last time you saved is lost.")),
        )

        def decide(way: str | None) -> None:
            if way == "drop" or (way == "save" and self._save()):
                self._close()

        self.app.push_screen(Choose(_("The text is not saved."), ways), decide)

    def _close(self) -> None:
        if not self.draft.read_only:
            self.draft.close()
        self.dismiss(None)


def opened(house: House, name: str) -> Draft:
    """The draft of a scenario, by id or path; it is known by its path, so that it can be read when its file is gone."""
    from simulator.workflows.drafts import Draft

    return Draft.open(house.files, house.library, str(house.library.locate(name).path))


def begun(house: House, named: Named) -> Draft:
    """The draft of a new scenario in one's own folder."""
    house.workshop.mkdir(parents=True, exist_ok=True)
    path = house.library.start(named.id, named.persona or None, current(), house.workshop)
    return opened(house, str(path))


def copied(house: House, name: str, new_id: str) -> Draft:
    """The draft of a copy in one's own folder."""
    from simulator.workflows.drafts import copy_to

    house.workshop.mkdir(parents=True, exist_ok=True)
    return opened(house, str(copy_to(house.library, name, house.workshop, new_id)))
