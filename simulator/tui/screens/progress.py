"""What one person can do: objectives with their bands, attempts, what to practise next, and what was decided.

``ProgressScreen`` is the trainee's own. HR's view of him is ``simulator.tui.screens.person``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher

from simulator.model.errors import Cancelled
from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.lines import fit
from simulator.tui.messages import ErrandCancelled, ErrandFailed
from simulator.tui.progress_texts import (
    advice_lines,
    bands_text,
    counted_bands,
    course_text,
    decision_lines,
    name_text,
    standing_lines,
    talk_line,
    withheld_text,
)
from simulator.tui.screens.base import cancelled
from simulator.tui.screens.lookup import LooksUp
from simulator.tui.texts import Line
from simulator.tui.views.progress import SIGNS, StandingView, number_text, trend_word
from simulator.tui.widgets.busy import Busy
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.widgets.tabs import Tab, Tabs
from simulator.tui.widgets.totals import Total, Totals
from simulator.tui.words import mode_name, score

if TYPE_CHECKING:
    from simulator.tui.source import Advised, Source
    from simulator.tui.views.progress import AdviceView, DecisionView, ProgressView, TalkView

_One = TypeVar("_One")
_SEEN = ""  # the first of the courses: whatever was observed, of all of them


class Going(Message):
    """How far the figures are."""

    def __init__(self, done: int, of: int) -> None:
        super().__init__()
        self.done, self.of = done, of


class ProgressRead(Message):
    """The figures of a person are there."""

    def __init__(self, view: ProgressView) -> None:
        super().__init__()
        self.view = view


class AdviceRead(Message):
    """What to practise next is there, as far as the scenarios were looked through."""

    def __init__(self, advised: Advised) -> None:
        super().__init__()
        self.advised = advised


class SharingChanged(Message):
    """An attempt was shared, or that was taken back."""

    def __init__(self, shared: bool) -> None:
        super().__init__()
        self.shared = shared


class Standings(RowList):
    """Objectives. What Enter does is said in its name, since it takes that key."""

    HELP = N_(
        "Objectives with their bands: + meets the standard, ~ more evidence needed, - not yet, . not observed, which "
        "is no zero. Enter shows the very lines that an objective's band stands on."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Lines"))]


class Talks(RowList):
    """Attempts, the latest first."""

    HELP = N_("Ended attempts, the latest first; the bars above are their totals. Enter opens the debrief.")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Debrief"))]


class Advice(RowList):
    """What to practise next."""

    HELP = N_("What would tell most about what is not settled yet, and why. Enter starts it as practice.")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Start"))]


class Decisions(RowList):
    """What was decided, and what was asked for."""

    HELP = N_("Decisions, appeals and certificates, the latest first. Enter opens the line that one is about.")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("The line"))]


class FiguresScreen(LooksUp):
    """A screen whose figures are worked out in a thread, under tabs."""

    TABS: ClassVar[tuple[Tab, ...]] = ()
    AUTO_FOCUS = ""  # nothing has the focus while there are no figures
    DEFAULT_CSS = """
    FiguresScreen #waiting { height: 1fr; align: center middle; }
    FiguresScreen #waiting Plain { width: auto; max-width: 90%; }
    FiguresScreen #waiting Busy { height: 3; }
    FiguresScreen #figures { height: 1fr; display: none; }
    FiguresScreen.-made #figures { display: block; }
    FiguresScreen.-made #waiting { display: none; }
    FiguresScreen #about { height: auto; max-height: 2; padding: 0 1; background: $surface; color: $text-muted; }
    FiguresScreen ContentSwitcher { height: 1fr; }
    FiguresScreen .detail { height: 7; border-top: solid $panel; }
    FiguresScreen.-tall .detail { height: 12; }
    FiguresScreen .none { display: none; height: auto; padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page(-1)", N_("Page Up"), show=False),
        Binding("pagedown", "page(1)", N_("Page Down"), show=False),
    ]

    def body(self) -> ComposeResult:
        with Vertical(id="waiting"):
            yield Plain(_("Working out the figures … Esc stops."), id="waited")
            yield Busy()
        with Vertical(id="figures"):
            yield Tabs(self.TABS, id="tabs")
            yield Plain(id="about")
            with ContentSwitcher(initial=self.TABS[0].id):
                for tab in self.TABS:
                    with Vertical(id=tab.id):
                        yield from self.pane(tab.id)

    def pane(self, tab: str) -> ComposeResult:
        """What stands below a tab."""
        raise NotImplementedError

    def work(self) -> Message:
        """Works the figures out, in a thread."""
        raise NotImplementedError

    @property
    def made(self) -> bool:
        """Whether there are figures to be looked at."""
        return self.has_class("-made")

    def on_mount(self) -> None:
        self.read()

    def read(self) -> None:
        self.errand(self._work)

    def _work(self) -> Message:
        self.mark_version()
        return self.work()

    def going(self, done: int, of: int) -> None:
        """Told in the thread how far the work is; ends it where nobody waits any longer."""
        if cancelled():
            raise Cancelled
        self.post_message(Going(done, of))

    def unheard(self, _done: int, _of: int) -> None:
        """Told in the thread how far work is that nobody waits for; ends it where the screen is gone."""
        if cancelled():
            raise Cancelled

    def on_going(self, event: Going) -> None:
        if event.of:
            text = _("Working out the figures: {done} of {of} … Esc stops.", done=event.done, of=event.of)
            self.query_one("#waited", Plain).update(text)

    def come(self, faults: int = 0) -> None:
        """The figures are there: shows them and takes the focus into the open tab.

        Args:
            faults: how many attempts could not be worked out.
        """
        if faults:
            told = _("Attempts that could not be worked out: {n}. `huikuan verify` says why.", n=faults)
            self.host.tell(told, "warning")
        first = not self.made
        self.add_class("-made")
        self.action_tab(self.TABS[0].id if first else self.tab)
        self.refresh_bar()
        self.refresh_bindings()

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows the error; without figures there is nothing to wait for."""
        if not self.made:
            self.query_one("#waited", Plain).update(_("There are no figures. Esc goes back."))
            self.query_one(Busy).display = False

    def on_errand_cancelled(self, _event: ErrandCancelled) -> None:
        """Whoever stops the figures before there are any goes back."""

    def action_back(self) -> None:
        """Stops what is going on, and leaves unless there is something to stay for."""
        stopped = self.stop_errands()
        if stopped and self.made:
            self.host.tell(_("Stopped."))
        else:
            self.leave()

    # Tabs

    @property
    def tab(self) -> str:
        """The open tab."""
        return self.query_one(ContentSwitcher).current or self.TABS[0].id

    def action_tab(self, tab: str) -> None:
        """Opens a tab and puts the focus into it."""
        self.query_one(ContentSwitcher).current = tab
        self.query_one(Tabs).open(tab)
        self.enter(tab)
        self.tell_about()
        self.refresh_bar()
        self.refresh_bindings()

    def enter(self, tab: str) -> None:
        """Puts the focus into a tab."""
        focusable = [one for one in self.query_one(f"#{tab}").query(RowList) if one.display]
        self.set_focus(focusable[0] if focusable else None)

    def tell_about(self) -> None:
        """Says in the line below the tabs what is looked at."""

    def on_tabs_picked(self, event: Tabs.Picked) -> None:
        self.action_tab(event.tab)

    def action_page(self, pages: int) -> None:
        """Scrolls what is said of the highlighted row; a list without that moves itself."""
        for detail in self.query_one(f"#{self.tab}").query(".detail").results(Lines):
            detail.page(pages)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before there are figures one can only wait or leave."""
        if not self.is_mounted or (not self.made and action in self.NEEDS_FIGURES):
            return False
        return super().check_action(action, parameters)

    NEEDS_FIGURES: ClassVar[frozenset[str]] = frozenset({"tab", "page"})

    def fill(self, tab: str, rows: Sequence[Row], none: str, highlight: str = "") -> None:
        """Shows a tab's rows, or what is missing and the next key."""
        pane = self.query_one(f"#{tab}")
        there = any(row.id for row in rows)
        pane.query_one(RowList).show(rows, highlight)
        pane.query_one(RowList).display = there
        for detail in pane.query(".detail"):
            detail.display = there
        missing = pane.query_one(".none", Plain)
        missing.update(none)
        missing.display = not there


class PersonFigures(FiguresScreen):
    """What Progress and Person share."""

    TABS = (
        Tab("objectives", N_("Objectives"), "f2"),
        Tab("talks", N_("Attempts"), "f3"),
        Tab("next", N_("Next"), "f4"),
        Tab("decisions", N_("Decisions"), "f5"),
    )
    DEFAULT_CSS = """
    PersonFigures #talks .detail { height: 4; }
    PersonFigures.-tall Totals { height: 11; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f7", "course", N_("Course")),
        Binding("f9", "export", N_("Export")),
        *(Binding(tab.key, f"tab('{tab.id}')", tab.title, show=False) for tab in TABS),
    ]
    NEEDS_FIGURES = frozenset({"tab", "page", "course", "share", "export"})

    def __init__(self, source: Source, person: str | None = None) -> None:
        super().__init__(source)
        self.person = person
        self.view: ProgressView | None = None
        self.course = _SEEN

    def pane(self, tab: str) -> ComposeResult:
        if tab == "talks":
            yield Totals(id="totals")
        yield {"objectives": Standings, "talks": Talks, "next": Advice, "decisions": Decisions}[tab](id=f"{tab}-list")
        yield Plain(classes="none hint")
        detail = Lines(id=f"{tab}-detail", classes="detail")
        detail.can_focus = False
        yield detail

    def work(self) -> Message:
        return ProgressRead(self.source.progress(self.person, self.going))

    def on_progress_read(self, event: ProgressRead) -> None:
        self.view = event.view
        self._show(event.view)
        self.come(event.view.faults)
        self.errand(self._read_advice, group="advice")

    def _read_advice(self) -> None:
        for advised in self.source.advice(self.person):
            if cancelled():
                return
            self.post_message(AdviceRead(advised))

    def on_advice_read(self, event: AdviceRead) -> None:
        if self.view is not None:
            one = event.advised
            self.view = replace(self.view, advice=one.advice)
            looking = _("Looking through the scenarios: {done} of {of} …", done=one.done, of=one.of)
            self._show_advice(one.advice, self.no_advice() if one.done == one.of else looking)
            if self.tab == "next" and self.focused is None:
                self.enter("next")

    def _show_advice(self, advice: Sequence[AdviceView], none: str) -> None:
        self.fill("next", [Row(one.title, str(at)) for at, one in enumerate(advice)], none)

    def _show(self, view: ProgressView) -> None:
        self._show_objectives(view)
        self.query_one(Totals).show(_totals(view))
        talks = [_talk_row(number, one) for number, one in _numbered(view)]
        self.fill("talks", talks, self.no_talks())
        self.query_one(Totals).display = bool(talks)
        self._show_advice(view.advice, _("Looking through the scenarios for what would tell most …"))
        decided = [Row(f"{fit(one.kind, 16)} {one.title}", str(at), one.when) for at, one in enumerate(view.decisions)]
        self.fill("decisions", decided, _("Nothing was decided, asked for or certified yet."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Courses are those of the objectives."""
        if action == "course" and self.is_mounted and self.tab != "objectives":
            return False
        return super().check_action(action, parameters)

    def no_talks(self) -> str:
        """What to say where there is no attempt."""
        return _("There is no ended attempt yet.")

    def no_standings(self) -> str:
        """What to say where nothing was observed."""
        return _("Nothing was observed yet. F7 shows the objectives of each course.")

    def no_advice(self) -> str:
        """What to say where there is nothing to practise next."""
        return _("There is nothing to advise: every objective that the scenarios ask for is settled.")

    # Objectives

    def _show_objectives(self, view: ProgressView) -> None:
        rows: list[Row] = []
        width = max(self.size.width - 4, 40)
        for course in view.courses:
            if self.course not in (_SEEN, course.id):
                continue
            for module in course.modules:
                shown = [one for one in module.standings if self.course != _SEEN or one.chances]
                if shown:
                    title = _("{a} · {b}", a=course.title, b=module.title) if self.course == _SEEN else module.title
                    rows += [Row(title), *(_standing_row(one, width) for one in shown)]
        self.fill("objectives", rows, self.no_standings())

    def tell_about(self) -> None:
        view = self.view
        if view is None:
            return
        if self.tab == "objectives":
            course = next((one for one in view.courses if one.id == self.course), None)
            observed = [one for one in view.standings.values() if one.chances]
            seen = _("What was observed: {text}", text=bands_text(counted_bands(observed)))
            text = course_text(course) if course else seen if observed else _("What was observed: nothing yet")
        elif self.tab == "talks":
            text = " ".join(part for part in (view.compliance, self.withheld(view)) if part)
        else:
            text = _("Marked under rubric {version}.", version=view.rubric) if view.rubric else ""
        self.query_one("#about", Plain).update(text)

    def withheld(self, view: ProgressView) -> str:
        """What is not here."""
        return withheld_text(view.withheld) if view.withheld else ""

    def action_course(self) -> None:
        """Shows the objectives of the next course; after the last one, what was observed in all of them."""
        if self.view is None:
            return
        names = [_SEEN, *(course.id for course in self.view.courses)]
        self.course = names[(names.index(self.course) + 1) % len(names)]
        self._show_objectives(self.view)
        self.action_tab("objectives")

    def standing(self) -> StandingView | None:
        """The highlighted objective."""
        highlighted = self.query_one(Standings).highlighted
        return self.view.standings.get(highlighted) if self.view and highlighted else None

    def talk(self) -> TalkView | None:
        """The highlighted attempt."""
        highlighted = self.query_one(Talks).highlighted
        return next((one for one in self.view.talks if one.attempt == highlighted), None) if self.view else None

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        view = self.view
        if view is None or not event.id:
            return
        # It is looked at as it is now: the figures may have been read anew since the row was highlighted.
        if isinstance(event.rows, Standings) and (standing := self.standing()):
            self._detail("objectives", standing_lines(standing))
        elif isinstance(event.rows, Talks) and (talk := self.talk()):
            self.query_one(Totals).mark(next(number for number, one in _numbered(view) if one is talk))
            self._detail("talks", [Line("", talk.title, "head"), Line("", talk_line(talk))])
        elif isinstance(event.rows, Advice) and (advice := chosen(view.advice, event.rows)):
            self._detail("next", advice_lines(advice))
        elif isinstance(event.rows, Decisions) and (decision := chosen(view.decisions, event.rows)):
            self._detail("decisions", decision_lines(decision))
        self.refresh_bindings()

    def _detail(self, tab: str, lines: Sequence[Line]) -> None:
        self.query_one(f"#{tab}-detail", Lines).show(lines)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        view = self.view
        if view is None:
            return
        if isinstance(event.rows, Standings) and (standing := self.standing()):
            self.open_lines(standing)
        elif isinstance(event.rows, Talks) and (talk := self.talk()):
            self.open_debrief(talk.attempt)
        elif isinstance(event.rows, Advice) and (advice := chosen(view.advice, event.rows)):
            self.take_advice(advice.scenario)
        elif isinstance(event.rows, Decisions) and (decision := chosen(view.decisions, event.rows)):
            self._open_decision(decision)

    def _open_decision(self, one: DecisionView) -> None:
        if one.attempt:
            self.open_debrief(one.attempt, one.turn or None)
        else:
            self.host.tell(_("This belongs to no single line."))

    def open_lines(self, one: StandingView) -> None:
        """Shows the lines that an objective's band stands on."""
        from simulator.tui.screens.evidence import EvidenceScreen

        if not one.chances:
            self.host.tell(_("There is no line to show: no talk gave a chance to show this objective."))
            return
        name = self.view.name if self.view else ""
        self.app.push_screen(EvidenceScreen(self.source, self.person, name, one))

    def action_export(self) -> None:
        """Writes a report into a file: on the highlighted attempt or certificate where there is one, else on him."""
        from simulator.tui.screens.export import ExportDialog

        view = self.view
        if view is None or not view.person:
            self.host.tell(_("There is nothing on record yet that could be taken out."))
            return
        talk = self.talk() if self.tab == "talks" else None
        held = self._certificate(view) if self.tab == "decisions" else None
        if talk is not None:
            dialog = ExportDialog(self.source, "attempt", talk.attempt, talk.title)
        elif held is not None:
            dialog = ExportDialog(self.source, "certificate", held.certificate, held.title)
        else:
            dialog = ExportDialog(self.source, "person", view.person, name_text(view.name))
        self.app.push_screen(dialog)

    def _certificate(self, view: ProgressView) -> DecisionView | None:
        """The highlighted certificate."""
        one = chosen(view.decisions, self.query_one(Decisions))
        return one if one is not None and one.certificate else None

    def take_advice(self, scenario: str) -> None:
        """What Enter does on an advised scenario."""
        raise NotImplementedError


class ProgressScreen(PersonFigures):
    """The trainee's own progress."""

    HEADING = N_("Progress")
    HELP = N_(
        "What you can do, and on what evidence. Exams are evidence, and practice that you share with F6 on the tab of "
        "attempts; other practice is your own and nobody else sees it. A program proposes bands, a person decides. F9 "
        "writes your own report into a file, or the highlighted attempt, or the highlighted certificate."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "share", N_("Share")),
    ]

    def heading(self) -> str:
        return " · ".join((_(self.HEADING), self.host.trainee))

    def no_talks(self) -> str:
        return _("You have not finished an attempt yet. Esc goes Home, where Enter starts a scenario.")

    def no_standings(self) -> str:
        view = self.view
        if view and any(one.own for one in view.talks):
            return _(
                "There is no evidence yet. Exams give evidence, and practice that you share: F3 lists your attempts, "
                "F6 shares one. F7 shows the objectives of each course."
            )
        return _(
            "There is no evidence yet. Esc goes Home; an exam, or a practice attempt that you share, gives some. F7 "
            "shows the objectives of each course."
        )

    def withheld(self, view: ProgressView) -> str:
        own = sum(one.own for one in view.talks)
        return _("Your own: {n}. F6 shares the highlighted one.", n=own) if own else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only practice that nothing else shares can be shared and taken back."""
        if action == "share" and self.is_mounted and self.made:
            talk = self.talk() if self.tab == "talks" else None
            if talk is None or not talk.sharing:
                return False
        return super().check_action(action, parameters)

    def action_share(self) -> None:
        """Shares the highlighted practice attempt, or takes that back."""
        talk = self.talk()
        if talk is None or not talk.sharing:
            return

        def share() -> None:
            self.errand(partial(self._share, talk.attempt, talk.own), group="record")

        if not talk.own:
            share()
            return
        self.host.ask(
            _(
                "Share this attempt at “{title}”? Those who see your group's figures then see its score and its lines, "
                "and it counts as evidence. You can take that back.",
                title=talk.title,
            ),
            share,
            yes=_("Share"),
            no=_("Keep it my own"),
        )

    def _share(self, attempt: str, shared: bool) -> Message:
        self.source.share(attempt, shared)
        return SharingChanged(shared)

    def on_sharing_changed(self, event: SharingChanged) -> None:
        self.host.tell(_("It is shared and counts as evidence.") if event.shared else _("It is your own again."))
        self.read()

    def take_advice(self, scenario: str) -> None:
        self.host.home.begin_from_anywhere(scenario)


def chosen(of: Sequence[_One], rows: RowList) -> _One | None:
    """What the highlighted row stands for, where rows are named by their place; None where it is not there any more."""
    highlighted = rows.highlighted
    return of[int(highlighted)] if highlighted.isdecimal() and int(highlighted) < len(of) else None


def _standing_row(one: StandingView, width: int) -> Row:
    """An objective in a line: sign, number, statement, and how many chances were taken."""
    counted = f"{number_text(one.taken)}/{one.chances}" if one.chances else "-"
    aside = f"{fit(counted, 8, 'right')} {fit(trend_word(one.trend), 8)}"
    room = max(width - 8 - len(aside), 20)
    return Row(f"{SIGNS[one.band]} {one.number:>2} {fit(one.statement, room)}", one.objective, aside)


def _numbered(view: ProgressView) -> list[tuple[int, TalkView]]:
    """The attempts with their numbers in the order of time, the latest first."""
    return list(reversed(list(enumerate(view.talks, 1))))


def _totals(view: ProgressView) -> list[Total]:
    return [Total(number, one.total, one.passed) for number, one in enumerate(view.talks, 1) if one.total is not None]


def _talk_row(number: int, one: TalkView) -> Row:
    verdict = "" if one.total is None else "+" if one.passed else "-"
    total = f"{fit(score(one.total), 4, 'right')} {verdict or ' '}"
    own = _("own") if one.own else _("shared") if one.sharing else ""
    return Row(f"{number:>3} {fit(one.when, 17)} {total} {fit(mode_name(one.mode), 9)} {one.title}", one.attempt, own)
