"""A screen with the text of a scenario's file: typing, watching, saving, leaving; nobody's edits are ever lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer

from simulator.model.errors import ChangedElsewhere, HuikuanError
from simulator.model.language import _, current
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import HuikuanScreen, cancelled
from simulator.tui.screens.studio_dialogs import Choose, Named, NewScenario, Way
from simulator.tui.studio_listing import STATUSES, status_name
from simulator.tui.widgets.editing import EditorPane
from simulator.tui.widgets.yaml_editor import YamlEditor
from simulator.tui.words import moment
from simulator.workflows.ports import on_shelf, shelf_path

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


class StandingRead(Message):
    """Where a scenario of the team stands is known."""

    def __init__(self, status: str, goes_on: bool) -> None:
        super().__init__()
        self.status, self.goes_on = status, goes_on


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
        self.shelf = on_shelf(draft.path)  # the id of a scenario of the team; None for a file
        self.goes_on = False  # what is on the shelf is another text than the published one
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
        if self.draft.is_changed:
            return _("not saved")
        return _("published, and written on since") if self.goes_on else status_name(self.status)

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
        self._read_standing()

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
        try:
            kept = recover(self.host.house.files, self.draft.path)
        except HuikuanError as error:
            self._tell_once(str(error))
            return
        if kept:
            self._offer_kept(kept[0])
        if other:
            self.host.announce(_("Somebody else has this file open"), self._open_elsewhere(other))

    def _open_elsewhere(self, other: Claim) -> str:
        if self.shelf:
            return _(
                "{user} has had it open in a Studio since {when}. You can go on: what one of you saves, the other is "
                "told of, and nothing is written over.",
                user=other.user,
                when=moment(other.since),
            )
        return _(
            "{user} on {host} has had it open in a Studio since {when}. You can go on: what one of you saves, "
            "the other is told of, and nothing is written over.",
            user=other.user,
            host=other.host,
            when=moment(other.since),
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
                try:
                    discard(self.host.house.files, kept)
                except HuikuanError as error:
                    self._tell_once(str(error))

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

    def _look(self, ours: bool = False) -> None:
        """Takes in what has become of the file.

        Args:
            ours: it was written from here, so that nobody need be told.
        """
        self.take()
        try:
            news = self.draft.look()
        except HuikuanError as error:
            self._tell_once(str(error))
            return
        self._read_standing()
        self._take_news(news, ours)

    # Where it stands

    def _read_standing(self) -> None:
        """Reads what the team's shelf says of the scenario; of a file, its text says it."""
        if self.shelf:
            self.errand(self._standing, group="standing")

    def _standing(self) -> Message:
        from simulator.workflows.team_scenarios import standing

        status, goes_on = standing(self.host.house.desk, self.shelf or "")
        return StandingRead(status, goes_on)

    def on_standing_read(self, event: StandingRead) -> None:
        self.status, self.goes_on = event.status, event.goes_on
        self.refresh_bar()

    def _take_news(self, news: News, ours: bool = False) -> None:
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
        if news in told and not (ours and news == "reloaded"):
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
        if self.shelf:
            listed = _("The one that does not go on stands in the Studio's list, as unsaved text of yours.")
            ways = (ways[0], Way("mine", ways[1].name, listed), Way("theirs", ways[2].name, listed))
            question = _(
                "Somebody else changed the same lines meanwhile. Whose text goes on? The other one is kept, so that "
                "nothing is lost. Esc decides later; until then it cannot be saved."
            )
        self.app.push_screen(Choose(question, ways), decide)

    def _resolve(self, side: Side) -> None:
        try:
            copy = self.draft.resolve(side)
        except HuikuanError as error:
            self.host.fail(error)
            return
        self.take_in()
        if self.shelf:
            self.host.tell(_("The other text stands in the Studio's list, as unsaved text of yours."))
        else:
            self.host.tell(_("The other text is kept in {file}.", file=copy))

    def _tell_once(self, text: str) -> None:
        """Says what is wrong with the file, once until something else is."""
        if text != self._told:
            self._told = text
            self.host.tell(text, "warning")

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """Looking at the file fails once a second, and is told once."""
        if event.group in ("watch", "standing"):
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
        self._read_standing()
        self.refresh_bar()
        return True

    def _copy(self) -> None:
        house, name = self.host.house, self.draft.name

        def make(named: Named | None) -> None:
            if named:
                self.errand(lambda: DraftOpened(copied(house, name, named)), group="record")

        proposed, shelf = f"my-{self.draft.path.parent.name}", not house.actor.is_owner
        self.app.push_screen(NewScenario(_("A copy of your own"), proposed=proposed, shelf=shelf), make)

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
        self.app.push_screen(status_question(self.status, self.goes_on), self._set_status)

    def _set_status(self, status: str | None) -> None:
        house, name = self.host.house, self.draft.name
        if status is None:
            return

        def work() -> Message:
            from simulator.workflows.publishing import set_status

            wanted = cast("Status", status)
            if self.shelf:
                set_on_shelf(house, self.shelf, wanted)
            else:
                set_status(house.files, house.library, house.solutions, name, wanted, cancelled=cancelled)
            return StatusChanged(status)

        self.host.tell(_("Looking at every way to play it … Esc stops.") if status == "published" else _("Writing …"))
        self.errand(work)

    def on_status_changed(self, event: StatusChanged) -> None:
        self._look(ours=True)
        self.host.tell(_("Status: {status}", status=status_name(event.status)))

    # Leaving

    def leave(self) -> None:
        self.take()
        if not self.draft.is_changed:
            self._close()
            return
        ways = (
            Way("save", _("Save and leave")),
            Way("stay", _("Stay here")),
            Way("drop", _("Leave without saving"), _("What you changed since the last time you saved is lost.")),
        )

        def decide(way: str | None) -> None:
            if way == "drop" or (way == "save" and self._save()):
                self._close()

        self.app.push_screen(Choose(_("The text is not saved."), ways), decide)

    def _close(self) -> None:
        try:
            if not self.draft.read_only:
                self.draft.close()
        except HuikuanError as error:  # what is left open is forgotten later; whoever leaves is not held up
            self.host.tell(str(error), "warning")
        self.dismiss(None)


def status_question(status: str, goes_on: bool) -> Choose:
    """Asks what a scenario is to be.

    Args:
        goes_on: it is published, and its text was written on since, which can be published too.
    """
    about = {
        "draft": _("Nobody but who writes it is offered it."),
        "published": _("Home offers it, for practice and exams. It must have neither errors nor findings."),
        "retired": _("Home offers it no more; what was played with it stays on record."),
    }
    names = {one: status_name(one) for one in STATUSES}
    if status == "published" and goes_on:
        names["published"] = _("published, as it is written now")
    ways = [Way(one, names[one], about[one]) for one in STATUSES if one != status or names[one] != status_name(one)]
    return Choose(_("Status now: {status}. What is it to be?", status=status_name(status) or "?"), ways)


def set_on_shelf(house: House, scenario: str, status: Status) -> None:
    """Gives a scenario of the team a status; in a thread."""
    from simulator.workflows import team_scenarios

    if status == "published":
        team_scenarios.publish(house.desk, house.library, house.solutions, scenario, house.by, cancelled=cancelled)
    elif status == "retired":
        team_scenarios.retire(house.desk, house.library, scenario, house.by)
    else:
        team_scenarios.bring_back(house.desk, house.library, scenario, house.by)


def opened(house: House, name: str) -> Draft:
    """The draft of a scenario, by id or path; it is known by its path, so that it can be read when its file is gone.

    Who is signed in knows no path: a scenario that was shipped he knows by its id.
    """
    from simulator.workflows.drafts import Draft

    path = house.library.locate(name).path
    known = str(path) if house.actor.is_owner or on_shelf(path) else name
    return Draft.open(house.files, house.library, known)


def begun(house: House, named: Named) -> Draft:
    """The draft of a new scenario, in one's own folder or on the team's shelf."""
    from simulator.workflows.team_scenarios import start

    if named.on_shelf:
        start(house.desk, house.library, named.id, named.persona or None, current(), house.by)
        return opened(house, str(shelf_path(named.id)))
    house.workshop.mkdir(parents=True, exist_ok=True)
    path = house.library.start(named.id, named.persona or None, current(), house.workshop)
    return opened(house, str(path))


def copied(house: House, name: str, named: Named) -> Draft:
    """The draft of a copy, in one's own folder or on the team's shelf."""
    from simulator.workflows.drafts import copy_to
    from simulator.workflows.team_scenarios import copy

    if named.on_shelf:
        copy(house.desk, house.library, name, named.id, house.by)
        return opened(house, str(shelf_path(named.id)))
    house.workshop.mkdir(parents=True, exist_ok=True)
    return opened(house, str(copy_to(house.library, name, house.workshop, named.id)))


def name_of(draft: Draft) -> str:
    """What a scenario is called while its text has no title."""
    return on_shelf(draft.path) or draft.path.parent.name
