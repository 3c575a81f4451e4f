"""The group at a glance: who can do what, who has done what, what waits for a decision, what the group lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.lines import fit
from simulator.tui.progress_texts import (
    agreement_lines,
    due_lines,
    judgement_lines,
    lack_lines,
    lift_lines,
    member_lines,
    minutes_text,
    name_text,
    scenario_lines,
    tenth_names,
)
from simulator.tui.screens.progress import FiguresScreen, chosen
from simulator.tui.texts import Line
from simulator.tui.views.group import (
    DeskView,
    DueView,
    HeatView,
    LackView,
    MemberView,
    ScenarioFigures,
    decision_word,
)
from simulator.tui.views.progress import SIGNS
from simulator.tui.widgets.heat import NAME, Heat
from simulator.tui.widgets.lines import Lines, lines_content
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.widgets.small_bars import band_bar, bar
from simulator.tui.widgets.tabs import Tab
from simulator.tui.words import mode_name, score
from simulator.workflows.cells import Filters

if TYPE_CHECKING:
    from simulator.tui.app import HuikuanApp
    from simulator.tui.source import Source, Waiting
    from simulator.workflows.permission import Deed

_BAR = 30  # cells of a bar beside its words
_ALL, _AGREEMENT = "all", "agreement"


class GroupRead(Message):
    """The group's figures are there."""

    def __init__(self, view: DeskView) -> None:
        super().__init__()
        self.view = view


class WaitingRead(Message):
    """What waits is there."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__()
        self.waiting = waiting


class ParsMade(Message):
    """The pars that were lacking were worked out, by scenario."""

    def __init__(self, pars: Mapping[str, float | None]) -> None:
        super().__init__()
        self.pars = pars


class Members(RowList):
    """The people. What Enter does is said in its name, since it takes that key."""

    HELP = N_("Who has done what: attempts that others may see, how many passed, time spent. Enter opens the person.")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Person"))]


class Due(RowList):
    """What waits for a decision."""

    HELP = N_(
        "What the program proposes, and what people asked for. Nothing of it holds before a named person decides; "
        "Enter opens it. A second rating is made without seeing what the program made of the talk."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Decide"))]


class Lacks(RowList):
    """What the group lacks."""

    HELP = N_(
        "Objectives by how many people are not there yet, those that nobody met at the end. Enter shows the objective "
        "in the table."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("In the table"))]


class Scores(RowList):
    """Scenarios with their scores, and what holds of all of them."""

    HELP = N_(
        "The scores of each scenario. Par is what a simulated collector of ordinary skill comes to, so that scenarios "
        "compare. Best-of always rises with the number of attempts, by luck too; the latest attempt says more."
    )


class GroupScreen(FiguresScreen):
    """A group through a filter."""

    HEADING = N_("Group")
    HELP = N_(
        "Who can do what. F8 chooses course, group, scenario, period, mode and language; F7 goes to the next course, "
        "Ctrl+O shows the objectives that nobody was observed on, too. Enter on a cell shows the very lines that it "
        "comes from, what speaks against the person first; Enter there opens that turn. F9 writes a report into a "
        "file. The program proposes, a person decides."
    )
    TABS = (
        Tab("table", N_("Table"), "f2"),
        Tab("people", N_("People"), "f3"),
        Tab("due", N_("To decide"), "f4"),
        Tab("lacks", N_("Lacking"), "f5"),
        Tab("scores", N_("Scores"), "f6"),
    )
    DEFAULT_CSS = """
    GroupScreen #cell { height: 5; padding: 0 1; border-top: solid $panel; }
    GroupScreen.-tall #cell { height: 7; }
    GroupScreen #scores .detail { height: 15; }
    GroupScreen.-tall #scores .detail { height: 20; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "filter", N_("Filter")),
        Binding("f7", "course", N_("Course")),
        Binding("f9", "export", N_("Export")),
        Binding("ctrl+o", "all", N_("All objectives, or those observed"), show=False),
        *(Binding(tab.key, f"tab('{tab.id}')", tab.title, show=False) for tab in TABS),
    ]
    NEEDS_FIGURES = frozenset({"tab", "page", "course", "filter", "export", "all"})
    DEEDS: ClassVar[Mapping[str, Deed]] = {"export": "report"}

    def __init__(self, source: Source, filters: Filters | None = None) -> None:
        super().__init__(source)
        self.filters = filters or Filters()
        self.view: DeskView | None = None
        self.at = 0  # which of the courses stands in the table
        self.shows_all = False  # with the objectives that nobody was observed on

    @property
    def again(self) -> _Again:
        return _Again(self.filters)

    def heading(self) -> str:
        heat = self.heat
        group = self.view.choices.groups.get(self.filters.group or "", "") if self.view else ""
        # The other tabs go over every course.
        of = heat.title if heat and (self.tab == "table" or self.filters.course) else ""
        parts = (_(self.HEADING), group, of)
        return " · ".join(part for part in parts if part)

    @property
    def heat(self) -> HeatView | None:
        """The table of the course that is looked at, as it is shown."""
        if not self.view or not self.view.heats:
            return None
        course = self.view.heats[self.at]
        return course if self.shows_all else course.observed()

    def pane(self, tab: str) -> ComposeResult:
        if tab == "table":
            yield Heat(id="heat")
            yield Plain(classes="none hint")
            yield Plain(id="cell")
            return
        lists: dict[str, type[RowList]] = {"people": Members, "due": Due, "lacks": Lacks, "scores": Scores}
        yield lists[tab](id=f"{tab}-list")
        yield Plain(classes="none hint")
        detail = Lines(id=f"{tab}-detail", classes="detail")
        detail.can_focus = False
        yield detail

    def work(self) -> Message:
        return GroupRead(self.source.group(self.filters, self.going))

    def on_group_read(self, event: GroupRead) -> None:
        before = self.heat.course if self.heat else None
        view = self.view = event.view
        ids = [heat.course for heat in view.heats]
        wanted = (
            before
            or self.filters.course
            or next((h.course for h in view.heats if any(c.observed for c in h.columns)), None)
        )
        self.at = ids.index(wanted) if wanted in ids else 0
        self._show_table()
        self.fill("people", _member_rows(view), _("Nobody is in this group. F8 chooses another one."))
        self.fill("due", _due_rows(view.due), _("Reading what waits for a decision …"))
        self.fill("lacks", _lack_rows(view.lacks, self.size.width), self._nothing())
        self.fill("scores", _score_rows(view), self._nothing())
        self.come(view.faults)
        self.errand(partial(self._read_waiting, view), group="waiting")
        if view.parless:
            self.errand(partial(self._make_pars, view), group="pars")

    def _read_waiting(self, view: DeskView) -> Message:
        return WaitingRead(self.source.waiting(view, self.unheard))

    def on_waiting_read(self, event: WaitingRead) -> None:
        if self.view is not None:
            due, agreement = event.waiting.due, event.waiting.agreement
            members = tuple(_with_undone(one, event.waiting.undone) for one in self.view.members)
            self.view = replace(self.view, due=due, members=members, agreement=agreement)
            self.fill("people", _member_rows(self.view), _("Nobody is in this group. F8 chooses another one."))
            self.fill("due", _due_rows(due), _("Nothing waits for a decision."))
            self._tell_again("people", "due", "scores")
            self._enter_if_open("due")

    def _make_pars(self, view: DeskView) -> Message:
        return ParsMade(self.source.pars(view, self.unheard))

    def on_pars_made(self, event: ParsMade) -> None:
        if self.view is not None:
            known = self.view.scenarios
            made = tuple(replace(one, par=event.pars.get(one.scenario, one.par)) for one in known)
            self.view = replace(self.view, scenarios=made, parless=())
            self.fill("scores", _score_rows(self.view), self._nothing())
            self._tell_again("scores")

    def _tell_again(self, *tabs: str) -> None:
        """Says of the highlighted rows what there is to say now."""
        for tab in tabs:
            rows = self.query_one(f"#{tab}-list", RowList)
            self.on_row_list_highlighted(RowList.Highlighted(rows, rows.highlighted))

    def _enter_if_open(self, tab: str) -> None:
        """Puts the focus into a tab whose rows have just come."""
        if self.tab == tab and self.focused is None:
            self.enter(tab)

    def _nothing(self) -> str:
        """What is missing, and the next key."""
        view = self.view
        if view is None or not view.people:
            return _(
                "Nobody is in this group. `huikuan people import` reads a list of people; F8 chooses another group."
            )
        if self.filters.narrows_attempts:
            return _("There is no attempt through this filter. F8 widens it.")
        if view.withheld:
            return _("There is no attempt that others may see: what there is, is practice of people's own.")
        return _("Nobody has ended an attempt yet. F8 on the first screen assigns scenarios.")

    # The table

    def _show_table(self) -> None:
        heat = self.heat
        there = heat is not None and bool(heat.people) and bool(heat.columns)
        table, cell, none = self.query_one(Heat), self.query_one("#cell"), self.query_one("#table .none", Plain)
        table.display = cell.display = there
        none.display = not there
        none.update(self._nothing())
        if heat is not None and there:
            table.show(heat)

    def enter(self, tab: str) -> None:
        if tab == "table":
            table = self.query_one(Heat)
            self.set_focus(table if table.display else None)
        else:
            super().enter(tab)

    def on_heat_moved(self) -> None:
        """Says which objective and whose cell it is."""
        heat, table = self.heat, self.query_one(Heat)
        if heat is None or not heat.people:
            return
        person = name_text(heat.people[table.row][1])
        if table.column == NAME:
            lines = [Line("", person, "head"), Line("", _("Enter opens the person."), "quiet")]
        else:
            one = heat.standing(table.row, table.column)
            statement = _("{n}. {statement}", n=one.number, statement=one.statement)
            judged = judgement_lines(one)
            judged[0] = Line(_("{name}: ", name=person) + judged[0].label, judged[0].text)
            lines = [Line("", statement, "head"), *judged]
        self.query_one("#cell", Plain).update(lines_content(lines))

    def on_heat_chosen(self, event: Heat.Chosen) -> None:
        from simulator.tui.screens.evidence import EvidenceScreen

        heat = self.heat
        if heat is None:
            return
        one, (person, name) = heat.standing(event.row, event.column), heat.people[event.row]
        if not one.chances:
            self.host.tell(_("There is no line to show: no talk gave a chance to show this objective."))
            return
        self.app.push_screen(EvidenceScreen(self.source, person, name, one, self.filters))

    def on_heat_person_chosen(self, event: Heat.PersonChosen) -> None:
        if self.heat is not None:
            self.open_person(*self.heat.people[event.row])

    def open_person(self, person: str, name: str) -> None:
        """Opens HR's view of a person."""
        from simulator.tui.screens.person import PersonScreen

        self.app.push_screen(PersonScreen(self.source, person, name))

    def action_course(self) -> None:
        """Puts the next course into the table."""
        if self.view is None or not self.view.heats:
            return
        self.at = (self.at + 1) % len(self.view.heats)
        self._show_table()
        self.refresh_bar()
        self.action_tab("table")

    def action_all(self) -> None:
        """Shows the objectives that nobody was observed on too, or leaves them out again."""
        self.shows_all = not self.shows_all
        self._show_table()
        self.action_tab("table")

    # What is looked at

    def tell_about(self) -> None:
        view = self.view
        if view is None:
            return
        parts = [
            _("people: {n}", n=view.people),
            _("attempts: {n}", n=view.attempts),
            *_filter_words(self.filters, view),
        ]
        columns = view.heats[self.at].columns if view.heats else ()
        unmet = sum(not one.observed for one in columns)
        if self.tab == "table" and unmet:
            parts.append(_("not observed: {n} of {of} objectives", n=unmet, of=len(columns)))
        elif view.withheld:
            parts.append(_("people's own practice, not shown: {n}", n=view.withheld))
        self.query_one("#about", Plain).update(fit(" · ".join(parts), max(self.size.width - 2, 0)))

    # The lists

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        view = self.view
        if view is None or not event.id:
            return
        if isinstance(event.rows, Members) and (member := chosen(view.members, event.rows)):
            self._detail("people", member_lines(member))
        elif isinstance(event.rows, Due) and (due := chosen(view.due, event.rows)):
            self._detail("due", due_lines(due))
        elif isinstance(event.rows, Lacks) and (lack := chosen(view.lacks, event.rows)):
            self._detail("lacks", lack_lines(lack))
        elif isinstance(event.rows, Scores):
            self.query_one("#scores-detail", Lines).query_one(Plain).update(self._scores(view, event.rows))
            self.query_one("#scores-detail", Lines).scroll_home(animate=False)

    def _detail(self, tab: str, lines: Sequence[Line]) -> None:
        self.query_one(f"#{tab}-detail", Lines).show(lines)

    def _scores(self, view: DeskView, rows: RowList) -> Content:
        """What is said of a scenario, or of all of them."""
        if rows.highlighted == _AGREEMENT:
            return lines_content(agreement_lines(view.agreement))
        one = chosen(view.scenarios, rows)
        if one is None:
            return lines_content(lift_lines(view))
        return Content("\n").join([lines_content(scenario_lines(one)), *_distribution(one)])

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        view = self.view
        if view is None:
            return
        if isinstance(event.rows, Members) and (member := chosen(view.members, event.rows)):
            self.open_person(member.person, member.name)
        elif isinstance(event.rows, Due) and (due := chosen(view.due, event.rows)):
            self._decide(due)
        elif isinstance(event.rows, Lacks) and (lack := chosen(view.lacks, event.rows)):
            self._in_table(lack)

    def _in_table(self, lack: LackView) -> None:
        """Puts an objective's column into the table."""
        if self.view is None:
            return
        for at, heat in enumerate(self.view.heats):
            if any(one.objective == lack.objective for one in heat.columns):
                self.at, self.shows_all = at, self.shows_all or lack.count("unseen") == lack.people
                self._show_table()
                self.query_one(Heat).go_to(lack.objective)
                self.refresh_bar()
                self.action_tab("table")
                return

    # Deciding

    def _decide(self, due: DueView) -> None:
        """Opens what a decision is made on."""
        if due.kind == "rating":
            from simulator.tui.screens.rate import RateScreen

            self.app.push_screen(RateScreen(due.attempt), self._decided)
        elif due.kind == "certificate":
            from simulator.tui.screens.certify import CertifyDialog

            self.app.push_screen(CertifyDialog(due.person, due.course, due.renews or None), self._decided)
        elif due.attempt:
            from simulator.tui.screens.decide import DecideScreen

            self.app.push_screen(DecideScreen(due.attempt, due.turn or None), self._decided)
        else:
            self.open_person(due.person, due.name)

    def _decided(self, changed: bool | None) -> None:
        """What was decided changes the figures."""
        if changed:
            self.read()

    # Filter and export

    def action_filter(self) -> None:
        """Asks what to look at the group through."""
        from simulator.tui.screens.filter import FilterDialog

        if self.view is not None:
            self.app.push_screen(FilterDialog(self.filters, self.view.choices), self._filtered)

    def _filtered(self, filters: Filters | None) -> None:
        if filters is None or filters == self.filters:
            return
        self.filters = filters
        if self.view is not None and filters.course is not None:
            self.view = None  # the course that was chosen stands in the table, not the one before
        self.query_one("#about", Plain).update(_("Working out the figures … Esc stops."))
        self.read()

    def action_export(self) -> None:
        """Writes a report on the group into a file."""
        from simulator.tui.screens.export import ExportDialog

        group = self.filters.group or ""
        name = self.view.choices.groups.get(group, group) if self.view and group else _("everybody")
        self.app.push_screen(ExportDialog(self.source, "group", group, name, self.filters))


class _Again:
    """Opens the group's screen anew after the application was reopened."""

    def __init__(self, filters: Filters) -> None:
        self.filters = filters

    def __call__(self, app: HuikuanApp) -> None:
        app.home.show_group(self.filters)


def _filter_words(filters: Filters, view: DeskView) -> list[str]:
    """What the filter lets through, in words; nothing where it lets everything through."""
    words = [view.choices.scenarios.get(filters.scenario, filters.scenario)] if filters.scenario else []
    words += [_("from {day}", day=filters.since.isoformat())] if filters.since else []
    words += [_("to {day}", day=filters.until.isoformat())] if filters.until else []
    words += [mode_name(filters.mode)] if filters.mode else []
    words += [{"zh": _("in Chinese"), "en": _("in English")}[filters.language]] if filters.language else []
    return words


def _member_rows(view: DeskView) -> list[Row]:
    rows = []
    for at, one in enumerate(view.members):
        done = _("{passed} of {n} passed", passed=one.passed, n=one.attempts) if one.attempts else _("no attempt")
        late = _("{n} overdue", n=one.late) if one.late else _("{n} to do", n=one.undone) if one.undone else ""
        bands = " ".join(f"{SIGNS[band]}{n}" for band, n in one.bands if n)
        aside = f"{fit(done, 14)} {fit(bands, 13)} {fit(minutes_text(one.minutes), 10, 'right')} {fit(late, 10)}"
        rows.append(Row(name_text(one.name), str(at), aside))
    return rows


def _with_undone(one: MemberView, undone: Mapping[str, tuple[int, int]]) -> MemberView:
    counts = undone.get(one.person, (0, 0))
    return replace(one, undone=counts[0], late=counts[1])


def _due_rows(due: Sequence[DueView]) -> list[Row]:
    """What waits, each kind below its name."""
    rows: list[Row] = []
    for kind in dict.fromkeys(one.kind for one in due):
        rows.append(Row(decision_word(kind)))
        rows += [
            Row(_("{a} · {b}", a=name_text(one.name), b=one.title), str(at), one.when)
            for at, one in enumerate(due)
            if one.kind == kind
        ]
    return rows


def _lack_rows(lacks: Sequence[LackView], width: int) -> list[Row]:
    """The objectives with a bar of the group's bands; the signs of the bands make the bar."""
    bar_cells = min(_BAR, max(width // 4, 12))
    room = max(width - bar_cells - 8, 20)
    return [
        Row(fit(one.statement, room), str(at), band_bar(one.counts, bar_cells).plain) for at, one in enumerate(lacks)
    ]


def _score_rows(view: DeskView) -> list[Row]:
    rows = []
    for at, one in enumerate(view.scenarios):
        median = _("median {median}, par {par}", median=score(one.median), par=score(one.par))
        rows.append(Row(one.title, str(at), f"{median}  n {one.attempts}"))
    if rows:
        rows += [Row(_("All together")), Row(_("From first to best, time spent"), _ALL)]
        rows.append(Row(_("Agreement with human raters"), _AGREEMENT))
    return rows


def _distribution(one: ScenarioFigures) -> list[Content]:
    """The totals in bins of ten, with par and pass mark at their bins."""
    if not one.attempts:
        return []
    most, names = max(one.totals), tenth_names(len(one.totals))
    lines = []
    for at, (name, count) in enumerate(zip(names, one.totals, strict=True)):
        marks = [word for word, value in ((_("par"), one.par), (_("median"), one.median)) if _bin(value) == at]
        said = f" {count:>3}  {_(', ').join(marks)}"
        lines.append(Content.assemble(plain(fit(name, 8)), bar(count / most, _BAR), plain(said)))
    return lines


def _bin(value: float | None) -> int | None:
    return None if value is None else min(int(value // 10), 9)
