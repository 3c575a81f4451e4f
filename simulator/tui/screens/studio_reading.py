"""A draft that is read while it is written: problems and marks, what was last sound, completions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer

from simulator.model.language import _, current
from simulator.tui.keys import N_
from simulator.tui.screens.base import cancelled
from simulator.tui.screens.studio_file import FileScreen, name_of
from simulator.tui.views.studio import (
    FactView,
    Place,
    ProblemView,
    counts,
    fact_views,
    kept_position,
    marks,
    next_problem,
    problem_on,
    problem_views,
)
from simulator.tui.widgets.editing import EditorPane, Offer
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.yaml_editor import YamlEditor

if TYPE_CHECKING:
    from simulator.workflows.drafts import Draft, Examined
    from simulator.workflows.ports import Words

# After the last key. Less, and reading would begin within a word (people type a letter every 100 to 250 ms); more, and
# one waits for the mark.
READ_AFTER = 0.3
# The line at the foot follows the caret a moment later, so that a key that is held down waits for the text alone.
TELL_AFTER = 0.05
# Proving keeps a processor busy for seconds, so it waits until nobody is typing any more.
PROVE_AFTER = 1.5


class TextExamined(Message):
    """The text was read, or proved; ``version`` counts the changes of the text up to then."""

    def __init__(self, examined: Examined, version: int) -> None:
        super().__init__()
        self.examined, self.version = examined, version


class WordsRead(Message):
    """What can be written into a scenario is known."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words


class OffersMade(Message):
    """What can stand at a place is known; counted from 0."""

    def __init__(self, row: int, column: int, offers: tuple[Offer, ...]) -> None:
        super().__init__()
        self.row, self.column, self.offers = row, column, offers


@dataclass(slots=True)
class Sound:
    """The text as it was when it last had no errors, and the position that is looked at."""

    examined: Examined
    facts: tuple[FactView, ...]
    position: dict[str, str | int]


class ReadingScreen(FileScreen):
    """Reads the text after every pause of the keys, and tells of it in one line and in marks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "problem(False)", N_("Next problem")),
        Binding("shift+f8,f20", "problem(True)", N_("Problem before"), show=False),
    ]

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self.views: tuple[ProblemView, ...] = ()
        self.examined: Examined | None = None  # the last reading, sound or not
        self.sound: Sound | None = None
        self.words: Words | None = None
        self._telling: Timer | None = None

    def heading(self) -> str:
        program = self.sound.examined.program if self.sound else None
        title = program.scenario.title.to(current()) if program else name_of(self.draft)
        return " · ".join((_("Studio"), *([_("Team")] if self.shelf else []), title))

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.show_state()
        self._examine()
        self.errand(self._read_words, group="words")

    # Reading and proving

    def text_changed(self) -> None:
        super().text_changed()
        self._tell_soon()
        self.after(READ_AFTER, self._examine)

    def _examine(self) -> None:
        from simulator.workflows.drafts import examine

        house, draft, version = self.host.house, self.draft, self.version
        self.workers.cancel_group(self, "prove")
        self.keep()
        self.errand(lambda: TextExamined(examine(house.library, house.solutions, draft, cancelled), version), "examine")

    def _prove(self) -> None:
        from simulator.workflows.drafts import prove

        house, examined, version = self.host.house, self.examined, self.version
        if examined and examined.is_sound and not examined.proved:
            self.errand(
                lambda: TextExamined(prove(house.library, house.solutions, examined, cancelled), version), "prove"
            )

    def on_text_examined(self, event: TextExamined) -> None:
        if event.version != self.version:
            return  # the text has gone on, and is being read again
        examined = self.examined = event.examined
        self.views = problem_views(examined.problems, self.draft.path)
        self.editor.show_marks(marks(self.views))
        if examined.program is not None:
            facts = fact_views(examined.program)
            self.sound = Sound(examined, facts, kept_position(facts, self.sound.position if self.sound else {}))
            if not self.shelf:
                self.status = examined.program.scenario.status
            if not examined.proved:
                self.after(PROVE_AFTER, self._prove)
        self.refresh_bar()
        self.show_state()
        self.show_reading()

    def show_reading(self) -> None:
        """The text was read anew."""

    @property
    def stale(self) -> bool:
        """Whether the text has had errors since it was last sound."""
        return self.sound is None or self.examined is not self.sound.examined

    @property
    def is_read(self) -> bool:
        """Whether the last reading is of the text as it stands."""
        return self.examined is not None and self.examined.text == self.draft.text

    # What is told of it

    def on_editor_pane_moved(self, event: EditorPane.Moved) -> None:
        event.stop()
        self._tell_soon()

    def _tell_soon(self) -> None:
        if self._telling is None:
            self._telling = self.set_timer(TELL_AFTER, self.show_state)

    def show_state(self) -> None:
        """Where the caret is, and what is wrong with its line or else how many problems there are."""
        self._telling = None
        row, column = self.editor.cursor_location
        here = problem_on(self.views, row)
        parts = [_("Line {line}, column {column}", line=row + 1, column=column + 1)]
        parts.append(("! " if here.mark == "error" else "? ") + here.message if here else self._summary())
        if self.draft.read_only:
            parts.append(_("Ctrl+S makes a copy that you can change."))
        text = "  ".join(parts).replace("\n", " ")
        self.query_one("#state", Plain).update(plain(text, "bold $error" if here and here.mark == "error" else ""))

    def _summary(self) -> str:
        if self.examined is None or not self.is_read:
            return _("checking …")
        exploring = _("exploring …") if self.examined.is_sound and not self.examined.proved else ""
        return " · ".join(filter(None, (counts(self.views), exploring)))

    def action_problem(self, backwards: bool) -> None:
        """Goes to the next problem, or the one before."""
        place = next_problem(self.views, self.editor.cursor_location, backwards)
        if place:
            self.jump(place)
        else:
            self.host.tell(self._summary())

    def jump(self, place: Place) -> None:
        """Goes to a place in the text."""
        self.set_focus(self.editor)
        self.editor.go_to(place.line - 1, place.column - 1)

    # Completions

    def _read_words(self) -> Message:
        return WordsRead(self.host.house.library.words(self.draft.name))

    def on_words_read(self, event: WordsRead) -> None:
        self.words = event.words

    def on_yaml_editor_asked(self, event: YamlEditor.Asked) -> None:
        event.stop()
        words, text = self.words, self.editor.text
        if words is None:
            self.host.tell(_("What can be written is still being read."))
            return

        def work() -> Message:
            from simulator.workflows.completion import complete

            found = complete(text, event.row, event.column, words)
            offers = tuple(Offer(one.text, one.detail, *one.replaces) for one in found)
            return OffersMade(event.row, event.column, offers)

        self.errand(work, "complete")

    def on_offers_made(self, event: OffersMade) -> None:
        self.pane.offer(event.row, event.column, event.offers)
