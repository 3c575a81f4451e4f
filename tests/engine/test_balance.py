"""What simulated trainees say: the exact figures agree with each other, with brute force and with sampled plays."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np
import pytest
from engine.batch import End, ways
from engine.examples import BROKEN
from engine.small import tiny
from engine.strategies import scenarios
from hypothesis import HealthCheck, given, settings
from shelf import WORKED, Solved

from scoring.accuracy import accuracy
from scoring.objectives import observations
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.alone import Alone
from simulator.engine.balance import Balance, Level, Partial, Sample, apart, balance
from simulator.engine.bots import LEVELS, Rehearsals, random_play, trainee
from simulator.engine.check import Findings
from simulator.engine.explore import Explored
from simulator.engine.gains import gains
from simulator.engine.machine import Debtor
from simulator.engine.program import Program
from simulator.engine.proof import Proof
from simulator.engine.review import Reviewer, end_worth, hidden
from simulator.engine.solve import Solution, Solver, best_play, typical_play
from simulator.engine.spread import Board, Spread, accuracies, follow
from simulator.engine.watching import Watch
from simulator.model.errors import Cancelled, TooManyPositions
from simulator.model.position import Move
from simulator.model.scenario import Scenario
from simulator.workflows.debriefing import Debriefer, Play
from simulator.workflows.solutions import Solutions

every_scenario = pytest.mark.parametrize("name", WORKED)
# The larger ones take a quarter of a minute each.
every_scenario_slowly = pytest.mark.parametrize(
    "name", [WORKED[0], *(pytest.param(name, marks=pytest.mark.slow) for name in WORKED[1:])]
)
# Dvoretzky, Kiefer and Wolfowitz with Massart's constant: a sampled distribution strays further than this from the
# true one in one of a million samples; and the normal distribution's bound for a mean in as many.
STRAY, SIGMAS = 1e-6, 4.9


def board_of(program: Program) -> Board:
    solver = Solver(program)
    solution, graph = solver.solve()
    return Board(solver, graph, solution)


def boarded(known: Solved) -> Board:
    return Board(known.solver, known.graph, known.solution)


def level(*totals: float, lapses: float = 0.0) -> Level:
    """A trainee of whom only the totals matter."""
    return Level(lapses, Spread(((0.0, 1.0),), (), 1.0, 0.0, 0.0), Sample(tuple(sorted(totals)), 70.0))


# Exact figures


@every_scenario
def test_spread_of_typical_and_random_play_has_the_solved_values_as_means(
    name: str, solved: Callable[[str], Solved]
) -> None:
    """Carried forward, the mass gives the same worth as the values worked out backwards."""
    known = solved(name)
    typical, floor = follow(boarded(known), (known.solver.rubric.lapses, 1.0))
    assert typical.mean == pytest.approx(known.solution.typical, abs=1e-9)
    assert floor.mean == pytest.approx(known.solution.floor, abs=1e-9)


@every_scenario
def test_spread_is_a_distribution(name: str, solved: Callable[[str], Solved]) -> None:
    """Every play ends once: chances of worths and of endings add up to one, and no play is longer than the talk."""
    known = solved(name)
    for spread in follow(boarded(known), LEVELS):
        assert sum(chance for _worth, chance in spread.worths) == pytest.approx(1.0, abs=1e-9)
        assert sum(chance for _ending, chance in spread.endings) == pytest.approx(1.0, abs=1e-9)
        assert [worth for worth, _chance in spread.worths] == sorted({worth for worth, _chance in spread.worths})
        assert 1.0 <= spread.turns <= known.scenario.turns
        assert spread.quantile(0.0) == spread.worths[0][0]
        assert spread.quantile(1.0) == spread.worths[-1][0]


@every_scenario
def test_spread_rises_over_the_levels(name: str, solved: Callable[[str], Solved]) -> None:
    """Whoever lapses less brings in more, in worth and in both marks."""
    spreads = follow(boarded(solved(name)), LEVELS)
    for figure in ("mean", "result", "tactics"):
        found = [getattr(spread, figure) for spread in spreads]
        assert found == sorted(found)
        assert len(set(found)) == len(found)


def test_accuracies_of_many_losses_are_those_of_one() -> None:
    """The table has the curve's own values at every thousandth; what is not open has none."""
    losses = np.array([0.0, 0.001, 0.5, 2.499, 14.0, 79.9, 80.1, 200.0, np.inf])
    assert accuracies(losses).tolist() == [accuracy(loss) for loss in losses]


# Sampled plays


def agree(known: Solved, spread: Spread, lapses: float, plays: int) -> None:
    """The exact figures of a trainee lie within what that many sampled plays allow."""
    habit = random_play if lapses == 1.0 else trainee(known.solver, lapses)
    worths, tactics, result, turns = [], [], [], []
    for seed in range(plays):
        steps = known.rehearsals.play(habit, seed)
        card = known.rehearsals.scorecard(known.solution, steps)
        cost = known.scenario.worth.turn * len(steps)
        worths.append(end_worth(known.program, steps[-1].ending or "timeout", steps[-1].after) + cost)
        tactics.append(card.mark("tactics").points)
        result.append(card.mark("result").points)
        turns.append(len(steps))
    for sampled, exact in (
        (worths, spread.mean),
        (tactics, spread.tactics),
        (result, spread.result),
        (turns, spread.turns),
    ):
        error = np.std(sampled, ddof=1) / math.sqrt(plays)
        assert abs(np.mean(sampled) - exact) <= SIGMAS * error + 1e-6
    bound = math.sqrt(math.log(2 / STRAY) / (2 * plays))
    exact_below = np.cumsum([chance for _worth, chance in spread.worths])
    edges = np.array([worth for worth, _chance in spread.worths]) + 1e-6
    sampled_below = np.searchsorted(np.sort(worths), edges) / plays
    assert np.abs(sampled_below - exact_below).max() <= bound
    assert {round(worth, 6) for worth in worths} <= {round(worth, 6) for worth, _chance in spread.worths}


@pytest.mark.parametrize("lapses", [0.4, 1.0])
def test_spread_agrees_with_sampled_plays(lapses: float, solved: Callable[[str], Solved]) -> None:
    """2,000 plays of the live machine, in a scenario where chance has a say."""
    known = solved("gearboxes-missing-signature")
    (spread,) = follow(boarded(known), (lapses,))
    agree(known, spread, lapses, 2_000)


@pytest.mark.slow
@every_scenario
@pytest.mark.parametrize("lapses", [0.4, 0.05, 1.0])
def test_spread_agrees_with_many_sampled_plays(name: str, lapses: float, solved: Callable[[str], Solved]) -> None:
    """20,000 plays of every shipped scenario."""
    known = solved(name)
    (spread,) = follow(boarded(known), (lapses,))
    agree(known, spread, lapses, 20_000)


def test_spread_that_is_wrong_does_not_agree(solved: Callable[[str], Solved]) -> None:
    """The comparison can fail: another level's figures do not pass for this one's."""
    known = solved("invoice-not-found")
    (spread,) = follow(boarded(known), (0.2,))
    with pytest.raises(AssertionError):
        agree(known, spread, 0.4, 500)


# Playing only some of the moves


CARDS = {
    "excuses": {"cash": {"start": "standing"}, "boss": {"start": "standing"}},
    "points": {"supply": {"start": "hidden"}},
    "endings": {"paid": {"recovers": 0.9}, "some": {"recovers": 0.4}},
}


def stubborn(chance: bool) -> Scenario:
    """One tactic with a choice of cards, which pays most in the right order and is judged on the way."""
    weighed = [{"weight": 3, "then": {"boss": "settled", "trust": +2}}, {"weight": 1, "then": {"hostility": +3}}]
    settle = {"chance": weighed} if chance else {"then": {"boss": "settled", "trust": +2, "supply": "known"}}
    return tiny(
        "probe.verify",
        "talk.chat",
        "end.leave",
        turns=5,
        meters={"trust": 2, "hostility": 2},
        **CARDS,
        rules=[
            {"tactic": "end.leave", "end": "timeout"},
            {"tactic": "talk.chat", "when": {"trust": "<= 6"}, "then": {"trust": +1}},
            {"tactic": "probe.verify", "card": "boss", **settle},
            {"tactic": "probe.verify", "card": "cash", "when": {"boss": "settled"}, "end": "paid"},
            {"tactic": "probe.verify", "card": "cash", "when": {"hostility": ">= 4"}, "end": "some"},
            {"tactic": "probe.verify", "card": "cash", "then": {"hostility": +1, "trust": -1}},
        ],
    )


class BruteForce:
    """Expected totals by trying everything: what comes of a turn is read off the graph, the rest is worked out anew."""

    def __init__(self, board: Board, fits: Callable[[Move], bool]) -> None:
        self.board, self.fits, self.program = board, fits, board.program
        self.reviewer = Reviewer(board.solver, board.solution.valued)

    def best(self) -> float:
        return self._from(tuple(self.program.start()), 0, 0.0)

    def _from(self, codes: tuple[int, ...], turns: int, gained: float) -> float:
        if turns == self.program.scenario.turns:
            return self._total("timeout", codes, turns, gained)
        choices = self.reviewer.choices(codes, self.program.scenario.turns - turns)
        top = max(choice.value for choice in choices)
        own = [choice for choice in choices if self.fits(choice.move)]
        own = own or [choice for choice in choices if choice.move.tactic == "end.leave"]
        return max(
            sum(
                odds * self._after(codes, ending, turns + 1, gained + accuracy(round(top - choice.value, 3)))
                for odds, codes, ending in outcomes(self.program, codes, turns, choice.move)
            )
            for choice in own
        )

    def _after(self, codes: tuple[int, ...], ending: str | None, turns: int, gained: float) -> float:
        return self._total(ending, codes, turns, gained) if ending else self._from(codes, turns, gained)

    def _total(self, ending: str, codes: tuple[int, ...], turns: int, gained: float) -> float:
        known = self.board.solution
        worth = end_worth(self.program, ending, codes) + self.program.scenario.worth.turn * turns
        result = min(max(100 * (worth - known.floor) / (known.best - known.floor), 0), 100)
        learned = 1 - len(hidden(self.program, codes)) / len(known.learnable) if known.learnable else None
        if learned is None:
            return (35 * result + 35 * gained / turns) / 70
        return (35 * result + 35 * gained / turns + 10 * 100 * learned) / 80


@cache
def outcomes(
    program: Program, codes: tuple[int, ...], turn: int, move: Move
) -> list[tuple[float, tuple[int, ...], str | None]]:
    """What can come of a move, with the odds, from the live machine under many seeds; odds in quarters."""
    seen: Counter[tuple[tuple[int, ...], str | None]] = Counter()
    debtor = Debtor(program, 0)
    for seed in range(400):
        debtor.seed = seed
        debtor.place(codes, turn)
        step = debtor.step(move)
        seen[step.after, None if step.timed_out else step.ending] += 1
    return [(round(4 * count / 400) / 4, after, ending) for (after, ending), count in seen.items()]


@pytest.mark.parametrize("chance", [False, True])
def test_best_total_of_one_tactic_is_that_of_trying_everything(chance: bool) -> None:
    """Over every order of the cards and, where chance decides, every way to answer it: though the total is no function
    of the position, nothing is lost."""
    board = board_of(Program(stubborn(chance)))
    own: Callable[[Move], bool] = lambda move: move.tactic == "probe.verify"  # noqa: E731
    alone = Alone(board, own)
    assert alone.best_total() == pytest.approx(BruteForce(board, own).best(), abs=1e-9)


def test_best_moves_of_one_tactic_score_its_best_total() -> None:
    """The line that is named really gets there."""
    program = Program(stubborn(chance=False))
    board = board_of(program)
    alone = Alone(board, lambda move: move.tactic == "probe.verify")
    debtor, rehearsals = Debtor(program, 0), Rehearsals(board.solver, board.graph, board.solution.valued)
    steps = [debtor.step(move) for move in alone.best_moves()]
    assert debtor.ending is not None
    assert rehearsals.scorecard(board.solution, steps).total == pytest.approx(alone.best_total(), abs=1e-9)


def test_alone_takes_the_best_of_its_moves_and_leaves_where_it_has_none() -> None:
    """The worth is that of solving a catalogue that has nothing else."""
    program = Program(stubborn(chance=True))
    alone = Alone(board_of(program), lambda move: move.tactic == "probe.verify")
    narrow = program.scenario.model_copy(
        update={"tactics": tuple(one for one in program.scenario.tactics if one.id != "talk.chat")}
    )
    solver = Solver(Program(narrow))
    solution, _graph = solver.solve()
    assert alone.spread().mean <= solution.best + 1e-9  # who may leave at any time can only do better
    assert alone.spread().mean == pytest.approx(solution.best, abs=1e-9)


@every_scenario
def test_alone_of_every_move_is_best_play(name: str, solved: Callable[[str], Solved]) -> None:
    """Who may play everything and goes for the worth gets the solved best."""
    known = solved(name)
    assert Alone(boarded(known), lambda _move: True).spread().mean == pytest.approx(known.solution.best, abs=1e-9)


@every_scenario
def test_no_single_tactic_family_or_attitude_passes(name: str, solved: Callable[[str], Solved]) -> None:
    """Nobody passes a shipped scenario by doing the same thing over and over."""
    board = boarded(solved(name))
    moves = [one.move for one in board.program.moves[: board.program.lawful]]
    for tactic in {move.tactic for move in moves}:
        assert Alone(board, lambda move, own=tactic: move.tactic == own).best_total() < 70  # type: ignore[misc]
    for family in {move.family for move in moves}:
        assert Alone(board, lambda move, own=family: move.family == own).best_total() < 70  # type: ignore[misc]


# Told apart


def test_apart_counts_ties_half() -> None:
    """The chance that the better one scores higher, by hand."""
    assert apart(level(10, 20), level(10, 20)).chance == 0.5
    assert apart(level(10, 20), level(30, 40)).chance == 1.0
    assert apart(level(30, 40), level(10, 20)).chance == 0.0
    assert apart(level(10, 30), level(20, 30)).chance == pytest.approx((1 + 0 + 1 + 0.5) / 4)


def test_apart_error_is_that_of_resampling() -> None:
    """The stated standard error is what drawing such samples again and again gives."""
    chance = np.random.default_rng(7)
    found = [apart(level(*chance.normal(50, 10, 80)), level(*chance.normal(56, 10, 80))) for _again in range(300)]
    spread = np.std([one.chance for one in found], ddof=1)
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.15)


def test_sample_error_is_never_nothing() -> None:
    """That nobody passed in 400 plays does not say that nobody can."""
    sample = Sample((10.0,) * 400, 70.0)
    assert sample.passes == 0.0
    assert 0.002 < sample.passes_error < 0.01


# What things are worth at the start


def test_gains_are_differences_of_solved_starts(solved: Callable[[str], Solved]) -> None:
    """Of a secret and of an answered question: solve with it, solve without it, subtract."""
    known = solved("line-stop-bully")
    found = {(gain.kind, gain.name): gain for gain in gains(Proof(known.program))}
    richer, _graph = Solver(known.program).solve(known.program.start({"no-notice": "known"}))
    for key in (("secret", "no-notice"), ("preparation", "late-deduction")):
        assert found[key].typical == pytest.approx(richer.typical - known.solution.typical, abs=1e-9)
        assert found[key].best == pytest.approx(richer.best - known.solution.best, abs=1e-9)


@every_scenario_slowly
def test_gain_of_a_document_is_what_its_absence_costs(name: str, solved: Callable[[str], Solved]) -> None:
    """However it is worked out: the same as solving the scenario with the document held, and with it missing."""
    known = solved(name)
    found = {gain.name: gain for gain in gains(Proof(known.program)) if gain.kind == "document"}
    assert set(found) == set(known.scenario.documents)
    for document, gain in found.items():
        values = {}
        for start in ("held", "missing"):
            other = known.scenario.documents[document].model_copy(update={"start": start})
            variant = known.scenario.model_copy(update={"documents": {**known.scenario.documents, document: other}})
            values[start] = Solver(Program(variant)).solve()[0]
        assert gain.typical == pytest.approx(values["held"].typical - values["missing"].typical, abs=1e-9)
        assert gain.best == pytest.approx(values["held"].best - values["missing"].best, abs=1e-9)


# Moves, dull turns, objectives


def watched(board: Board) -> tuple[Watch, Spread]:
    watch = Watch(board)
    (spread,) = follow(board, (board.solver.rubric.lapses,), watch)
    return watch, spread


@every_scenario
def test_moves_played_are_as_many_as_turns(name: str, solved: Callable[[str], Solved]) -> None:
    """Every turn has one move; leaving is open in every turn; and what is best somewhere is open there."""
    watch, spread = watched(boarded(solved(name)))
    uses = watch.move_uses()
    assert sum(use.played for use in uses) == pytest.approx(spread.turns, abs=1e-9)
    (leave,) = [use for use in uses if use.move.tactic == "end.leave"]
    assert leave.open == pytest.approx(spread.turns, abs=1e-9)
    assert all(use.played <= use.open + 1e-12 and use.best <= use.open + 1e-12 for use in uses)
    assert all(use.is_best_somewhere == (use.best > 0) for use in uses)


@every_scenario
def test_solved_lines_use_no_move_that_is_best_nowhere(name: str, solved: Callable[[str], Solved]) -> None:
    """The sound line is made of moves that are best somewhere."""
    known = solved(name)
    nowhere = {use.move for use in watched(boarded(known))[0].move_uses() if not use.is_best_somewhere}
    assert not nowhere & set(known.solution.sound)


def test_dull_positions_are_counted_with_their_share() -> None:
    """A first turn in which nothing matters: one position, all plays' first turn, at the start."""
    scenario = tiny(
        "talk.chat",
        "ask.plain",
        "end.leave",
        turns=4,
        stages=["waiting", "guarded"],
        endings={"paid": {"recovers": 0.9}, "left": {"recovers": 0.0}},
        rules=[
            {"tactic": "end.leave", "end": "left"},
            {"tactic": "*", "stage": "waiting", "to": "guarded"},
            {"tactic": "ask.plain", "when": {"trust": ">= 1"}, "end": "paid"},
            {"tactic": "talk.chat", "then": {"trust": +1}},
        ],
    )
    watch, spread = watched(board_of(Program(scenario)))
    dull = watch.dull()
    assert (dull.positions, dull.likeliest, dull.chance) == (1, (), 1.0)
    assert dull.share == pytest.approx(1.0 / spread.turns)


def test_objectives_are_called_for_as_scoring_has_it(small: Program, solutions: Solutions) -> None:
    """The expected number of calls is what many plays, reviewed and observed one by one, come to."""
    board = board_of(small)
    uses = {use.name: use for use in watched(board)[0].objective_uses()}
    rehearsals = Rehearsals(board.solver, board.graph, board.solution.valued)
    debriefer, plays = Debriefer(small, solutions), 600
    missed: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    called_and_shown: Counter[str] = Counter()
    for seed in range(plays):
        steps = rehearsals.play(trainee(board.solver, board.solver.rubric.lapses), seed)
        debrief = debriefer.debrief(Play("played", tuple(step.move for step in steps), seed, {}))
        rubric = board.solver.rubric
        for one in observations(debrief.transcript, rubric):
            (missed if one.reason == "missed" else shown)[one.objective] += one.turn > 0
        for turn in debrief.transcript.turns:
            near = [option.objectives for option in turn.options if option.loss < rubric.otherwise_loss]
            for name in turn.objectives & frozenset.intersection(*near):
                called_and_shown[name] += 1
    assert sum(missed.values()) + sum(called_and_shown.values()) > 100, "there is something to compare"
    for name, use in uses.items():
        assert shown[name] / plays == pytest.approx(use.shown, abs=0.15)
        assert (missed[name] + called_and_shown[name]) / plays == pytest.approx(use.called, abs=0.15)


# The whole


@every_scenario_slowly
def test_shipped_scenario_is_sound(name: str, library: YamlLibrary) -> None:
    """The verdict of what ships: nothing is wrong with it."""
    scenario = library.read(name).scenario
    assert scenario is not None
    made = balance(Program(scenario), plays=60)
    assert isinstance(made, Balance)
    assert made.faults == ()


def broken(library: YamlLibrary, name: str) -> Program:
    scenario = library.read(str(BROKEN / f"{name}.yaml")).scenario
    assert scenario is not None
    return Program(scenario)


def test_verdict_names_what_can_be_gamed(english: None, library: YamlLibrary) -> None:
    """A scenario that one tactic passes is not sound, and the verdict's first words say which."""
    made = balance(broken(library, "single-tactic"), plays=20)
    assert isinstance(made, Balance)
    assert made.verdict.startswith("not sound: “ask.gentle” alone passes with 71.9; “ask.*” alone")


def test_verdict_names_a_scenario_that_random_play_passes(english: None) -> None:
    """Where everything ends well, everybody passes."""
    scenario = tiny(
        "talk.chat",
        "ask.plain",
        "end.leave",
        turns=2,
        endings={"paid": {"recovers": 0.9}},
        rules=[{"tactic": "*", "end": "paid"}],
    )
    made = balance(Program(scenario), plays=20)
    assert isinstance(made, Balance)
    assert any("random lawful play passes" in fault for fault in made.faults)
    assert any("score no more than" in fault for fault in made.faults)


def test_balance_of_a_scenario_too_large_is_partial(solved: Callable[[str], Solved]) -> None:
    """The facts to blame, and what was explored before the limit: no figure that needs the rest."""
    known = solved("invoice-not-found")
    made = balance(known.program, limit=1_000)
    assert isinstance(made, Partial)
    whole = [len(one.keys) for one in known.graph.levels]
    assert list(made.by_turn) == whole[: len(made.by_turn)]
    assert sum(made.by_turn) > 1_000 > sum(made.by_turn[:-1])
    assert made.facts
    assert set(made.stages) <= set(known.scenario.stages)
    assert set(made.endings) < set(known.scenario.endings)


def test_balance_of_thinkable_positions_without_end_is_partial_too() -> None:
    """Forty meters: not even a numbering of the positions is possible."""
    meters = {f"mood-{number}": 0 for number in range(40)}
    rules = [{"tactic": "talk.chat", "when": {name: "<= 9"}, "then": {name: +1}} for name in meters]
    made = balance(Program(tiny("talk.chat", "end.leave", meters=meters, rules=rules)))
    assert isinstance(made, Partial)
    assert made.by_turn == ()
    assert made.facts


def test_balance_can_be_cancelled(solved: Callable[[str], Solved]) -> None:
    """Whoever asks it to stop is heard."""
    with pytest.raises(Cancelled):
        balance(solved("invoice-not-found").program, cancelled=lambda: True)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios())
def test_every_scenario_with_a_meaning_can_be_checked_and_balanced(scenario: Scenario) -> None:
    """Whatever an author writes down: no crash, no number that is none, and the exact figures agree."""
    try:
        Findings(Program(scenario), limit=30_000).all()
    except TooManyPositions:
        return
    made = balance(Program(scenario), plays=3, limit=30_000)
    if isinstance(made, Balance):
        assert sum(chance for _worth, chance in made.typical.worths) == pytest.approx(1.0, abs=1e-9)
        assert made.typical.mean == pytest.approx(made.typical_value, abs=1e-7)
        assert made.random.spread.mean == pytest.approx(made.floor, abs=1e-7)
        assert all(math.isfinite(abuse.total) for abuse in (*made.tactics, *made.families, made.conceding))


def test_masses_are_those_of_the_graph(small: Program) -> None:
    """By brute force over the whole tree of a small scenario: every worth with its chance."""
    board = board_of(small)
    (spread,) = follow(board, (0.5,))
    found: Counter[float] = Counter()
    for worth, chance in _plays(board, 0.5):
        found[round(worth, 9)] += chance  # type: ignore[assignment]
    assert dict(spread.worths).keys() == found.keys()
    for worth, chance in spread.worths:
        assert chance == pytest.approx(found[worth], abs=1e-12)


def _plays(board: Board, lapses: float) -> Iterator[tuple[float, float]]:
    """The worth and chance of every play, merged by position after each turn so that it ends before the test does."""
    graph: Explored = board.graph
    solution: Solution = board.solution
    now: dict[int, float] = {0: 1.0}
    for depth in range(board.turns):
        after: dict[int, float] = {}
        values = solution.valued.values[board.turns - depth - 1]
        for number, mass in now.items():
            targets: Sequence[int] = board.targets(np.array([number]))[:, 0].tolist()
            open_rows = [row for row, target in enumerate(targets) if target != -1]
            q = np.array([_expected(graph, targets[row], values) for row in open_rows])
            soft = np.exp(q - q.max())
            share = (1 - lapses) * soft / soft.sum() + lapses / len(open_rows)
            for row, part in zip(open_rows, share, strict=True):
                for odds, place in ways(graph, targets[row]):
                    if isinstance(place, End):
                        yield _end_value(board, place) + board.turn_cost * (depth + 1), mass * part * odds
                    else:
                        after[place] = after.get(place, 0.0) + mass * part * odds  # type: ignore[index]
        now = after
    for number, mass in now.items():
        codes = graph.space.codes(int(graph.keys[number]))
        yield end_worth_at_timeout(board, codes) + board.turn_cost * board.turns, mass


def _expected(graph: Explored, target: int, values: np.ndarray) -> float:
    found = 0.0
    for odds, place in ways(graph, target):
        worth = (
            graph.program.end_value(place.ending, place.trust, place.hostility, place.conduct != "lawful")
            if isinstance(place, End)
            else values[place]
        )
        found += odds * float(worth)
    return found


def _end_value(board: Board, end: object) -> float:
    assert isinstance(end, End)
    return float(board.program.end_value(end.ending, end.trust, end.hostility, end.conduct != "lawful"))


def end_worth_at_timeout(board: Board, codes: Sequence[int]) -> float:
    program = board.program
    trust, hostility, breached = (codes[program.index[name]] for name in ("trust", "hostility", "conduct"))
    return float(program.end_value("timeout", trust, hostility, breached))


def test_policies_are_those_of_the_solver(solved: Callable[[str], Solved]) -> None:
    """Best play over a graph is never below typical play, position by position."""
    known = solved("invoice-not-found")
    best = known.solver.sweep(known.graph, best_play)[-1]
    typical = known.solver.sweep(known.graph, typical_play(known.solver.rubric))[-1]
    assert (best >= typical - 1e-9).all()
