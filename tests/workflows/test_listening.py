"""What a typed line comes to at the table: a move, a question, two acts, a forbidden act, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from attempts_on_the_program import attempts

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.bootstrap import House
from simulator.engine.machine import Debtor
from simulator.engine.program import Program
from simulator.model.position import Move
from simulator.model.record import Mode
from simulator.model.scenario import Part
from simulator.workflows.listening import (
    FILLERS,
    THRESHOLDS,
    Heard,
    Table,
    filler,
    listen,
    nearest_offer,
    readings,
    table,
)
from simulator.workflows.ports import Figures, Listener, Said

CAUSE, CHAIN, LEAVE = Move("probe.cause"), Move("probe.chain"), Move("end.leave")
QUALITY, AWAY = Move("probe.verify", "quality"), Move("probe.verify", "boss-away")
INSULT, THREAT = Move("red.insult"), Move("red.threat")
SOON, LATER = Move("firm.anchor", "soon"), Move("firm.anchor", "later")
TODAY = date(2025, 6, 10)
AT = Table(
    legal=(CAUSE, CHAIN, LEAVE, QUALITY, AWAY, SOON, LATER, INSULT, THREAT),
    forbidden=frozenset({"red.insult", "red.threat"}),
    words={
        "quality": ("质量问题", "Two of your units failed."),
        "boss-away": ("要等陆总", "The paperwork needs Mr Lu."),
        "soon": ("Half now, half at month-end",),
        "later": ("All in July",),
    },
    offers={"soon": (Part(days=3, percent=50), Part(days=20, percent=50)), "later": (Part(days=35, percent=100),)},
    balance=800_000,
    today=TODAY,
    debtor=("流程在走，陆总还没有回来，等他回来再说吧。", "It's in process, and Mr Lu is away until Thursday."),
)


@dataclass
class ScriptedListener:
    """Hears what it is told to: chances by line, of which the rest is none."""

    known: Mapping[str, Mapping[str, float]]
    said: Figures = field(default_factory=Figures)

    def chances(self, text: str) -> Mapping[str, float]:
        found = dict(self.known.get(text, {}))
        return {**found, "none": 1.0 - sum(found.values())}

    def figures(self, text: str, today: date | None) -> Figures:
        return self.said


def hear(mode: Mode = "practice", fillers: int = 0, said: Figures | None = None, **chances: float) -> Heard:
    """A line of those chances, heard; names are written with a double underscore for the dot."""
    known = {"line": {name.replace("__", "."): chance for name, chance in chances.items()}}
    return listen("line", AT, ScriptedListener(known, said or Figures()), mode, fillers)


# One act


@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_sure_reading_is_played(mode: Mode) -> None:
    """Without asking, in either mode."""
    heard = hear(mode, probe__chain=0.9, probe__cause=0.05)
    assert (heard.outcome, heard.move, heard.choices, heard.costs_turn) == ("move", CHAIN, (), False)
    assert [one.move for one in heard.ranked[:2]] == [CHAIN, CAUSE]


@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_unsure_reading_is_asked_back(mode: Mode) -> None:
    """With the three likeliest, and it costs no turn."""
    heard = hear(mode, probe__chain=0.4, probe__cause=0.3, end__leave=0.25)
    assert (heard.outcome, heard.move, heard.costs_turn) == ("ask", None, False)
    assert heard.choices == (CHAIN, CAUSE, LEAVE)


def test_threshold_of_playing_is_met_from_itself_on() -> None:
    """Just below it is asked."""
    assert hear(probe__chain=THRESHOLDS.play).outcome == "move"
    assert hear(probe__chain=THRESHOLDS.play - 0.01, probe__cause=0.3).outcome == "ask"


def test_tactic_that_is_not_open_is_not_turned_into_another() -> None:
    """What was clearly said and is not open is named, and asked back."""
    heard = hear(close__written=0.95, probe__chain=0.04)
    assert (heard.outcome, heard.move, heard.closed) == ("ask", None, "close.written")
    assert hear(probe__chain=0.95).closed is None


def test_position_is_a_prior() -> None:
    """Of two readings that are as likely, the one that is open gains from the other's not being so."""
    alone = hear(probe__chain=0.5, probe__cause=0.45).ranked[0].confidence
    assert hear(probe__chain=0.5, close__written=0.45).ranked[0].confidence > alone


# Cards


def test_scenarios_words_choose_the_card() -> None:
    """Each excuse is called by what the scenario calls it, in either language."""
    for text, move in (("检验单呢，质量到底怎么样", QUALITY), ("is Mr Lu really the one who signs", AWAY)):
        heard = listen(text, AT, ScriptedListener({text: {"probe.verify": 0.95}}), "practice")
        assert heard.ranked[0].move == move
        assert heard.ranked[0].confidence > 0.7


def test_card_that_no_word_tells_is_asked() -> None:
    """Unless the debtor has just raised one."""
    listener = ScriptedListener({"line": {"probe.verify": 0.98}})
    assert listen("line", AT, listener, "practice").outcome == "ask"
    assert listen("line", replace(AT, recent=("boss-away",)), listener, "practice").move == AWAY


# Figures


def test_figures_choose_the_nearest_offer() -> None:
    """It is named, so that it can be shown before it is sent."""
    halves = Figures((Said("sum", 390_000), Said("days", 4), Said("sum", 410_000), Said("days", 20)))
    heard = hear(said=halves, firm__anchor=0.97)
    assert (heard.move, heard.offer, heard.figures) == (SOON, "soon", halves)
    july = Figures((Said("share", 1.0), Said("days", 30)))
    assert hear(said=july, firm__anchor=0.97).offer == "later"


def test_figures_of_another_move_choose_no_offer() -> None:
    """A date in a question is no proposal."""
    assert hear(said=Figures((Said("days", 3),)), probe__chain=0.97).offer is None


def test_no_figures_choose_no_offer() -> None:
    """Nor does an offer that is not open."""
    assert nearest_offer(Figures(), AT) is None
    days = Figures((Said("days", 34),))
    assert nearest_offer(days, AT) == "later"
    assert nearest_offer(days, replace(AT, legal=(SOON,))) == "soon"


# Two acts


def two_acts(mode: Mode) -> Heard:
    """A farewell after a question, both plain."""
    known = {
        "Why? Goodbye then.": {"end.leave": 0.6, "probe.cause": 0.3},
        "Why?": {"probe.cause": 0.95},
        "Goodbye then.": {"end.leave": 0.95},
    }
    return listen("Why? Goodbye then.", AT, ScriptedListener(known), mode)


def test_two_acts_are_picked_from_in_practice() -> None:
    """In the order in which they were said."""
    heard = two_acts("practice")
    assert (heard.outcome, heard.move, heard.choices) == ("acts", None, (CAUSE, LEAVE))


def test_first_of_two_acts_counts_in_an_exam() -> None:
    """Whichever is the likelier of the whole line."""
    heard = two_acts("exam")
    assert (heard.outcome, heard.move) == ("move", CAUSE)


def test_one_act_in_two_sentences_is_one() -> None:
    """Two sentences of the same tactic, or one that is nothing by itself."""
    known = {
        "Why? Tell me why.": {"probe.cause": 0.95},
        "Why?": {"probe.cause": 0.95},
        "Tell me why.": {"probe.cause": 0.9},
        "Well. Why?": {"probe.cause": 0.95},
    }
    for text in ("Why? Tell me why.", "Well. Why?"):
        assert listen(text, AT, ScriptedListener(known), "practice").move == CAUSE


# Forbidden acts


def test_forbidden_act_is_confirmed_in_practice() -> None:
    """However sure it is; the lawful readings stand beside it."""
    heard = hear(red__insult=0.97, probe__cause=0.02)
    assert (heard.outcome, heard.move, heard.marked) == ("forbidden", None, None)
    assert heard.choices == (INSULT, CAUSE, CHAIN)[: len(heard.choices)]
    assert heard.choices[0] == INSULT


def test_sure_forbidden_act_counts_in_an_exam() -> None:
    """Above nine in ten."""
    heard = hear("exam", red__insult=0.91, probe__cause=0.08)
    assert (heard.outcome, heard.move, heard.marked) == ("move", INSULT, None)


def test_unsure_forbidden_act_is_marked_in_an_exam() -> None:
    """A person looks at it; the line counts as what it is besides."""
    heard = hear("exam", red__insult=0.3, probe__cause=0.65)
    assert (heard.outcome, heard.move, heard.marked) == ("move", CAUSE, INSULT)
    assert hear("exam", red__insult=0.89, probe__cause=0.05).marked == INSULT
    assert hear("exam", red__insult=0.89, probe__cause=0.05).move is None


def _in_an_exam(text: str) -> Heard:
    return listen(text, AT, ScriptedListener({text: {"red.insult": 0.95, "probe.cause": 0.04}}), "exam")


@pytest.mark.parametrize(
    "text",
    [
        "I would never call you dishonest.",
        "You must not be ashamed of it.",
        "I won't ring your wife.",
        "You're not a fool.",
        "我绝不是说您骗人。",
        "没想威胁您。",
        "我不会骂你。",
    ],
)
def test_line_that_disowns_an_act_is_marked_in_an_exam(text: str) -> None:
    """However sure it seems: whether he disowns the act or commits it, a person has to say."""
    assert (_in_an_exam(text).move, _in_an_exam(text).marked) == (None, INSULT)


@pytest.mark.parametrize(
    "text",
    ["If you don't pay, I'll break your legs.", "I won't let you sleep again.", "你不还钱就等着瞧。", "我不会放过你。"],
)
def test_negation_within_a_threat_disowns_nothing(text: str) -> None:
    """Threats are full of “not”; such a line counts."""
    assert (_in_an_exam(text).move, _in_an_exam(text).marked) == (INSULT, None)


def test_idle_line_that_may_be_forbidden_is_nothing_in_an_exam() -> None:
    """It is no free question about what it surely is not: it is marked, and counts among the lines in a row."""
    heard = hear("exam", red__insult=0.2, probe__cause=0.05)
    assert (heard.outcome, heard.move, heard.marked, heard.costs_turn) == ("nothing", None, INSULT, False)
    assert hear("exam", fillers=2, red__insult=0.2, probe__cause=0.05).costs_turn
    assert hear("practice", red__insult=0.2, probe__cause=0.05).outcome == "forbidden"


def test_forbidden_act_wins_over_both() -> None:
    """Kinds of abuse are added up, and a lawful act beside it does not hide it."""
    heard = hear("exam", red__insult=0.5, red__threat=0.42, probe__cause=0.07)
    assert heard.move == INSULT
    assert hear(probe__cause=0.8, red__threat=THRESHOLDS.forbidden).outcome == "forbidden"
    assert hear(probe__cause=0.8, red__threat=THRESHOLDS.forbidden / 2).outcome == "move"


# Nothing


@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_irrelevant_text_is_nothing(mode: Mode) -> None:
    """No move, no choice, no turn."""
    heard = hear(mode, probe__cause=0.2)
    assert heard == Heard("nothing")


def test_third_nothing_in_a_row_costs_a_turn_in_an_exam() -> None:
    """And never in practice."""
    assert [hear("exam", fillers).costs_turn for fillers in range(4)] == [False, False, True, True]
    assert [hear("practice", fillers).costs_turn for fillers in range(4)] == [False] * 4


@pytest.mark.parametrize("text", [AT.debtor[0], AT.debtor[1], "it's in process and mr lu is away until thursday!"])
def test_debtors_own_words_are_nothing(text: str) -> None:
    """Copying what he says is no tactic, whatever it sounds like."""
    heard = listen(text, AT, ScriptedListener({text: {"probe.chain": 1.0}}), "practice")
    assert heard.outcome == "nothing"


def test_mirroring_is_no_copy() -> None:
    """Whoever says it back adds words of his own."""
    text = "So if I've understood you, it's in process, and what's missing is Mr Lu, who is away until Thursday. Right?"
    heard = listen(text, AT, ScriptedListener({text: {"probe.cause": 0.95}}), "practice")
    assert heard.move == CAUSE


def test_filler_is_human_and_the_same_each_time() -> None:
    """In the talk's language, drawn by seed and turn."""
    assert filler("en", 1, 1) in FILLERS
    assert filler("en", 1, 1) == filler("en", 1, 1)
    assert len({filler("en", 1, turn) for turn in range(40)}) == len(FILLERS)
    assert all(filler("zh", 1, turn) != filler("en", 1, turn) for turn in range(10)), "each is there in Chinese"


# The real parts together


@pytest.fixture(scope="module")
def program(library: YamlLibrary) -> Program:
    scenario = library.read("gearboxes-missing-signature").scenario
    assert scenario is not None
    return Program(scenario)


@pytest.fixture(scope="module")
def opening(program: Program) -> Table:
    """The table at the start of a shipped talk."""
    return table(program.scenario, Debtor(program, 1, {}).legal())


@pytest.fixture
def listener(settings: Settings) -> Listener:
    return House(settings).listener


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("这笔款的申请现在在谁手上，走到哪一步了？", "probe.chain"),
        ("Who raised the payment request, and whose desk is it on now?", "probe.chain"),
        ("我建议周五先付三十万，月底二十八万，剩下二十八万七月十号。", "firm.anchor:three-parts"),
        ("今天先到这里吧，谢谢您，再见。", "end.leave"),
    ],
)
def test_plain_lines_are_heard_at_a_shipped_table(listener: Listener, opening: Table, text: str, move: str) -> None:
    """Words, cards and figures come together."""
    assert str(listen(text, opening, listener, "exam").move) == move


def test_attempts_on_the_program_are_worth_what_irrelevant_text_is(listener: Listener, opening: Table) -> None:
    """All two hundred, and every line of the debtor's: the very same outcome, and so the very same score."""
    for mode in ("practice", "exam"):
        nothing = listen("asdf", opening, listener, mode)
        lines = [line for line in opening.debtor if len(line) > 12]
        assert len(lines) > 50
        differ = [text for text in (*attempts(), *lines) if listen(text, opening, listener, mode) != nothing]
        assert differ == []


def test_only_legal_moves_are_ever_heard(listener: Listener, opening: Table) -> None:
    """Whatever is typed, what comes of it stands in the menu."""
    for text in ("分期付吧，首付三十万", "我们认错，马上补发", "You crook, I know where you live", "Sign the plan now"):
        heard = listen(text, opening, listener, "practice")
        assert {one.move for one in heard.ranked} <= set(opening.legal)
        assert set(heard.choices) <= set(opening.legal)


def test_readings_hold_forbidden_acts_too(listener: Listener, opening: Table) -> None:
    """For tests and tuning: each with its own confidence, the likeliest first."""
    found = readings("Pay up or watch your back, I know where you live.", opening, listener)
    assert found[0].move.tactic == "red.threat"
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)
    assert readings("", opening, listener) == ()
