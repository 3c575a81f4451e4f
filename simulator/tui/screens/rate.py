"""A second rating: the talk is read and marked without the program's marks, which are shown once it is filed."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher, Input

from simulator.model.decisions import LINES
from simulator.model.decisions import Line as RubricLine
from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import HuikuanScreen
from simulator.tui.views.rate import RaterView, beside_lines, descriptor_lines, rater_view
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.lines import Lines, lines_content
from simulator.tui.widgets.plain import Plain
from simulator.workflows.descriptors import DESCRIPTORS
from simulator.workflows.rating import Rating, rate

_PARTS = {"talk": N_("Talk"), "case": N_("Case file"), "forms": N_("Forms")}


class RaterRead(Message):
    """The talk was read."""

    def __init__(self, view: RaterView) -> None:
        super().__init__()
        self.view = view


class RatingFiled(Message):
    """The rating is on record."""

    def __init__(self, rating: Rating) -> None:
        super().__init__()
        self.rating = rating


class RateScreen(HuikuanScreen[bool]):
    """A talk at the left, the rubric's lines at the right; left with whether a rating was filed."""

    HEADING = N_("Second rating")
    HELP = N_(
        "Read the talk, the case file and the forms (F2 to F4), and mark each line from 0 to 100; what is seen at each "
        "level stands below the lines. Leave open what you cannot judge. F9 files the rating; only then you see what "
        "the program and others marked."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "file", N_("File the rating")),
        Binding("f2", "part('talk')", N_("Talk")),
        Binding("f3", "part('case')", N_("Case file")),
        Binding("f4", "part('forms')", N_("Forms")),
        Binding("up", "line(-1)", N_("Line before"), show=False),
        Binding("down,enter", "line(1)", N_("Next line"), show=False),
        Binding("pageup", "page(-1)", N_("Scroll up"), show=False),
        Binding("pagedown", "page(1)", N_("Scroll down"), show=False),
    ]
    DEFAULT_CSS = """
    RateScreen #read { width: 8fr; }
    RateScreen #part { height: 1; padding: 0 1; background: $surface; }
    RateScreen ContentSwitcher { height: 1fr; }
    RateScreen #marks { width: 12fr; border-left: solid $panel; padding: 0 1; }
    RateScreen .mark { height: 1; }
    RateScreen .mark Plain { width: 1fr; }
    RateScreen .mark Line { width: 8; height: 1; border: none; padding: 0 1; background: $surface; }
    RateScreen .mark Line:focus { background: $panel; text-style: bold; }
    RateScreen #levels { height: auto; margin-top: 1; }
    RateScreen #fault { height: auto; display: none; }
    RateScreen.-refused #fault { display: block; }
    RateScreen #text { height: 1; border: none; padding: 0; background: $surface; }
    RateScreen #text:focus { background: $panel; }
    """

    def __init__(self, attempt: str) -> None:
        super().__init__()
        self.attempt = attempt
        self.view: RaterView | None = None
        self.is_filed = False

    def body(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="read"):
                yield Plain(_("Reading the attempt …"), id="part")
                with ContentSwitcher(initial="talk"):
                    for part in _PARTS:
                        lines = Lines(id=part)
                        lines.can_focus = False
                        yield lines
            with Vertical(id="marks"):
                for name in LINES:
                    with Horizontal(classes="mark"):
                        yield Plain(_(DESCRIPTORS[name].title))
                        yield Line(placeholder="0–100", max_length=5, id=name)
                yield Line(placeholder=_("what you want to say with it"), max_length=2_000, id="text")
                yield Plain("", id="fault", classes="wrong")
                yield Plain("", id="levels")

    def heading(self) -> str:
        return " · ".join((self.view.title, _(self.HEADING))) if self.view else _(self.HEADING)

    def on_mount(self) -> None:
        desk, by = self.host.house.desk, self.host.trainee
        self.errand(lambda: RaterRead(rater_view(desk, self.attempt, by)))

    def on_rater_read(self, event: RaterRead) -> None:
        view = self.view = event.view
        self.refresh_bar()
        for part, lines in (("talk", view.talk), ("case", view.case), ("forms", view.forms)):
            self.query_one(f"#{part}", Lines).show(lines)
        self.action_part("talk")
        self.query_one(f"#{LINES[0]}", Line).focus()
        self.refresh_bindings()

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows the error; without a talk there is nothing to rate."""
        if self.view is None:
            self.query_one("#part", Plain).update(_("There is nothing to rate. Esc goes back."))

    @property
    def unsaved(self) -> str:
        """Points that are typed and not filed."""
        typed = any(self.query_one(f"#{name}", Line).value for name in LINES)
        return _("Your rating is not filed. It is lost if you quit now.") if typed and not self.is_filed else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A rating is filed once, and only of what was read."""
        if action == "file" and (self.view is None or self.is_filed):
            return False
        return super().check_action(action, parameters)

    # Reading and marking

    def action_part(self, part: str) -> None:
        """Opens the talk, the case file or the forms; what is being marked keeps the focus."""
        self.query_one(ContentSwitcher).current = part
        self.query_one("#part", Plain).update(
            "  ".join(f"[{_(title)}]" if name == part else _(title) for name, title in _PARTS.items())
        )

    def action_page(self, pages: int) -> None:
        """Scrolls what is open to be read."""
        self.query_one(f"#{self.query_one(ContentSwitcher).current}", Lines).page(pages)

    def action_line(self, by: int) -> None:
        """Goes to another line of the rubric."""
        if by > 0:
            self.focus_next(Line)
        else:
            self.focus_previous(Line)

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        self.action_line(1)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = next((name for name in LINES if name == event.widget.id), None)
        if name is not None and not self.is_filed:
            self.query_one("#levels", Plain).update(lines_content(descriptor_lines(name)))

    # Filing

    def action_file(self) -> None:
        """Puts the rating on record, or says what is wrong with it."""
        marked: dict[RubricLine, float] = {}
        for name in LINES:
            typed = self.query_one(f"#{name}", Line).value.strip()
            try:
                if typed:
                    marked[name] = float(typed)
            except ValueError:
                self._refuse(name)
                return
            if not 0 <= marked.get(name, 0.0) <= 100:
                self._refuse(name)
                return
        desk, by, text = self.host.house.desk, self.host.trainee, self.query_one("#text", Line).value
        self.remove_class("-refused")
        self.errand(lambda: RatingFiled(rate(desk, self.attempt, by, marked, text)), group="record")

    def _refuse(self, name: RubricLine) -> None:
        wrong = _("{name}: type points from 0 to 100, or leave it open.", name=_(DESCRIPTORS[name].title))
        self.query_one("#fault", Plain).update(wrong)
        self.add_class("-refused")
        self.query_one(f"#{name}", Line).focus()

    def on_rating_filed(self, event: RatingFiled) -> None:
        self.is_filed = True
        for line in self.query(Line):
            line.disabled = True
        self.query_one("#levels", Plain).update(lines_content(beside_lines(event.rating)))
        self.refresh_bindings()
        self.host.tell(_("The rating is on record."))

    def leave(self) -> None:
        if self.unsaved:
            self.host.ask(_("Leave? Your rating is not filed."), self._drop, yes=_("Leave"), no=_("Stay here"))
        else:
            self.dismiss(self.is_filed)

    def _drop(self) -> None:
        self.dismiss(False)
