"""What a group is looked at through: course, group, scenario, period, mode, language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.views.group import Choices
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.words import mode_name
from simulator.workflows.cells import Filters

_ANY = ""
_MODES = ("practice", "exam")
_DAYS = {"30": 30, "90": 90, "365": 365}


class Fields(RowList):
    """What can be chosen. Its keys are named here, since a list takes them before the screen does."""

    HELP = N_("Up and Down choose what to change, Left and Right change it. Tab goes on to the days.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.take", N_("Take it")),
        Binding("right", "screen.change(1)", N_("Next value")),
        Binding("left", "screen.change(-1)", N_("Value before"), show=False),
    ]


class FilterDialog(HuikuanDialog[Filters]):
    """The filter; Enter takes it, Esc leaves it as it was."""

    HEADING = N_("Filter")
    HELP = N_(
        "Left and Right change the highlighted line. A period is chosen from a few, or typed as days such as "
        "2026-03-01; both days count. Backspace clears everything."
    )
    DEFAULT_CSS = """
    FilterDialog #fields { height: 6; background: $surface; margin-top: 1; }
    FilterDialog .days { height: 1; margin-top: 1; }
    FilterDialog .days Plain { width: auto; padding: 0 1; }
    FilterDialog .days Line { width: 16; }
    FilterDialog #fault { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", N_("Take it"), show=False),
        Binding("backspace", "clear", N_("Clear")),
        Binding("escape", "back", N_("Cancel")),
    ]

    def __init__(self, filters: Filters, choices: Choices) -> None:
        super().__init__()
        everything = _("everything")
        self.fields: dict[str, Mapping[str, str]] = {
            "course": {_ANY: everything, **choices.courses},
            "group": {_ANY: _("everybody"), **choices.groups},
            "scenario": {_ANY: everything, **choices.scenarios},
            "period": {_ANY: _("as typed below"), **_periods()},
            "mode": {_ANY: _("practice and exams"), **{mode: mode_name(mode) for mode in _MODES}},
            "language": {_ANY: _("both"), "zh": _("Chinese"), "en": _("English")},
        }
        self.names = {
            "course": _("Course"),
            "group": _("Group"),
            "scenario": _("Scenario"),
            "period": _("Period"),
            "mode": _("Mode"),
            "language": _("Language of the talk"),
        }
        self.filters = filters
        self.chosen = {
            "course": filters.course or _ANY,
            "group": filters.group or _ANY,
            "scenario": filters.scenario or _ANY,
            "period": _ANY,
            "mode": filters.mode or _ANY,
            "language": filters.language or _ANY,
        }

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(_("What the group is looked at through"), classes="heading")
            yield Fields(id="fields")
            with Horizontal(classes="days"):
                yield Plain(_("From"))
                yield Line(_day_text(self.filters.since), placeholder=_("the beginning"), max_length=10, id="since")
                yield Plain(_("to"))
                yield Line(_day_text(self.filters.until), placeholder=_("today"), max_length=10, id="until")
            yield Plain("", id="fault", classes="wrong")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Take it")), id="take", variant="primary")
                yield Button(plain(_("Clear")), id="clear")

    def on_mount(self) -> None:
        self._show()
        self.query_one(Fields).focus()

    def _show(self) -> None:
        rows = []
        for name, values in self.fields.items():
            value = values.get(self.chosen[name], self.chosen[name])
            rows.append(Row(self.names[name], name, f"< {value} >"))
        self.query_one(Fields).show(rows)

    def action_change(self, by: int) -> None:
        """Gives the highlighted line its next value."""
        name = self.query_one(Fields).highlighted
        values = list(self.fields[name])
        at = values.index(self.chosen[name]) if self.chosen[name] in values else 0
        self.chosen[name] = values[(at + by) % len(values)]
        if name == "period":
            self._fill_days()
        self._show()

    def _fill_days(self) -> None:
        """Writes the chosen period into the lines of its days."""
        days = _DAYS.get(self.chosen["period"])
        since = _today() - timedelta(days=days - 1) if days else None
        self.query_one("#since", Line).value = _day_text(since)
        self.query_one("#until", Line).value = ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_take()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "take":
            self.action_take()
        else:
            self.action_clear()

    def action_clear(self) -> None:
        """Lets everything through."""
        self.chosen = dict.fromkeys(self.chosen, _ANY)
        for line in self.query(Line):
            line.value = ""
        self._show()

    def action_take(self) -> None:
        """Gives the filter, or says which day is none."""
        days: list[date | None] = []
        for id in ("since", "until"):
            typed = self.query_one(f"#{id}", Line).value.strip()
            try:
                days.append(date.fromisoformat(typed) if typed else None)
            except ValueError:
                self._fault(_("“{typed}” is no day. Write it as 2026-03-01.", typed=typed))
                return
        since, until = days
        if since and until and since > until:
            self._fault(_("The first day comes after the last one."))
            return
        self.dismiss(replace(self._chosen(), since=since, until=until))

    def _chosen(self) -> Filters:
        mode, language = self.chosen["mode"], self.chosen["language"]
        return replace(
            self.filters,
            course=self.chosen["course"] or None,
            group=self.chosen["group"] or None,
            scenario=self.chosen["scenario"] or None,
            mode="practice" if mode == "practice" else "exam" if mode == "exam" else None,
            language="zh" if language == "zh" else "en" if language == "en" else None,
        )

    def _fault(self, text: str) -> None:
        self.query_one("#fault", Plain).update(text)


def _periods() -> dict[str, str]:
    return {name: _("the last {n} days", n=days) for name, days in _DAYS.items()}


def _day_text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _today() -> date:
    from datetime import datetime

    return datetime.now().astimezone().date()
