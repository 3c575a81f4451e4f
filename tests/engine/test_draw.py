"""The stage graph as text: every arrow that the rules have, in no more cells than there are."""

from __future__ import annotations

import re

import pytest
from engine.small import shipped, tiny
from rich.cells import cell_len
from shelf import WORKED

from simulator.engine.draw import NARROWEST, Edge, cells, edges, graph_text
from simulator.engine.program import Program
from simulator.model import language
from simulator.model.language import Language

HEAD = re.compile(r"^  [├└](──|══)> ([a-z0-9-]+)")


def arrows(text: str) -> list[tuple[str, str, bool]]:
    """The arrows of a text: from which box, to what, and whether that is an ending."""
    found, box = [], ""
    for line in text.splitlines():
        if line.startswith("│ "):
            box = line.strip("│ ").split(" ")[0]
        elif head := HEAD.match(line):
            found.append((box, head[2], head[1] == "══"))
    return found


@pytest.mark.parametrize("name", WORKED)
@pytest.mark.parametrize("spoken", ["zh", "en"])
@pytest.mark.parametrize("width", [10, 38, 80, 200])
def test_graph_has_every_arrow_and_fits(name: str, spoken: Language, width: int) -> None:
    """In both languages, in a narrow panel and in a wide one; a terminal counts cells as we do."""
    language.use(spoken)
    program = shipped(name)
    text = graph_text(program, spoken, width)
    assert max(cell_len(line) for line in text.splitlines()) <= max(width, NARROWEST)
    if width >= 80:
        expected = [
            ("*" if edge.source == "*" else edge.source, edge.target, edge.ends) for edge in edges(program.scenario)
        ]
        stages = set(program.scenario.stages)
        told = [(box if box in stages else "*", target, ends) for box, target, ends in arrows(text)]
        assert sorted(told) == sorted(expected)


def test_boxes_are_closed_and_as_wide_as_their_names() -> None:
    """Chinese names too."""
    text = graph_text(shipped("invoice-not-found"), "zh", 60).splitlines()
    for top, middle, bottom in zip(text, text[1:], text[2:], strict=False):
        if top.startswith("┌"):
            assert cell_len(top) == cell_len(middle) == cell_len(bottom)
            assert (middle[0], middle[-1], bottom[0], bottom[-1]) == ("│", "│", "└", "┘")


def test_stages_come_in_order_and_the_first_is_marked() -> None:
    """One box each, whether an arrow leads from it or not."""
    language.use("en")
    program = Program(tiny("talk.chat", stages=["one", "two"], rules=[{"tactic": "*", "to": "two", "stage": "one"}]))
    assert graph_text(program, "en", 60) == (
        "┌──────────────────┐\n"
        "│ one  (the start) │\n"
        "└─┬────────────────┘\n"
        "  └──> two\n"
        "         *\n"
        "┌─────┐\n"
        "│ two │\n"
        "└─────┘"
    )


def test_arrow_names_rules_with_cards_and_the_number_of_further_ones() -> None:
    """What the debtor does by himself is named so; an ending shows its share."""
    language.use("en")
    rules = [
        {"tactic": "probe.verify", "card": "cash", "end": "paid"},
        {"tactic": ["talk.chat", "talk.nod"], "end": "paid"},
        {"tactic": "ask.plain", "end": "paid"},
        {"tactic": "press.hard", "end": "paid"},
    ]
    program = Program(
        tiny(
            "probe.verify",
            "talk.chat",
            "talk.nod",
            "ask.plain",
            "press.hard",
            excuses={"cash": {}},
            endings={"paid": {"recovers": 0.9}},
            rules=rules,
            initiative=[{"when": {"trust": "= 9"}, "end": "paid"}],
        )
    )
    lines = graph_text(program, "en", 44).splitlines()
    assert "  └══> paid  paid (90 %)" in lines
    below = lines[lines.index("  └══> paid  paid (90 %)") + 1 :]
    assert below == ["         probe.verify: cash;", "         talk.chat | talk.nod … 3 more"]
    assert "by himself" in graph_text(program, "en", 200)


@pytest.mark.parametrize("count", range(1, 8))
@pytest.mark.parametrize("width", range(24, 70, 5))
def test_rules_that_are_not_shown_are_counted(count: int, width: int) -> None:
    """Those shown and those counted are all there are."""
    language.use("en")
    ids = [f"talk.number-{i}" for i in range(count)]
    edge = Edge("one", "two", False, tuple(ids))
    from simulator.engine.draw import _arrow

    text = " ".join(line.strip() for line in _arrow("two", edge, True, width)[1:])
    more = re.search(r"… (\d+) more", text)
    shown = [part for part in re.split(r";\s*", text.split(" … ")[0].rstrip(";")) if part]
    assert len(shown) + (int(more[1]) if more else 0) == count


@pytest.mark.parametrize("text", ["abc", "发票", "Ａ，。", "e\u0301", "─└├═>", "①", "🙂"])
def test_cells_are_counted_as_the_terminal_library_counts_them(text: str) -> None:
    assert cells(text) == cell_len(text)
