"""What an author is told: of problems, of size, and of test plans that no longer play as they say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from doubles import MemoryCache
from shelf import CONTENT

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.program import Program
from simulator.engine.solve import Solver
from simulator.model.errors import BadFile
from simulator.workflows import author, checking, ports
from simulator.workflows.author import run_plan
from simulator.workflows.ports import Read
from simulator.workflows.solutions import Solutions

CHAT, ASK, LEAVE = "rapport.chat", "ask.plain", "end.leave"


def plan(
    *moves: str,
    after: dict[int, dict[str, Any]] | None = None,
    ending: str | None = None,
    score: str | None = None,
    seed: int = 1,
) -> ports.TestPlan:
    """A plan; ``after`` holds what is expected by turn."""
    expect = tuple({"after": turn, **facts} for turn, facts in (after or {}).items())
    return ports.TestPlan(Path("plan.yaml"), "plan", seed, moves, expect, ending, score)


def failures(small: Program, solutions: Solutions, tried: ports.TestPlan) -> tuple[str, ...]:
    return run_plan(small, tried, solutions).failures


def test_plan_that_plays_as_it_says_has_no_failures(small: Program, solutions: Solutions) -> None:
    """Facts of every kind, lines in both languages, ending and score."""
    tried = plan(
        CHAT,
        ASK,
        LEAVE,
        after={
            0: {"stage": "guarded", "trust": "= 4", "last": "none", "slip": "missing"},
            1: {"trust": ">= 5", "last": "rapport", "no-slip": "unsaid", "conduct": "not breached"},
            2: {"stage": ["open", "bargaining"], "no-slip": "standing", "last": ["ask", "probe"], "says": "什么钱？"},
            3: {"says": "Goodbye."},
        },
        ending="left",
        score="0..100",
    )
    assert failures(small, solutions, tried) == ()


@pytest.mark.parametrize(
    ("turn", "expected", "said"),
    [
        (1, {"trust": "= 4"}, "turn 1: trust: expected = 4, got 5"),
        (1, {"trust": "0..3"}, "turn 1: trust: expected 0..3, got 5"),
        (0, {"trust": ">= 5"}, "turn 0: trust: expected >= 5, got 4"),
        (2, {"stage": "guarded"}, "turn 2: stage: expected guarded, got open"),
        (2, {"stage": ["guarded", "bargaining"]}, "turn 2: stage: expected guarded, bargaining, got open"),
        (2, {"no-slip": "not standing"}, "turn 2: no-slip: expected not standing, got standing"),
        (2, {"last": "rapport"}, "turn 2: last: expected rapport, got ask"),
        (2, {"conduct": "breached"}, "turn 2: conduct: expected breached, got lawful"),
        (2, {"owner": "known"}, "turn 2: owner: expected known, got hidden"),
    ],
)
def test_difference_says_turn_fact_what_was_expected_and_what_came(
    small: Program, solutions: Solutions, turn: int, expected: dict[str, Any], said: str
) -> None:
    """An author reads it as he would say it himself."""
    assert failures(small, solutions, plan(CHAT, ASK, after={turn: expected})) == (said,)


def test_difference_in_what_is_said_shows_what_was_said(small: Program, solutions: Solutions) -> None:
    """The piece that is missing, and the whole answer in both languages."""
    (said,) = failures(small, solutions, plan(ASK, after={1: {"says": "百分之三十"}}))
    assert said.startswith("turn 1: expected “百分之三十” in: ")
    assert "什么钱？" in said
    assert "What money?" in said


def test_plan_reports_every_difference_at_once(small: Program, solutions: Solutions) -> None:
    """Three things wrong are three failures, in the order of the turns."""
    tried = plan(CHAT, ASK, after={1: {"trust": "= 9"}, 2: {"stage": "guarded", "says": "zzz"}}, ending="paid")
    found = failures(small, solutions, tried)
    assert [one.split(":")[0] for one in found] == ["turn 1", "turn 2", "turn 2", "ending"]


@pytest.mark.parametrize(
    ("turn", "expected", "piece"),
    [
        (1, {"trst": "= 5"}, "There is no fact “trst”. Did you mean “trust”?"),
        (1, {"trust": 5}, "“5” is not a condition on a meter"),
        (1, {"trust": "5-6"}, "“5-6” is not a condition on a meter"),
        (1, {"trust": "= 12"}, "a meter goes from 0 to 10"),
        (1, {"no-slip": "hidden"}, "“hidden” must be one of: unsaid, standing, settled"),
        (1, {"stage": "opened"}, "“opened” must be one of: guarded, open, bargaining"),
        (1, {"last": "same"}, "“same” must be one of: none, rapport"),
        (7, {"trust": "= 5"}, "turn 7: the plan has only 2 moves"),
    ],
)
def test_expectation_that_means_nothing_is_a_failure_and_no_traceback(
    small: Program, solutions: Solutions, turn: int, expected: dict[str, Any], piece: str
) -> None:
    """A misspelt fact, a condition of another kind, or a turn that is never played is told, not passed over."""
    (said,) = failures(small, solutions, plan(CHAT, ASK, after={turn: expected}))
    assert piece in said


def test_plan_with_a_move_that_is_not_open_says_which_turn_and_what_is_near(
    small: Program, solutions: Solutions
) -> None:
    """It stops there, with what was found before."""
    (said,) = failures(small, solutions, plan(CHAT, "ask.plane", CHAT))
    assert said == "Turn 2: “ask.plane” is not a move that is open here. Did you mean “ask.plain”?"
    found = failures(small, solutions, plan(CHAT, LEAVE, CHAT, after={1: {"trust": "= 9"}}))
    assert [one.split(":")[0] for one in found] == ["turn 1", "Turn 3"]


@pytest.mark.parametrize(
    ("moves", "ending", "said"),
    [
        ((CHAT,), "left", ("ending: expected left, got none",)),
        ((CHAT, LEAVE), "none", ("ending: expected none, got left",)),
        ((CHAT, LEAVE), "paid", ("ending: expected paid, got left",)),
        ((CHAT,), "none", ()),
        ((CHAT, LEAVE), "left", ()),
        ((CHAT,) * 6, "timeout", ()),
        ((CHAT,), None, ()),
        ((CHAT, LEAVE), None, ()),
    ],
)
def test_plan_ending_is_compared(
    small: Program, solutions: Solutions, moves: tuple[str, ...], ending: str | None, said: tuple[str, ...]
) -> None:
    """`none` means that the talk goes on; no ending at all leaves it open."""
    assert failures(small, solutions, plan(*moves, ending=ending)) == said


def test_plan_score_is_compared(small: Program, solutions: Solutions) -> None:
    """The total, paperwork not observed, must lie within the bounds, both included; a talk that goes on has none."""
    (said,) = failures(small, solutions, plan(CHAT, LEAVE, score="98..100"))
    assert said.startswith("score: expected 98..100, got ")
    assert failures(small, solutions, plan(CHAT, score="0..100")) == (
        "score: the talk is not over, so it has no score",
    )
    assert failures(small, solutions, plan(CHAT, "red.threat", score="0..40")) == ()


def test_plan_hears_the_lines_that_a_trainee_hears(small: Program, solutions: Solutions) -> None:
    """The debtor does not repeat himself in a plan either: of three empty answers no two running are the same."""
    for seed in range(10):
        answers = []
        for turn in (4, 5, 6):
            (said,) = failures(small, solutions, plan(*[CHAT] * 6, seed=seed, after={turn: {"says": "never"}}))
            answers.append(said.partition(" in: ")[2])
        assert answers[0] != answers[1] != answers[2]


def test_plan_draws_by_its_seed(small: Program, solutions: Solutions) -> None:
    """The same plan under the same seed always plays the same, and some seeds differ."""
    tried = {
        seed: failures(small, solutions, plan(ASK, "probe.cause", seed=seed, after={2: {"owner": "known"}}))
        for seed in range(16)
    }
    assert set(tried.values()) == {(), ("turn 2: owner: expected known, got hidden",)}
    for seed, found in tried.items():
        again = plan(ASK, "probe.cause", seed=seed, after={2: {"owner": "known"}})
        assert failures(small, solutions, again) == found


# Solving


def test_author_solve_measures_a_solution_made_anew(content: YamlLibrary) -> None:
    """The seconds are those of solving, not of remembering."""
    cache = MemoryCache()
    solved = author.solve(content.read("small-debt"), Solutions(cache))
    again = author.solve(content.read("small-debt"), Solutions(cache))
    assert cache.puts == 2
    assert solved.solution.best == again.solution.best
    assert solved.seconds > 0


def test_author_solve_of_a_scenario_without_a_meaning_raises_its_problems(content: YamlLibrary, tmp_path: Path) -> None:
    """All of them, with their lines."""
    file = tmp_path / "scenario.yaml"
    file.write_text("scenario: broken\ntitle: X\nturns: 3\nrules:\n  - {tactic: rapport.chatt, then: {trst: +1}}\n")
    with pytest.raises(BadFile) as caught:
        author.solve(content.read(str(file)), Solutions(MemoryCache()))
    assert {problem.line for problem in caught.value.problems} == {5}
    assert len(caught.value.problems) >= 2


def huge(tmp_path: Path) -> Path:
    """A scenario in which forty meters are read and moved at will: 11⁴⁰ positions."""
    meters = [f"m{i}" for i in range(40)]
    rules = "\n".join(f"  - {{tactic: rapport.chat, when: {{{one}: '<= 5'}}, then: {{{one}: +1}}}}" for one in meters)
    file = tmp_path / "scenario.yaml"
    file.write_text(
        f"scenario: huge\ntitle: {{zh: 大, en: Huge}}\nturns: 40\nmeters: {{{', '.join(f'{m}: 0' for m in meters)}}}\n"
        f"debtor: {{name: X}}\nrules:\n{rules}\n",
        encoding="utf-8",
    )
    return file


def test_scenario_too_large_is_a_problem_of_its_file_that_names_the_dearest_facts(tmp_path: Path) -> None:
    """Nobody waits for it, and the message says what to do."""
    library = YamlLibrary(CONTENT)
    read = library.read(str(huge(tmp_path)))
    assert read.scenario is not None, [str(problem) for problem in read.problems]
    with pytest.raises(BadFile) as caught:
        author.solve(read, Solutions(MemoryCache()))
    (problem,) = caught.value.problems
    assert (problem.code, problem.file, problem.severity) == ("too-many-positions", str(read.path), "error")
    assert re.search(r"m\d+ \(11\)", problem.message)
    assert "Tie rules to stages" in problem.message


def test_program_of_what_could_not_be_read_is_its_problems(content: YamlLibrary) -> None:
    """No program is made of a file without a meaning."""
    read = content.read("small-debt")
    assert author.program_of(read).scenario == read.scenario
    with pytest.raises(BadFile):
        author.program_of(replace(read, scenario=None))
    assert isinstance(read, Read)


def test_check_names_the_problems_of_scenarios_plans_and_sizes(tmp_path: Path) -> None:
    """Everything at once, in one list, for all the files named."""
    library = YamlLibrary(CONTENT)
    (tmp_path / "paths").mkdir()
    (tmp_path / "paths" / "bad.yaml").write_text("moves: [rapport]\n")
    found = checking.check(library, ["small-debt", str(huge(tmp_path))], Solutions(MemoryCache()))
    assert "too-many-positions" in {problem.code for problem in found if problem.file.endswith("scenario.yaml")}
    assert [problem.line for problem in found if problem.file.endswith("bad.yaml")] == [1]


def test_solution_of_the_author_is_that_of_the_engine(small: Program, content: YamlLibrary) -> None:
    """One core under screen and command."""
    solved = author.solve(content.read("small-debt"), Solutions(MemoryCache())).solution
    direct = Solver(small).solve()[0]
    assert (solved.best, solved.typical, solved.floor, solved.line) == (
        direct.best,
        direct.typical,
        direct.floor,
        direct.line,
    )
