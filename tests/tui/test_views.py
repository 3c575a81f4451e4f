"""What the screens show, without any screen."""

from __future__ import annotations

import subprocess
import sys
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shelf import SHIPPED_IDS
from tui.playing import DEAL, begun, finished

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.program import Program
from simulator.model.scenario import Scenario, Secret
from simulator.model.text import Text
from simulator.tui.views import (
    compare_view,
    confirmation,
    hint_views,
    rehearsal_debrief_view,
    talk_view,
)
from simulator.workflows.rehearse import Desk, Rehearsal


def _marked(scenario: Scenario) -> Scenario:
    """The scenario with every card's name and text replaced by a mark that nothing else contains."""
    sections = ("excuses", "points", "secrets", "documents")
    changed = {
        section: {
            name: card.model_copy(update={"name": Text(zh=f"<{name}>"), "text": Text(zh=f"<{name}> text")})
            for name, card in getattr(scenario, section).items()
        }
        for section in sections
    }
    return scenario.model_copy(update=changed)


def _out_of_sight(rehearsal: Rehearsal) -> set[str]:
    """The marks of everything that the trainee has not found out, heard or got hold of."""
    position = rehearsal.program.position(rehearsal.codes)
    return {f"<{name}>" for name, value in position.items() if value in ("hidden", "unsaid", "missing")}


def _play_randomly(rehearsal: Rehearsal, picks: list[int]) -> None:
    for pick in picks:
        if rehearsal.phase != "talk":
            return
        legal = rehearsal.legal()
        rehearsal.play(legal[pick % len(legal)].move)


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_talk_view_never_shows_what_is_hidden(name: str, library: YamlLibrary, desk: Desk) -> None:
    """In random talks at every shipped scenario, no turn's view or menu has a hidden card's name or text."""
    scenario = library.read(name).scenario
    assert scenario is not None
    for seed in range(2):
        rehearsal = begun(desk, _marked(scenario), mode="practice" if seed else "exam", language="zh")
        chance = Random(seed)
        while rehearsal.phase == "talk":
            told = repr(talk_view(rehearsal))
            assert not [mark for mark in _out_of_sight(rehearsal) if mark in told]
            lawful = [one.move for one in rehearsal.legal() if one.tactic.family not in ("red", "end")]
            rehearsal.play(chance.choice(lawful))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picks=st.lists(st.integers(0, 50), max_size=6))
def test_talk_view_tells_neither_count_nor_place_of_the_hidden(picks: list[int], small: Program, desk: Desk) -> None:
    """A scenario with one secret more, which stays hidden, gives the very same views."""
    plain = small.scenario
    more = {"phantom": Secret(name=Text(zh="幻影", en="Phantom")), **plain.secrets}
    both = [begun(desk, one) for one in (plain, plain.model_copy(update={"secrets": more}))]
    for rehearsal in both:
        _play_randomly(rehearsal, picks)
    assert talk_view(both[0]) == talk_view(both[1])


def test_excuses_tell_when_they_were_raised_and_never_what_is_behind_them(small: Program, desk: Desk) -> None:
    """An excuse shows its name and since when it stands; its text is kept for the debrief."""
    excuse = small.scenario.excuses["no-slip"].model_copy(update={"text": Text(zh="内情", en="The truth of it")})
    excuses = {**small.scenario.excuses, "no-slip": excuse}
    rehearsal = begun(desk, small.scenario.model_copy(update={"excuses": excuses}), DEAL[:2])
    entry = talk_view(rehearsal).table[0].entries[0]
    assert (entry.name, entry.state, entry.text) == ("no-slip", "standing since turn 2", "")
    assert "The truth of it" not in repr(talk_view(rehearsal))


def test_an_excuse_settled_before_it_was_heard_is_never_told(small: Program, desk: Desk) -> None:
    """Where the debtor drops an excuse that he never raised, the table does not know it."""
    for seed in range(20):
        rehearsal = begun(desk, small.scenario, DEAL[:4], seed=seed)
        if rehearsal.program.position(rehearsal.codes)["no-money"] == "settled":
            break
    view = talk_view(rehearsal)
    assert "no-money" not in repr(view)
    assert [entry.state for entry in view.table[0].entries] == ["dealt with"]


def test_exam_view_has_no_meters_no_persona_and_no_take_back(small: Program, desk: Desk) -> None:
    """What helps a trainee in practice is not in an exam's view at all."""
    practice, exam = (talk_view(begun(desk, small.scenario, DEAL[:2], mode)) for mode in ("practice", "exam"))
    assert practice.meters
    assert practice.can_take_back
    assert practice.exchanges[0].changes
    assert not exam.meters
    assert not exam.can_take_back
    assert not any(exchange.changes for exchange in exam.exchanges)
    assert not exam.debtor.persona


def test_menu_keeps_the_catalogue_order_and_names_the_card(small: Program, desk: Desk) -> None:
    """Families stand in the order of the catalogue; a move aimed at a card has the card's name and a sample."""
    menu = talk_view(begun(desk, small.scenario, DEAL[:2])).menu
    names = [family.name for family in menu.families]
    assert names == ["Rapport", "Asking", "Probing", "Firmness", "Pressure", "Closing", "Leaving", "Red lines"]
    move = menu.find("close.deal:half")
    assert move is not None
    assert (move.label, move.sample) == ("Close: Half", "Then that is agreed.")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("close half", ["close.deal:half"]),
        ("PRESSES", ["press.hold:supply"]),
        ("where does", ["probe.cause"]),
        ("red.threat", ["red.threat"]),
        ("nothing has this", []),
        ("leaving", ["end.leave"]),
    ],
)
def test_menu_filters_over_names_families_cards_samples_and_ids(
    typed: str, found: list[str], small: Program, desk: Desk
) -> None:
    """Every word typed must occur somewhere in what is told of a move."""
    assert [move.id for move in talk_view(begun(desk, small.scenario)).menu.filtered(typed).moves] == found


def test_confirmation_is_asked_for_leaving_and_in_practice_for_forbidden_acts(small: Program, desk: Desk) -> None:
    """An exam does not warn; leaving always asks."""
    for mode, warned in (("practice", True), ("exam", False)):
        view = talk_view(begun(desk, small.scenario, mode=mode))
        threat, leave, chat = (view.menu.find(one) for one in ("red.threat", "end.leave", "rapport.chat"))
        assert threat
        assert leave
        assert chat
        assert bool(confirmation(view, threat)) is warned
        assert confirmation(view, leave)
        assert not confirmation(view, chat)


def test_hints_are_marked_and_give_no_reasons(small: Program, desk: Desk) -> None:
    """A hint names moves; its turn is marked, and no reason is told, which might name what is hidden."""
    rehearsal = begun(desk, small.scenario)
    hints = hint_views(rehearsal, rehearsal.hint())
    assert len(hints) == 3
    assert all(hint.text and hint.label for hint in hints)
    rehearsal.play(rehearsal.legal()[0].move)
    assert [exchange.hinted for exchange in talk_view(rehearsal).exchanges] == [True]


def test_debrief_view_leads_every_number_back_to_its_turns(small: Program, desk: Desk) -> None:
    """The curve has a value more than turns; parts, objectives and forms carry their lines."""
    rehearsal = finished(desk, small.scenario)
    view = rehearsal_debrief_view(rehearsal)
    assert len(view.curve) == len(view.turns) + 1
    assert [turn.said for turn in view.turns] == [exchange.said for exchange in rehearsal.exchanges]
    assert view.curve[-1] == pytest.approx(view.worth)
    assert view.scorecard is not None
    assert [part.name for part in view.scorecard.parts] == ["Result", "Tactics", "Discovery", "Paperwork"]
    for objective in view.objectives:
        for one in objective.evidence:
            assert one.said
            assert not one.turn or one.said == view.turns[one.turn - 1].said
    assert [form.given for form in view.forms][:2] == ["10", "The boss"]
    assert {card.name for card in (*view.found, *view.missed)} <= {"Supply", "The owner"}


def test_debrief_view_shows_the_first_try_of_a_turn_taken_back(small: Program, desk: Desk) -> None:
    """After a take-back the turn shows what stands, and the first try beside it, which is what counts."""
    rehearsal = begun(desk, small.scenario, ["red.threat"])
    rehearsal.take_back()
    for move in DEAL:
        rehearsal.play(next(one.move for one in rehearsal.legal() if str(one.move) == move))
    rehearsal.file_note({})
    view = rehearsal_debrief_view(rehearsal)
    assert view.turns[0].first is not None
    assert view.turns[0].first.verdict == "X Breach"
    assert view.turns[0].id == "rapport.chat"
    assert view.scorecard is not None
    assert view.scorecard.gate
    assert not view.scorecard.passed


def test_a_retry_has_no_scorecard_and_says_so(small: Program, desk: Desk) -> None:
    """Trying again from a turn is for practice: no marks, no objectives, and the reason in words."""
    again = finished(desk, small.scenario).try_again_from(5)
    assert [exchange.carried for exchange in talk_view(again).exchanges] == [True] * 4
    again.play(next(one.move for one in again.legal() if str(one.move) == "end.leave"))
    view = rehearsal_debrief_view(again)
    assert view.scorecard is None
    assert view.unscored
    assert not view.objectives
    assert not view.forms


def test_compare_aligns_turns_by_number_and_finds_where_they_part(small: Program, desk: Desk) -> None:
    """Both attempts stand side by side; the first turn with different moves is named; who was over has none."""
    left = rehearsal_debrief_view(finished(desk, small.scenario))
    right = rehearsal_debrief_view(finished(desk, small.scenario, ("rapport.chat", "ask.plain", "end.leave")))
    view = compare_view(left, right)
    assert view.parted == 3
    assert [pair.right is None for pair in view.turns] == [False, False, False, True, True]
    assert [part.name for part in view.parts] == ["Result", "Tactics", "Discovery", "Paperwork"]


def test_views_and_plain_play_load_no_textual() -> None:
    """A pipe needs no screen: neither the views nor the plain play import Textual."""
    script = "import sys, simulator.tui.views, simulator.tui.plain; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
