"""The editor for YAML: colours, keys, marks, completions, finding."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from rich.color import Color
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.pilot import Pilot

from simulator.tui.themes import DARK
from simulator.tui.views.editing import commented, difference, editable, find, next_indent, shifted
from simulator.tui.views.yaml_lines import NOTHING, Colours, Open, colour
from simulator.tui.widgets.editing import EditorPane, Offer, Offers
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.yaml_editor import YamlEditor

TEXT = """\
scenario: late-pallets
rules:
  - tactic: probe.cause
    when: {trust: ">= 5"}  # a guard
    say:
      zh: |-
        还有{amount}没付
      en: [Wait, "not {amount}"]
turns: 12
"""


# Colours, without a screen


def kinds(line: str, before: Open = NOTHING) -> list[tuple[str, str]]:
    return [(line[span.start : span.end], span.kind) for span in colour(line, before)[0]]


def test_a_line_is_coloured_by_what_its_pieces_are() -> None:
    """Keys, ids, numbers, texts, placeholders, comments and signs are told apart, in both of YAML's styles."""
    assert kinds("turns: 12 # so") == [("turns:", "key"), ("12", "number"), ("# so", "comment")]
    assert kinds("  - tactic: probe.*") == [("-", "sign"), ("tactic:", "key"), ("probe.*", "id")]
    assert kinds('{a: ">= 5", b: [x, 你{amount}]}') == [
        ("{", "sign"), ("a:", "key"), ('"', "text"), (">= 5", "text"), ('"', "text"), (",", "sign"),
        ("b:", "key"), ("[", "sign"), ("x", "id"), (",", "sign"), ("你", "text"),
        ("{", "sign"), ("amount", "id"), ("}", "sign"), ("]", "sign"), ("}", "sign"),
    ]  # fmt: skip
    assert kinds("zh: 还有{amount}没付") == [
        ("zh:", "key"), ("还有", "text"), ("{amount}", "placeholder"), ("没付", "text"),
    ]  # fmt: skip


def test_a_block_text_lasts_as_long_as_its_lines_stand_further_in() -> None:
    """What a line leaves open colours the next ones, and a key at the margin ends whatever was left open."""
    colours, lines = Colours(), TEXT.split("\n")
    assert colours.before(6, lines) == Open("|", 6)
    assert kinds(lines[6], colours.before(6, lines))[0] == ("        还有", "text")
    assert colours.before(8, lines) == NOTHING
    assert kinds("turns: 12", Open('"')) == kinds("turns: 12")
    assert kinds("turns: 12", Open("", 0, 3)) == kinds("turns: 12")


def test_colours_are_worked_out_again_from_the_changed_line_on() -> None:
    """After a change the lines below know what is open now."""
    colours, lines = Colours(), ["a: 'x", "b", "c'", "d: 1"]
    assert colours.before(2, lines).text == "'"
    lines[0] = "a: x"
    colours.changed(0)
    assert colours.before(2, lines) == NOTHING


@pytest.mark.parametrize(
    "line", ["a" * 10_000, " " * 10_000 + "x", "{" * 10_000, "a: " * 3_000, '"' * 9_999, "'" * 9_999]
)
def test_a_hostile_line_is_coloured_in_bounded_time(line: str) -> None:
    """No line makes a key wait: its pieces lie within it and in order."""
    spans, _open = colour(line)
    assert all(0 <= one.start < one.end <= len(line) for one in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


# Changes, without a screen


def test_a_new_line_is_indented_as_yaml_wants_it() -> None:
    """As the line before; one step further in after a key without a value, a block sign or an open bracket."""
    assert next_indent("  when:") == "    "
    assert next_indent("  - tactic: ask.plain") == "    "
    assert next_indent("  - when:") == "      "
    assert next_indent("text: |-") == "  "
    assert next_indent("  a: 1  # when:") == "  "
    assert next_indent("a: {b: 1,") == "  "
    assert next_indent("    ") == "    "


def test_lines_are_moved_in_and_out() -> None:
    """Out goes as far as there are spaces; empty lines stay empty."""
    assert shifted(["a", "", "  b"], 2) == ["  a", "", "    b"]
    assert shifted(["   a", " b", ""], -2) == [" a", "b", ""]


def test_commenting_twice_is_the_identity() -> None:
    """Comments stand at the indentation of the line furthest out; a second time takes them away."""
    lines = ["  a: 1", "", "    b: 2"]
    assert commented(lines) == ["  # a: 1", "", "  #   b: 2"]
    assert commented(commented(lines)) == lines


def test_finding_goes_round_both_ways() -> None:
    """From the caret to the end and on from the start; the only place is found again; case does not count."""
    lines = ["Ab", "b", "xab"]
    assert find(lines, "ab", (0, 1)) == (2, 1)
    assert find(lines, "ab", (2, 2)) == (0, 0)
    assert find(lines, "AB", (0, 0), backwards=True) == (2, 1)
    assert find(lines, "ab", (2, 1), backwards=True) == (0, 0)
    assert find(["ab"], "ab", (0, 1)) == (0, 0)
    assert find(lines, "none", (0, 0)) is None
    assert find(lines, "", (0, 0)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc", "a\nx\nc"),
        ("a\nb\nc", "a\nc"),
        ("a\nc", "a\nb\nc"),
        ("a", "a\nb"),
        ("a\nb", "a"),
        ("", "a\n"),
        ("a\n", ""),
    ],
)
def test_a_difference_turns_one_text_into_the_other(before: str, after: str) -> None:
    """Replacing the run of lines that it names gives the other text."""
    (top, left), (bottom, right), come = difference(before, after)
    lines = before.split("\n")
    start = sum(len(line) + 1 for line in lines[:top]) + left
    end = sum(len(line) + 1 for line in lines[:bottom]) + right
    assert before[:start] + come + before[end:] == after


def test_an_editable_text_steers_no_terminal() -> None:
    """Control characters and hidden signs are shown as unknown; only line feeds break lines."""
    assert editable("a\r\nb\rc\u2028d\x1b[2J\u202e\x85") == "a\nb\nc\nd\ufffd[2J\ufffd\ufffd"


# On the screen


class Editing(App[None]):
    """The editor alone; it remembers where completions were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, int]] = []
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield EditorPane()

    def on_yaml_editor_asked(self, event: YamlEditor.Asked) -> None:
        self.asked.append((event.row, event.column))


@asynccontextmanager
async def editing(text: str = TEXT, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[YamlEditor, Pilot[Any]]]:
    app = Editing()
    async with app.run_test(size=size) as pilot:
        editor = app.query_one(YamlEditor)
        editor.open_text(text)
        editor.focus()
        await pilot.pause()
        yield editor, pilot


def lines(pilot: Pilot[Any]) -> list[str]:
    return ["".join(segment.text for segment in strip) for strip in pilot.app.screen._compositor.render_strips()]


def colour_of(pilot: Pilot[Any], y: int, word: str) -> Color | None:
    """The colour in which a word stands on a line of the screen."""
    for segment in pilot.app.screen._compositor.render_strips()[y]:
        if word in segment.text and segment.style:
            return segment.style.color
    raise AssertionError(word)


async def test_the_text_is_painted_in_its_colours() -> None:
    """A key, a comment and a placeholder stand in the theme's colours, also on the caret's line and after a change."""
    async with editing() as (editor, pilot):

        def wanted(kind: str) -> Color | None:
            return editor.get_component_rich_style(f"yaml--{kind}", partial=True).color

        assert len({wanted(kind) for kind in ("key", "placeholder", "comment", "text")}) == 4
        assert colour_of(pilot, 0, "cenario:") == wanted("key")
        assert colour_of(pilot, 6, "{amount}") == wanted("placeholder")
        await pilot.press("#")
        await pilot.pause()
        assert colour_of(pilot, 0, "cenario") == wanted("comment")


async def test_enter_indents_and_backspace_takes_a_step_back() -> None:
    """A new line begins where the next entry would; Backspace in the indentation goes a step out."""
    async with editing("rules:\n  - when:") as (editor, pilot):
        editor.go_to(1, 9)
        await pilot.press("enter", "x")
        assert editor.text == "rules:\n  - when:\n      x"
        await pilot.press("backspace", "backspace")
        assert editor.lines[2] == "    "
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert editor.text == "rules:\n  - when:"


async def test_tab_moves_lines_and_comments_toggle() -> None:
    """Tab moves the line in, Shift+Tab out; Ctrl+/ makes comments of the selected lines and takes them away."""
    async with editing("a: 1\nb: 2\nc: 3") as (editor, pilot):
        await pilot.press("shift+down", "shift+right", "tab")
        assert editor.text == "  a: 1\n  b: 2\nc: 3"
        await pilot.press("shift+tab")
        assert editor.text == "a: 1\nb: 2\nc: 3"
        await pilot.press("ctrl+underscore")
        assert editor.text.startswith("# a: 1")
        await pilot.press("ctrl+underscore")
        assert editor.text == "a: 1\nb: 2\nc: 3"
        editor.go_to(2, 2)
        await pilot.press("tab")
        assert editor.lines[2] == "c:   3"


async def test_what_is_pasted_holds_nothing_that_steers() -> None:
    """Tabs become spaces and control characters are shown as unknown."""
    async with editing("") as (editor, pilot):
        pilot.app.post_message(Paste("a:\tb\r\nc\x1b[31m"))
        await pilot.pause()
        assert editor.text == "a:  b\nc\ufffd[31m"


async def test_marks_stand_in_the_gutter_and_move_with_their_lines() -> None:
    """A sign beside the number, not colour alone; a line put in above moves it down at once."""
    async with editing() as (editor, pilot):
        editor.show_marks({1: "error", 8: "finding"})
        await pilot.pause()
        assert lines(pilot)[1].startswith(" 2! rules:")
        assert lines(pilot)[8].startswith(" 9? turns:")
        await pilot.press("enter")
        await pilot.pause()
        assert lines(pilot)[2].startswith(" 3! rules:")
        assert lines(pilot)[9].startswith("10? turns:")


async def test_a_text_from_elsewhere_keeps_the_caret_and_can_be_undone() -> None:
    """Only the lines that differ are replaced."""
    async with editing() as (editor, pilot):
        editor.go_to(8, 3)
        editor.take_text("# first\n" + TEXT)
        assert editor.cursor_location == (9, 3)
        await pilot.press("ctrl+z")
        assert editor.text == TEXT


async def test_a_shipped_text_cannot_be_changed() -> None:
    """No key changes a text that is only to look at."""
    async with editing() as (editor, pilot):
        editor.read_only = True
        await pilot.press("x", "enter", "tab", "shift+tab", "backspace", "delete", "ctrl+underscore", "ctrl+v", "f7")
        assert editor.text == TEXT


async def test_completions_open_at_the_caret_and_enter_takes_one() -> None:
    """F7 asks; the list stands beside the caret and takes the keys until one is chosen or Esc closes it."""
    async with editing("when: {tr") as (editor, pilot):
        app, pane = pilot.app, pilot.app.query_one(EditorPane)
        assert isinstance(app, Editing)
        editor.go_to(0, 9)
        await pilot.press("f7")
        assert app.asked == [(0, 9)]
        offers = (Offer("trust: ", "how he [red]trusts[/]", 7, 9), Offer("tracks: ", "x", 7, 9))
        pane.offer(0, 9, offers)
        await pilot.pause()
        assert "> trust:     how he [red]trusts[/]" in lines(pilot)[1]
        await pilot.press("down", "enter")
        assert editor.text == "when: {tracks: "
        assert not app.query_one(Offers).display
        await pilot.press("ctrl+@")
        pane.offer(0, 15, (Offer("x", "", 15, 15),))
        await pilot.press("escape", "down", "enter")
        assert editor.text == "when: {tracks: \n  "


async def test_completions_come_too_late_for_a_caret_that_went_on() -> None:
    """An answer for another place opens nothing; typing on asks again while the list is open."""
    async with editing("when: {tr") as (editor, pilot):
        app, pane = pilot.app, pilot.app.query_one(EditorPane)
        assert isinstance(app, Editing)
        pane.offer(0, 9, (Offer("trust", "", 7, 9),))
        assert not app.query_one(Offers).display
        editor.go_to(0, 9)
        pane.offer(0, 9, (Offer("trust", "", 7, 9),))
        await pilot.press("u")
        await pilot.pause()
        assert app.asked == [(0, 10)]
        pane.offer(0, 10, ())
        assert not app.query_one(Offers).display


async def test_find_selects_and_goes_round() -> None:
    """Ctrl+F looks while one types; Enter goes on; what is nowhere is said."""
    async with editing() as (editor, pilot):
        await pilot.press("ctrl+f", *"amount")
        assert editor.selected_text == "amount"
        first = editor.selection.start
        await pilot.press("enter")
        await pilot.pause()
        assert editor.selection.start > first
        await pilot.press("enter")
        await pilot.pause()
        assert editor.selection.start == first
        await pilot.press("up")
        await pilot.pause()
        assert editor.selection.start > first
        await pilot.press("z", "enter")
        await pilot.pause()
        assert any("amountz" in one.message for one in pilot.app._notifications)


async def test_go_to_line_goes_there() -> None:
    """Ctrl+G wants a number; one too large is the last line."""
    async with editing() as (editor, pilot):
        await pilot.press("ctrl+g", "9", "enter")
        assert editor.cursor_location == (8, 0)
        assert editor.has_focus
        await pilot.press("ctrl+g", *"9999", "enter")
        assert editor.cursor_location == (9, 0)
        await pilot.press("ctrl+g")
        assert pilot.app.query_one(Line).has_focus


async def test_a_huge_text_is_painted_line_by_line() -> None:
    """Of 20,000 lines a key paints those that changed; the last lines are there as well as the first."""
    async with editing("a: {b: [c, d]}\n" * 20_000) as (editor, pilot):
        editor.go_to(19_999)
        await pilot.pause()
        assert any("20000  a:" in line for line in lines(pilot))
        painted: list[int] = []
        render = editor._render_line
        editor._render_line = lambda y: (painted.append(y), render(y))[1]  # type: ignore[method-assign]
        await pilot.press("x")
        await pilot.pause()
        assert len(painted) <= 2
